/* Errors as they are found, for the whole stream and for the PID that they were found on. */
#include "pipelines/ts/ts-analyser-private.h"

static bool
is_named(const TsAnalyser *analyser, const TsPid *pid)
{
    return pid->sections || pid->es ||
           (analyser->named[pid->info.pid / 8] & 1u << pid->info.pid % 8) != 0;
}

/* Memory is taken with the first error of a PID, not with a packet. Noise has errors on all 8192:
 * of those that no table refers to, the first TS_STRAY_ERRORS_MAX have figures of their own, the
 * others count for the whole stream only. Returns: (nullable) */
static TsIndicatorState *
errors_of(TsAnalyser *analyser, TsPid *pid)
{
    if (pid == NULL || pid->errors)
        return pid != NULL ? pid->errors : NULL;
    if (!is_named(analyser, pid) && analyser->n_stray_errors++ >= TS_STRAY_ERRORS_MAX)
        return NULL;
    pid->errors = g_new0(TsIndicatorState, TS_INDICATOR_COUNT);
    return pid->errors;
}

void
ts_hit(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    const uint64_t packet = ts_packet_index(analyser);

    ts_indicator_hit(&analyser->indicators[indicator], packet, analyser->now_us);
    TsIndicatorState *errors = errors_of(analyser, pid);

    if (errors)
        ts_indicator_hit(&errors[indicator], packet, analyser->now_us);
}

void
ts_still(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    analyser->indicators[indicator].last_us = analyser->now_us;
    TsIndicatorState *errors = errors_of(analyser, pid);

    if (errors)
        errors[indicator].last_us = analyser->now_us;
}

void
ts_judged(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    analyser->indicators[indicator].judged = true;
    TsIndicatorState *errors = errors_of(analyser, pid);

    if (errors)
        errors[indicator].judged = true;
}
