/* What belongs to the service or PID that was asked for. */
#include "pipelines/probe/report.h"

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

void
report_indicators(const ProbeSession *session,
                  const ReportScope *scope,
                  TsIndicatorState ret_states[TS_INDICATOR_COUNT])
{
    if (scope->pid >= 0)
        ts_analyser_pid_indicators(session->analyser, (uint16_t)scope->pid, ret_states);
    else
        ts_analyser_indicators(session->analyser, scope->service, ret_states);
}
