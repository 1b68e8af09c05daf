/* Fields of a record as JSON. Times are microseconds. */
#include "appliance/stores/evidence-file.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define VERSION   1
#define DEPTH_MAX 8u

/* ---- Writing ---- */

static void
put_text(JsonBuilder *json, const char *name, const char *text)
{
    json_builder_set_member_name(json, name);
    json_builder_add_string_value(json, text);
}

static void
put_int(JsonBuilder *json, const char *name, int64_t value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

static void
put_bool(JsonBuilder *json, const char *name, bool value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_boolean_value(json, value);
}

static void
put_picture(JsonBuilder *json, const EvidencePicture *picture)
{
    json_builder_begin_object(json);
    put_bool(json, "there", picture->there);
    put_text(json, "reason", picture->reason);
    put_bool(json, "stale", picture->stale);
    put_int(json, "captured_us", picture->captured_wall_us);
    put_int(json, "offset_us", picture->offset_us);
    put_int(json, "pts", (int64_t)picture->pts);
    put_int(json, "width", picture->width);
    put_int(json, "height", picture->height);
    json_builder_end_object(json);
}

static void
put_series(JsonBuilder *json, const EvidenceRecord *record)
{
    json_builder_set_member_name(json, "series");
    json_builder_begin_object(json);
    for (size_t i = 0; i < record->n_series; i++) {
        json_builder_set_member_name(json, metric_info(record->series[i].metric)->name);
        json_builder_begin_array(json);
        for (size_t s = 0; s < record->n_seconds; s++) {
            const float value = record->series[i].values[s];

            if (isfinite(value))
                json_builder_add_double_value(json, (double)value);
            else
                json_builder_add_null_value(json);
        }
        json_builder_end_array(json);
    }
    json_builder_end_object(json);
}

static void
put_clip(JsonBuilder *json, const EvidenceClip *clip)
{
    json_builder_set_member_name(json, "clip");
    json_builder_begin_object(json);
    put_text(json, "state", evidence_clip_name(clip->state));
    put_text(json, "text", clip->text);
    put_int(json, "from_us", clip->from_us);
    put_int(json, "to_us", clip->to_us);
    put_int(json, "bytes", (int64_t)clip->bytes);
    json_builder_end_object(json);
}

char *
evidence_file_text(const EvidenceRecord *record)
{
    g_autoptr(JsonBuilder) json = json_builder_new_immutable();

    json_builder_begin_object(json);
    put_int(json, "version", VERSION);
    put_text(json, "alarm_id", record->alarm_id);
    put_text(json, "channel_id", record->channel_id);
    put_text(json, "input_id", record->input_id);
    put_text(json, "fault", fault_info(record->fault)->name);
    put_text(json, "text", record->text);
    put_int(json, "since_us", record->since_us);
    put_int(json, "raised_us", record->raised_us);
    put_int(json, "cleared_us", record->cleared_us);
    put_bool(json, "complete", record->complete);
    json_builder_set_member_name(json, "pictures");
    json_builder_begin_object(json);
    for (unsigned place = 0; place < EVIDENCE_PLACES; place++) {
        json_builder_set_member_name(json, evidence_place_name((EvidencePlace)place));
        put_picture(json, &record->pictures[place]);
    }
    json_builder_end_object(json);
    put_int(json, "first_offset_us", record->first_offset_us);
    put_int(json, "seconds", (int64_t)record->n_seconds);
    put_series(json, record);
    put_clip(json, &record->clip);
    json_builder_end_object(json);
    g_autoptr(JsonNode) root = json_builder_get_root(json);

    return json_to_string(root, FALSE);
}

/* ---- Reading: what is missing or of another type reads as nothing ---- */

static JsonNode *
value_of(JsonObject *object, const char *name)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? node : NULL;
}

static int64_t
get_int(JsonObject *object, const char *name, int64_t most)
{
    JsonNode *node = value_of(object, name);
    const int64_t value = node != NULL ? json_node_get_int(node) : 0;

    return CLAMP(value, -most, most);
}

static bool
get_bool(JsonObject *object, const char *name)
{
    JsonNode *node = value_of(object, name);

    return node != NULL && json_node_get_boolean(node);
}

