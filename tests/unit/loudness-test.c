/* Loudness over a long time, across changes, at odd rates; gates. Levels of the standards' signals
 * are in tests/conformance. */
#include <glib.h>
#include <math.h>

#include "pipelines/measure/loudness.h"

/* Adds a tone of 1 kHz that is @dbfs on both channels. */
static void
add_tone(Loudness *loudness, double dbfs, double seconds)
{
    const gsize frames = (gsize)lrint(seconds * loudness->rate_hz);
    g_autofree float *samples = g_new(float, frames);
    const float *const planes[] = {samples, samples};

    for (gsize i = 0; i < frames; i++)
        samples[i] =
            (float)(pow(10, dbfs / 20) * sin(2 * G_PI * 1000 * (double)i / loudness->rate_hz));
    loudness_add(loudness, planes, frames);
}

static Loudness *
stereo(guint rate_hz)
{
    const SoundLayout layout = sound_layout_of_count(2);
    Loudness *loudness = g_new(Loudness, 1);

    loudness_init(loudness, &layout, rate_hz);
    return loudness;
}

static void
nothing_is_said_before_it_is_known(void)
{
    g_autofree Loudness *loudness = stereo(48000);
    LoudnessFigures figures = loudness_figures(loudness);

    g_assert_true(isnan(figures.momentary_lufs));
    g_assert_true(isnan(figures.integrated_lufs));
    g_assert_true(isnan(figures.range_lu));
    add_tone(loudness, -23, 0.39);
    g_assert_true(isnan(loudness_figures(loudness).momentary_lufs));
    add_tone(loudness, -23, 0.61);
    figures = loudness_figures(loudness);
    g_assert_cmpfloat_with_epsilon(figures.momentary_lufs, -23, 0.1);
    g_assert_true(isnan(figures.short_term_lufs));
    g_assert_true(isnan(figures.max_short_term_lufs));
    g_assert_cmpfloat_with_epsilon(figures.programme_s, 1, 1e-9);
}

static void
silence_is_low_and_gated(void)
{
    g_autofree Loudness *loudness = stereo(48000);

    add_tone(loudness, -HUGE_VAL, 5);
    const LoudnessFigures figures = loudness_figures(loudness);

    g_assert_cmpfloat(figures.momentary_lufs, ==, LOUDNESS_FLOOR_LUFS);
    g_assert_cmpfloat(figures.max_short_term_lufs, ==, LOUDNESS_FLOOR_LUFS);
    g_assert_true(isnan(figures.integrated_lufs));
    g_assert_true(isnan(figures.hour_integrated_lufs));
    g_assert_cmpfloat_with_epsilon(figures.hour_s, 4.7, 1e-9); /* it was heard all the same */
}

static void
a_tone_reads_the_same_at_every_rate(void)
{
    static const guint rates[] = {8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000};

    for (guint i = 0; i < G_N_ELEMENTS(rates); i++) {
        g_autofree Loudness *loudness = stereo(rates[i]);

        add_tone(loudness, -18, 4);
        const LoudnessFigures figures = loudness_figures(loudness);

        g_assert_cmpfloat_with_epsilon(figures.momentary_lufs, -18, 0.1);
        g_assert_cmpfloat_with_epsilon(figures.short_term_lufs, -18, 0.1);
        g_assert_cmpfloat_with_epsilon(figures.programme_s, 4, 0.011);
    }
}

static void
a_new_programme_forgets_the_old_one(void)
{
    g_autofree Loudness *loudness = stereo(48000);

    add_tone(loudness, -10, 6);
    loudness_begin_programme(loudness);
    LoudnessFigures figures = loudness_figures(loudness);
    g_assert_true(isnan(figures.integrated_lufs));
    g_assert_true(isnan(figures.max_momentary_lufs));
    g_assert_cmpfloat_with_epsilon(figures.momentary_lufs, -10, 0.1); /* which goes on */
    add_tone(loudness, -30, 6);
    figures = loudness_figures(loudness);
    g_assert_cmpfloat_with_epsilon(figures.integrated_lufs, -30, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.max_momentary_lufs, -30, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.max_short_term_lufs, -30, 0.1);
    g_assert_cmpfloat(figures.hour_integrated_lufs, >, -14);
}

/* The layout changes within a programme. */
static void
a_programme_goes_on_in_another_format(void)
{
    const SoundLayout mono = sound_layout_of_count(1);
    g_autofree Loudness *loudness = stereo(48000);

    add_tone(loudness, -20, 10);
    loudness_change_format(loudness, &mono, 32000);
    LoudnessFigures figures = loudness_figures(loudness);
    g_assert_true(isnan(figures.momentary_lufs));
    g_assert_cmpfloat_with_epsilon(figures.integrated_lufs, -20, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.max_short_term_lufs, -20, 0.1);
    add_tone(loudness, -20, 10); /* one channel: 3 dB less */
    figures = loudness_figures(loudness);
    g_assert_cmpfloat_with_epsilon(figures.momentary_lufs, -23.01, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.integrated_lufs, 10 * log10((0.01 + 0.005) / 2), 0.1);
    g_assert_cmpfloat_with_epsilon(figures.max_short_term_lufs, -20, 0.1);
    g_assert_cmpfloat_with_epsilon(figures.programme_s, 20, 1e-9);
    g_assert_cmpfloat_with_epsilon(figures.range_lu, 3, 0.2);
}

