/* What the parts of a channel's judgement share: transport, picture and sound, a file each. */
#pragma once

#include "pipelines/worker/channel-states.h"

typedef struct {
    ChannelStates *states; /* no-ref */
    FaultState *edges;     /* no-ref; STATES_MAX entries */
    size_t n_edges;
    MonoUs now_us;
} StateJudge;

/* Says whether @fault holds, and since when; an edge is noted if that is news. */
void state_judge_set(StateJudge *judge, FaultId fault, bool active, MonoUs since_us, double value);

void picture_states_judge(StateJudge *judge, const ChannelFacts *facts);
void ancillary_states_judge(StateJudge *judge, const ChannelFacts *facts);
void sound_states_judge(StateJudge *judge, const ChannelFacts *facts);
