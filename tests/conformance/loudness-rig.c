/* One window more than the sound has, of silence, so that its last samples are seen as well. */
#include "tests/conformance/loudness-rig.h"

#include <math.h>

typedef struct {
    SoundMeasure measure;
    double true_peak_dbtp;
} Rig;

static void
add(Rig *rig, const float *const *planes, gsize frames)
{
    SoundWindow window;

    for (gsize done = 0; done < frames;) {
        const float *rest[SOUND_CHANNELS_MAX];

        for (guint i = 0; i < rig->measure.layout.n_channels; i++)
            rest[i] = planes[i] + done;
        done += sound_measure_add(&rig->measure, rest, frames - done);
        if (sound_measure_take(&rig->measure, &window))
            rig->true_peak_dbtp = fmax(rig->true_peak_dbtp, (double)window.true_peak_dbtp);
    }
}

LoudnessResult
loudness_rig_watch(const SoundBuild *sound,
                   gsize every_frames,
                   LoudnessVisitor visitor,
                   gpointer user_data)
{
    const SoundLayout layout = sound_layout_of_count(sound->n_channels);
    const gsize frames = sound_build_frames(sound);
    g_autofree Rig *rig = g_new0(Rig, 1);
    LoudnessResult result;

    rig->true_peak_dbtp = -HUGE_VAL;
    sound_measure_init(&rig->measure, &layout, sound->rate_hz);
    for (gsize done = 0, size = 997; done < frames;) {
        const gsize due = every_frames > 0 ? every_frames - done % every_frames : frames;
        const gsize count = MIN(MIN(size, due), frames - done);
        const float *planes[SOUND_CHANNELS_MAX];

        for (guint i = 0; i < sound->n_channels; i++)
            planes[i] = (const float *)(void *)sound->planes[i]->data + done;
        add(rig, planes, count);
        done += count;
        size = size % 2048 + 61;
        if (every_frames > 0 && done % every_frames == 0)
            visitor(&rig->measure, done, user_data);
    }
    result.loudness = loudness_figures(&rig->measure.loudness);
    g_autofree float *silence = g_new0(float, sound->rate_hz);
    const float *const planes[SOUND_CHANNELS_MAX] = {silence, silence, silence, silence,
                                                     silence, silence, silence, silence};

    add(rig, planes, rig->measure.window_frames);
    result.true_peak_dbtp = rig->true_peak_dbtp;
    return result;
}

LoudnessResult
loudness_rig_measure(const SoundBuild *sound)
{
    return loudness_rig_watch(sound, 0, NULL, NULL);
}
