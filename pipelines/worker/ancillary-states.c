/* Captions by how long there were none, cues by the gaps between them. */
#include "pipelines/worker/ancillary-states.h"

#include <glib.h>

#include "pipelines/worker/state-judge.h"

static void
judge_captions(StateJudge *judge, const AncillaryFacts *facts, MonoUs seen_us)
{
    const bool paused = seen_us - facts->captions_us > CAPTIONS_PAUSE_US;

    if (facts->captions_us == 0)
        return;
    state_judge_set(judge, FAULT_CAPTIONS_ABSENT, paused, paused ? facts->captions_us : seen_us,
                    (double)facts->captions);
}

static void
learn_gap(CueGaps *gaps, const AncillaryFacts *facts)
{
    if (facts->cues == gaps->cues || facts->cue_us == 0)
        return;
    if (gaps->last_us != 0) {
        gaps->longest_us = MAX(gaps->longest_us, facts->cue_us - gaps->last_us);
        gaps->n++;
    }
    gaps->cues = facts->cues;
    gaps->last_us = facts->cue_us;
}

static void
judge_cues(StateJudge *judge, const AncillaryFacts *facts, MonoUs seen_us)
{
    CueGaps *gaps = &judge->states->cue_gaps;

    learn_gap(gaps, facts);
    if (gaps->n < CUES_LEARNED || gaps->longest_us <= 0)
        return;
    const double ratio = (double)(seen_us - gaps->last_us) / (double)gaps->longest_us;
    const MonoUs since_us = gaps->last_us + (int64_t)(CUES_GAPS * (double)gaps->longest_us);
    const bool missing = ratio > CUES_GAPS;

    state_judge_set(judge, FAULT_CUES_MISSING, missing, missing ? since_us : seen_us, ratio);
    judge->states->values[FAULT_CUES_MISSING] = ratio;
}

void
ancillary_states_judge(StateJudge *judge, const ChannelFacts *facts)
{
    if (facts->ancillary == NULL)
        return;
    judge_captions(judge, facts->ancillary, facts->seen_us);
    judge_cues(judge, facts->ancillary, facts->seen_us);
}
