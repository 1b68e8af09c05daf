/* The signals of EBU Tech 3341 and 3342 that their definitions describe in full, at the tolerances
 * given there. Recordings of programmes (3341: 7 and 8; 3342: 5 and 6) have no definition and are
 * not run. */
#include <glib.h>
#include <math.h>

#include "tests/conformance/loudness-rig.h"

#define RATE 48000u
#define LU   0.1 /* tolerance of Tech 3341 on loudness; that of Tech 3342 is 1 LU */

/* A tone of 1 kHz on every channel. */
typedef struct {
    double dbfs;
    double seconds; /* 0: the end of the list */
} Part;

#define PARTS_MAX 6u

static SoundBuild *
stereo(const Part *parts, guint times)
{
    SoundBuild *sound = sound_build_new(RATE, 2);

    for (guint i = 0; i < times; i++)
        for (guint k = 0; k < PARTS_MAX && parts[k].seconds > 0; k++)
            sound_build_tone_dbfs(sound, 1000, parts[k].dbfs, parts[k].seconds);
    return sound;
}

static void
a_steady_tone_reads_its_level_in_all_three(gconstpointer data)
{
    const double *dbfs = data;
    const Part parts[PARTS_MAX] = {{*dbfs, 20}};
    g_autoptr(SoundBuild) sound = stereo(parts, 1);
    const LoudnessResult result = loudness_rig_measure(sound);

    g_assert_cmpfloat_with_epsilon(result.loudness.momentary_lufs, *dbfs, LU);
    g_assert_cmpfloat_with_epsilon(result.loudness.short_term_lufs, *dbfs, LU);
    g_assert_cmpfloat_with_epsilon(result.loudness.integrated_lufs, *dbfs, LU);
    g_assert_cmpfloat_with_epsilon(result.loudness.hour_integrated_lufs, *dbfs, LU);
}

static void
gates_leave_the_quiet_parts_out(gconstpointer data)
{
    g_autoptr(SoundBuild) sound = stereo(data, 1);

    g_assert_cmpfloat_with_epsilon(loudness_rig_measure(sound).loudness.integrated_lufs, -23, LU);
}

static void
five_channels_weigh_as_they_stand(void)
{
    const double dbfs[] = {-28, -28, -24, -30, -30};
    double peaks[5];
    g_autoptr(SoundBuild) sound = sound_build_new(RATE, 5);

    for (guint i = 0; i < 5; i++)
        peaks[i] = pow(10, dbfs[i] / 20);
    sound_build_tone(sound, 1000, peaks, 20);
    g_assert_cmpfloat_with_epsilon(loudness_rig_measure(sound).loudness.integrated_lufs, -23, LU);
}

typedef struct {
    double low, high; /* of what was seen */
    gsize from;       /* samples before the first look */
    gboolean momentary;
} Span;

static void
look(const SoundMeasure *measure, gsize frames, gpointer user_data)
{
    const LoudnessFigures figures = loudness_figures(&measure->loudness);
    Span *span = user_data;
    const double now = span->momentary ? figures.momentary_lufs : figures.short_term_lufs;

    if (frames < span->from)
        return;
    span->low = MIN(span->low, now);
    span->high = MAX(span->high, now);
}

static void
assert_constant(const Part *parts, guint times, Span span)
{
    g_autoptr(SoundBuild) sound = stereo(parts, times);

    span.low = HUGE_VAL;
    span.high = -HUGE_VAL;
    (void)loudness_rig_watch(sound, RATE / 100, look, &span);
    g_assert_cmpfloat_with_epsilon(span.low, -23, LU);
    g_assert_cmpfloat_with_epsilon(span.high, -23, LU);
}

static void
short_term_holds_still_over_its_own_period(void)
{
    const Part parts[PARTS_MAX] = {{-20, 1.34}, {-30, 1.66}};

    assert_constant(parts, 5, (Span){.from = 3 * RATE});
}

static void
momentary_holds_still_over_its_own_period(void)
{
    const Part parts[PARTS_MAX] = {{-20, 0.18}, {-30, 0.22}};

    assert_constant(parts, 25, (Span){.from = RATE, .momentary = TRUE});
}

