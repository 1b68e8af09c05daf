/* What belongs to the service or PID that was asked for. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

bool
report_has_service(const ReportScope *scope, const TsService *service)
{
    return scope->service < 0 || service->service_id == scope->service;
}

static bool
is_of(const TsService *service, guint16 pid)
{
    if (service->pmt_pid == pid || service->pcr_pid == pid)
        return true;
    for (gsize i = 0; i < service->n_components; i++)
        if (service->components[i].pid == pid)
            return true;
    return false;
}

bool
report_has_pid(const ProbeSession *session, const ReportScope *scope, const TsPidInfo *pid)
{
    if (scope->pid >= 0 && pid->pid != scope->pid)
        return false;
    if (scope->service < 0)
        return true;
    const TsService *service =
        ts_analyser_service(session->analyser, (guint16)MAX(scope->service, 1));

    return service && is_of(service, pid->pid);
}

/* Whether it can be judged without knowing when anything came. */
static bool
needs_no_clock(TsIndicator indicator)
{
    return indicator == TS_INDICATOR_SYNC_LOSS || indicator == TS_INDICATOR_SYNC_BYTE ||
           indicator == TS_INDICATOR_CONTINUITY || indicator == TS_INDICATOR_TRANSPORT ||
           indicator == TS_INDICATOR_CRC;
}

void
report_indicators(const ProbeSession *session,
                  const ReportScope *scope,
                  TsIndicatorState ret_states[TS_INDICATOR_COUNT])
{
    if (scope->pid >= 0)
        ts_analyser_pid_indicators(session->analyser, (uint16_t)scope->pid, ret_states);
    else
        ts_analyser_indicators(session->analyser, scope->service, ret_states);
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT && !session->clock_known; i++)
        if (!needs_no_clock(i))
            ret_states[i] = (TsIndicatorState){0};
}

void
report_ancillary_each(const ProbeSession *session,
                      const ReportScope *scope,
                      ReportAncillaryVisitor visit,
                      void *user_data)
{
    g_autofree bool *seen = g_new0(bool, TS_PID_COUNT);

    for (size_t i = 0; i < ts_analyser_n_services(session->analyser); i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);

        for (size_t n = 0; report_has_service(scope, service) && n < service->n_components; n++) {
            const TsComponent *component = &service->components[n];
            const TsAncillary *ancillary = ts_analyser_ancillary(session->analyser, component->pid);

            if (!ancillary || seen[component->pid] ||
                (scope->pid >= 0 && scope->pid != component->pid))
                continue;
            seen[component->pid] = true;
            visit(component, ancillary, user_data);
        }
    }
}

bool
report_has_media(const ReportScope *scope, uint16_t pid)
{
    return scope->pid < 0 || scope->pid == pid;
}
