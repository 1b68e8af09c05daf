/* Silence, phase, mono, clipping and dead channels, from samples to conditions. */
#include <glib.h>
#include <math.h>

#include "pipelines/measure/sound-judge.h"

#define RATE 48000u

/* A stereo sound under judgement. */
typedef struct {
    SoundMeasure measure;
    SoundJudge judge;
    SoundRules rules;
    SoundWindow window; /* the last */
    MonoUs at_us;       /* of the sound so far */
    guint32 state;      /* of the noise */
    bool doubtful;      /* whether the windows to come are */
} Rig;

static Rig *
rig_new(void)
{
    const SoundLayout layout = sound_layout_of_count(2);
    Rig *rig = g_new0(Rig, 1);

    sound_measure_init(&rig->measure, &layout, RATE);
    rig->rules = sound_rules_default();
    rig->state = 1;
    return rig;
}

static double
noise(Rig *rig)
{
    rig->state = rig->state * 1664525u + 1013904223u;
    return (gint32)rig->state / 2147483648.0;
}

static void
add(Rig *rig, const float *left, const float *right, gsize frames)
{
    for (gsize done = 0; done < frames;) {
        const float *const planes[] = {left + done, right + done};

        done += sound_measure_add(&rig->measure, planes, frames - done);
        if (!sound_measure_take(&rig->measure, &rig->window))
            continue;
        rig->window.doubtful = rig->doubtful;
        (void)sound_judge_window(&rig->judge, &rig->rules, &rig->window, rig->at_us);
        rig->at_us += rig->window.length_us;
    }
}

/* Noise: @same on both, @left and @right on one alone. */
static void
play(Rig *rig, double same, double left, double right, double seconds)
{
    const gsize frames = (gsize)lrint(seconds * RATE);
    g_autofree float *one = g_new(float, frames), *two = g_new(float, frames);

    for (gsize i = 0; i < frames; i++) {
        const double both = same * noise(rig);

        one[i] = (float)(both + left * noise(rig));
        two[i] = (float)(both + right * noise(rig));
    }
    add(rig, one, two, frames);
}

/* The same noise with two gains. */
static void
play_gains(Rig *rig, double left, double right, double seconds)
{
    const gsize frames = (gsize)lrint(seconds * RATE);
    g_autofree float *one = g_new(float, frames), *two = g_new(float, frames);

    for (gsize i = 0; i < frames; i++) {
        const double both = noise(rig);

        one[i] = (float)(left * both);
        two[i] = (float)(right * both);
    }
    add(rig, one, two, frames);
}

static gboolean
holds(const Rig *rig, SoundCondition condition)
{
    return sound_judge_condition(&rig->judge, condition)->active;
}

static MonoUs
since(const Rig *rig, SoundCondition condition)
{
    return sound_judge_condition(&rig->judge, condition)->since_us;
}

static void
silence_begins_and_ends_where_it_does(void)
{
    g_autofree Rig *rig = rig_new();

    play(rig, 0, 0.1, 0.1, 3.33);
    g_assert_false(holds(rig, SOUND_SILENT));
    play(rig, 0, 0, 0, 1.5);
    g_assert_false(holds(rig, SOUND_SILENT)); /* a pause */
    play(rig, 0, 0, 0, 1.5);
    g_assert_true(holds(rig, SOUND_SILENT));
    g_assert_cmpint(ABS(since(rig, SOUND_SILENT) - 3330000), <, 3000);
    play(rig, 0, 0, 0.1, 1);
    g_assert_false(holds(rig, SOUND_SILENT));
    g_assert_cmpint(ABS(since(rig, SOUND_SILENT) - 6330000), <, 3000);
}

static void
short_pauses_and_quiet_passages_are_no_silence(void)
{
    g_autofree Rig *rig = rig_new();

    for (guint i = 0; i < 20; i++) {
        play(rig, 0, 0.1, 0.1, 0.15);
        play(rig, 0, 0, 0, 1.85);
        g_assert_false(holds(rig, SOUND_SILENT));
    }
    play(rig, 0, 0.003, 0.003, 10); /* -55 dBFS */
    g_assert_false(holds(rig, SOUND_SILENT));
    play(rig, 0, 0.001, 0.001, 3); /* -65 dBFS */
    g_assert_true(holds(rig, SOUND_SILENT));
}

static void
opposite_phase_is_told_from_wide_stereo(void)
{
    g_autofree Rig *rig = rig_new();

    play(rig, 0.2, 0.1, 0.1, 8);
    g_assert_false(holds(rig, SOUND_INVERTED));
    g_assert_cmpfloat_with_epsilon(rig->window.front.correlation, 0.8, 0.03);
    play(rig, 0, 0.2, 0.2, 8);
    g_assert_false(holds(rig, SOUND_INVERTED));
    g_assert_cmpfloat_with_epsilon(rig->window.front.correlation, 0, 0.05);
    play_gains(rig, 0.2, -0.15, 4);
    g_assert_false(holds(rig, SOUND_INVERTED)); /* not long enough */
    play_gains(rig, 0.2, -0.15, 4);
    g_assert_true(holds(rig, SOUND_INVERTED));
    g_assert_cmpfloat_with_epsilon(rig->window.front.correlation, -1, 1e-4);
    play(rig, 0, 0, 0, 1);
    g_assert_true(holds(rig, SOUND_INVERTED)); /* silence has no phase */
    play_gains(rig, 0.2, 0.2, 2);
    g_assert_false(holds(rig, SOUND_INVERTED));
}

