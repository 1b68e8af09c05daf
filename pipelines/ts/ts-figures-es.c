/* Reading the analyser: clocks and elementary streams. */
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-analyser-private.h"

static const TsPid *
pid_of(const TsAnalyser *analyser, uint16_t pid)
{
    return pid < TS_PID_COUNT ? analyser->pids[pid] : NULL;
}

bool
ts_analyser_clock(const TsAnalyser *analyser, uint16_t pid, TsClockFigures *ret_clock)
{
    const TsPid *known = pid_of(analyser, pid);

    if (!known || !known->clock)
        return false;
    ts_clock_figures(known->clock, ret_clock);
    return true;
}

bool
ts_analyser_clock_rate(const TsAnalyser *analyser, double *ret_bps, TsRateKind *ret_kind)
{
    TsClockFigures best = {0}, figures;

    for (size_t i = 0; i < analyser->n_pids; i++) {
        if (!ts_analyser_clock(analyser, analyser->order[i], &figures))
            continue;
        if (figures.rate_bps > 0 && figures.count > best.count)
            best = figures;
    }
    if (best.count == 0)
        return false;
    *ret_bps = best.rate_bps;
    *ret_kind = best.kind;
    return true;
}
