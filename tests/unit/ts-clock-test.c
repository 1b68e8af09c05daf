/* PCRs, one after the other: what is late, what is a jump, what the rate is, how accurate they are.
 */
#include <glib.h>

#include "pipelines/ts/ts-clock.h"

#define TICKS_PER_MS INT64_C(27000)

/* A stream of packets with a PCR now and then. */
typedef struct {
    TsClock *clock;
    TsPcrSample next;
} Rig;

static void
set_up(Rig *rig)
{
    *rig = (Rig){.clock = g_new0(TsClock, 1), .next = {.pcr = 5000, .arrival_us = US_PER_SECOND}};
    g_assert_cmpint(ts_clock_take(rig->clock, &rig->next), ==, TS_STEP_FIRST);
}

static void
tear_down(Rig *rig)
{
    g_free(rig->clock);
}

/* The next PCR, @ticks by value, @ms by arrival and @packets later. */
static TsStep
step(Rig *rig, gint64 ticks, gint64 ms, guint64 packets)
{
    rig->next.pcr = (rig->next.pcr + PCR27_MODULUS + (guint64)ticks) % PCR27_MODULUS;
    rig->next.arrival_us += ms * US_PER_MS;
    rig->next.index += packets;
    return ts_clock_take(rig->clock, &rig->next);
}

static TsClockFigures
figures_of(const Rig *rig)
{
    TsClockFigures figures;

    ts_clock_figures(rig->clock, &figures);
    return figures;
}

static void
a_hundred_milliseconds_are_in_time_and_a_tick_more_is_not(void)
{
    Rig rig;

    set_up(&rig);
    g_assert_cmpint(step(&rig, 100 * TICKS_PER_MS, 100, 10), ==, TS_STEP_GOOD);
    g_assert_cmpint(step(&rig, 100 * TICKS_PER_MS + 1, 100, 10), ==, TS_STEP_LATE);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.late, ==, 1);
    g_assert_cmpuint(figures.slow, ==, 2);
    g_assert_cmpint(figures.interval_max_us, ==, 100001);
    tear_down(&rig);
}

static void
a_step_that_arrival_contradicts_is_a_jump_either_way(void)
{
    Rig rig;

    set_up(&rig);
    g_assert_cmpint(step(&rig, 200 * TICKS_PER_MS, 40, 10), ==, TS_STEP_JUMP);
    g_assert_cmpint(step(&rig, -TICKS_PER_MS, 40, 10), ==, TS_STEP_JUMP);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.jumps, ==, 2);
    g_assert_cmpint(figures.interval_max_us, ==, 0);
    tear_down(&rig);
}

static void
an_announced_step_and_one_over_a_gap_are_not_judged(void)
{
    Rig rig;

    set_up(&rig);
    rig.next.announced = true;
    g_assert_cmpint(step(&rig, 900 * TICKS_PER_MS, 40, 10), ==, TS_STEP_ANNOUNCED);
    rig.next.announced = false;
    rig.next.broken = true;
    g_assert_cmpint(step(&rig, 900 * TICKS_PER_MS, 40, 10), ==, TS_STEP_BROKEN);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.announced, ==, 1);
    g_assert_cmpuint(figures.jumps + figures.late, ==, 0);
    tear_down(&rig);
}

static void
the_wraps_of_base_and_extension_are_no_event(void)
{
    Rig rig;

    set_up(&rig);
    rig.next.announced = true;
    step(&rig, -20 * TICKS_PER_MS - 5000, 20, 10);
    rig.next.announced = false;
    for (unsigned i = 0; i < 400; i++) /* odd ticks: the extension takes every value */
        g_assert_cmpint(step(&rig, TICKS_PER_MS + 1, 1, 10), ==, TS_STEP_GOOD);
    g_assert_cmpint(rig.clock->ticks, ==, 400 * (TICKS_PER_MS + 1));
    tear_down(&rig);
}

