/* One object; PIDs are its keys in decimal. */
#include <json-glib/json-glib.h>

#include "pipelines/probe/report.h"

static void
put_count(JsonBuilder *json, const char *name, guint64 value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, (gint64)value);
}

static void
put_string(JsonBuilder *json, const char *name, const char *value)
{
    json_builder_set_member_name(json, name);
    if (value && *value)
        json_builder_add_string_value(json, value);
    else
        json_builder_add_null_value(json);
}

static void
put_rate(JsonBuilder *json, const char *name, const ProbeSession *session, guint64 packets)
{
    json_builder_set_member_name(json, name);
    if (session->bitrate_bps > 0)
        json_builder_add_int_value(json, (gint64)probe_session_rate_bps(session, packets));
    else
        json_builder_add_null_value(json);
}

static void
put_component(JsonBuilder *json, const TsComponent *component)
{
    json_builder_begin_object(json);
    put_count(json, "pid", component->pid);
    put_count(json, "stream_type", component->stream_type);
    put_string(json, "codec", ts_codec_name(component->codec));
    put_string(json, "language", component->language);
    json_builder_end_object(json);
}

static void
put_service(JsonBuilder *json, const TsService *service)
{
    json_builder_begin_object(json);
    put_count(json, "service_id", service->service_id);
    put_string(json, "name", service->name);
    put_string(json, "provider", service->provider);
    put_count(json, "pmt_pid", service->pmt_pid);
    json_builder_set_member_name(json, "pcr_pid");
    if (service->pcr_pid == TS_PID_NULL)
        json_builder_add_null_value(json);
    else
        json_builder_add_int_value(json, service->pcr_pid);
    json_builder_set_member_name(json, "pmt_seen");
    json_builder_add_boolean_value(json, service->pmt_seen);
    json_builder_set_member_name(json, "components");
    json_builder_begin_array(json);
    for (gsize i = 0; i < service->n_components; i++)
        put_component(json, &service->components[i]);
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
put_services(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    const gsize n_services = ts_analyser_n_services(session->analyser);

    json_builder_set_member_name(json, "services");
    json_builder_begin_array(json);
    for (gsize i = 0; i < n_services; i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);

        if (report_has_service(scope, service))
            put_service(json, service);
    }
    json_builder_end_array(json);
}

static void
put_pid(JsonBuilder *json, const ProbeSession *session, const TsPidInfo *pid)
{
    json_builder_begin_object(json);
    put_count(json, "packets", pid->packets);
    put_count(json, "stream_type", pid->stream_type);
    put_count(json, "cc_errors", pid->cc_errors);
    put_count(json, "cc_missing", pid->cc_missing);
    put_count(json, "cc_repeats", pid->cc_repeats);
    put_count(json, "duplicates", pid->duplicates);
    put_count(json, "discontinuities", pid->discontinuities);
    put_count(json, "scrambled", pid->scrambled);
    put_count(json, "tei", pid->transport_errors);
    put_count(json, "pcr_count", pid->pcr_count);
    put_count(json, "pusi", pid->unit_starts);
    put_count(json, "crc_errors", pid->crc_errors);
    put_rate(json, "bitrate_bps", session, pid->packets);
    json_builder_end_object(json);
}

static void
put_clock(JsonBuilder *json, const TsPidInfo *pid)
{
    json_builder_begin_object(json);
    put_count(json, "count", pid->pcr_count);
    json_builder_set_member_name(json, "interval_max_ms");
    json_builder_add_double_value(json, (double)pid->pcr_interval_max_us / (double)US_PER_MS);
    put_count(json, "late", pid->pcr_late);
    put_count(json, "jumps", pid->pcr_jumps);
    json_builder_end_object(json);
}

typedef void (*PutPid)(JsonBuilder *, const ProbeSession *, const TsPidInfo *);

static void
put_clock_of(JsonBuilder *json, const ProbeSession *session, const TsPidInfo *pid)
{
    (void)session;
    put_clock(json, pid);
}

