/* The log of SCTE-35: one entry a message, repeats folded into it. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/scte35-log.h"

typedef struct {
    JsonBuilder *json;
    const ProbeSession *session;
} Put;

static const char *
verdict_name(Scte35Verdict verdict)
{
    switch (verdict) {
    case SCTE35_GOOD:
        return "good";
    case SCTE35_CRC_BAD:
        return "wrong CRC";
    case SCTE35_MALFORMED:
        return "malformed";
    case SCTE35_OTHER_TABLE:
        return "other table";
    }
    return "good";
}

static void
put_time(JsonBuilder *json, const ProbeSession *session, const char *name, MonoUs time_us)
{
    const WallUs wall_us = session->wall_offset_us + time_us;
    g_autoptr(GDateTime) second = session->wall_offset_us != 0
                                      ? g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND)
                                      : NULL;
    g_autofree char *text = second ? g_date_time_format(second, "%FT%T") : NULL;
    g_autofree char *whole =
        text ? g_strdup_printf("%s.%03dZ", text, (int)(wall_us % US_PER_SECOND / US_PER_MS)) : NULL;

    json_put_string(json, name, whole);
}

static void
put_segmentation(JsonBuilder *json, const Scte35Segmentation *segmentation)
{
    char text[SCTE35_DESCRIPTION_MAX];

    scte35_describe(segmentation, text, sizeof text);
    json_builder_begin_object(json);
    json_put_count(json, "event", segmentation->event_id);
    json_put_bool(json, "cancel", segmentation->cancel);
    json_put_known_int(json, "type_id", !segmentation->cancel, segmentation->type_id);
    json_put_string(json, "type", scte35_segmentation_name(segmentation->type_id));
    json_put_known_int(json, "duration", segmentation->has_duration,
                       (gint64)segmentation->duration);
    json_put_count(json, "upid_type", segmentation->upid_type);
    json_put_string(json, "upid", segmentation->upid);
    json_put_count(json, "segment_num", segmentation->number);
    json_put_count(json, "segments_expected", segmentation->expected);
    json_put_string(json, "text", text);
    json_builder_end_object(json);
}

static void
put_segmentations(JsonBuilder *json, const Scte35 *message)
{
    const size_t kept = scte35_descriptors_kept(message);

    json_begin_member_array(json, "segmentations");
    for (size_t i = 0; i < kept; i++)
        if (scte35_segmentation_at(message, i))
            put_segmentation(json, scte35_segmentation_at(message, i));
    json_builder_end_array(json);
    json_begin_member_array(json, "segments");
    for (size_t i = 0; i < kept; i++)
        if (scte35_segmentation_at(message, i))
            json_builder_add_int_value(json, scte35_segmentation_at(message, i)->event_id);
    json_builder_end_array(json);
    json_begin_member_array(json, "types");
    for (size_t i = 0; i < kept; i++)
        if (scte35_segmentation_at(message, i) && !scte35_segmentation_at(message, i)->cancel)
            json_builder_add_int_value(json, scte35_segmentation_at(message, i)->type_id);
    json_builder_end_array(json);
}

static void
put_event(JsonBuilder *json, const Scte35 *message)
{
    const bool any = scte35_events_kept(message) > 0;
    const Scte35Event *event = &message->events[0];
    const bool told = any && !event->cancel;

    json_put_known_int(json, "event", any, event->id);
    json_put_known_int(json, "cancel", any, event->cancel);
    if (told)
        json_put_bool(json, "out_of_network", event->out);
    if (told)
        json_put_bool(json, "immediate", event->immediate);
    json_put_known_int(json, "duration", told && event->has_duration, (gint64)event->duration);
    json_put_known_int(json, "unique_program_id", told, event->unique_program_id);
}

static void
put_message(JsonBuilder *json, const Scte35 *message)
{
    json_put_count(json, "command_type", message->command);
    json_put_string(json, "command",
                    message->encrypted ? "encrypted" : scte35_command_name(message->command));
    json_put_bool(json, "encrypted", message->encrypted);
    json_put_known_int(json, "pts", message->has_pts, (gint64)message->pts);
    json_put_count(json, "pts_adjustment", message->pts_adjustment);
    json_put_count(json, "tier", message->tier);
    put_event(json, message);
    put_segmentations(json, message);
}

static void
put_entry(const Put *put, uint16_t pid, const Scte35Entry *entry)
{
    JsonBuilder *json = put->json;

    json_builder_begin_object(json);
    json_put_count(json, "pid", pid);
    json_put_count(json, "packet", entry->first.packet);
    json_put_known_double(json, "seconds", put->session->clock_known,
                          (double)(entry->first.arrival_us - put->session->first_us) / 1e6);
    put_time(json, put->session, "time", entry->first.arrival_us);
    json_put_count(json, "repeats", entry->repeats);
    json_put_count(json, "last_packet", entry->last.packet);
    json_put_string(json, "verdict", verdict_name(entry->verdict));
    json_put_bool(json, "cancelled", entry->cancelled);
    if (entry->verdict != SCTE35_CRC_BAD)
        put_message(json, &entry->message);
    json_builder_end_object(json);
}

static void
put_log(const TsComponent *component, const TsAncillary *ancillary, void *user_data)
{
    const Scte35Log *log = ts_ancillary_scte35(ancillary);

    for (size_t i = 0; log && i < scte35_log_size(log); i++)
        put_entry(user_data, component->pid, scte35_log_at(log, i));
}

void
report_json_cues(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    Put put = {json, session};

    json_begin_member_array(json, "scte35");
    report_ancillary_each(session, scope, put_log, &put);
    json_builder_end_array(json);
}
