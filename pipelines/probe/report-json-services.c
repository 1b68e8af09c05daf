/* Services with their components. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

static const char *
kind_name(TsKind kind)
{
    switch (kind) {
    case TS_KIND_VIDEO:
        return "video";
    case TS_KIND_AUDIO:
        return "audio";
    case TS_KIND_SUBTITLES:
        return "subtitles";
    case TS_KIND_DATA:
        return "data";
    }
    return "data";
}

static const char *
layout_name(TsLayout layout)
{
    switch (layout) {
    case TS_LAYOUT_MONO:
        return "mono";
    case TS_LAYOUT_DUAL_MONO:
        return "dual mono";
    case TS_LAYOUT_STEREO:
        return "stereo";
    case TS_LAYOUT_MATRIXED:
        return "matrixed stereo";
    case TS_LAYOUT_MULTI:
        return "up to 5.1";
    case TS_LAYOUT_BEYOND:
        return "beyond 5.1";
    case TS_LAYOUT_UNKNOWN:
        return NULL;
    }
    return NULL;
}

static void
put_ca(JsonBuilder *json, const TsCa *ca, size_t count)
{
    json_begin_member_array(json, "ca");
    for (size_t i = 0; i < count; i++) {
        json_builder_begin_object(json);
        json_put_count(json, "system_id", ca[i].system_id);
        json_put_count(json, "pid", ca[i].pid);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_languages(JsonBuilder *json, const TsComponent *component)
{
    json_begin_member_array(json, "languages");
    for (size_t i = 0; i < component->n_languages; i++) {
        json_builder_begin_object(json);
        json_put_string(json, "code", component->languages[i].code);
        json_put_count(json, "audio_type", component->languages[i].audio_type);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_pages(JsonBuilder *json, const TsComponent *component)
{
    json_begin_member_array(json, "pages");
    for (size_t i = 0; i < component->n_pages; i++) {
        json_builder_begin_object(json);
        json_put_string(json, "language", component->pages[i].language);
        json_put_count(json, "type", component->pages[i].type);
        json_put_count(json, "page", component->pages[i].page);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_component(JsonBuilder *json, const ProbeSession *session, const TsComponent *component)
{
    json_builder_begin_object(json);
    json_put_count(json, "pid", component->pid);
    json_put_count(json, "stream_type", component->stream_type);
    json_put_string(json, "codec", ts_codec_name(component->codec));
    json_put_string(json, "language", component->language);
    json_put_string(json, "kind", kind_name(component->kind));
    json_put_known_int(json, "registration", component->registration != 0, component->registration);
    json_put_known_int(json, "component_tag", component->has_tag, component->tag);
    json_put_string(json, "layout", layout_name(component->layout));
    if (component->n_languages > 0)
        put_languages(json, component);
    if (component->n_pages > 0)
        put_pages(json, component);
    if (component->n_ca > 0)
        put_ca(json, component->ca, component->n_ca);
    report_json_es(json, session, component->pid);
    json_builder_end_object(json);
}

static void
put_components(JsonBuilder *json,
               const ProbeSession *session,
               const TsService *service,
               const ReportScope *scope)
{
    json_begin_member_array(json, "components");
    for (size_t i = 0; i < service->n_components; i++)
        if (scope->pid < 0 || service->components[i].pid == scope->pid)
            put_component(json, session, &service->components[i]);
    json_builder_end_array(json);
}

static void
put_programme(JsonBuilder *json, const char *name, const TsProgramme *programme)
{
    if (!programme->present) {
        json_put_null(json, name);
        return;
    }
    g_autofree char *start = programme->has_start ? report_utc(programme->start_us) : NULL;

    json_begin_member_object(json, name);
    json_put_count(json, "event_id", programme->event_id);
    json_put_string(json, "name", programme->name);
    json_put_string(json, "language", programme->language);
    json_put_string(json, "start", start);
    json_put_known_int(json, "duration_s", programme->has_duration, programme->duration_s);
    json_builder_end_object(json);
}

static void
put_now_next(JsonBuilder *json, const ProbeSession *session, const TsService *service)
{
    const TsNowNext *now_next = ts_analyser_now_next(session->analyser, service->service_id);

    if (!now_next)
        return;
    put_programme(json, "now", &now_next->now);
    put_programme(json, "next", &now_next->next);
}

static void
put_service(JsonBuilder *json,
            const ProbeSession *session,
            const TsService *service,
            const ReportScope *scope)
{
    TsServiceFigures figures;
    int64_t skew_us = 0;
    const bool skew_known = ts_analyser_skew_us(session->analyser, service->service_id, &skew_us);

    ts_analyser_service_figures(session->analyser, service->service_id, &figures);
    json_builder_begin_object(json);
    json_put_count(json, "service_id", service->service_id);
    json_put_string(json, "name", service->name);
    json_put_string(json, "provider", service->provider);
    json_put_count(json, "pmt_pid", service->pmt_pid);
    json_put_known_int(json, "pcr_pid", service->pcr_pid != TS_PID_NULL, service->pcr_pid);
    json_put_bool(json, "pmt_seen", service->pmt_seen);
    json_put_known_int(json, "pmt_version", service->pmt_seen, service->version);
    json_put_known_int(json, "type", service->type != 0, service->type);
    json_put_known_int(json, "running_status", service->sdt_seen, service->running);
    json_put_known_int(json, "lcn", service->has_lcn, service->lcn);
    if (service->n_cas > 0)
        put_ca(json, service->cas, service->n_cas);
    json_put_count(json, "packets", figures.packets);
    json_put_known_int(json, "bitrate_bps", session->bitrate_bps > 0,
                       (gint64)probe_session_rate_bps(session, figures.packets));
    json_put_count(json, "cc_errors", figures.cc_errors);
    json_put_count(json, "cc_missing", figures.cc_missing);
    json_put_count(json, "scrambled", figures.scrambled);
    put_now_next(json, session, service);
    json_put_known_ms(json, "sound_ahead_ms", skew_known, skew_us);
    report_json_buffers(json, session, service->pmt_pid);
    put_components(json, session, service, scope);
    json_builder_end_object(json);
}

void
report_json_services(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    const size_t n_services = ts_analyser_n_services(session->analyser);

    json_begin_member_array(json, "services");
    for (size_t i = 0; i < n_services; i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);

        if (report_has_service(scope, service))
            put_service(json, session, service, scope);
    }
    json_builder_end_array(json);
}