static void
intervals_fall_into_bins_by_their_upper_limit(void)
{
    Rig rig;

    set_up(&rig);
    step(&rig, 5 * TICKS_PER_MS, 5, 1);
    step(&rig, 5 * TICKS_PER_MS + 1, 5, 1);
    step(&rig, 40 * TICKS_PER_MS, 40, 1);
    step(&rig, 151 * TICKS_PER_MS, 151, 1);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.bins[0], ==, 1);
    g_assert_cmpuint(figures.bins[1], ==, 1);
    g_assert_cmpuint(figures.bins[4], ==, 1);
    g_assert_cmpuint(figures.bins[TS_PCR_BINS - 1], ==, 1);
    g_assert_cmpint(ts_pcr_bin_limit_us(0), ==, 5 * US_PER_MS);
    g_assert_cmpint(ts_pcr_bin_limit_us(TS_PCR_BINS - 1), ==, US_NEVER);
    tear_down(&rig);
}

static void
a_packet_between_two_pcrs_has_its_time_by_position(void)
{
    Rig rig;

    set_up(&rig);
    step(&rig, 40 * TICKS_PER_MS, 40, 100);
    g_assert_cmpuint(ts_clock_at(rig.clock, rig.next.index + 25), ==,
                     rig.next.pcr + 10 * TICKS_PER_MS);
    g_assert_cmpint(ts_clock_ticks_at(rig.clock, rig.next.index + 25), ==, 50 * TICKS_PER_MS);
    tear_down(&rig);
}

#define PACKETS 266u             /* at 10 Mb/s about 40 ms: 266 x 188 x 8 bits */
#define PACED   INT64_C(1080173) /* 27 MHz ticks of them, rounded */

/* PCRs of a constant rate for @n intervals; every @each-th is @off_ns off. */
static void
play_constant(Rig *rig, unsigned n, unsigned each, gint64 off_ns)
{
    gint64 owed = 0;

    for (unsigned i = 1; i <= n; i++) {
        const gint64 off = i % each == 0 ? off_ns * 27 / 1000 : 0;

        step(rig, PACED + off - owed, 40, PACKETS);
        owed = off;
    }
    step(rig, PACED - owed, 40, PACKETS);
}

static void
a_constant_rate_is_told_with_its_figure(void)
{
    Rig rig;

    set_up(&rig);
    play_constant(&rig, 10, 1000, 0);
    g_assert_cmpint(figures_of(&rig).kind, ==, TS_RATE_UNKNOWN);
    play_constant(&rig, 100, 1000, 0);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpint(figures.kind, ==, TS_RATE_CONSTANT);
    g_assert_cmpfloat_with_epsilon(figures.rate_bps, 1e7, 50);
    g_assert_cmpuint(figures.accuracy_judged, >, 50);
    g_assert_cmpint(figures.accuracy_max_ns - figures.accuracy_min_ns, <, 80);
    tear_down(&rig);
}

static void
a_constant_rate_is_told_of_dense_pcrs_too(void)
{
    Rig rig;

    set_up(&rig);
    for (unsigned i = 0; i < 1000; i++)
        step(&rig, 2 * TICKS_PER_MS, 2, 13);
    g_assert_cmpint(figures_of(&rig).kind, ==, TS_RATE_CONSTANT);
    tear_down(&rig);
}

static void
a_varying_rate_is_told_and_its_accuracy_is_not_judged(void)
{
    Rig rig;

    set_up(&rig);
    for (unsigned i = 0; i < 500; i++)
        step(&rig, 40 * TICKS_PER_MS, 40, 200 + i * 7 % 31);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpint(figures.kind, ==, TS_RATE_VARIABLE);
    g_assert_cmpuint(figures.accuracy_judged, ==, 0);
    tear_down(&rig);
}

static void
pcrs_within_half_a_microsecond_are_accurate(void)
{
    Rig rig;

    set_up(&rig);
    play_constant(&rig, 400, 16, 450);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.accuracy_errors, ==, 0);
    g_assert_cmpint(figures.accuracy_max_ns, >, 400);
    g_assert_cmpint(figures.accuracy_max_ns, <, 490);
    tear_down(&rig);
}

