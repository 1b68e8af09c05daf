/* PIDs and clocks, keyed by the PID in decimal. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

static void
put_pid(JsonBuilder *json, const ProbeSession *session, const TsPidInfo *pid)
{
    char name[REPORT_NAME_MAX];

    report_pid_name(session, pid->pid, name);
    json_put_string(json, "name", name);
    json_put_count(json, "packets", pid->packets);
    json_put_count(json, "stream_type", pid->stream_type);
    json_put_count(json, "cc_errors", pid->cc_errors);
    json_put_count(json, "cc_missing", pid->cc_missing);
    json_put_count(json, "cc_repeats", pid->cc_repeats);
    json_put_count(json, "duplicates", pid->duplicates);
    json_put_count(json, "discontinuities", pid->discontinuities);
    json_put_count(json, "scrambled", pid->scrambled);
    json_put_count(json, "tei", pid->transport_errors);
    json_put_count(json, "pcr_count", pid->pcr_count);
    json_put_count(json, "pusi", pid->unit_starts);
    json_put_count(json, "crc_errors", pid->crc_errors);
    json_put_known_int(json, "bitrate_bps", session->bitrate_bps > 0,
                       (gint64)probe_session_rate_bps(session, pid->packets));
}

static void
begin_keyed(JsonBuilder *json, uint16_t pid)
{
    char name[8];

    g_snprintf(name, sizeof name, "%u", pid);
    json_begin_member_object(json, name);
}

void
report_json_pids(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    size_t n_pids;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);

    json_begin_member_object(json, "pids");
    for (size_t i = 0; i < n_pids; i++) {
        if (!report_has_pid(session, scope, &pids[i]))
            continue;
        begin_keyed(json, pids[i].pid);
        put_pid(json, session, &pids[i]);
        json_builder_end_object(json);
    }
    json_builder_end_object(json);
}

static const char *
kind_name(TsRateKind kind)
{
    switch (kind) {
    case TS_RATE_CONSTANT:
        return "CBR";
    case TS_RATE_VARIABLE:
        return "VBR";
    case TS_RATE_UNKNOWN:
        return NULL;
    }
    return NULL;
}

static void
put_intervals(JsonBuilder *json, const TsClockFigures *clock)
{
    json_begin_member_array(json, "intervals");
    for (unsigned i = 0; i < TS_PCR_BINS; i++) {
        const int64_t limit_us = ts_pcr_bin_limit_us(i);

        json_builder_begin_object(json);
        json_put_known_ms(json, "up_to_ms", limit_us != US_NEVER, limit_us);
        json_put_count(json, "count", clock->bins[i]);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

/* The last three are by arrival: of a file, whose arrivals come from these PCRs, they mean nothing.
 */
static void
put_clock(JsonBuilder *json,
          const ProbeSession *session,
          const TsPidInfo *pid,
          const TsClockFigures *clock)
{
    const bool two = clock->interval_max_us > 0;
    const bool judged = clock->accuracy_judged > 0;
    const bool arrival = clock->arrival_known && session->datagrams > 0;

    json_put_count(json, "count", pid->pcr_count);
    json_put_known_ms(json, "interval_min_ms", two, clock->interval_min_us);
    json_put_double(json, "interval_max_ms", (double)pid->pcr_interval_max_us / (double)US_PER_MS);
    json_put_count(json, "late", pid->pcr_late);
    json_put_count(json, "over_40_ms", clock->slow);
    json_put_count(json, "jumps", pid->pcr_jumps);
    json_put_count(json, "announced_discontinuities", clock->announced);
    put_intervals(json, clock);
    json_put_string(json, "rate_kind", kind_name(clock->kind));
    json_put_known_int(json, "rate_bps", clock->rate_bps > 0, (gint64)clock->rate_bps);
    json_put_count(json, "accuracy_judged", clock->accuracy_judged);
    json_put_known_int(json, "accuracy_errors", judged, (gint64)clock->accuracy_errors);
    json_put_known_int(json, "accuracy_min_ns", judged, clock->accuracy_min_ns);
    json_put_known_int(json, "accuracy_max_ns", judged, clock->accuracy_max_ns);
    json_put_known_double(json, "jitter_ns", arrival, clock->jitter_ns);
    json_put_known_double(json, "frequency_offset_hz", arrival, clock->offset_hz);
    json_put_known_double(json, "drift_mhz_s", arrival, clock->drift_mhz_s);
}

void
report_json_clocks(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    size_t n_pids;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);

    json_begin_member_object(json, "pcr");
    for (size_t i = 0; i < n_pids; i++) {
        TsClockFigures clock = {0};

        if (pids[i].pcr_count == 0 || !report_has_pid(session, scope, &pids[i]))
            continue;
        ts_analyser_clock(session->analyser, pids[i].pid, &clock);
        begin_keyed(json, pids[i].pid);
        put_clock(json, session, &pids[i], &clock);
        json_builder_end_object(json);
    }
    json_builder_end_object(json);
}