static const char *
get_text(JsonObject *object, const char *name)
{
    JsonNode *node = value_of(object, name);
    const char *text = node != NULL ? json_node_get_string(node) : NULL;

    return text != NULL ? text : "";
}

static JsonObject *
get_object(JsonObject *object, const char *name)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static JsonArray *
get_array(JsonObject *object, const char *name)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static void
take_picture(EvidencePicture *picture, JsonObject *object)
{
    picture->there = get_bool(object, "there");
    picture->stale = get_bool(object, "stale");
    picture->captured_wall_us = get_int(object, "captured_us", INT64_MAX);
    picture->offset_us = get_int(object, "offset_us", INT64_MAX);
    picture->pts = (uint64_t)MAX(get_int(object, "pts", (int64_t)PTS90_MODULUS), 0);
    picture->width = (uint16_t)MAX(get_int(object, "width", UINT16_MAX), 0);
    picture->height = (uint16_t)MAX(get_int(object, "height", UINT16_MAX), 0);
    evidence_set(&picture->reason, get_text(object, "reason"));
}

static void
take_values(EvidenceSeries *series, JsonArray *array, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        JsonNode *node = array != NULL && i < json_array_get_length(array)
                             ? json_array_get_element(array, (guint)i)
                             : NULL;
        const bool number = node != NULL && JSON_NODE_HOLDS_VALUE(node);

        series->values[i] = number ? (float)json_node_get_double(node) : NAN;
    }
}

static void
take_series(EvidenceRecord *record, JsonObject *root)
{
    JsonObject *object = get_object(root, "series");
    size_t n_metrics = 0;
    const MetricId *metrics = evidence_metrics(&n_metrics);

    record->first_offset_us = get_int(root, "first_offset_us", INT64_MAX);
    record->n_seconds = (size_t)MAX(get_int(root, "seconds", EVIDENCE_SECONDS_MAX), 0);
    record->series = g_new0(EvidenceSeries, n_metrics);
    for (size_t i = 0; i < n_metrics; i++) {
        JsonArray *array = get_array(object, metric_info(metrics[i])->name);

        if (array == NULL)
            continue;
        record->series[record->n_series].metric = metrics[i];
        take_values(&record->series[record->n_series++], array, record->n_seconds);
    }
}

static void
take_clip(EvidenceClip *clip, JsonObject *object)
{
    if (!evidence_clip_from_name(get_text(object, "state"), &clip->state))
        clip->state = EVIDENCE_CLIP_NONE;
    evidence_set(&clip->text, get_text(object, "text"));
    clip->from_us = get_int(object, "from_us", INT64_MAX);
    clip->to_us = get_int(object, "to_us", INT64_MAX);
    clip->bytes = (uint64_t)MAX(get_int(object, "bytes", INT64_MAX), 0);
}

EvidenceRecord *
evidence_file_parse(const char *text, size_t size, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    JsonNode *node = NULL;

    if (size <= EVIDENCE_FILE_MAX && text_json_is_shallow(text, size, DEPTH_MAX) &&
        g_utf8_validate_len(text, size, NULL) &&
        json_parser_load_from_data(parser, text, (gssize)size, NULL))
        node = json_parser_get_root(parser);
    JsonObject *root =
        node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

    if (get_int(root, "version", INT64_MAX) != VERSION ||
        !slug_is_valid(get_text(root, "alarm_id"))) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "this is no record of evidence");
        return NULL;
    }
    EvidenceRecord *record = evidence_record_new(get_text(root, "alarm_id"));
    JsonObject *pictures = get_object(root, "pictures");

    evidence_set(&record->channel_id, get_text(root, "channel_id"));
    evidence_set(&record->input_id, get_text(root, "input_id"));
    evidence_set(&record->text, get_text(root, "text"));
    record->fault = fault_by_name(get_text(root, "fault"));
    record->since_us = get_int(root, "since_us", INT64_MAX);
    record->raised_us = get_int(root, "raised_us", INT64_MAX);
    record->cleared_us = get_int(root, "cleared_us", INT64_MAX);
    record->complete = get_bool(root, "complete");
    for (unsigned place = 0; place < EVIDENCE_PLACES; place++)
        take_picture(&record->pictures[place],
                     get_object(pictures, evidence_place_name((EvidencePlace)place)));
    take_series(record, root);
    take_clip(&record->clip, get_object(root, "clip"));
    return record;
}
