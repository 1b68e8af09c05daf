/* One line a PID, one line a clock. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"
#include "pipelines/ts/ts-analyser-es.h"

/* Six columns; "-" for 0, so that what is not 0 is seen. */
static void
add_count(GString *text, uint64_t count)
{
    if (count == 0)
        g_string_append(text, "       -");
    else
        g_string_append_printf(text, " %7" G_GUINT64_FORMAT, count);
}

static void
add_pid(GString *text, const ProbeSession *session, const TsPidInfo *pid)
{
    char name[REPORT_NAME_MAX];

    report_pid_name(session, pid->pid, name);
    g_string_append_printf(text, "  %4u  ", pid->pid);
    text_columns_append(text, 18, name[0] ? name : "-");
    g_string_append_printf(text, " %10" G_GUINT64_FORMAT, pid->packets);
    if (session->bitrate_bps > 0)
        g_string_append_printf(text, " %8.3f", probe_session_rate_bps(session, pid->packets) / 1e6);
    else
        g_string_append(text, "        -");
    add_count(text, pid->cc_errors + pid->cc_repeats);
    add_count(text, pid->cc_missing);
    add_count(text, pid->duplicates);
    add_count(text, pid->scrambled);
    add_count(text, pid->transport_errors);
    add_count(text, pid->crc_errors);
    g_string_append_c(text, '\n');
}

void
report_text_pids(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    size_t n_pids;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);

    g_string_append(text, "\n   PID  what                  packets     Mb/s  CC err missing  double"
                          " scrambl damaged CRC err\n");
    for (size_t i = 0; i < n_pids; i++)
        if (report_has_pid(session, scope, &pids[i]))
            add_pid(text, session, &pids[i]);
}

static void
add_clock(GString *text,
          const ProbeSession *session,
          const TsPidInfo *pid,
          const TsClockFigures *clock)
{
    g_string_append_printf(text, "  %4u  %8" G_GUINT64_FORMAT, pid->pid, pid->pcr_count);
    if (clock->interval_max_us > 0)
        g_string_append_printf(text, "  %8.3f  %9.3f", (double)clock->interval_min_us / 1e3,
                               (double)clock->interval_max_us / 1e3);
    else
        g_string_append(text, "         -          -");
    add_count(text, pid->pcr_late);
    add_count(text, pid->pcr_jumps);
    add_count(text, clock->announced);
    if (clock->accuracy_judged > 0)
        g_string_append_printf(text, "  %9" G_GINT64_FORMAT " %+7" G_GINT64_FORMAT,
                               clock->accuracy_min_ns, clock->accuracy_max_ns);
    else
        g_string_append_printf(text, "  %s",
                               clock->kind == TS_RATE_VARIABLE ? "    (VBR)       -"
                                                               : "        -       -");
    if (clock->arrival_known && session->datagrams > 0)
        g_string_append_printf(text, " %6.0f %6.1f", clock->jitter_ns, clock->offset_hz);
    else
        g_string_append(text, "      -      -");
    g_string_append_c(text, '\n');
}

void
report_text_clocks(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    size_t n_pids;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);
    bool any = false;

    for (size_t i = 0; i < n_pids; i++) {
        TsClockFigures clock = {0};

        if (pids[i].pcr_count == 0 || !report_has_pid(session, scope, &pids[i]))
            continue;
        ts_analyser_clock(session->analyser, pids[i].pid, &clock);
        if (!any)
            g_string_append(
                text, "\n   PCR     count    min ms     max ms >100 ms   jumps announc  AC min ns"
                      "  max ns  OJ ns  FO Hz\n");
        any = true;
        add_clock(text, session, &pids[i], &clock);
    }
}
