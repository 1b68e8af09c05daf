/* Each condition is a timer that is shown what a window says of it. */
#include "pipelines/measure/sound-judge.h"

#define LASTING_US (5 * US_PER_SECOND)
#define QUIET_US   (2 * US_PER_SECOND)

SoundRules
sound_rules_default(void)
{
    /* Speech pauses: what cannot be judged for a while goes on as it was. */
    const ConditionRule lasting = {
        .hold_us = LASTING_US, .clear_us = US_PER_SECOND, .gap_us = 2 * LASTING_US};
    const ConditionRule event = {.hold_us = 0, .clear_us = QUIET_US, .gap_us = US_NEVER};

    return (SoundRules){
        .rules =
            {
                /* A pause between two words is no silence; one that lasts dates from its beginning.
                 */
                [SOUND_SILENT] = {.hold_us = QUIET_US, .clear_us = 0, .gap_us = QUIET_US},
                [SOUND_CHANNEL_DEAD] = lasting,
                [SOUND_INVERTED] = lasting,
                [SOUND_MONO] = lasting,
                [SOUND_CLIPPED] = event,
                [SOUND_PEAK_HIGH] = event,
            },
        .sounding_dbfs = -40,
        .true_peak_dbtp = -1,
    };
}

/* A sample of one condition at a time. */
typedef struct {
    SoundJudge *judge;
    const SoundRules *rules;
    uint32_t changed;
} Judging;

static void
sample(Judging *judging, SoundCondition condition, bool seen, MonoUs at_us)
{
    if (condition_timer_sample(&judging->judge->timers[condition],
                               &judging->rules->rules[condition], seen, at_us))
        judging->changed |= 1u << condition;
}

/* Silence is followed within the window: what is quiet at either end belongs to its neighbour. */
static void
judge_silence(Judging *judging, const SoundWindow *window, MonoUs from_us)
{
    const MonoUs end_us = from_us + window->length_us;

    if (window->level.silent) {
        sample(judging, SOUND_SILENT, true, from_us);
        sample(judging, SOUND_SILENT, true, end_us);
        return;
    }
    if (window->quiet_head_us > 0)
        sample(judging, SOUND_SILENT, true, from_us);
    if (window->quiet_head_us + window->quiet_tail_us >= window->length_us) {
        sample(judging, SOUND_SILENT, false, end_us); /* loud by sums, though no block was */
        return;
    }
    sample(judging, SOUND_SILENT, false, from_us + window->quiet_head_us);
    sample(judging, SOUND_SILENT, window->quiet_tail_us > 0, end_us - window->quiet_tail_us);
}

/* Only where both loudspeakers exist, and at least one of them sounds. */
static void
judge_pair(Judging *judging, const SoundWindow *window, MonoUs from_us)
{
    const double left = (double)window->level.rms_dbfs[window->left];
    const double right = (double)window->level.rms_dbfs[window->right];

    if (!window->stereo ||
        (left < judging->rules->sounding_dbfs && right < judging->rules->sounding_dbfs))
        return;
    sample(judging, SOUND_CHANNEL_DEAD,
           left < (double)LEVEL_SILENCE_DBFS || right < (double)LEVEL_SILENCE_DBFS, from_us);
}

uint32_t
sound_judge_window(SoundJudge *judge,
                   const SoundRules *rules,
                   const SoundWindow *window,
                   MonoUs from_us)
{
    Judging judging = {judge, rules, 0};

    judge_silence(&judging, window, from_us);
    judge_pair(&judging, window, from_us);
    if (window->front.known || window->surround.known)
        sample(&judging, SOUND_INVERTED, window->front.inverted || window->surround.inverted,
               from_us);
    if (window->front.known)
        sample(&judging, SOUND_MONO, window->front.mono, from_us);
    if (!window->doubtful) {
        sample(&judging, SOUND_CLIPPED, window->clips > 0, from_us);
        sample(&judging, SOUND_PEAK_HIGH, (double)window->true_peak_dbtp > rules->true_peak_dbtp,
               from_us);
    }
    return judging.changed;
}

const Condition *
sound_judge_condition(const SoundJudge *judge, SoundCondition condition)
{
    return &judge->timers[condition].condition;
}

const char *
sound_condition_name(SoundCondition condition)
{
    static const char *const names[SOUND_CONDITIONS] = {
        [SOUND_SILENT] = "silent",     [SOUND_CHANNEL_DEAD] = "channel-dead",
        [SOUND_INVERTED] = "inverted", [SOUND_MONO] = "mono",
        [SOUND_CLIPPED] = "clipped",   [SOUND_PEAK_HIGH] = "peak-high",
    };

    return condition < SOUND_CONDITIONS ? names[condition] : "unknown";
}