static void
the_highest_short_term_is_found_wherever_it_begins(void)
{
    for (guint n = 0; n < 20; n++) {
        g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);

        sound_build_silence(sound, n * 0.15);
        sound_build_tone_dbfs(sound, 1000, -23, 3);
        sound_build_silence(sound, 1);
        g_assert_cmpfloat_with_epsilon(loudness_rig_measure(sound).loudness.max_short_term_lufs,
                                       -23, LU);
    }
}

static void
the_highest_momentary_is_found_wherever_it_begins(void)
{
    for (guint n = 0; n < 20; n++) {
        g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);

        sound_build_silence(sound, n * 0.02);
        sound_build_tone_dbfs(sound, 1000, -23, 0.4);
        sound_build_silence(sound, 1);
        g_assert_cmpfloat_with_epsilon(loudness_rig_measure(sound).loudness.max_momentary_lufs, -23,
                                       LU);
    }
}

typedef struct {
    gsize segment; /* samples */
    gboolean momentary;
    guint seen;
} Climb;

static void
look_at_climb(const SoundMeasure *measure, gsize frames, gpointer user_data)
{
    const LoudnessFigures figures = loudness_figures(&measure->loudness);
    Climb *climb = user_data;
    const double highest =
        climb->momentary ? figures.max_momentary_lufs : figures.max_short_term_lufs;

    g_assert_cmpuint(frames, ==, climb->segment * (climb->seen + 1));
    g_assert_cmpfloat_with_epsilon(highest, -38.0 + climb->seen, LU);
    climb->seen++;
}

/* Twenty tones of @tone seconds, each 1 dB louder and @step seconds later in its segment. */
static void
assert_climb(double tone, double step, gboolean momentary)
{
    Climb climb = {.segment = (gsize)lrint(2 * tone * RATE), .momentary = momentary};
    g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);

    for (guint n = 0; n < 20; n++) {
        sound_build_silence(sound, n * step);
        sound_build_tone_dbfs(sound, 1000, -38.0 + n, tone);
        sound_build_silence(sound, tone - n * step);
    }
    (void)loudness_rig_watch(sound, climb.segment, look_at_climb, &climb);
    g_assert_cmpuint(climb.seen, ==, 20);
}

static void
the_highest_short_term_follows_a_climb(void)
{
    assert_climb(3, 0.15, FALSE);
}

static void
the_highest_momentary_follows_a_climb(void)
{
    assert_climb(0.4, 0.02, TRUE);
}

static void
assert_true_peak(const SoundBuild *sound, double dbtp)
{
    const double found = loudness_rig_measure(sound).true_peak_dbtp;

    g_assert_cmpfloat(found, <=, dbtp + 0.2);
    g_assert_cmpfloat(found, >=, dbtp - 0.4);
}

/* A tone of so many samples a period, at a phase, faded in and out. */
typedef struct {
    guint period;
    double degrees;
    double peak;
    double dbtp;
} Steady;

static void
the_peak_between_samples_is_found(gconstpointer data)
{
    const Steady *steady = data;
    g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);
    const guint frames = 3 * RATE, fade = RATE / 10;

    for (guint n = 0; n < frames; n++) {
        const double edge = MIN(MIN(n, frames - n) / (double)fade, 1.0);
        const double turns = (double)(n % steady->period) / steady->period;

        sound_build_sample(sound,
                           edge * steady->peak * sin(2 * G_PI * (turns + steady->degrees / 360)));
    }
    assert_true_peak(sound, steady->dbtp);
}

#define DENSE       4u   /* the burst is made at four times the rate ... */
#define REACH       200u /* ... and brought down by a filter of so many taps on either side */
#define DENSE_BURST 16u  /* samples of one period of a quarter of the rate */

static double
burst_at(gint at)
{
    if (at >= 0 && at < (gint)DENSE_BURST)
        return sin(2 * G_PI * at / DENSE_BURST);
    return 0.5 * sin(2 * G_PI * (at < 0 ? at : at - (gint)DENSE_BURST) / (6 * DENSE));
}

/* One period of a quarter of the rate at full scale, in a tone of half that and a sixth of the
 * rate;
 * @data: how many dense samples later the samples are taken. */
