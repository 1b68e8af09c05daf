/* From facts about sound to states: each stream by itself, then what a channel says of them all. */
#include "pipelines/worker/sound-states.h"

#include <glib.h>
#include <math.h>

#include "pipelines/worker/state-judge.h"

#define MISSING_US US_PER_SECOND /* without a unit, while other sound comes */

static const FaultId fault_of[STREAM_FAULTS] = {
    [STREAM_SILENT] = FAULT_SOUND_STREAM_SILENT,
    [STREAM_INVERTED] = FAULT_SOUND_PHASE,
    [STREAM_CLIPPED] = FAULT_SOUND_CLIPPING,
    [STREAM_PEAK_HIGH] = FAULT_TRUE_PEAK,
    [STREAM_LOUDNESS] = FAULT_LOUDNESS,
    [STREAM_LIP_SYNC] = FAULT_LIP_SYNC,
    [STREAM_MISSING] = FAULT_AUDIO_STREAM_MISSING,
};

size_t
stream_states_list(const StreamStates *states, FaultState *ret_states)
{
    size_t n = 0;

    for (unsigned i = 0; i < STREAM_FAULTS; i++) {
        const Condition *condition = &states->conditions[i];

        if (!condition->known)
            continue;
        ret_states[n++] = (FaultState){
            .fault = (uint16_t)fault_of[i],
            .active = condition->active,
            .since_us = condition->since_us,
            .value = states->values[i],
        };
    }
    return n;
}

static void
copy(StreamStates *states, StreamFault fault, const Condition *condition, double value)
{
    if (!condition->known)
        return;
    states->conditions[fault] = *condition;
    states->values[fault] = value;
}

static void
judge_loudness(StreamStates *states, const SoundFigures *sound, const Limits *limits)
{
    const double off = sound->loudness.hour_integrated_lufs - limits->values[LIMIT_LOUDNESS_TARGET];
    const double tolerance = limits->values[LIMIT_LOUDNESS_TOLERANCE];

    if (!isfinite(off) || sound->loudness.hour_s < LOUDNESS_SOUND_S)
        return;
    (void)condition_set(&states->conditions[STREAM_LOUDNESS], fabs(off) > tolerance,
                        sound->last.at_us);
    states->values[STREAM_LOUDNESS] = sound->loudness.hour_integrated_lufs;
}

/* One sample a second; another picture is another distance. */
static void
judge_lip_sync(StreamStates *states, const AudioFacts *audio, const ChannelFacts *facts)
{
    if (states->picture != facts->video->pid) {
        states->picture = facts->video->pid;
        states->sync = (LipSync){0};
        states->conditions[STREAM_LIP_SYNC] = (Condition){0};
    }
    if (audio->skew_us == INT64_MIN || states->picture == 0 ||
        facts->now_us - states->skew_us < US_PER_SECOND)
        return;
    states->skew_us = facts->now_us;
    lip_sync_add(&states->sync, audio->skew_us, facts->now_us);
    copy(states, STREAM_LIP_SYNC, &states->sync.shifted,
         (double)states->sync.drift_us / US_PER_SECOND);
}

/* @newest_us: when sound last came, of any stream. One that falls silent alone is missing; when all
 * do, it is the channel's sound that is. */
static void
judge_missing(StreamStates *states, const AudioFacts *audio, MonoUs newest_us)
{
    const MonoUs last_us = MAX(audio->es->unit_us, states->listed_us);
    const bool missing = newest_us - last_us > MISSING_US;

    if (audio->es->unit_us == 0 && !missing)
        return;
    (void)condition_set(&states->conditions[STREAM_MISSING], missing, last_us);
    states->values[STREAM_MISSING] = states->pid;
}

