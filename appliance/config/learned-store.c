/* Learned channels to JSON and back. */
#include "appliance/config/learned-store.h"

#include <math.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define FORMAT      1u
#define WATCHED_MAX ((uint64_t)LEARN_US)
#define SECONDS_MAX ((uint64_t)G_MAXUINT32)
#define AUDIOS_MAX  64u

void
learned_channel_free(LearnedChannel *channel)
{
    if (channel == NULL)
        return;
    g_free(channel->id);
    g_free(channel);
}

/* ---- Writing ---- */

static void
add_number(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, isfinite(value) ? value : 0);
}

static void
add_spans(JsonBuilder *builder, const char *name, const LearnedSpans *spans)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    json_builder_add_double_value(builder, spans->count);
    for (unsigned i = 0; i < LEARN_LONGEST; i++)
        json_builder_add_double_value(builder, spans->longest_s[i]);
    json_builder_end_array(builder);
}

static void
add_rates(JsonBuilder *builder, const LearnedChannel *channel)
{
    json_builder_set_member_name(builder, "rate_means");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < channel->n_means; i++)
        json_builder_add_double_value(builder, (double)channel->means[i]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "rate_classes");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < LEARN_RATE_STEP; i++)
        json_builder_add_double_value(builder, (double)channel->learning.rate_classes[i]);
    json_builder_end_array(builder);
}

static void
add_channel(JsonBuilder *builder, const LearnedChannel *channel)
{
    const ChannelLearning *learning = &channel->learning;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "id");
    json_builder_add_string_value(builder, channel->id);
    json_add_number(builder, "watched_us", learning->watched_us);
    json_add_flag(builder, "done", learning->done);
    add_spans(builder, "black", &learning->black);
    add_spans(builder, "frozen", &learning->frozen);
    add_spans(builder, "silent", &learning->silent);
    add_number(builder, "key_interval_s", learning->key_interval_s);
    add_number(builder, "loudness_lufs", learning->loudness_lufs);
    json_add_flag(builder, "loudness_known", learning->loudness_known);
    json_add_number(builder, "audios", learning->audios);
    json_add_flag(builder, "video", learning->video);
    json_builder_set_member_name(builder, "service");
    json_builder_add_string_value(builder, learning->service);
    add_rates(builder, channel);
    json_builder_end_object(builder);
}

char *
learned_to_json(GPtrArray *channels)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();

    json_builder_begin_object(builder);
    json_add_number(builder, "format", FORMAT);
    json_builder_set_member_name(builder, "channels");
    json_builder_begin_array(builder);
    for (guint i = 0; i < channels->len; i++)
        add_channel(builder, g_ptr_array_index(channels, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    json_generator_set_root(generator, root);
    return json_generator_to_data(generator, NULL);
}

/* ---- Reading ---- */

/* The numbers of array @name, finite and not below 0: at most @maximum. */
static bool
read_numbers(
    JsonObject *object, const char *name, size_t maximum, double *ret_values, size_t *ret_n)
{
    JsonNode *node = json_object_get_member(object, name);
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    const guint n = array != NULL ? json_array_get_length(array) : 0;

    if (array == NULL || n > maximum)
        return false;
    for (guint i = 0; i < n; i++) {
        JsonNode *item = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_VALUE(item) || json_node_get_value_type(item) == G_TYPE_STRING)
            return false;
        ret_values[i] = json_node_get_double(item);
        if (!isfinite(ret_values[i]) || ret_values[i] < 0 || ret_values[i] > 1e15)
            return false;
    }
    *ret_n = n;
    return true;
}

static bool
read_spans(JsonObject *object, const char *name, LearnedSpans *spans)
{
    double values[1 + LEARN_LONGEST] = {0};
    size_t n = 0;

    if (!read_numbers(object, name, G_N_ELEMENTS(values), values, &n) ||
        n != G_N_ELEMENTS(values) || values[0] > (double)G_MAXUINT32)
        return false;
    spans->count = (unsigned)values[0];
    for (unsigned i = 0; i < LEARN_LONGEST; i++)
        spans->longest_s[i] = values[1 + i];
    return true;
}

