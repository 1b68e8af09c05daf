/* From facts about sound to states. */
#include <glib.h>
#include <math.h>

#include "pipelines/worker/state-judge.h"

/* All streams are silent: since the last of them fell silent, or sounded again. */
static void
judge_silence(StateJudge *judge, const ChannelFacts *facts)
{
    bool known = false, silent = true;
    MonoUs since_us = 0, sounding_us = INT64_MAX;
    double peak_dbfs = -INFINITY;

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        const SoundFigures *sound = facts->sounds[slot];

        if (sound == NULL || !sound->silent.known)
            continue;
        known = true;
        silent &= sound->silent.active;
        peak_dbfs = MAX(peak_dbfs, sound->peak_dbfs);
        since_us = MAX(since_us, sound->silent.since_us);
        if (!sound->silent.active)
            sounding_us = MIN(sounding_us, sound->silent.since_us);
    }
    if (known)
        state_judge_set(judge, FAULT_SOUND_SILENT, silent, silent ? since_us : sounding_us,
                        peak_dbfs);
}

void
sound_states_judge(StateJudge *judge, const ChannelFacts *facts)
{
    judge_silence(judge, facts);
}
