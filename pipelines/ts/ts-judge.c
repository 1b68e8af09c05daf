/* From times and counters to conditions. Ages are taken at the last packet, not at the present:
 * what cannot be seen for lack of packets is not claimed. */
#include "pipelines/ts/ts-analyser-private.h"

#define FIRST_SYNC_US (200 * US_PER_MS) /* datagrams may hold less than five packets */

/* One look at one service. */
typedef struct {
    const TsAnalyser *analyser;
    const TsListed *listed; /* (nullable): not in the PAT */
    MonoUs now_us;
    MonoUs epoch_us; /* from when on things are expected: the flow began, or sync was found */
    TsState *state;
    uint32_t changed; /* bit set */
} Look;

static MonoUs
later(MonoUs a, MonoUs b)
{
    return a > b ? a : b;
}

static void
set(Look *look, TsCondition condition, bool active, MonoUs at_us)
{
    if (condition_set(&look->state->conditions[condition], active, at_us))
        look->changed |= 1u << condition;
}

/* Judges what must come at least every @limit_us; it came last at @came_us, 0 for never. */
static void
expect(Look *look, TsCondition condition, MonoUs came_us, MonoUs from_us, int64_t limit_us)
{
    const MonoUs since_us = later(came_us, later(from_us, look->epoch_us));
    const bool missing = look->analyser->packet_us - since_us > limit_us;

    if (missing)
        set(look, condition, true, since_us);
    else if (came_us >= look->epoch_us && came_us > 0)
        set(look, condition, false, came_us);
}

/* Judges by a counter: an error shows from the look that found it until TS_HOLD_US later. */
static void
count(Look *look, TsCondition condition, uint64_t errors)
{
    TsState *state = look->state;

    if (errors > state->seen[condition])
        state->last_error_us[condition] = look->analyser->now_us;
    state->seen[condition] = errors;
    const MonoUs last_us = state->last_error_us[condition];
    const bool active = last_us > 0 && look->now_us - last_us < TS_HOLD_US;

    state->values[condition] = (double)errors;
    set(look, condition, active, active ? last_us : look->now_us);
}

static bool
judge_flow(Look *look)
{
    const TsAnalyser *analyser = look->analyser;
    const MonoUs last_us = analyser->started ? analyser->now_us : look->state->first_look_us;
    const bool silent = look->now_us - last_us >= TS_NO_PACKETS_US;

    if (silent)
        set(look, TS_CONDITION_NO_PACKETS, true, last_us);
    else if (analyser->started)
        set(look, TS_CONDITION_NO_PACKETS, false, analyser->flow_us);
    return analyser->started && !silent;
}

static bool
judge_sync(Look *look)
{
    const TsAnalyser *analyser = look->analyser;
    const bool ever = analyser->sync.stride != 0;
    /* So little comes that no packet is complete, and nothing shows that there is no sync. */
    const bool starved =
        analyser->sync.synced && analyser->now_us - analyser->packet_us >= TS_NO_PACKETS_US;

    if (starved)
        set(look, TS_CONDITION_SYNC_LOST, true, analyser->packet_us);
    else if (analyser->sync.synced)
        set(look, TS_CONDITION_SYNC_LOST, false, later(analyser->sync_us, analyser->flow_us));
    else if (ever)
        set(look, TS_CONDITION_SYNC_LOST, true, analyser->unsync_us);
    else if (analyser->now_us - analyser->flow_us >= FIRST_SYNC_US)
        set(look, TS_CONDITION_SYNC_LOST, true, analyser->flow_us);
    return analyser->sync.synced && !starved;
}

static bool
judge_tables(Look *look)
{
    const TsTables *tables = &look->analyser->tables;
    const TsListed *listed = look->listed;

    expect(look, TS_CONDITION_PAT_MISSING, tables->pat_us, 0, TS_TABLE_LIMIT_US);
    if (tables->pat_complete)
        set(look, TS_CONDITION_SERVICE_ABSENT, !listed, listed ? listed->listed_us : look->now_us);
    if (listed)
        expect(look, TS_CONDITION_PMT_MISSING, listed->service.pmt_us, listed->listed_us,
               TS_TABLE_LIMIT_US);
    return listed && listed->service.pmt_seen;
}

/* The component of @kind whose last packet is newest decides: it is missing when all of them are.
 */
static void
judge_components(Look *look, TsCondition condition, TsKind kind)
{
    const TsService *service = &look->listed->service;
    MonoUs newest_us = 0;
    uint16_t newest = 0; /* its PID; 0: the service has none */

    for (size_t i = 0; i < service->n_components; i++) {
        const TsPid *pid = look->analyser->pids[service->components[i].pid];
        const MonoUs last_us = pid ? pid->info.last_us : 0;

        if (service->components[i].kind != kind || (newest != 0 && last_us <= newest_us))
            continue;
        newest_us = last_us;
        newest = service->components[i].pid;
    }
    look->state->values[condition] = newest;
    if (newest == 0 || newest_us == look->analyser->packet_us)
        set(look, condition, false, look->analyser->packet_us);
    else
        expect(look, condition, newest_us, look->listed->changed_us, TS_PID_LIMIT_US);
    if (!look->state->conditions[condition].active)
        look->state->values[condition] = 0;
}

static void
judge_clock(Look *look, const TsServiceFigures *figures)
{
    const TsService *service = &look->listed->service;
    const TsPid *pid = look->analyser->pids[service->pcr_pid];
    const MonoUs from_us = later(pid && pid->clock ? pid->clock->arrival_us : 0,
                                 later(look->listed->changed_us, look->epoch_us));
    const bool stopped =
        service->pcr_pid != TS_PID_NULL && look->analyser->packet_us - from_us > TS_PCR_ABSENT_US;

    if (stopped)
        look->state->last_error_us[TS_CONDITION_PCR_LATE] = look->analyser->now_us;
    count(look, TS_CONDITION_PCR_LATE, figures->pcr_late);
    count(look, TS_CONDITION_PCR_JUMP, figures->pcr_jumps);
    look->state->values[TS_CONDITION_PCR_LATE] =
        (double)figures->pcr_interval_max_us / (double)US_PER_SECOND;
}

uint32_t
ts_analyser_judge(const TsAnalyser *analyser, uint16_t service_id, MonoUs now_us, TsState *state)
{
    Look look = {
        .analyser = analyser,
        .listed = ts_tables_find(&analyser->tables, service_id),
        .now_us = now_us,
        .epoch_us = later(analyser->flow_us, analyser->sync_us),
        .state = state,
    };
    TsServiceFigures figures;

    if (state->first_look_us == 0)
        state->first_look_us = now_us;
    if (!judge_flow(&look) || !judge_sync(&look))
        return look.changed;
    if (!judge_tables(&look))
        return look.changed;
    ts_analyser_service_figures(analyser, service_id, &figures);
    count(&look, TS_CONDITION_CONTINUITY, figures.cc_errors);
    count(&look, TS_CONDITION_TRANSPORT_ERROR, figures.transport_errors);
    judge_clock(&look, &figures);
    judge_components(&look, TS_CONDITION_VIDEO_MISSING, TS_KIND_VIDEO);
    judge_components(&look, TS_CONDITION_AUDIO_MISSING, TS_KIND_AUDIO);
    return look.changed;
}
