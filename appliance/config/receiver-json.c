/* Receivers as JSON, for the inventory's file and for the API. */
#include <string.h>

#include "appliance/config/json-text.h"
#include "appliance/config/receiver-fields.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define MAX_PER_MINUTE 100000u
#define MAX_HEARTBEAT  (7u * 86400u)

static const char *const known[] = {
    "id",       "kind",        "url",     "secret_file", "ca_file",       "to",
    "from",     "user",        "title",   "text",        "allow_private", "min_severity",
    "paused",   "heartbeat_s", "scoped",  "per_minute",  "level",         "from_settings",
    "channels", "groups",      "impacts", "hours",       "time_zone",     "allow_networks",
    NULL};

static bool
refuse(GError **error, const char *what, const char *name)
{
    g_autofree char *clean = text_clean(name, 80);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "receiver: %s \"%s\"", what, clean);
    return false;
}

static bool
read_flag(JsonObject *object, const char *name, bool *ret_flag, GError **error)
{
    return !json_object_has_member(object, name) || json_member_bool(object, name, ret_flag, error);
}

static bool
read_number(
    JsonObject *object, const char *name, unsigned maximum, unsigned *ret_number, GError **error)
{
    uint64_t number = *ret_number;

    if (json_object_has_member(object, name) &&
        !json_member_unsigned(object, name, maximum, &number, error))
        return false;
    *ret_number = (unsigned)number;
    return true;
}

static bool
read_text(JsonObject *object, const char *name, char **field, GError **error)
{
    g_autofree char *text = NULL;

    if (!json_object_has_member(object, name))
        return true;
    if (!json_member_string(object, name, &text, error))
        return false;
    if (strlen(text) > RECEIVER_MAX_TEXT)
        return refuse(error, "too long a member", name);
    g_free(*field);
    *field = g_steal_pointer(&text);
    return true;
}

/* An array of texts; @ret_list stays as it is when the member is missing. */
static bool
read_list(JsonObject *object, const char *name, GStrv *ret_list, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_ARRAY(node) ||
        json_array_get_length(json_node_get_array(node)) > NOTIFY_MAX_NAMES)
        return refuse(error, "not a list, or too long a one:", name);
    JsonArray *array = json_node_get_array(node);

    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_VALUE(element) || json_node_get_value_type(element) != G_TYPE_STRING)
            return refuse(error, "something else than texts in", name);
        g_strv_builder_add(builder, json_node_get_string(element));
    }
    g_strfreev(*ret_list);
    *ret_list = g_strv_builder_end(builder);
    return true;
}

static bool
read_impacts(JsonObject *object, NotifyPolicy *policy, GError **error)
{
    g_auto(GStrv) names = NULL;

    if (!read_list(object, "impacts", &names, error))
        return false;
    if (names != NULL)
        policy->impacts = 0;
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        unsigned impact = 0;

        while (impact < IMPACT_COUNT &&
               strcmp(names[i], impact_class_name((ImpactClass)impact)) != 0)
            impact++;
        if (impact == IMPACT_COUNT)
            return refuse(error, "unknown impact", names[i]);
        policy->impacts |= 1u << impact;
    }
    return true;
}

static bool
read_hours(JsonObject *object, NotifyPolicy *policy, GError **error)
{
    g_auto(GStrv) texts = NULL;

    if (!read_list(object, "hours", &texts, error))
        return false;
    if (texts == NULL)
        return true;
    if (g_strv_length(texts) > NOTIFY_MAX_HOURS)
        return refuse(error, "too many", "hours");
    policy->n_hours = 0;
    for (size_t i = 0; texts[i] != NULL; i++) {
        if (!notify_hours_parse(texts[i], &policy->hours[policy->n_hours++], error))
            return false;
    }
    return true;
}

static bool
read_policy(JsonObject *object, NotifyPolicy *policy, GError **error)
{
    g_autofree char *severity = NULL;

    if (!read_text(object, "min_severity", &severity, error))
        return false;
    if (severity != NULL && !severity_from_name(severity, &policy->min_severity))
        return refuse(error, "unknown severity", severity);
    return read_number(object, "level", NOTIFY_LEVEL_MAX, &policy->level, error) &&
           read_flag(object, "scoped", &policy->scoped, error) &&
           read_list(object, "channels", &policy->channels, error) &&
           read_list(object, "groups", &policy->groups, error) &&
           read_text(object, "time_zone", &policy->time_zone, error) &&
           read_impacts(object, policy, error) && read_hours(object, policy, error);
}

bool
receiver_read_json(JsonObject *object, Receiver *receiver, GError **error)
{
    if (!json_check_members(object, known, error))
        return false;
    for (const ReceiverTextField *field = receiver_text_fields; field->name != NULL; field++) {
        if (!read_text(object, field->name, receiver_text(receiver, field), error))
            return false;
        if (*receiver_text(receiver, field) == NULL)
            *receiver_text(receiver, field) = g_strdup("");
    }
    return read_flag(object, "allow_private", &receiver->allow_private, error) &&
           read_flag(object, "paused", &receiver->paused, error) &&
           read_flag(object, "from_settings", &receiver->from_settings, error) &&
           read_number(object, "heartbeat_s", MAX_HEARTBEAT, &receiver->heartbeat_s, error) &&
           read_number(object, "per_minute", MAX_PER_MINUTE, &receiver->per_minute, error) &&
           read_policy(object, &receiver->policy, error) && receiver_check(receiver, error);
}

