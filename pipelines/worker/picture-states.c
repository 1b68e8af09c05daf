/* From facts about the picture to states. */
#include <glib.h>

#include "pipelines/ts/unit-clock.h"
#include "pipelines/worker/state-judge.h"

#define NO_PTS_US    (2 * US_PER_SECOND) /* packets without a later time stamp, or so many steps: */
#define NO_PTS_STEPS 3.0

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

/* Packets of the video come, but no picture that is to be shown later than the last. */
static bool
time_stands(const ChannelStates *states, const ChannelFacts *facts)
{
    const EsFigures *video = facts->video;
    const double steps_us = video->rate_hz > 0 ? NO_PTS_STEPS * 1e6 / video->rate_hz : 0;

    return has_video(states, facts) && video->advanced_us != 0 &&
           video->packet_us - video->advanced_us >= MAX(NO_PTS_US, (int64_t)steps_us);
}

static void
judge_freeze(StateJudge *judge, const ChannelFacts *facts)
{
    const Condition *still = &facts->picture->still;

    if (time_stands(judge->states, facts))
        state_judge_set(judge, FAULT_PICTURE_FROZEN, true, facts->video->advanced_us,
                        STATES_FREEZE_NO_PTS);
    else if (still->known)
        state_judge_set(judge, FAULT_PICTURE_FROZEN, still->active, still->since_us,
                        facts->picture->exact ? STATES_FREEZE_EXACT : STATES_FREEZE_NOISE);
    else if (judge->states->conditions[FAULT_PICTURE_FROZEN].active &&
             judge->states->values[FAULT_PICTURE_FROZEN] == STATES_FREEZE_NO_PTS)
        state_judge_set(judge, FAULT_PICTURE_FROZEN, false, facts->video->advanced_us, 0.0);
}

static void
judge_condition(StateJudge *judge, FaultId fault, const Condition *condition, double value)
{
    if (condition->known)
        state_judge_set(judge, fault, condition->active, condition->since_us, value);
}

static void
judge_rate(StateJudge *judge, const ChannelFacts *facts)
{
    const double measured_hz = facts->video->rate_hz, signalled_hz = facts->signalled_hz;
    const bool known = measured_hz > 0 && signalled_hz > 0 && has_video(judge->states, facts);
    const bool off = known && !unit_rate_agrees(measured_hz, signalled_hz, facts->interlaced);
    MonoUs *off_us = &judge->states->rate_off_us;

    *off_us = !off ? 0 : *off_us != 0 ? *off_us : facts->now_us;
    if (known && !off)
        state_judge_set(judge, FAULT_FRAME_RATE, false, facts->now_us, measured_hz);
    if (off && facts->now_us - *off_us >= STATES_RATE_US)
        state_judge_set(judge, FAULT_FRAME_RATE, true, *off_us, measured_hz);
}

void
picture_states_judge(StateJudge *judge, const ChannelFacts *facts)
{
    const PictureFigures *picture = facts->picture;

    judge_decoding(judge, facts);
    judge_condition(judge, FAULT_PICTURE_BLACK, &picture->black, picture->luma_mean);
    judge_freeze(judge, facts);
    judge_condition(judge, FAULT_PICTURE_UNIFORM, &picture->uniform, picture->colour[0]);
    judge_condition(judge, FAULT_COLOUR_BARS, &picture->bars, picture->layout);
    judge_condition(judge, FAULT_SLATE_SHOWN, &picture->slate, picture->slate_index);
    judge_condition(judge, FAULT_BLOCKINESS, &picture->blocky, picture->blockiness);
    judge_rate(judge, facts);
}
