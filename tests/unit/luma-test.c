/* Brightness and the black verdict at its limits. */
#include <glib.h>
#include <string.h>

#include "pipelines/measure/luma.h"

#define WIDTH  40u
#define HEIGHT 25u /* 1,000 pixels: one is a tenth of a per cent */

static LumaFigures
measure_by(guint bright, guint8 dark_luma, guint8 bright_luma, const LumaRule *rule)
{
    guint8 pixels[HEIGHT * 48];
    const LumaPlane plane = {.data = pixels, .stride = 48, .width = WIDTH, .height = HEIGHT};

    memset(pixels, 200, sizeof pixels); /* what lies beyond the width must not count */
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i / WIDTH * 48 + i % WIDTH] = i < bright ? bright_luma : dark_luma;
    return luma_measure_by(&plane, false, rule);
}

static LumaFigures
measure(guint bright, guint8 dark_luma, guint8 bright_luma, gboolean full_range)
{
    guint8 pixels[HEIGHT * 48];
    const LumaPlane plane = {.data = pixels, .stride = 48, .width = WIDTH, .height = HEIGHT};

    memset(pixels, 200, sizeof pixels); /* what lies beyond the width must not count */
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i / WIDTH * 48 + i % WIDTH] = i < bright ? bright_luma : dark_luma;
    return luma_measure(&plane, full_range);
}

static void
ninety_eight_per_cent_of_dark_pixels_are_black(void)
{
    g_assert_true(measure(20, 16, 235, FALSE).black);
    g_assert_false(measure(21, 16, 235, FALSE).black);
    g_assert_cmpfloat_with_epsilon(measure(21, 16, 235, FALSE).dark_share, 0.979, 1e-9);
}

static void
dark_ends_at_a_tenth_of_the_range(void)
{
    g_assert_true(measure(0, 37, 0, FALSE).black); /* 16 + 21.9 */
    g_assert_false(measure(0, 38, 0, FALSE).black);
    g_assert_true(measure(0, 25, 0, TRUE).black); /* 25.5 */
    g_assert_false(measure(0, 26, 0, TRUE).black);
}

static void
the_mean_is_of_the_range(void)
{
    g_assert_cmpfloat_with_epsilon(measure(500, 16, 235, FALSE).mean, 0.5, 1e-9);
    g_assert_cmpfloat(measure(0, 0, 0, FALSE).mean, ==, 0); /* below black is black */
    g_assert_cmpfloat(measure(0, 255, 0, TRUE).mean, ==, 1);
    g_assert_cmpuint(measure(1, 16, 99, FALSE).max, ==, 99);
    g_assert_cmpuint(measure(1, 16, 99, FALSE).min, ==, 16);
}

static void
black_is_what_the_rule_says(void)
{
    const LumaRule logo = {.dark = 0.1, .black_share = 0.9}, grey = {.dark = 0.2, .black_share = 1};

    g_assert_true(measure_by(100, 16, 235, &logo).black);
    g_assert_false(measure_by(101, 16, 235, &logo).black);
    g_assert_true(measure_by(0, 59, 0, &grey).black); /* 16 + 43.8 */
    g_assert_false(measure_by(1, 59, 235, &grey).black);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/luma/black", ninety_eight_per_cent_of_dark_pixels_are_black);
    g_test_add_func("/luma/dark", dark_ends_at_a_tenth_of_the_range);
    g_test_add_func("/luma/mean", the_mean_is_of_the_range);
    g_test_add_func("/luma/rule", black_is_what_the_rule_says);
    return g_test_run();
}
