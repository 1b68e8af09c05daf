/* What belongs to the service or PID that was asked for. */
#include "pipelines/probe/report.h"

gboolean
report_has_service(const ReportScope *scope, const TsService *service)
{
    return scope->service < 0 || service->service_id == scope->service;
}

static gboolean
is_of(const TsService *service, guint16 pid)
{
    if (service->pmt_pid == pid || service->pcr_pid == pid)
        return TRUE;
    for (gsize i = 0; i < service->n_components; i++)
        if (service->components[i].pid == pid)
            return TRUE;
    return FALSE;
}

gboolean
report_has_pid(const ProbeSession *session, const ReportScope *scope, const TsPidInfo *pid)
{
    if (scope->pid >= 0 && pid->pid != scope->pid)
        return FALSE;
    if (scope->service < 0)
        return TRUE;
    const TsService *service =
        ts_analyser_service(session->analyser, (guint16)MAX(scope->service, 1));

    return service && is_of(service, pid->pid);
}

const char *
report_indicator(TsCondition condition)
{
    switch (condition) {
    case TS_CONDITION_PAT_MISSING:
        return "1.3.a";
    case TS_CONDITION_PMT_MISSING:
        return "1.5.a";
    case TS_CONDITION_VIDEO_MISSING:
    case TS_CONDITION_AUDIO_MISSING:
        return "1.6";
    case TS_CONDITION_NO_PACKETS:
    case TS_CONDITION_SYNC_LOST:
    case TS_CONDITION_SERVICE_ABSENT:
    case TS_CONDITION_CONTINUITY:
    case TS_CONDITION_TRANSPORT_ERROR:
    case TS_CONDITION_PCR_JUMP:
    case TS_CONDITION_PCR_LATE:
    case TS_CONDITION_COUNT:
        return NULL;
    }
    return NULL;
}
