/* Smaller pictures: means of squares, and the ranges. */
#include <glib.h>
#include <string.h>

#include "pipelines/measure/shrink.h"

static const unsigned factors[] = {1, 2, 3, 4, 6, 12};

static void
an_even_picture_stays_as_it_is(void)
{
    const ShrinkLevels levels = shrink_levels_luma(TRUE);
    guint8 pixels[48 * 48], small[48 * 48];
    const LumaPlane plane = {pixels, 48, 48, 48};

    for (guint level = 0; level < 256; level++) {
        memset(pixels, (int)level, sizeof pixels);
        for (gsize i = 0; i < G_N_ELEMENTS(factors); i++) {
            const guint size = 48 / factors[i];

            memset(small, ~(int)level & 255, sizeof small);
            shrink_plane(&plane, factors[i], &levels, small, size);
            for (guint at = 0; at < size * size; at++)
                g_assert_cmpuint(small[at], ==, level);
        }
    }
}

static void
each_square_becomes_its_rounded_mean(void)
{
    const ShrinkLevels levels = shrink_levels_luma(TRUE);
    GRand *rand = g_rand_new_with_seed(5);
    guint8 pixels[50 * 64], small[50 * 64];
    const LumaPlane plane = {pixels, 64, 50, 50}; /* 14 bytes behind each row, 2 that are left */

    for (guint i = 0; i < sizeof pixels; i++)
        pixels[i] = (guint8)g_rand_int_range(rand, 0, 256);
    for (gsize i = 0; i < G_N_ELEMENTS(factors); i++) {
        const guint factor = factors[i], size = 50 / factor, n = factor * factor;

        shrink_plane(&plane, factor, &levels, small, 64);
        for (guint at = 0; at < size * size; at++) {
            guint sum = 0;

            for (guint k = 0; k < n; k++)
                sum += pixels[(at / size * factor + k / factor) * 64 + at % size * factor +
                              k % factor];
            g_assert_cmpuint(small[at / size * 64 + at % size], ==, (sum + n / 2) / n);
        }
    }
    g_rand_free(rand);
}

static void
the_limited_range_is_stretched(void)
{
    const ShrinkLevels luma = shrink_levels_luma(FALSE), chroma = shrink_levels_chroma(FALSE);

    g_assert_cmpuint(luma.as[0], ==, 0);
    g_assert_cmpuint(luma.as[16], ==, 0);
    g_assert_cmpuint(luma.as[126], ==, 128);
    g_assert_cmpuint(luma.as[235], ==, 255);
    g_assert_cmpuint(luma.as[255], ==, 255);
    g_assert_cmpuint(chroma.as[16], ==, 0);
    g_assert_cmpuint(chroma.as[128], ==, 128);
    g_assert_cmpuint(chroma.as[240], ==, 255);
    for (guint i = 1; i < 256; i++) {
        g_assert_cmpuint(luma.as[i], >=, luma.as[i - 1]);
        g_assert_cmpuint(chroma.as[i], >=, chroma.as[i - 1]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shrink/an-even-picture-stays-as-it-is", an_even_picture_stays_as_it_is);
    g_test_add_func("/shrink/each-square-becomes-its-rounded-mean",
                    each_square_becomes_its_rounded_mean);
    g_test_add_func("/shrink/the-limited-range-is-stretched", the_limited_range_is_stretched);
    return g_test_run();
}
