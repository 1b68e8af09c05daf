/* Loudness and true peak beside libebur128, on sounds that are like programmes. */
#include <ebur128.h>
#include <glib.h>
#include <math.h>

#include "tests/conformance/loudness-rig.h"

#define ALIKE 0.1 /* LU, dB */

typedef struct {
    double momentary, short_term, integrated, true_peak;
    double range;       /* both by one short-term value a second */
    double finer_range; /* ours by ten, as EBU Tech 3342 asks */
} Differences;          /* the largest found */

/* What libebur128 and the measurement are fed with at once. */
typedef struct {
    ebur128_state *peer;
    const SoundBuild *sound;
    gsize fed; /* samples */
    LoudnessGate
        seconds; /* our short-term loudness once a second, as libebur128 takes it for the range */
    Differences *differences;
} Side;

static const int surround[][8] = {
    [5] = {EBUR128_LEFT, EBUR128_RIGHT, EBUR128_CENTER, EBUR128_Mp090, EBUR128_Mm090},
    [6] = {EBUR128_LEFT, EBUR128_RIGHT, EBUR128_CENTER, EBUR128_UNUSED, EBUR128_Mp090,
           EBUR128_Mm090},
    [8] = {EBUR128_LEFT, EBUR128_RIGHT, EBUR128_CENTER, EBUR128_UNUSED, EBUR128_Mp135,
           EBUR128_Mm135, EBUR128_Mp090, EBUR128_Mm090},
};

static ebur128_state *
peer_new(const SoundBuild *sound)
{
    ebur128_state *peer =
        ebur128_init(sound->n_channels, sound->rate_hz,
                     EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK);

    for (guint i = 0; sound->n_channels >= 5 && i < sound->n_channels; i++)
        g_assert_cmpint(ebur128_set_channel(peer, i, surround[sound->n_channels][i]), ==, 0);
    return peer;
}

static void
widen(double *difference, double ours, double theirs)
{
    if (!isfinite(theirs) || theirs < -70) /* below the gate it does not say the same everywhere */
        return;
    *difference = fmax(*difference, fabs(ours - theirs));
}

static void
feed(Side *side, gsize frames)
{
    const guint n = side->sound->n_channels;
    g_autofree float *block = g_new(float, (frames - side->fed) * n);

    for (gsize k = side->fed; k < frames; k++)
        for (guint i = 0; i < n; i++)
            block[(k - side->fed) * n + i] = g_array_index(side->sound->planes[i], float, k);
    g_assert_cmpint(ebur128_add_frames_float(side->peer, block, frames - side->fed), ==, 0);
    side->fed = frames;
}

static void
compare_now(const SoundMeasure *measure, gsize frames, gpointer user_data)
{
    const LoudnessFigures figures = loudness_figures(&measure->loudness);
    Side *side = user_data;
    double theirs = 0;

    feed(side, frames);
    g_assert_cmpint(ebur128_loudness_momentary(side->peer, &theirs), ==, 0);
    if (!isnan(figures.momentary_lufs))
        widen(&side->differences->momentary, figures.momentary_lufs, theirs);
    g_assert_cmpint(ebur128_loudness_shortterm(side->peer, &theirs), ==, 0);
    if (isnan(figures.short_term_lufs))
        return;
    widen(&side->differences->short_term, figures.short_term_lufs, theirs);
    if (frames % side->sound->rate_hz == 0)
        loudness_gate_add(&side->seconds, loudness_to_power(figures.short_term_lufs));
}

static void
compare(const SoundBuild *sound, Differences *differences)
{
    Side side = {.peer = peer_new(sound), .sound = sound, .differences = differences};
    const LoudnessResult ours = loudness_rig_watch(sound, sound->rate_hz / 10, compare_now, &side);
    double theirs = 0, peak = 0;

    feed(&side, sound_build_frames(sound));
    g_assert_cmpint(ebur128_loudness_global(side.peer, &theirs), ==, 0);
    widen(&differences->integrated, ours.loudness.integrated_lufs, theirs);
    g_assert_cmpint(ebur128_loudness_range(side.peer, &theirs), ==, 0);
    widen(&differences->range, loudness_gate_range(&side.seconds), theirs);
    widen(&differences->finer_range, ours.loudness.range_lu, theirs);
    for (guint i = 0; i < sound->n_channels; i++) {
        g_assert_cmpint(ebur128_true_peak(side.peer, i, &theirs), ==, 0);
        peak = fmax(peak, theirs);
    }
    widen(&differences->true_peak, ours.true_peak_dbtp, 20 * log10(peak));
    ebur128_destroy(&side.peer);
}

typedef struct {
    guint rate_hz;
    guint n_channels;
} Format;

static void
both_read_the_same(gconstpointer data)
{
    /* White noise at 96 kHz is no programme: twice oversampled, its peaks are the filter's matter.
     */
    static const double brights[] = {0, 0.2, 1}, audible[] = {0, 0.1, 0.2};
    const Format *format = data;
    Differences differences = {0};

    for (guint32 seed = 1; seed <= 3; seed++) {
        g_autoptr(SoundBuild) sound = sound_build_new(format->rate_hz, format->n_channels);

        sound_build_programme(sound, seed, (format->rate_hz > 48000 ? audible : brights)[seed % 3],
                              0.9, 10 + 10 * seed);
        sound_build_tone_dbfs(sound, 40 * seed * seed * seed, -6 - 14.0 * (seed - 1), 5);
        compare(sound, &differences);
    }
    g_test_message("largest differences: M %.4f, S %.4f, I %.4f LU, LRA %.4f LU, (%.4f by ten a "
                   "second), true peak %.4f dB",
                   differences.momentary, differences.short_term, differences.integrated,
                   differences.range, differences.finer_range, differences.true_peak);
    g_assert_cmpfloat(differences.momentary, <, ALIKE);
    g_assert_cmpfloat(differences.short_term, <, ALIKE);
    g_assert_cmpfloat(differences.integrated, <, ALIKE);
    g_assert_cmpfloat(differences.range, <, ALIKE);
    g_assert_cmpfloat(differences.true_peak, <, ALIKE);
}

int
main(int argc, char **argv)
{
    static const Format formats[] = {
        {48000, 1}, {48000, 2}, {48000, 5}, {48000, 6}, {48000, 8},
        {44100, 2}, {32000, 2}, {24000, 1}, {96000, 2},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *name =
            g_strdup_printf("/peer/%u-hz-%u", formats[i].rate_hz, formats[i].n_channels);

        g_test_add_data_func(name, &formats[i], both_read_the_same);
    }
    return g_test_run();
}