static void
add_policy(JsonBuilder *builder, const NotifyPolicy *policy)
{
    json_add_text(builder, "min_severity", severity_name(policy->min_severity));
    json_add_number(builder, "level", policy->level);
    json_add_flag(builder, "scoped", policy->scoped);
    json_add_list(builder, "channels", policy->channels);
    json_add_list(builder, "groups", policy->groups);
    json_add_text(builder, "time_zone", policy->time_zone);
    json_builder_set_member_name(builder, "impacts");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < IMPACT_COUNT; i++) {
        if ((policy->impacts & (1u << i)) != 0)
            json_builder_add_string_value(builder, impact_class_name((ImpactClass)i));
    }
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "hours");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < policy->n_hours; i++) {
        g_autofree char *text = notify_hours_format(&policy->hours[i]);

        json_builder_add_string_value(builder, text);
    }
    json_builder_end_array(builder);
}

/* Scheme and host of an address whose path is the secret. Returns: (transfer full) */
static char *
shown_url(const Receiver *receiver)
{
    ReceiverKind kind = RECEIVER_WEBHOOK;
    g_autoptr(GUri) uri = g_uri_parse(receiver->url, G_URI_FLAGS_NONE, NULL);

    if (uri == NULL || !receiver_kind_from_name(receiver->kind, &kind) ||
        !receiver_kind_info(kind)->secret_is_url)
        return g_strdup(receiver->url);
    return g_strdup_printf("%s://%s/...", g_uri_get_scheme(uri), g_uri_get_host(uri));
}

void
receiver_add_json(JsonBuilder *builder, const Receiver *receiver, bool is_public)
{
    g_autofree char *url = is_public ? shown_url(receiver) : g_strdup(receiver->url);

    for (const ReceiverTextField *field = receiver_text_fields; field->name != NULL; field++) {
        const bool is_url = field->offset == offsetof(Receiver, url);

        if (!is_public || !field->is_path)
            json_add_text(builder, field->name, is_url ? url : *receiver_text(receiver, field));
    }
    if (is_public)
        json_add_flag(builder, "has_secret", receiver->secret_file[0] != '\0');
    json_add_flag(builder, "allow_private", receiver->allow_private);
    json_add_flag(builder, "paused", receiver->paused);
    json_add_flag(builder, "from_settings", receiver->from_settings);
    json_add_number(builder, "heartbeat_s", receiver->heartbeat_s);
    json_add_number(builder, "per_minute", receiver->per_minute);
    add_policy(builder, &receiver->policy);
}

char *
receiver_to_public_json(const Receiver *receiver)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    receiver_add_json(builder, receiver, true);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

/* Takes the secret out of @object; refuses what the API may not say. */
static bool
take_secret(JsonObject *object, char **ret_secret, GError **error)
{
    static const char *const ours[] = {"id", "secret_file", "ca_file", "from_settings", NULL};

    for (size_t i = 0; ours[i] != NULL; i++) {
        if (json_object_has_member(object, ours[i]))
            return refuse(error, "the API does not set", ours[i]);
    }
    if (!read_text(object, "secret", ret_secret, error))
        return false;
    if (*ret_secret != NULL &&
        ((*ret_secret)[0] == '\0' || !g_utf8_validate(*ret_secret, -1, NULL)))
        return refuse(error, "an empty", "secret");
    json_object_remove_member(object, "secret");
    /* What GET showed may be sent back. */
    json_object_remove_member(object, "has_secret");
    return true;
}

/* "https://host/..." is what was shown of a secret address: it stays what it was. */
static void
keep_shown_url(JsonObject *object, const Receiver *old)
{
    g_autofree char *shown = old != NULL ? shown_url(old) : NULL;
    JsonNode *node = json_object_get_member(object, "url");

    if (shown != NULL && node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING &&
        strcmp(json_node_get_string(node), shown) == 0)
        json_object_remove_member(object, "url");
}

bool
receiver_from_public_json(const char *text,
                          const ReceiverChange *change,
                          Receiver *ret_receiver,
                          char **ret_secret,
                          GError **error)
{
    g_autoptr(JsonNode) shared = json_text_parse(text, strlen(text), error);
    g_auto(Receiver) receiver = {0};
    g_autofree char *secret = NULL;
    const Receiver blank = {.id = (char *)(uintptr_t)change->id,
                            .policy = {.min_severity = SEVERITY_WARNING}};

    if (shared == NULL)
        return false;
    g_autoptr(JsonNode) node = json_from_string(text, NULL);
    JsonObject *object = json_node_get_object(node);

    if (!take_secret(object, &secret, error))
        return false;
    keep_shown_url(object, change->old);
    receiver_copy(change->old != NULL ? change->old : &blank, &receiver);
    if (secret != NULL) {
        g_free(receiver.secret_file);
        receiver.secret_file = g_strdup(change->secret_path);
    }
    if (!receiver_read_json(object, &receiver, error))
        return false;
    *ret_receiver = receiver;
    receiver = (Receiver){0};
    *ret_secret = g_steal_pointer(&secret);
    return true;
}