static void
each_pcr_that_is_off_by_more_is_an_error_of_its_size(void)
{
    static const gint64 offs_ns[] = {600, -1500, 8000, -40000};

    for (gsize i = 0; i < G_N_ELEMENTS(offs_ns); i++) {
        Rig rig;

        set_up(&rig);
        play_constant(&rig, 639, 16, offs_ns[i]);
        const TsClockFigures figures = figures_of(&rig);
        const gint64 found = offs_ns[i] > 0 ? figures.accuracy_max_ns : figures.accuracy_min_ns;
        const guint64 before = 2; /* among the first TS_FIT_MIN, which are not judged */

        g_assert_cmpuint(figures.accuracy_errors, ==, 639 / 16 - before);
        g_assert_cmpint(ABS(found - offs_ns[i]), <=, 60 + ABS(offs_ns[i]) / 50);
        tear_down(&rig);
    }
}

static void
a_change_of_rate_is_no_inaccuracy(void)
{
    Rig rig;

    set_up(&rig);
    play_constant(&rig, 200, 1000, 0);
    for (unsigned i = 0; i < 200; i++)
        step(&rig, PACED, 40, PACKETS * 2);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.accuracy_errors, ==, 0);
    g_assert_cmpint(figures.kind, ==, TS_RATE_CONSTANT);
    tear_down(&rig);
}

static void
lost_packets_are_no_inaccuracy(void)
{
    Rig rig;

    set_up(&rig);
    for (unsigned i = 0; i < 5; i++) {
        play_constant(&rig, 99, 1000, 0);
        rig.next.gap = true;
        step(&rig, PACED, 40, PACKETS - 1);
        rig.next.gap = false;
    }
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.accuracy_judged, >, 100);
    g_assert_cmpuint(figures.accuracy_errors, ==, 0);
    g_assert_cmpint(figures.kind, ==, TS_RATE_CONSTANT);
    tear_down(&rig);
}

static void
a_clock_that_runs_fast_shows_its_offset_by_arrival(void)
{
    Rig rig;

    set_up(&rig);
    for (unsigned i = 0; i < 5000; i++) /* 40 ms, 1 ppm more by the clock: 27 Hz */
        step(&rig, 40 * TICKS_PER_MS + (i % 25 < 2 ? 2 : 1), 40, 200);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_true(figures.arrival_known);
    g_assert_cmpfloat_with_epsilon(figures.offset_hz, 27, 0.5);
    g_assert_cmpfloat(figures.jitter_ns, <, 2000);
    tear_down(&rig);
}

static void
jitter_of_arrival_is_told_apart_from_the_offset(void)
{
    Rig rig;

    set_up(&rig);
    for (unsigned i = 0; i < 5000; i++)
        step(&rig, 40 * TICKS_PER_MS, i % 2 == 0 ? 42 : 38, 200);
    const TsClockFigures figures = figures_of(&rig);

    g_assert_cmpfloat_with_epsilon(figures.jitter_ns, 2e6, 1e5);
    g_assert_cmpfloat_with_epsilon(figures.offset_hz, 0, 5);
    tear_down(&rig);
}

#define TEST(function) g_test_add_func("/ts-clock/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(a_hundred_milliseconds_are_in_time_and_a_tick_more_is_not);
    TEST(a_step_that_arrival_contradicts_is_a_jump_either_way);
    TEST(an_announced_step_and_one_over_a_gap_are_not_judged);
    TEST(the_wraps_of_base_and_extension_are_no_event);
    TEST(intervals_fall_into_bins_by_their_upper_limit);
    TEST(a_packet_between_two_pcrs_has_its_time_by_position);
    TEST(a_constant_rate_is_told_with_its_figure);
    TEST(a_constant_rate_is_told_of_dense_pcrs_too);
    TEST(a_varying_rate_is_told_and_its_accuracy_is_not_judged);
    TEST(pcrs_within_half_a_microsecond_are_accurate);
    TEST(each_pcr_that_is_off_by_more_is_an_error_of_its_size);
    TEST(a_change_of_rate_is_no_inaccuracy);
    TEST(lost_packets_are_no_inaccuracy);
    TEST(a_clock_that_runs_fast_shows_its_offset_by_arrival);
    TEST(jitter_of_arrival_is_told_apart_from_the_offset);
    return g_test_run();
}
