/* Plain columns, narrow enough for a mail: 100 at most. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

static const char *
rate_kind(const ProbeSession *session)
{
    TsRateKind kind = TS_RATE_UNKNOWN;
    double rate;

    if (!ts_analyser_clock_rate(session->analyser, &rate, &kind) || kind == TS_RATE_UNKNOWN)
        return "";
    return kind == TS_RATE_CONSTANT ? " constant" : " variable";
}

static void
add_time(GString *text, const ProbeSession *session)
{
    const WallUs start_us = session->wall_offset_us + session->first_us;
    g_autoptr(GDateTime) time = session->wall_offset_us != 0
                                    ? g_date_time_new_from_unix_utc(start_us / US_PER_SECOND)
                                    : NULL;
    g_autofree char *start = time ? g_date_time_format(time, " from %F %T UTC") : g_strdup("");

    g_string_append_printf(text, "Time        %.3f s%s\n",
                           (double)(session->last_us - session->first_us) / 1e6, start);
}

static void
add_network(GString *text, const ProbeSession *session)
{
    const TsNetwork *network;

    for (size_t i = 0; (network = ts_analyser_network_at(session->analyser, i)); i++)
        if (network->kind == TS_NETWORK_ACTUAL)
            g_string_append_printf(text, ", network %u \"%s\"", network->id, network->name);
}

/* What the stream's own clock tables said last. */
static void
add_told_time(GString *text, const ProbeSession *session)
{
    const TsTime *time = ts_analyser_time(session->analyser);

    if (!time)
        return;
    g_autofree char *utc = report_utc(time->utc_us);

    g_string_append_printf(text, "Told time   %s by its %s\n", utc, ts_table_name(time->table_id));
}

static void
add_stream(GString *text, const ProbeSession *session)
{
    const int32_t stream_id = ts_analyser_transport_stream_id(session->analyser);
    const size_t n_services = ts_analyser_n_services(session->analyser);

    if (stream_id >= 0)
        g_string_append_printf(text, "Stream      id %d, %zu service%s", stream_id, n_services,
                               n_services == 1 ? "" : "s");
    else
        g_string_append(text, "Stream      no PAT");
    g_string_append_printf(text, ", %zu PIDs", ts_analyser_pids(session->analyser, NULL, 0));
    add_network(text, session);
    g_string_append_c(text, '\n');
}

static void
add_head(GString *text, const ProbeSession *session, const TsCounters *counters)
{
    g_autofree char *input = g_utf8_make_valid(session->input, -1);
    g_autofree char *size = g_format_size(counters->bytes);

    g_string_append_printf(text, "Input       %s\n            %s", input, size);
    g_string_append_printf(text, ", %" G_GUINT64_FORMAT " packets of %u bytes", counters->packets,
                           ts_analyser_packet_size(session->analyser));
    if (counters->packets > 0)
        g_string_append_printf(text, ", %.1f %% null packets",
                               100.0 * (double)counters->null_packets / (double)counters->packets);
    g_string_append_c(text, '\n');
    if (session->bitrate_bps > 0)
        g_string_append_printf(text, "Bit rate    %.3f Mb/s%s\n", session->bitrate_bps / 1e6,
                               rate_kind(session));
    if (session->clock_known)
        add_time(text, session);
    add_stream(text, session);
    add_told_time(text, session);
}

char *
report_text(const ProbeSession *session, const ReportScope *scope)
{
    GString *text = g_string_new(NULL);
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    add_head(text, session, &counters);
    for (guint i = 0; i < session->warnings->len; i++)
        g_string_append_printf(text, "Warning     %s\n",
                               (const char *)g_ptr_array_index(session->warnings, i));
    report_text_verdict(text, session, scope);
    report_text_network(text, session);
    report_text_services(text, session, scope);
    report_text_pids(text, session, scope);
    report_text_clocks(text, session, scope);
    report_text_stamps(text, session, scope);
    report_text_tables(text, session, scope);
    report_text_events(text, session, scope);
    report_text_cues(text, session, scope);
    report_text_ancillary(text, session, scope);
    report_text_media(text, session->media, scope);
    return g_string_free(text, FALSE);
}
