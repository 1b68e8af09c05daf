/* One object: totals, then a member an area. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

static void
put_warnings(JsonBuilder *json, const ProbeSession *session)
{
    json_begin_member_array(json, "warnings");
    for (guint i = 0; i < session->warnings->len; i++)
        json_builder_add_string_value(json, g_ptr_array_index(session->warnings, i));
    json_builder_end_array(json);
}

static void
put_start(JsonBuilder *json, const ProbeSession *session)
{
    g_autofree char *text = session->wall_offset_us != 0
                                ? report_utc(session->wall_offset_us + session->first_us)
                                : NULL;

    json_put_string(json, "started", text);
}

static const char *
rate_kind(const ProbeSession *session)
{
    TsRateKind kind = TS_RATE_UNKNOWN;
    double rate;

    if (!ts_analyser_clock_rate(session->analyser, &rate, &kind) || kind == TS_RATE_UNKNOWN)
        return NULL;
    return kind == TS_RATE_CONSTANT ? "CBR" : "VBR";
}

static void
put_totals(JsonBuilder *json, const ProbeSession *session, const TsCounters *counters)
{
    const int32_t stream_id = ts_analyser_transport_stream_id(session->analyser);

    json_put_string(json, "input", session->input);
    json_put_count(json, "packet_size", ts_analyser_packet_size(session->analyser));
    json_put_count(json, "packets", counters->packets);
    json_put_count(json, "null_packets", counters->null_packets);
    json_put_known_int(json, "bitrate_bps", session->bitrate_bps > 0, (gint64)session->bitrate_bps);
    json_put_string(json, "bitrate_kind", rate_kind(session));
    json_put_known_double(json, "seconds", session->clock_known,
                          (double)(session->last_us - session->first_us) / (double)US_PER_SECOND);
    put_start(json, session);
    json_put_known_int(json, "transport_stream_id", stream_id >= 0, stream_id);
    json_put_count(json, "sync_losses", counters->sync_losses);
    json_put_count(json, "bytes_skipped", counters->bytes_skipped);
    json_put_count(json, "crc_errors", counters->crc_errors);
    json_put_count(json, "cc_errors", counters->cc_errors);
    json_put_count(json, "cc_missing", counters->cc_missing);
}

static void
put_pictures(JsonBuilder *json, const ProbeSession *session)
{
    if (session->pictures == NULL)
        return;
    json_begin_member_array(json, "pictures");
    for (guint i = 0; i < session->pictures->len; i++) {
        const ProbePicture *picture = g_ptr_array_index(session->pictures, i);
        gsize size = 0;
        const guchar *bytes = g_bytes_get_data(picture->jpeg, &size);
        g_autofree char *text = g_base64_encode(bytes, size);

        json_builder_begin_object(json);
        json_put_count(json, "service_id", picture->service_id);
        json_put_string(json, "jpeg_base64", text);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

char *
report_json(const ProbeSession *session, const ReportScope *scope)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    json_builder_begin_object(json);
    put_totals(json, session, &counters);
    report_json_services(json, session, scope);
    report_json_pids(json, session, scope);
    report_json_clocks(json, session, scope);
    report_json_indicators(json, session, scope);
    report_json_tables(json, session, scope);
    report_json_events(json, session, scope);
    report_json_information(json, session);
    report_json_cues(json, session, scope);
    report_json_ancillary(json, session, scope);
    report_json_network(json, session);
    report_json_media(json, session->media, scope);
    put_pictures(json, session);
    put_warnings(json, session);
    json_builder_end_object(json);

    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);

    return g_strconcat(text, "\n", NULL);
}