static bool
read_number(JsonObject *object, const char *name, double *ret_value)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) == G_TYPE_STRING)
        return false;
    *ret_value = json_node_get_double(node);
    return isfinite(*ret_value) && fabs(*ret_value) < 1e9;
}

static bool
read_rates(JsonObject *object, LearnedChannel *channel)
{
    double means[RATE_SPANS];
    double classes[LEARN_RATE_STEP];
    size_t n = 0;

    if (!read_numbers(object, "rate_means", RATE_SPANS, means, &channel->n_means) ||
        !read_numbers(object, "rate_classes", LEARN_RATE_STEP, classes, &n))
        return false;
    for (size_t i = 0; i < channel->n_means; i++)
        channel->means[i] = (float)means[i];
    for (size_t i = 0; i < n; i++)
        channel->learning.rate_classes[i] = (uint64_t)classes[i];
    return true;
}

static bool
read_figures(JsonObject *object, ChannelLearning *learning, GError **error)
{
    uint64_t watched = 0, audios = 0;
    g_autofree char *service = NULL;

    if (!json_member_unsigned(object, "watched_us", WATCHED_MAX, &watched, error) ||
        !json_member_unsigned(object, "audios", AUDIOS_MAX, &audios, error) ||
        !json_member_bool(object, "done", &learning->done, error) ||
        !json_member_bool(object, "video", &learning->video, error) ||
        !json_member_bool(object, "loudness_known", &learning->loudness_known, error) ||
        !json_member_string(object, "service", &service, error))
        return false;
    learning->watched_us = (int64_t)watched;
    learning->audios = (unsigned)audios;
    g_strlcpy(learning->service, service, sizeof learning->service);
    return true;
}

static bool
read_channel(JsonObject *object, LearnedChannel *channel, GError **error)
{
    ChannelLearning *learning = &channel->learning;

    if (!json_member_string(object, "id", &channel->id, error) ||
        !read_figures(object, learning, error))
        return false;
    if (slug_is_valid(channel->id) && read_spans(object, "black", &learning->black) &&
        read_spans(object, "frozen", &learning->frozen) &&
        read_spans(object, "silent", &learning->silent) &&
        read_number(object, "key_interval_s", &learning->key_interval_s) &&
        read_number(object, "loudness_lufs", &learning->loudness_lufs) &&
        read_rates(object, channel))
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "a channel with figures that make no sense");
    return false;
}

GPtrArray *
learned_from_json(const char *text, size_t size, GError **error)
{
    g_autoptr(JsonNode) node = json_text_parse(text, size, error);
    g_autoptr(GPtrArray) channels =
        g_ptr_array_new_with_free_func((GDestroyNotify)learned_channel_free);
    JsonObject *root = node != NULL ? json_node_get_object(node) : NULL;
    JsonArray *array = NULL;
    uint64_t format = 0;

    if (root == NULL || !json_member_unsigned(root, "format", FORMAT, &format, error) ||
        !json_member_objects(root, "channels", &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array) && i < LEARNED_MAX_CHANNELS; i++) {
        LearnedChannel *channel = g_new0(LearnedChannel, 1);

        g_ptr_array_add(channels, channel);
        if (!read_channel(json_array_get_object_element(array, i), channel, error))
            return NULL;
    }
    return g_steal_pointer(&channels);
}

/* ---- Disk ---- */

GPtrArray *
learned_load(const char *path, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autofree char *text = NULL;
    gsize size = 0;

    if (g_file_get_contents(path, &text, &size, &local))
        return learned_from_json(text, MIN(size, LEARNED_MAX_BYTES), error);
    if (g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return g_ptr_array_new_with_free_func((GDestroyNotify)learned_channel_free);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s", local->message);
    return NULL;
}

bool
learned_save(const char *path, const char *json, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (g_file_set_contents_full(path, json, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &local))
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s", local->message);
    return false;
}
