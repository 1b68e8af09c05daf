/* Reading the indicators: of the whole stream, or as one service sees them. */
#include <string.h>

#include "pipelines/ts/ts-analyser-private.h"

/* PIDs whose faults are everybody's: tables of the whole stream. */
#define TABLE_PIDS 0x20u

static void
add_pid(const TsAnalyser *analyser, uint16_t number, TsIndicatorState *sums)
{
    const TsPid *pid = analyser->pids[number];

    if (!pid || !pid->errors)
        return;
    for (size_t i = 0; i < TS_INDICATOR_COUNT; i++)
        if (ts_indicator_info((TsIndicator)i)->scope == TS_SCOPE_PID)
            ts_indicator_add(&sums[i], &pid->errors[i]);
}

/* Whether each packet is a judgement, so that it is one of each service, too. */
static bool
is_of_every_packet(size_t indicator)
{
    return indicator == TS_INDICATOR_CONTINUITY || indicator == TS_INDICATOR_TRANSPORT ||
           indicator == TS_INDICATOR_CRC;
}

/* What belongs to the whole stream; the others are empty. */
static void
begin_sums(const TsAnalyser *analyser, TsIndicatorState *ret_states)
{
    memcpy(ret_states, analyser->indicators, sizeof analyser->indicators);
    for (size_t i = 0; i < TS_INDICATOR_COUNT; i++) {
        const bool judged = is_of_every_packet(i) && ret_states[i].judged;

        if (ts_indicator_info((TsIndicator)i)->scope == TS_SCOPE_PID)
            ret_states[i] = (TsIndicatorState){.judged = judged};
    }
}

void
ts_analyser_pid_indicators(const TsAnalyser *analyser,
                           uint16_t pid,
                           TsIndicatorState ret_states[TS_INDICATOR_COUNT])
{
    begin_sums(analyser, ret_states);
    if (pid < TS_PID_COUNT)
        add_pid(analyser, pid, ret_states);
}

void
ts_analyser_indicators(const TsAnalyser *analyser,
                       int32_t service_id,
                       TsIndicatorState ret_states[TS_INDICATOR_COUNT])
{
    const TsService *service =
        service_id >= 0 ? ts_analyser_service(analyser, (uint16_t)service_id) : NULL;
    uint16_t pids[TS_SERVICE_PIDS];

    if (service_id < 0) {
        memcpy(ret_states, analyser->indicators, sizeof analyser->indicators);
        return;
    }
    begin_sums(analyser, ret_states);
    for (uint16_t pid = 0; pid < TABLE_PIDS; pid++)
        add_pid(analyser, pid, ret_states);
    const size_t n_pids = service ? ts_service_pids(service, pids) : 0;

    for (size_t i = 0; i < n_pids; i++)
        if (pids[i] >= TABLE_PIDS)
            add_pid(analyser, pids[i], ret_states);
}
