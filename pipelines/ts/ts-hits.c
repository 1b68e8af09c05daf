/* Errors as they are found, for the whole stream and for the PID that they were found on. */
#include "pipelines/ts/ts-analyser-private.h"

/* Memory is taken with the first error of a PID, not with a packet. */
static TsIndicatorState *
errors_of(TsPid *pid)
{
    if (!pid->errors)
        pid->errors = g_new0(TsIndicatorState, TS_INDICATOR_COUNT);
    return pid->errors;
}

void
ts_hit(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    const uint64_t packet = ts_packet_index(analyser);

    ts_indicator_hit(&analyser->indicators[indicator], packet, analyser->now_us);
    if (pid)
        ts_indicator_hit(&errors_of(pid)[indicator], packet, analyser->now_us);
}

void
ts_still(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    analyser->indicators[indicator].last_us = analyser->now_us;
    if (pid)
        errors_of(pid)[indicator].last_us = analyser->now_us;
}

void
ts_judged(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    analyser->indicators[indicator].judged = true;
    if (pid)
        errors_of(pid)[indicator].judged = true;
}
