/* Peak, RMS and silence of a window. */
#include <glib.h>
#include <math.h>

#include "pipelines/measure/level.h"

/* A second of sines of two amplitudes. */
static LevelFigures
sines(double left, double right)
{
    const LevelWindow window = {
        .n_channels = 2,
        .frames = 48000,
        .peak = {(float)left, (float)right},
        .square = {48000 * left * left / 2, 48000 * right * right / 2},
    };

    return level_figures(&window);
}

static void
a_full_scale_sine_reads_minus_three(void)
{
    const LevelFigures figures = sines(1, 0.1);

    g_assert_cmpuint(figures.n_channels, ==, 2);
    g_assert_cmpfloat_with_epsilon(figures.rms_dbfs[0], -3.01, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.peak_dbfs[0], 0, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.rms_dbfs[1], -23.01, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.loudest_rms_dbfs, -3.01, 0.01);
    g_assert_cmpfloat_with_epsilon(figures.highest_peak_dbfs, 0, 0.01);
    g_assert_false(figures.silent);
}

static void
silence_needs_every_channel(void)
{
    g_assert_true(sines(0.0013, 0).silent);  /* -60.7 dBFS */
    g_assert_false(sines(0.0015, 0).silent); /* -59.5 dBFS */
    g_assert_false(sines(0, 0.5).silent);
}

static void
digital_zero_reads_the_floor_and_nothing_reads_nothing(void)
{
    const LevelFigures zero = sines(0, 0);
    const LevelWindow empty = {0};

    g_assert_cmpfloat(zero.rms_dbfs[0], ==, LEVEL_FLOOR_DBFS);
    g_assert_cmpfloat(zero.peak_dbfs[1], ==, LEVEL_FLOOR_DBFS);
    g_assert_true(zero.silent);
    g_assert_cmpuint(level_figures(&empty).n_channels, ==, 0);
    g_assert_false(level_figures(&empty).silent); /* not heard is not silent */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/level/sine", a_full_scale_sine_reads_minus_three);
    g_test_add_func("/level/silence", silence_needs_every_channel);
    g_test_add_func("/level/zero", digital_zero_reads_the_floor_and_nothing_reads_nothing);
    return g_test_run();
}