static void
add_blocks(LoudnessHour *hour, double lufs, unsigned minutes)
{
    for (unsigned i = 0; i < minutes * 600; i++)
        loudness_hour_add(hour, loudness_to_power(lufs));
}

static void
an_hour_later_nothing_is_left_of_it(void)
{
    g_autofree LoudnessHour *hour = g_new0(LoudnessHour, 1);

    add_blocks(hour, -20, 30);
    g_assert_cmpfloat_with_epsilon(loudness_hour_integrated(hour), -20, 0.051);
    add_blocks(hour, -26, 30);
    g_assert_cmpfloat_with_epsilon(loudness_hour_integrated(hour),
                                   10 * log10((0.01 + 0.002512) / 2), 0.051);
    g_assert_cmpfloat_with_epsilon(loudness_hour_range(hour), 6, 0.11);
    g_assert_cmpuint(loudness_hour_blocks(hour), ==, 36000);
    add_blocks(hour, -26, 30);
    g_assert_cmpfloat_with_epsilon(loudness_hour_integrated(hour), -26, 0.051);
    g_assert_cmpfloat_with_epsilon(loudness_hour_range(hour), 0, 1e-9);
    add_blocks(hour, -100, 61); /* below the gate, it ages the rest */
    g_assert_true(isnan(loudness_hour_integrated(hour)));
    g_assert_cmpuint(loudness_hour_blocks(hour), <=, 36000);
    g_assert_cmpuint(loudness_hour_blocks(hour), >=, 33000);
}

static void
the_weights_are_those_of_the_places(void)
{
    const SoundLayout five_one = sound_layout_of_count(6), seven_one = sound_layout_of_count(8);
    const SoundLayout old = {
        .n_channels = 4,
        .at = {SOUND_FRONT_LEFT, SOUND_FRONT_RIGHT, SOUND_BACK_LEFT, SOUND_BACK_RIGHT}};
    SoundLayout mono = sound_layout_of_count(1);

    g_assert_cmpfloat(sound_layout_weight(&five_one, 2), ==, 1);
    g_assert_cmpfloat(sound_layout_weight(&five_one, 3), ==, 0);
    g_assert_cmpfloat(sound_layout_weight(&five_one, 4), ==, 1.41);
    g_assert_cmpfloat(sound_layout_weight(&seven_one, 4), ==, 1);
    g_assert_cmpfloat(sound_layout_weight(&seven_one, 7), ==, 1.41);
    g_assert_cmpfloat(sound_layout_weight(&old, 3), ==, 1.41); /* they are the surround there */
    g_assert_cmpfloat(sound_layout_weight(&mono, 0), ==, 1);
    mono.dual_mono = true;
    g_assert_cmpfloat(sound_layout_weight(&mono, 0), ==, 2);
    g_assert_cmpuint(sound_layout_of_count(30).n_channels, ==, SOUND_CHANNELS_MAX);
}

static void
the_filter_is_the_standards_at_its_rate(void)
{
    KFilter filter;

    k_filter_init(&filter, 48000);
    /* ITU-R BS.1770-4, tables 1 and 2. */
    g_assert_cmpfloat_with_epsilon(filter.shelf.through, 1.53512485958697, 1e-10);
    g_assert_cmpfloat_with_epsilon(filter.shelf.pole[0], -1.69065929318241, 1e-10);
    g_assert_cmpfloat_with_epsilon(filter.shelf.pole[1], 0.73248077421585, 1e-10);
    g_assert_cmpfloat_with_epsilon(filter.cut.pole[0], -1.99004745483398, 1e-10);
    g_assert_cmpfloat_with_epsilon(filter.cut.pole[1], 0.99007225036621, 1e-10);
}

/* What fades for ever would at last be too small for ordinary numbers, which is slow. */
static void
silence_after_sound_empties_the_filter(void)
{
    g_autofree Loudness *loudness = stereo(48000);

    add_tone(loudness, 0, 1);
    add_tone(loudness, -HUGE_VAL, 2);
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpfloat(loudness->filter.memory[0].cut[i][0], ==, 0);
        g_assert_cmpfloat(loudness->filter.memory[0].shelf[i][1], ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/loudness/unknown", nothing_is_said_before_it_is_known);
    g_test_add_func("/loudness/silence", silence_is_low_and_gated);
    g_test_add_func("/loudness/rates", a_tone_reads_the_same_at_every_rate);
    g_test_add_func("/loudness/programme", a_new_programme_forgets_the_old_one);
    g_test_add_func("/loudness/format", a_programme_goes_on_in_another_format);
    g_test_add_func("/loudness/hour", an_hour_later_nothing_is_left_of_it);
    g_test_add_func("/loudness/weights", the_weights_are_those_of_the_places);
    g_test_add_func("/loudness/filter", the_filter_is_the_standards_at_its_rate);
    g_test_add_func("/loudness/faded", silence_after_sound_empties_the_filter);
    return g_test_run();
}