static void
mono_is_the_same_but_for_noise(void)
{
    g_autofree Rig *rig = rig_new();

    play(rig, 0.2, 0.0002, 0.0002, 6);
    g_assert_true(holds(rig, SOUND_MONO));
    g_assert_false(holds(rig, SOUND_INVERTED));
    play(rig, 0.2, 0.01, 0.01, 3);
    g_assert_false(holds(rig, SOUND_MONO));
}

static void
one_channel_that_lacks_is_dead(void)
{
    g_autofree Rig *rig = rig_new();

    play(rig, 0, 0.2, 0.0005, 6);
    g_assert_true(holds(rig, SOUND_CHANNEL_DEAD));
    g_assert_false(holds(rig, SOUND_SILENT));
    play(rig, 0, 0.003, 0.0005, 3); /* too quiet to tell: it stays */
    g_assert_true(holds(rig, SOUND_CHANNEL_DEAD));
    play(rig, 0, 0.2, 0.1, 3);
    g_assert_false(holds(rig, SOUND_CHANNEL_DEAD));
}

static void
clipping_is_a_run_at_full_scale(void)
{
    g_autofree Rig *rig = rig_new();
    float left[RATE], right[RATE];

    for (guint i = 0; i < RATE; i++) {
        left[i] = (float)fmax(fmin(1.5 * sin(2 * G_PI * 1000 * i / RATE), 1), -1);
        right[i] = (float)sin(2 * G_PI * 1000 * i / RATE); /* touches full scale, no more */
    }
    add(rig, right, right, RATE);
    g_assert_cmpuint(rig->window.clips, ==, 0);
    g_assert_false(holds(rig, SOUND_CLIPPED));
    g_assert_true(holds(rig, SOUND_PEAK_HIGH));
    add(rig, left, right, RATE);
    g_assert_cmpuint(rig->window.clips, ==, 400); /* two a period, in 200 ms */
    g_assert_true(holds(rig, SOUND_CLIPPED));
    play(rig, 0, 0.5, 0.5, 3);
    g_assert_false(holds(rig, SOUND_CLIPPED));
    g_assert_false(holds(rig, SOUND_PEAK_HIGH));
}

static void
peaks_of_what_may_be_garbage_change_nothing(void)
{
    g_autofree Rig *rig = rig_new();
    float square[RATE];

    for (guint i = 0; i < RATE; i++)
        square[i] = i / 100 % 2 == 0 ? 1 : -1;
    rig->doubtful = true;
    add(rig, square, square, RATE);
    g_assert_cmpuint(rig->window.clips, >, 0);
    g_assert_false(holds(rig, SOUND_CLIPPED));
    g_assert_false(holds(rig, SOUND_PEAK_HIGH));
    rig->doubtful = false;
    add(rig, square, square, RATE);
    g_assert_true(holds(rig, SOUND_CLIPPED));
    rig->doubtful = true;
    play(rig, 0, 0.5, 0.5, 3);
    g_assert_true(holds(rig, SOUND_CLIPPED));
    g_assert_true(holds(rig, SOUND_PEAK_HIGH));
}

static void
samples_that_are_no_number_are_counted_and_do_not_stay(void)
{
    g_autofree Rig *rig = rig_new();
    float left[9600] = {0}, right[9600] = {0};

    left[100] = NAN;
    left[9000] = -INFINITY;
    right[5000] = 1e20f;
    add(rig, left, right, G_N_ELEMENTS(left));
    g_assert_cmpuint(rig->window.broken, ==, 3);
    g_assert_cmpfloat_with_epsilon((double)rig->window.level.highest_peak_dbfs, 0, 1e-6);
    play(rig, 0, 0.1, 0.1, 4);
    const LoudnessFigures figures = loudness_figures(&rig->measure.loudness);

    g_assert_cmpuint(rig->window.broken, ==, 0);
    g_assert_true(isfinite(figures.short_term_lufs));
    g_assert_cmpfloat(figures.short_term_lufs, <, -15);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sound-judge/silence", silence_begins_and_ends_where_it_does);
    g_test_add_func("/sound-judge/pauses", short_pauses_and_quiet_passages_are_no_silence);
    g_test_add_func("/sound-judge/phase", opposite_phase_is_told_from_wide_stereo);
    g_test_add_func("/sound-judge/mono", mono_is_the_same_but_for_noise);
    g_test_add_func("/sound-judge/dead", one_channel_that_lacks_is_dead);
    g_test_add_func("/sound-judge/clipping", clipping_is_a_run_at_full_scale);
    g_test_add_func("/sound-judge/doubtful", peaks_of_what_may_be_garbage_change_nothing);
    g_test_add_func("/sound-judge/broken", samples_that_are_no_number_are_counted_and_do_not_stay);
    return g_test_run();
}
