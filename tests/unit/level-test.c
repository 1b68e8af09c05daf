/* Peak, RMS and silence, in every sample format. */
#include <glib.h>
#include <math.h>

#include "pipelines/measure/level.h"

#define FRAMES 48000u

/* One second of a 1 kHz sine of @amplitude on two channels, the second of them at @second. */
static LevelFigures
sine(LevelFormat format, double amplitude, double second)
{
    g_autofree gint16 *s16 = g_new(gint16, 2 * FRAMES);
    g_autofree gint32 *s32 = g_new(gint32, 2 * FRAMES);
    g_autofree float *f = g_new(float, 2 * FRAMES);
    const gboolean planar =
        format == LEVEL_S16_PLANAR || format == LEVEL_S32_PLANAR || format == LEVEL_FLOAT_PLANAR;
    LevelWindow window = {0};

    for (guint i = 0; i < 2 * FRAMES; i++) {
        const guint channel = planar ? i / FRAMES : i % 2;
        const guint frame = planar ? i % FRAMES : i / 2;
        const double value =
            sin(2 * G_PI * 1000 * (frame + 0.5) / 48000) * (channel == 0 ? amplitude : second);

        s16[i] = (gint16)lrint(value * 32767);
        s32[i] = (gint32)lrint(value * 2147483647);
        f[i] = (float)value;
    }
    const void *data = f;

    if (format == LEVEL_S16 || format == LEVEL_S16_PLANAR)
        data = s16;
    else if (format == LEVEL_S32 || format == LEVEL_S32_PLANAR)
        data = s32;
    const gsize width = data == (void *)s16 ? 2 : 4;
    const void *planes[] = {data, (const char *)data + FRAMES * width};

    level_add(&window, format, planes, 2, FRAMES);
    return level_figures(&window);
}

static void
a_full_scale_sine_reads_minus_three_in_every_format(void)
{
    for (LevelFormat format = LEVEL_S16; format <= LEVEL_FLOAT_PLANAR; format++) {
        const LevelFigures figures = sine(format, 1, 0.1);

        g_assert_cmpuint(figures.n_channels, ==, 2);
        g_assert_cmpfloat_with_epsilon(figures.rms_dbfs[0], -3.01, 0.01);
        g_assert_cmpfloat_with_epsilon(figures.peak_dbfs[0], -0.02, 0.03);
        g_assert_cmpfloat_with_epsilon(figures.rms_dbfs[1], -23.01, 0.01);
        g_assert_cmpfloat_with_epsilon(figures.loudest_rms_dbfs, -3.01, 0.01);
        g_assert_false(figures.silent);
    }
}

static void
silence_needs_every_channel(void)
{
    g_assert_true(sine(LEVEL_FLOAT, 0.0013, 0).silent);  /* -60.7 dBFS */
    g_assert_false(sine(LEVEL_FLOAT, 0.0015, 0).silent); /* -59.5 dBFS */
    g_assert_false(sine(LEVEL_FLOAT, 0, 0.5).silent);
}

static void
digital_zero_reads_the_floor_and_nothing_reads_nothing(void)
{
    const LevelFigures zero = sine(LEVEL_S16, 0, 0);
    const LevelWindow empty = {0};

    g_assert_cmpfloat(zero.rms_dbfs[0], ==, LEVEL_FLOOR_DBFS);
    g_assert_cmpfloat(zero.peak_dbfs[1], ==, LEVEL_FLOOR_DBFS);
    g_assert_true(zero.silent);
    g_assert_cmpuint(level_figures(&empty).n_channels, ==, 0);
    g_assert_false(level_figures(&empty).silent); /* not heard is not silent */
}

static void
samples_that_are_no_number_do_not_spoil_the_rest(void)
{
    const float samples[] = {NAN, 0, INFINITY, 0};
    const void *planes[] = {samples};
    LevelWindow window = {0};

    level_add(&window, LEVEL_FLOAT, planes, 2, 2);
    const LevelFigures figures = level_figures(&window);

    g_assert_cmpfloat_with_epsilon(figures.rms_dbfs[0], 0, 1e-6);
    g_assert_cmpfloat(figures.rms_dbfs[1], ==, LEVEL_FLOOR_DBFS);
}

static void
more_channels_than_eight_are_left_out_and_a_change_begins_anew(void)
{
    gint16 samples[10] = {0, 0, 0, 0, 0, 0, 0, 0, 32767, 32767};
    const void *planes[] = {samples};
    LevelWindow window = {0};

    level_add(&window, LEVEL_S16, planes, 10, 1);
    g_assert_cmpuint(level_figures(&window).n_channels, ==, 8);
    g_assert_true(level_figures(&window).silent);
    level_add(&window, LEVEL_S16, planes, 2, 5);
    g_assert_cmpuint(window.frames, ==, 5);
    g_assert_false(level_figures(&window).silent);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/level/sine", a_full_scale_sine_reads_minus_three_in_every_format);
    g_test_add_func("/level/silence", silence_needs_every_channel);
    g_test_add_func("/level/zero", digital_zero_reads_the_floor_and_nothing_reads_nothing);
    g_test_add_func("/level/nan", samples_that_are_no_number_do_not_spoil_the_rest);
    g_test_add_func("/level/channels",
                    more_channels_than_eight_are_left_out_and_a_change_begins_anew);
    return g_test_run();
}