static void
a_burst_peaks_between_samples(gconstpointer data)
{
    const guint offset = GPOINTER_TO_UINT(data);
    g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);
    const gint frames = 4800, middle = frames / 2;

    for (gint n = 0; n < frames; n++) {
        const double edge = MIN(MIN(n, frames - n) / 480.0, 1.0);
        double sum = 0, weights = 0;

        for (gint k = -(gint)REACH; k <= (gint)REACH; k++) {
            const double turns = G_PI * k / DENSE;
            const double window = 0.5 * (1 + cos(G_PI * k / (REACH + 1)));
            const double weight = k == 0 ? 1 : sin(turns) / turns * window;

            weights += weight;
            sum += weight * burst_at((n - middle) * (gint)DENSE + (gint)offset + k);
        }
        sound_build_sample(sound, edge * sum / weights);
    }
    assert_true_peak(sound, 0);
}

typedef struct {
    Part parts[PARTS_MAX];
    double range_lu;
} Range;

static void
the_range_is_between_the_parts(gconstpointer data)
{
    const Range *range = data;
    g_autoptr(SoundBuild) sound = stereo(range->parts, 1);

    g_assert_cmpfloat_with_epsilon(loudness_rig_measure(sound).loudness.range_lu, range->range_lu,
                                   1.0);
}

static void
add_loudness_signals(void)
{
    static const double steady[] = {-23, -33};
    static const Part gated[][PARTS_MAX] = {
        {{-36, 10}, {-23, 60}, {-36, 10}},
        {{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}},
        {{-26, 20}, {-20, 20.1}, {-26, 20}},
    };

    g_test_add_data_func("/3341/1", &steady[0], a_steady_tone_reads_its_level_in_all_three);
    g_test_add_data_func("/3341/2", &steady[1], a_steady_tone_reads_its_level_in_all_three);
    g_test_add_data_func("/3341/3", gated[0], gates_leave_the_quiet_parts_out);
    g_test_add_data_func("/3341/4", gated[1], gates_leave_the_quiet_parts_out);
    g_test_add_data_func("/3341/5", gated[2], gates_leave_the_quiet_parts_out);
    g_test_add_func("/3341/6", five_channels_weigh_as_they_stand);
    g_test_add_func("/3341/9", short_term_holds_still_over_its_own_period);
    g_test_add_func("/3341/10", the_highest_short_term_is_found_wherever_it_begins);
    g_test_add_func("/3341/11", the_highest_short_term_follows_a_climb);
    g_test_add_func("/3341/12", momentary_holds_still_over_its_own_period);
    g_test_add_func("/3341/13", the_highest_momentary_is_found_wherever_it_begins);
    g_test_add_func("/3341/14", the_highest_momentary_follows_a_climb);
}

static void
add_peak_signals(void)
{
    static const Steady steady[] = {
        {4, 0, 0.50, -6},    {4, 45, 0.50, -6}, {6, 60, 0.50, -6},
        {8, 67.5, 0.50, -6}, {4, 45, 1.41, 3},
    };

    for (guint i = 0; i < G_N_ELEMENTS(steady); i++) {
        g_autofree char *name = g_strdup_printf("/3341/%u", 15 + i);

        g_test_add_data_func(name, &steady[i], the_peak_between_samples_is_found);
    }
    for (guint i = 0; i < DENSE; i++) {
        g_autofree char *name = g_strdup_printf("/3341/%u", 20 + i);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), a_burst_peaks_between_samples);
    }
}

static void
add_range_signals(void)
{
    static const Range ranges[] = {
        {{{-20, 20}, {-30, 20}}, 10},
        {{{-20, 20}, {-15, 20}}, 5},
        {{{-40, 20}, {-20, 20}}, 20},
        {{{-50, 20}, {-35, 20}, {-20, 20}, {-35, 20}, {-50, 20}}, 15},
    };

    for (guint i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autofree char *name = g_strdup_printf("/3342/%u", 1 + i);

        g_test_add_data_func(name, &ranges[i], the_range_is_between_the_parts);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_loudness_signals();
    add_peak_signals();
    add_range_signals();
    return g_test_run();
}