static void
judge_stream(StreamStates *states,
             const AudioFacts *audio,
             const ChannelFacts *facts,
             MonoUs newest_us)
{
    const Limits shipped = limits_shipped();
    const SoundFigures *sound = audio->sound;

    if (states->pid != audio->es->pid)
        *states = (StreamStates){.pid = audio->es->pid, .listed_us = facts->seen_us};
    copy(states, STREAM_SILENT, &sound->silent, sound->peak_dbfs);
    copy(states, STREAM_INVERTED, &sound->conditions[SOUND_INVERTED], sound->correlation);
    copy(states, STREAM_CLIPPED, &sound->conditions[SOUND_CLIPPED], (double)sound->clips);
    copy(states, STREAM_PEAK_HIGH, &sound->conditions[SOUND_PEAK_HIGH], sound->true_peak_dbtp);
    judge_loudness(states, sound, facts->limits != NULL ? facts->limits : &shipped);
    judge_lip_sync(states, audio, facts);
    judge_missing(states, audio, newest_us);
}

/* How often a condition is known and holds, among the streams that are there. */
typedef struct {
    unsigned known, active;
    MonoUs first_us; /* of those that hold, the earliest since */
    MonoUs last_us;  /* the latest */
    MonoUs over_us;  /* of those that do not, the earliest since */
    MonoUs ended_us; /* the latest */
    double value;    /* of the one that holds longest; of any if none does */
} Count;

static Count
count_of(const StreamStates *streams, StreamFault fault)
{
    Count count = {.first_us = INT64_MAX, .over_us = INT64_MAX};

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        const Condition *condition = &streams[slot].conditions[fault];

        if (streams[slot].pid == 0 || !condition->known)
            continue;
        if (count.known++ == 0 || (condition->active && condition->since_us < count.first_us))
            count.value = streams[slot].values[fault];
        count.active += condition->active;
        if (condition->active) {
            count.first_us = MIN(count.first_us, condition->since_us);
            count.last_us = MAX(count.last_us, condition->since_us);
        } else {
            count.over_us = MIN(count.over_us, condition->since_us);
            count.ended_us = MAX(count.ended_us, condition->since_us);
        }
    }
    return count;
}

/* All streams are silent: since the last of them fell silent, or sounded again. One of several is:
 * since it is, or since it sounded again or the others fell silent, too. */
static void
judge_silence(StateJudge *judge, const StreamStates *streams)
{
    const Count count = count_of(streams, STREAM_SILENT);
    const bool all = count.known > 0 && count.active == count.known;

    if (count.known == 0 && judge->states->conditions[FAULT_SOUND_SILENT].active)
        state_judge_set(judge, FAULT_SOUND_SILENT, false, judge->now_us, 0); /* no sound is named */
    if (count.known == 0)
        return;
    state_judge_set(judge, FAULT_SOUND_SILENT, all, all ? count.last_us : count.over_us,
                    count.value);
    if (count.known > 1 || judge->states->conditions[FAULT_SOUND_STREAM_SILENT].known) {
        const bool some = count.active > 0 && !all;

        state_judge_set(judge, FAULT_SOUND_STREAM_SILENT, some,
                        some ? count.first_us : MAX(count.ended_us, all ? count.last_us : 0),
                        count.value);
    }
}

/* Any stream that suffers is the channel's. */
static void
judge_any(StateJudge *judge, const StreamStates *streams, StreamFault fault)
{
    const Count count = count_of(streams, fault);

    if (count.known > 0)
        state_judge_set(judge, fault_of[fault], count.active > 0,
                        count.active > 0 ? count.first_us : count.ended_us, count.value);
    else if (judge->states->conditions[fault_of[fault]].active)
        state_judge_set(judge, fault_of[fault], false, judge->now_us, 0); /* its stream is gone */
}

void
sound_states_judge(StateJudge *judge, const ChannelFacts *facts)
{
    StreamStates *streams = judge->states->streams;
    MonoUs newest_us = 0;

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++)
        if (facts->audios[slot].sound != NULL)
            newest_us = MAX(newest_us, facts->audios[slot].es->unit_us);
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        if (facts->audios[slot].sound != NULL)
            judge_stream(&streams[slot], &facts->audios[slot], facts, newest_us);
        else
            streams[slot] = (StreamStates){0};
    }
    judge_silence(judge, streams);
    /* A shift of the PTS against the picture's is shown beside the stream, not alarmed: an encoder
     * whose buffer fills otherwise than before shifts them just as far, and in step. */
    for (StreamFault fault = STREAM_INVERTED; fault < STREAM_FAULTS; fault++)
        if (fault != STREAM_LIP_SYNC)
            judge_any(judge, streams, fault);
}
