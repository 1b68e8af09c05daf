/* From facts about the picture to states. */
#include <glib.h>

#include "pipelines/worker/state-judge.h"

/* Video is there, by the tables and by its packets. */
static bool
has_video(const ChannelStates *states, const ChannelFacts *facts)
{
    return facts->video->pid != 0 && !states->conditions[FAULT_NO_PACKETS].active &&
           !states->conditions[FAULT_SYNC_LOST].active &&
           !states->conditions[FAULT_VIDEO_MISSING].active;
}

static void
judge_decoding(StateJudge *judge, const ChannelFacts *facts)
{
    ChannelStates *states = judge->states;
    const int64_t limit_us = MAX(STATES_UNDECODABLE_US, 3 * facts->video->key_interval_us);

    if (!has_video(states, facts) || facts->sampling == SAMPLING_NONE) {
        states->video_since_us = 0;
        return;
    }
    if (states->video_since_us == 0)
        states->video_since_us = facts->now_us;
    const MonoUs picture_us = facts->picture->captured_us;
    const MonoUs good_us = MAX(states->video_since_us, picture_us);

    if (facts->now_us - good_us > limit_us)
        state_judge_set(judge, FAULT_PICTURE_UNDECODABLE, true, good_us, 0.0);
    else if (picture_us >= states->video_since_us)
        state_judge_set(judge, FAULT_PICTURE_UNDECODABLE, false, picture_us, 0.0);
}

static void
judge_pictures(StateJudge *judge, const ChannelFacts *facts)
{
    const PictureFigures *picture = facts->picture;

    if (picture->black.known)
        state_judge_set(judge, FAULT_PICTURE_BLACK, picture->black.active, picture->black.since_us,
                        picture->luma_mean);
    if (picture->still.known)
        state_judge_set(judge, FAULT_PICTURE_FROZEN, picture->still.active, picture->still.since_us,
                        picture->exact ? 1.0 : 0.0);
}

void
picture_states_judge(StateJudge *judge, const ChannelFacts *facts)
{
    judge_decoding(judge, facts);
    judge_pictures(judge, facts);
}
