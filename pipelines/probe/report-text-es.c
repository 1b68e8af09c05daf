/* Picture and sound of the components: parameters in a few words, time stamps and buffers in a
 * table. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"
#include "pipelines/ts/ts-analyser-es.h"

void
report_text_format(GString *text, const ProbeSession *session, uint16_t pid)
{
    EsVideo video;
    EsAudio audio;

    if (ts_analyser_video(session->analyser, pid, &video) && video.known) {
        g_string_append_printf(text, "  %ux%u%s", video.width, video.height,
                               video.interlaced ? "i" : "p");
        if (video.rate_num > 0 && video.rate_den > 0)
            g_string_append_printf(text, " %.5g/s", (double)video.rate_num / video.rate_den);
    } else if (ts_analyser_audio(session->analyser, pid, &audio)) {
        if (audio.sample_rate_hz > 0)
            g_string_append_printf(text, "  %.5g kHz", audio.sample_rate_hz / 1e3);
        if (audio.channels > 0)
            g_string_append_printf(text, " %u ch", audio.channels);
    }
}

static void
add_share(GString *text, uint32_t fill, uint32_t size)
{
    if (size > 0)
        g_string_append_printf(text, "%5.0f", 100.0 * fill / size);
    else
        g_string_append(text, "    -");
}

static void
add_count(GString *text, bool known, uint64_t count)
{
    if (known && count > 0)
        g_string_append_printf(text, "%6" G_GUINT64_FORMAT, count);
    else
        g_string_append(text, "     -");
}

/* Nine columns; far apart, in seconds. */
static void
add_ms(GString *text, bool known, int64_t time_us)
{
    if (known && ABS(time_us) >= 100 * US_PER_SECOND)
        g_string_append_printf(text, "%7.0f s", (double)time_us / 1e6);
    else if (known)
        g_string_append_printf(text, "%9.1f", (double)time_us / 1e3);
    else
        g_string_append(text, "        -");
}

static void
add_component(GString *text,
              const ProbeSession *session,
              uint16_t pid,
              const TsStampFigures *stamps)
{
    TsBufferFigures buffers = {0};
    char name[REPORT_NAME_MAX];

    report_pid_name(session, pid, name);
    ts_analyser_buffers(session->analyser, pid, &buffers);
    g_string_append_printf(text, "  %4u  ", pid);
    text_columns_append(text, 16, name);
    add_ms(text, stamps->steps > 0, stamps->pts_max_us);
    add_ms(text, stamps->ahead_known, stamps->ahead_min_us);
    add_ms(text, stamps->ahead_known, stamps->ahead_max_us);
    add_count(text, stamps->ahead_known, stamps->late);
    add_count(text, true, stamps->jumps);
    add_share(text, buffers.transport_max, buffers.applicable ? buffers.transport_size : 0);
    add_share(text, buffers.fill_max, buffers.applicable ? buffers.size : 0);
    add_ms(text, buffers.applicable && buffers.units > 0, buffers.delay_max_us);
    add_count(text, buffers.applicable, buffers.overflows + buffers.transport_overflows);
    add_count(text, buffers.applicable, buffers.underflows);
    g_string_append_c(text, '\n');
}

static void
add_skews(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    for (size_t i = 0; i < ts_analyser_n_services(session->analyser); i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);
        int64_t skew_us;

        if (scope->pid < 0 && report_has_service(scope, service) &&
            ts_analyser_skew_us(session->analyser, service->service_id, &skew_us))
            g_string_append_printf(text, "  service %u: sound is sent %.1f ms %s the picture\n",
                                   service->service_id, (double)ABS(skew_us) / 1e3,
                                   skew_us >= 0 ? "ahead of" : "behind");
    }
}

void
report_text_stamps(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    size_t n_pids;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);
    bool any = false;

    for (size_t i = 0; i < n_pids; i++) {
        TsStampFigures stamps;

        if (!report_has_pid(session, scope, &pids[i]) ||
            !ts_analyser_stamps(session->analyser, pids[i].pid, &stamps) || stamps.pts_count == 0)
            continue;
        if (!any)
            g_string_append(text,
                            "\n   PID  time stamps       PTS gap  PTS-PCR   to max  late jumps"
                            " TB % buf %    delay  over under\n");
        any = true;
        add_component(text, session, pids[i].pid, &stamps);
    }
    if (any)
        add_skews(text, session, scope);
}
