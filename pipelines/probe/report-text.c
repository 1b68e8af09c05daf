/* Plain columns, wide enough for a ticket, narrow enough for a mail. */
#include <string.h>

#include "pipelines/probe/report.h"

static void
add_rate(GString *text, const ProbeSession *session, guint64 packets)
{
    if (session->bitrate_bps > 0)
        g_string_append_printf(text, "%10.3f", probe_session_rate_bps(session, packets) / 1e6);
    else
        g_string_append(text, "         -");
}

static void
add_head(GString *text, const ProbeSession *session, const TsCounters *counters)
{
    const gint32 stream_id = ts_analyser_transport_stream_id(session->analyser);

    g_string_append_printf(text, "Input            %s\n", session->input);
    g_string_append_printf(text, "Packets          %" G_GUINT64_FORMAT " of %u bytes",
                           counters->packets, ts_analyser_packet_size(session->analyser));
    g_string_append_printf(text, ", %" G_GUINT64_FORMAT " of them null packets\n",
                           counters->null_packets);
    if (session->bitrate_bps > 0)
        g_string_append_printf(text, "Bit rate         %.3f Mb/s over %.3f s\n",
                               probe_session_rate_bps(session, counters->packets) / 1e6,
                               (double)(session->last_us - session->first_us) / 1e6);
    if (stream_id >= 0)
        g_string_append_printf(text, "Transport stream %d, %zu services\n", stream_id,
                               ts_analyser_n_services(session->analyser));
    else
        g_string_append(text, "Transport stream no PAT\n");
    if (session->is_rtp)
        g_string_append_printf(text,
                               "RTP              %" G_GUINT64_FORMAT " received, %" G_GUINT64_FORMAT
                               " lost, %" G_GUINT64_FORMAT " late, %" G_GUINT64_FORMAT " doubled\n",
                               session->rtp.receiver.received, session->rtp.receiver.lost,
                               session->rtp.receiver.reordered, session->rtp.receiver.duplicates);
}

static void
add_errors(GString *text, const TsCounters *counters)
{
    const struct {
        const char *words;
        guint64 count;
    } errors[] = {
        {"1.1 sync lost", counters->sync_losses},
        {"1.2 sync byte wrong", counters->sync_byte_errors},
        {"1.4 continuity errors", counters->cc_errors + counters->cc_repeats},
        {"    packets missing (modulo 16 a gap)", counters->cc_missing},
        {"2.1 packets marked damaged", counters->transport_errors},
        {"2.2 sections with a wrong CRC", counters->crc_errors},
        {"2.3.a PCRs more than 100 ms apart", counters->pcr_late},
        {"2.3.b PCR jumps, not announced", counters->pcr_jumps},
        {"    scrambled packets", counters->scrambled},
        {"    bytes outside packets", counters->bytes_skipped},
    };

    g_string_append(text, "\nErrors (TR 101 290)\n");
    for (gsize i = 0; i < G_N_ELEMENTS(errors); i++)
        g_string_append_printf(text, "  %-38s %10" G_GUINT64_FORMAT "\n", errors[i].words,
                               errors[i].count);
}

static void
add_component(GString *text, const ProbeSession *session, const TsComponent *component)
{
    const char *codec = ts_codec_name(component->codec);
    TsPidInfo info = {0};
    const gboolean seen = ts_analyser_pid(session->analyser, component->pid, &info);

    g_string_append_printf(text, "  PID %4u  type 0x%02x  %-14s %-4s%s%s\n", component->pid,
                           component->stream_type, *codec ? codec : "-", component->language,
                           component->scrambled ? "scrambled " : "",
                           seen ? "" : "no packet on this PID");
}

static void
add_service(GString *text, const ProbeSession *session, const TsService *service)
{
    g_string_append_printf(text, "\nService %u", service->service_id);
    if (service->name[0])
        g_string_append_printf(text, " \"%s\"", service->name);
    if (service->provider[0])
        g_string_append_printf(text, " of \"%s\"", service->provider);
    g_string_append_printf(text, ": PMT on PID %u", service->pmt_pid);
    if (!service->pmt_seen)
        g_string_append(text, ", not seen");
    else if (service->pcr_pid == TS_PID_NULL)
        g_string_append(text, ", no PCR");
    else
        g_string_append_printf(text, ", PCR on PID %u", service->pcr_pid);
    g_string_append_c(text, '\n');
    for (gsize i = 0; i < service->n_components; i++)
        add_component(text, session, &service->components[i]);
}

static void
add_pid(GString *text, const ProbeSession *session, const TsPidInfo *pid)
{
    g_string_append_printf(text, "  %4u  %10" G_GUINT64_FORMAT " ", pid->pid, pid->packets);
    add_rate(text, session, pid->packets);
    g_string_append_printf(text,
                           "  %6" G_GUINT64_FORMAT "  %7" G_GUINT64_FORMAT "  %6" G_GUINT64_FORMAT
                           "  %6" G_GUINT64_FORMAT "  %6" G_GUINT64_FORMAT,
                           pid->cc_errors + pid->cc_repeats, pid->cc_missing, pid->duplicates,
                           pid->scrambled, pid->transport_errors);
    if (pid->pcr_count > 0)
        g_string_append_printf(text, "  %6" G_GUINT64_FORMAT "  %8.3f", pid->pcr_count,
                               (double)pid->pcr_interval_max_us / 1e3);
    g_string_append_c(text, '\n');
}

static void
add_pids(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    const gsize n_pids = ts_analyser_pids(session->analyser, NULL, 0);
    g_autofree TsPidInfo *pids = g_new0(TsPidInfo, n_pids + 1);

    ts_analyser_pids(session->analyser, pids, n_pids);
    g_string_append(text, "\n   PID     packets       Mb/s  CC err  missing  double  scramb  "
                          "damage    PCRs  max [ms]\n");
    for (gsize i = 0; i < n_pids; i++)
        if (report_has_pid(session, scope, &pids[i]))
            add_pid(text, session, &pids[i]);
}

char *
report_text(const ProbeSession *session, const ReportScope *scope)
{
    GString *text = g_string_new(NULL);
    const gsize n_services = ts_analyser_n_services(session->analyser);
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    add_head(text, session, &counters);
    add_errors(text, &counters);
    for (gsize i = 0; i < n_services; i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);

        if (report_has_service(scope, service))
            add_service(text, session, service);
    }
    add_pids(text, session, scope);
    for (guint i = 0; i < session->warnings->len; i++)
        g_string_append_printf(text, "\nWarning: %s\n",
                               (const char *)g_ptr_array_index(session->warnings, i));
    return g_string_free(text, FALSE);
}
