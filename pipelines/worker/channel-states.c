/* From facts to states. */
#include "pipelines/worker/channel-states.h"

#include <glib.h>

#include "pipelines/worker/second-source.h"
#include "pipelines/worker/state-judge.h"

static const FaultId fault_of_ts[TS_CONDITION_COUNT] = {
    [TS_CONDITION_NO_PACKETS] = FAULT_NONE, /* judged here, from the age of the data */
    [TS_CONDITION_SYNC_LOST] = FAULT_SYNC_LOST,
    [TS_CONDITION_PAT_MISSING] = FAULT_PAT_MISSING,
    [TS_CONDITION_SERVICE_ABSENT] = FAULT_SERVICE_ABSENT,
    [TS_CONDITION_PMT_MISSING] = FAULT_PMT_MISSING,
    [TS_CONDITION_CONTINUITY] = FAULT_CONTINUITY,
    [TS_CONDITION_VIDEO_MISSING] = FAULT_VIDEO_MISSING,
    [TS_CONDITION_AUDIO_MISSING] = FAULT_AUDIO_MISSING,
    [TS_CONDITION_TRANSPORT_ERROR] = FAULT_TRANSPORT_ERROR,
    [TS_CONDITION_PCR_JUMP] = FAULT_PCR_DISCONTINUITY,
    [TS_CONDITION_PCR_LATE] = FAULT_PCR_REPETITION,
};

/* Which indicators of TR 101 290 make which fault; those that have a condition of their own above,
 * with a finer since, are not listed. Nor are those of the decoder's buffers (3.3, 3.9, 3.10): most
 * streams made for IP leave the model of the standard without harm; they are shown, not alarmed. */
static const struct {
    FaultId fault;
    TsIndicator indicator;
} fault_of_indicator[] = {
    {FAULT_TABLE_CRC, TS_INDICATOR_CRC},
    {FAULT_PCR_ACCURACY, TS_INDICATOR_PCR_ACCURACY},
    {FAULT_PTS_REPETITION, TS_INDICATOR_PTS},
    {FAULT_CAT_MISSING, TS_INDICATOR_CAT},
    {FAULT_SI_REPETITION, TS_INDICATOR_NIT_ACTUAL},
    {FAULT_SI_REPETITION, TS_INDICATOR_SI_REPETITION},
    {FAULT_SI_REPETITION, TS_INDICATOR_SDT_ACTUAL},
    {FAULT_SI_REPETITION, TS_INDICATOR_EIT_ACTUAL},
    {FAULT_SI_REPETITION, TS_INDICATOR_EIT_PF},
    {FAULT_SI_REPETITION, TS_INDICATOR_RST},
    {FAULT_SI_REPETITION, TS_INDICATOR_TDT},
};

static FaultState
state_of(const ChannelStates *states, unsigned fault)
{
    const Condition *condition = &states->conditions[fault];

    return (FaultState){
        .fault = (uint16_t)fault,
        .active = condition->active,
        .since_us = condition->since_us,
        .value = states->values[fault],
    };
}

void
state_judge_set(StateJudge *judge, FaultId fault, bool active, MonoUs since_us, double value)
{
    ChannelStates *states = judge->states;

    if (!condition_set(&states->conditions[fault], active,
                       CLAMP(since_us, INT64_C(0), judge->now_us)))
        return;
    states->values[fault] = value;
    judge->edges[judge->n_edges++] = state_of(states, fault);
}

static void
judge_packets(StateJudge *judge, const ChannelFacts *facts)
{
    const UdpSourceFigures *source = facts->source;
    const bool first = source->last_us == 0;
    const MonoUs last_us = first ? facts->started_us : source->last_us;
    const int64_t limit_us = first ? STATES_START_US : UDP_SOURCE_GAP_US;
    const int64_t age_us = facts->seen_us - last_us;

    if (age_us > limit_us)
        state_judge_set(judge, FAULT_NO_PACKETS, true, last_us, (double)age_us / US_PER_SECOND);
    else if (!first)
        state_judge_set(judge, FAULT_NO_PACKETS, false, source->resumed_us, 0.0);
}

static void
judge_senders(StateJudge *judge, const ChannelFacts *facts)
{
    MonoUs since_us = 0;

    if (second_source_is_there(facts->ip, &since_us))
        state_judge_set(judge, FAULT_SECOND_SOURCE, true, since_us, 0.0);
    else if (facts->ip->known)
        state_judge_set(judge, FAULT_SECOND_SOURCE, false, facts->seen_us, 0.0);
}

static void
judge_transport(StateJudge *judge, const ChannelFacts *facts)
{
    for (size_t i = 0; i < TS_CONDITION_COUNT; i++) {
        const Condition *condition = &facts->ts->conditions[i];

        if (fault_of_ts[i] != FAULT_NONE && condition->known)
            state_judge_set(judge, fault_of_ts[i], condition->active, condition->since_us,
                            facts->ts->values[i]);
    }
}

/* Sets @fault while any of its indicators shows an error. */
static void
judge_indicators(StateJudge *judge, const ChannelFacts *facts, FaultId fault)
{
    bool judged = false, active = false;
    MonoUs since_us = 0;
    uint64_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(fault_of_indicator); i++) {
        const TsIndicator indicator = fault_of_indicator[i].indicator;
        const TsIndicatorState *state = &facts->indicators[indicator];

        if (fault_of_indicator[i].fault != fault || !state->judged)
            continue;
        judged = true;
        active |= ts_indicator_active(state, indicator, facts->seen_us);
        since_us = MAX(since_us, state->last_us);
        count += state->count;
    }
    if (judged)
        state_judge_set(judge, fault, active, active ? since_us : facts->seen_us, (double)count);
}

static void
judge_all_indicators(StateJudge *judge, const ChannelFacts *facts)
{
    static const FaultId faults[] = {FAULT_TABLE_CRC, FAULT_PCR_ACCURACY, FAULT_PTS_REPETITION,
                                     FAULT_CAT_MISSING, FAULT_SI_REPETITION};

    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        judge_indicators(judge, facts, faults[i]);
}

size_t
channel_states_judge(ChannelStates *states, const ChannelFacts *facts, FaultState *ret_edges)
{
    StateJudge judge = {states, ret_edges, 0, facts->now_us};

    judge_packets(&judge, facts);
    judge_senders(&judge, facts);
    judge_transport(&judge, facts);
    judge_all_indicators(&judge, facts);
    picture_states_judge(&judge, facts);
    sound_states_judge(&judge, facts);
    ancillary_states_judge(&judge, facts);
    return judge.n_edges;
}

size_t
channel_states_list(const ChannelStates *states, FaultState *ret_states)
{
    size_t n = 0;

    for (unsigned fault = 0; fault < STATES_MAX; fault++) {
        if (states->conditions[fault].known)
            ret_states[n++] = state_of(states, fault);
    }
    return n;
}
