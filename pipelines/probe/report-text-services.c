/* Each service with its components. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"

static void
add_rate(GString *text, const ProbeSession *session, uint64_t packets)
{
    if (session->bitrate_bps > 0)
        g_string_append_printf(text, "%9.3f Mb/s", probe_session_rate_bps(session, packets) / 1e6);
}

static void
add_pages(GString *text, const TsComponent *component)
{
    for (size_t i = 0; i < component->n_pages; i++)
        g_string_append_printf(text, "%s%u%s%s", i > 0 ? ", " : "  page ", component->pages[i].page,
                               component->pages[i].language[0] ? " " : "",
                               component->pages[i].language);
}

static void
add_component(GString *text, const ProbeSession *session, const TsComponent *component)
{
    const char *codec = ts_codec_name(component->codec);
    TsPidInfo info = {0};

    g_string_append_printf(text, "  %4u  0x%02x  ", component->pid, component->stream_type);
    text_columns_append(text, 15, *codec ? codec : "-");
    text_columns_append(text, 4, component->language);
    if (ts_analyser_pid(session->analyser, component->pid, &info))
        add_rate(text, session, info.packets);
    else
        g_string_append(text, "no packet on this PID");
    if (component->scrambled || info.scrambled > 0)
        g_string_append(text, "  scrambled");
    report_text_format(text, session, component->pid);
    add_pages(text, component);
    g_string_append_c(text, '\n');
}

static void
add_head(GString *text, const ProbeSession *session, const TsService *service)
{
    TsServiceFigures figures;

    ts_analyser_service_figures(session->analyser, service->service_id, &figures);
    g_string_append_printf(text, "\nService %u", service->service_id);
    if (service->name[0])
        g_string_append_printf(text, " \"%s\"", service->name);
    if (service->provider[0])
        g_string_append_printf(text, " of \"%s\"", service->provider);
    if (service->has_lcn)
        g_string_append_printf(text, ", channel %u", service->lcn);
    g_string_append_printf(text, "\n  PMT %u", service->pmt_pid);
    if (!service->pmt_seen)
        g_string_append(text, " not seen");
    else
        g_string_append_printf(text, " version %u", service->version);
    if (service->pmt_seen && service->pcr_pid == TS_PID_NULL)
        g_string_append(text, ", no PCR");
    else if (service->pmt_seen)
        g_string_append_printf(text, ", PCR %u", service->pcr_pid);
    if (service->pmt_seen && session->bitrate_bps > 0)
        g_string_append_printf(text, ", %.3f Mb/s",
                               probe_session_rate_bps(session, figures.packets) / 1e6);
    if (service->ca || figures.scrambled > 0)
        g_string_append_printf(text, ", scrambled%s",
                               figures.scrambled == 0 ? " by its tables, but no packet is" : "");
    if (figures.cc_errors > 0)
        g_string_append_printf(text,
                               ", %" G_GUINT64_FORMAT " continuity errors (%" G_GUINT64_FORMAT
                               " packets missing)",
                               figures.cc_errors, figures.cc_missing);
    g_string_append_c(text, '\n');
}

static void
add_programme(GString *text, const char *when, const TsProgramme *programme)
{
    if (!programme->present || !programme->name[0])
        return;
    g_string_append_printf(text, "  %-5s", when);
    if (programme->has_start) {
        g_autofree char *start = report_utc(programme->start_us);

        g_string_append_printf(text, "%s ", start);
    }
    if (programme->has_duration)
        g_string_append_printf(text, "%3u min  ", programme->duration_s / 60);
    g_string_append_len(text, programme->name, (gssize)text_columns_fit(programme->name, 60));
    g_string_append_c(text, '\n');
}

static void
add_now_next(GString *text, const ProbeSession *session, const TsService *service)
{
    const TsNowNext *now_next = ts_analyser_now_next(session->analyser, service->service_id);

    if (!now_next)
        return;
    add_programme(text, "now", &now_next->now);
    add_programme(text, "next", &now_next->next);
}

void
report_text_services(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    const size_t n_services = ts_analyser_n_services(session->analyser);

    for (size_t i = 0; i < n_services; i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);

        if (scope->pid >= 0 || !report_has_service(scope, service))
            continue;
        add_head(text, session, service);
        add_now_next(text, session, service);
        for (size_t n = 0; n < service->n_components; n++)
            add_component(text, session, &service->components[n]);
    }
}