static void
put_pids(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope, gboolean clocks)
{
    const gsize n_pids = ts_analyser_pids(session->analyser, NULL, 0);
    g_autofree TsPidInfo *pids = g_new0(TsPidInfo, n_pids + 1);
    const PutPid put = clocks ? put_clock_of : put_pid;

    ts_analyser_pids(session->analyser, pids, n_pids);
    json_builder_set_member_name(json, clocks ? "pcr" : "pids");
    json_builder_begin_object(json);
    for (gsize i = 0; i < n_pids; i++) {
        char name[8];

        if (!report_has_pid(session, scope, &pids[i]) || (clocks && pids[i].pcr_count == 0))
            continue;
        g_snprintf(name, sizeof name, "%u", pids[i].pid);
        json_builder_set_member_name(json, name);
        put(json, session, &pids[i]);
    }
    json_builder_end_object(json);
}

static void
put_packet(JsonBuilder *json, const char *name, const TsIndicatorState *state, guint64 packet)
{
    json_builder_set_member_name(json, name);
    if (state->count > 0)
        json_builder_add_int_value(json, (gint64)packet);
    else
        json_builder_add_null_value(json);
}

static const char *
state_of(const TsIndicatorState *state, TsIndicator indicator, MonoUs now_us)
{
    if (!state->judged)
        return "not applicable";
    return ts_indicator_active(state, indicator, now_us) ? "error" : "ok";
}

static void
put_indicators(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    TsIndicatorState states[TS_INDICATOR_COUNT];

    report_indicators(session, scope, states);
    json_builder_set_member_name(json, "tr101290");
    json_builder_begin_object(json);
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++) {
        json_builder_set_member_name(json, ts_indicator_info(i)->number);
        json_builder_begin_object(json);
        put_string(json, "name", ts_indicator_info(i)->name);
        put_string(json, "state", state_of(&states[i], i, session->last_us));
        put_count(json, "count", states[i].count);
        put_packet(json, "first_packet", &states[i], states[i].first_packet);
        put_packet(json, "last_packet", &states[i], states[i].last_packet);
        json_builder_end_object(json);
    }
    json_builder_end_object(json);
}

static void
put_rtp(JsonBuilder *json, const ProbeSession *session)
{
    json_builder_set_member_name(json, "rtp");
    if (!session->is_rtp) {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_object(json);
    put_count(json, "received", session->rtp.receiver.received);
    put_count(json, "lost", session->rtp.receiver.lost);
    put_count(json, "reordered", session->rtp.receiver.reordered);
    put_count(json, "duplicates", session->rtp.receiver.duplicates);
    put_count(json, "restarts", session->rtp.receiver.restarts);
    put_count(json, "malformed", session->rtp.receiver.malformed);
    json_builder_end_object(json);
}

static void
put_warnings(JsonBuilder *json, const ProbeSession *session)
{
    json_builder_set_member_name(json, "warnings");
    json_builder_begin_array(json);
    for (guint i = 0; i < session->warnings->len; i++)
        json_builder_add_string_value(json, g_ptr_array_index(session->warnings, i));
    json_builder_end_array(json);
}

static void
put_totals(JsonBuilder *json, const ProbeSession *session, const TsCounters *counters)
{
    put_string(json, "input", session->input);
    put_count(json, "packet_size", ts_analyser_packet_size(session->analyser));
    put_count(json, "packets", counters->packets);
    put_count(json, "null_packets", counters->null_packets);
    put_rate(json, "bitrate_bps", session, counters->packets);
    json_builder_set_member_name(json, "seconds");
    if (session->clock_known)
        json_builder_add_double_value(json, (double)(session->last_us - session->first_us) /
                                                (double)US_PER_SECOND);
    else
        json_builder_add_null_value(json);
    json_builder_set_member_name(json, "transport_stream_id");
    if (ts_analyser_transport_stream_id(session->analyser) < 0)
        json_builder_add_null_value(json);
    else
        json_builder_add_int_value(json, ts_analyser_transport_stream_id(session->analyser));
    put_count(json, "sync_losses", counters->sync_losses);
    put_count(json, "bytes_skipped", counters->bytes_skipped);
    put_count(json, "crc_errors", counters->crc_errors);
    put_count(json, "cc_errors", counters->cc_errors);
    put_count(json, "cc_missing", counters->cc_missing);
}

char *
report_json(const ProbeSession *session, const ReportScope *scope)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    json_builder_begin_object(json);
    put_totals(json, session, &counters);
    put_services(json, session, scope);
    put_pids(json, session, scope, FALSE);
    put_pids(json, session, scope, TRUE);
    put_indicators(json, session, scope);
    put_rtp(json, session);
    put_warnings(json, session);
    json_builder_end_object(json);

    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);

    return g_strconcat(text, "\n", NULL);
}
