/* The peak between samples: what is left out of the oversampling is never missed. */
#include <glib.h>
#include <math.h>

#include "pipelines/measure/true-peak.h"

#define FRAMES 24000u

static float
sample_peak(const float *samples, gsize count)
{
    float peak = 0;

    for (gsize i = 0; i < count; i++)
        peak = MAX(peak, fabsf(samples[i]));
    return peak;
}

/* The peak of @samples in blocks of @size; @eager: never leaves a block out. */
static float
peak_of(const float *samples, gsize frames, guint rate_hz, gsize size, gboolean eager)
{
    TruePeakFilter filter;
    TruePeakMemory memory = {0};
    float peak = 0;

    true_peak_init(&filter, rate_hz);
    for (gsize done = 0; done < frames; done += size) {
        const gsize count = MIN(size, frames - done);
        const float *block = samples + done;

        /* A peak that is looked for from nothing leaves nothing out. */
        const float found = true_peak_add(&filter, &memory, block, count, sample_peak(block, count),
                                          eager ? 0 : peak);

        peak = fmaxf(peak, found);
    }
    return peak;
}

static void
fill(float *samples, GRand *random, guint kind)
{
    double smooth = 0, gain = 1;

    for (guint i = 0; i < FRAMES; i++) {
        const double white = g_rand_double_range(random, -1, 1);

        if (i % 480 == 0)
            gain = pow(10, -g_rand_double_range(random, 0, 2));
        smooth += 0.3 * (white - smooth);
        samples[i] = (float)(gain * (kind == 0 ? white : kind == 1 ? smooth : white > 0 ? 1 : -1));
    }
}

static void
what_is_left_out_would_not_have_raised_the_peak(void)
{
    static const guint rates[] = {48000, 96000, 192000};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    g_autofree float *samples = g_new(float, FRAMES);

    for (guint i = 0; i < 60; i++) {
        const guint rate = rates[i % 3];

        fill(samples, random, i / 3 % 3);
        const float all = peak_of(samples, FRAMES, rate, 64, TRUE);

        g_assert_cmpfloat(peak_of(samples, FRAMES, rate, 64, FALSE), ==, all);
        g_assert_cmpfloat(all, >=, sample_peak(samples, FRAMES));
    }
}

static void
the_size_of_the_blocks_makes_no_difference(void)
{
    static const gsize sizes[] = {1, 2, 3, 5, 13, 14, 15, 63, 64};
    g_autoptr(GRand) random = g_rand_new_with_seed(8);
    g_autofree float *samples = g_new(float, FRAMES);

    fill(samples, random, 0);
    const float whole = peak_of(samples, FRAMES, 48000, 64, TRUE);

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_cmpfloat_with_epsilon(peak_of(samples, FRAMES, 48000, sizes[i], TRUE), whole,
                                       1e-6);
        g_assert_cmpfloat_with_epsilon(peak_of(samples, FRAMES, 48000, sizes[i], FALSE), whole,
                                       1e-6);
    }
}

/* The worst that samples of magnitude 1 can do: each with the sign of its tap. */
static void
nothing_exceeds_the_bound(void)
{
    TruePeakFilter filter;
    g_autoptr(GRand) random = g_rand_new_with_seed(9);
    float worst = 0;

    true_peak_init(&filter, 48000);
    for (guint i = 0; i < 1u << TRUE_PEAK_TAPS; i++) {
        float samples[64] = {0};

        for (guint k = 0; k < TRUE_PEAK_TAPS; k++)
            samples[20 + k] = i >> k & 1 ? 1 : -1;
        worst = fmaxf(worst, peak_of(samples, 64, 48000, 64, TRUE));
    }
    g_assert_cmpfloat(worst, <=, true_peak_gain(&filter) * 1.00001f);
    g_assert_cmpfloat(worst, >,
                      true_peak_gain(&filter) * 0.999f); /* and it is no larger than needed */
}

static void
a_tone_between_its_samples_reads_its_peak(void)
{
    g_autofree float *samples = g_new(float, FRAMES);

    /* A quarter of the rate, sampled at 45 degrees; a sudden beginning would be a peak of its own.
     */
    for (guint i = 0; i < FRAMES; i++)
        samples[i] = (float)(sin(2 * G_PI * (i + 0.5) / 4) * MIN(i / 4800.0, 1));
    g_assert_cmpfloat_with_epsilon(sample_peak(samples, FRAMES), 0.7071, 1e-4);
    g_assert_cmpfloat_with_epsilon(peak_of(samples, FRAMES, 48000, 64, FALSE), 1, 0.02);
    g_assert_cmpfloat_with_epsilon(peak_of(samples, FRAMES, 192000, 64, FALSE), 0.7071, 1e-4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/true-peak/left-out", what_is_left_out_would_not_have_raised_the_peak);
    g_test_add_func("/true-peak/blocks", the_size_of_the_blocks_makes_no_difference);
    g_test_add_func("/true-peak/bound", nothing_exceeds_the_bound);
    g_test_add_func("/true-peak/tone", a_tone_between_its_samples_reads_its_peak);
    return g_test_run();
}
