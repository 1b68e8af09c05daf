/* Exact repeats, noise and movement told apart. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/measure/still.h"

#define COUNT (320u * 180u)

static StillFigures
compare(guint changed, guint8 by)
{
    g_autofree guint8 *before = g_malloc(COUNT), *now = g_malloc(COUNT);

    for (guint i = 0; i < COUNT; i++)
        before[i] = now[i] = (guint8)(i % 100);
    for (guint i = 0; i < changed; i++)
        now[i] = (guint8)(now[i] + by);
    return still_compare(before, now, COUNT);
}

static void
not_one_pixel_differs_in_an_exact_repeat(void)
{
    g_assert_cmpint(compare(0, 0).verdict, ==, STILL_EXACT);
    g_assert_true(isinf(compare(0, 0).difference_db));
    g_assert_cmpint(compare(1, 1).verdict, ==, STILL_NOISE);
}

static void
noise_ends_at_minus_sixty_decibels(void)
{
    /* A mean square of 255 * 255 / 1,000,000 is -60 dB: 3,745.4 of 57,600 pixels differing by 1. */
    g_assert_cmpint(compare(3745, 1).verdict, ==, STILL_NOISE);
    g_assert_cmpint(compare(3746, 1).verdict, ==, STILL_MOVING);
}

static void
black_against_white_is_zero_decibels(void)
{
    g_autofree guint8 *black = g_malloc0(COUNT), *white = g_malloc(COUNT);

    memset(white, 255, COUNT);
    g_assert_cmpfloat_with_epsilon(still_compare(black, white, COUNT).difference_db, 0, 1e-9);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/still/exact", not_one_pixel_differs_in_an_exact_repeat);
    g_test_add_func("/still/noise", noise_ends_at_minus_sixty_decibels);
    g_test_add_func("/still/scale", black_against_white_is_zero_decibels);
    return g_test_run();
}
