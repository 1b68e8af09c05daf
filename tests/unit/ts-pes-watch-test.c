/* PES headers and the time stamps in them, one after the other. */
#include <glib.h>

#include "pipelines/ts/pes-header.h"
#include "pipelines/ts/ts-pes-watch.h"

#define PTS_PER_MS 90
#define PCR_PER_MS 27000

/* A component whose PTS run 200 ms ahead of the clock. */
typedef struct {
    TsPesWatch watch;
    TsClockTime moment;
    Pts90 pts;
    bool late; /* what the last unit said */
} Rig;

static Rig
rig_at(Pts90 pts)
{
    Rig rig = {.moment = {.clocked = true}, .pts = pts};

    rig.moment.pcr = (pts + PTS90_MODULUS - 200 * PTS_PER_MS) % PTS90_MODULUS * 300;
    return rig;
}

static void
unit(Rig *rig)
{
    const PesHeader header = {.pts = rig->pts, .dts = rig->pts, .size = 14};

    rig->late = ts_pes_watch_unit(&rig->watch, &header, &rig->moment, true);
}

static void
pass(Rig *rig, gint64 ms)
{
    rig->moment.ticks += ms * PCR_PER_MS;
    rig->moment.pcr = (rig->moment.pcr + (guint64)ms * PCR_PER_MS) % PCR27_MODULUS;
}

/* The next PTS, @ms later by value and by the clock. */
static void
step(Rig *rig, gint64 ms)
{
    pass(rig, ms);
    rig->pts = (rig->pts + (guint64)(ms * PTS_PER_MS)) % PTS90_MODULUS;
    unit(rig);
}

static void
a_header_is_read_with_both_time_stamps(void)
{
    static const guint8 bytes[] = {0,    0,    1,    0xe0, 0,    0,    0x80, 0xc0, 10,  0x31,
                                   0x00, 0x01, 0x07, 0xd1, 0x11, 0x00, 0x01, 0x03, 0xe9};
    PesHeader header;

    for (gsize size = 3; size < sizeof bytes; size++)
        g_assert_cmpint(pes_header_read(bytes, size, &header), ==, PES_HEADER_SHORT);
    g_assert_cmpint(pes_header_read(bytes, sizeof bytes, &header), ==, PES_HEADER_GOOD);
    g_assert_cmpuint(header.pts, ==, 1000);
    g_assert_cmpuint(header.dts, ==, 500);
    g_assert_true(header.own_dts);
    g_assert_cmpuint(header.size, ==, 19);
}

static void
what_is_no_header_is_told_at_once(void)
{
    static const guint8 slice[] = {0, 0, 1, 0x65}, other[] = {0, 1},
                        old[] = {0, 0, 1, 0xe0, 0, 0, 0, 0x21, 0};
    PesHeader header;

    g_assert_cmpint(pes_header_read(slice, sizeof slice, &header), !=, PES_HEADER_GOOD);
    g_assert_cmpint(pes_header_read(other, sizeof other, &header), ==, PES_HEADER_NONE);
    g_assert_cmpint(pes_header_read(old, sizeof old, &header), ==, PES_HEADER_NONE);
}

static void
a_time_stamp_without_its_marker_bits_is_none(void)
{
    static const guint8 bytes[] = {0,    0, 1,    0xe0, 0,    0,    0x80,
                                   0x80, 5, 0x20, 0x00, 0x01, 0x07, 0xd1};
    PesHeader header;

    g_assert_cmpint(pes_header_read(bytes, sizeof bytes, &header), ==, PES_HEADER_GOOD);
    g_assert_cmpuint(header.pts, ==, PTS90_MODULUS);
}

static void
seven_hundred_milliseconds_apart_is_in_time_and_more_is_not(void)
{
    Rig rig = rig_at(90000);

    unit(&rig);
    step(&rig, 40);
    step(&rig, 700);
    g_assert_false(rig.late);
    step(&rig, 701);
    g_assert_true(rig.late);
    step(&rig, 40);
    g_assert_false(rig.late);
    g_assert_cmpuint(rig.watch.figures.repetition_errors, ==, 1);
    g_assert_cmpint(rig.watch.figures.pts_max_us, ==, 701000);
}

static void
a_pts_that_no_longer_comes_is_told_once_before_the_next(void)
{
    Rig rig = rig_at(90000);

    unit(&rig);
    step(&rig, 40);
    pass(&rig, 899); /* 699 ms beyond the last */
    g_assert_false(ts_pes_watch_look(&rig.watch, &rig.moment));
    pass(&rig, 2);
    g_assert_true(ts_pes_watch_look(&rig.watch, &rig.moment));
    g_assert_false(ts_pes_watch_look(&rig.watch, &rig.moment));
    step(&rig, 500);
    g_assert_false(rig.late);
    g_assert_cmpuint(rig.watch.figures.repetition_errors, ==, 1);
}

static void
units_that_are_only_sent_late_repeat_their_pts_in_time(void)
{
    Rig rig = rig_at(90000);

    unit(&rig);
    step(&rig, 40);
    pass(&rig, 800); /* a burst of others */
    g_assert_false(ts_pes_watch_look(&rig.watch, &rig.moment));
    rig.pts += 40 * PTS_PER_MS;
    unit(&rig);
    g_assert_false(rig.late);
    g_assert_cmpuint(rig.watch.figures.late, ==, 1);
}

static void
stills_owe_no_pts(void)
{
    Rig rig = rig_at(90000);

    unit(&rig);
    for (unsigned i = 0; i < 10; i++) {
        step(&rig, 2000);
        g_assert_false(rig.late);
    }
    step(&rig, 40); /* a film begins, */
    step(&rig, 2000);
    g_assert_true(rig.late);
    for (unsigned i = 0; i < 10; i++) /* and ends */
        step(&rig, 2000);
    g_assert_cmpuint(rig.watch.figures.repetition_errors, ==, 2);
}

static void
what_the_box_lost_is_no_late_pts(void)
{
    Rig rig = rig_at(90000);

    unit(&rig);
    step(&rig, 40);
    rig.moment.gaps++;
    step(&rig, 900);
    g_assert_false(rig.late);
    rig.moment.gaps++;
    pass(&rig, 3000);
    g_assert_false(ts_pes_watch_look(&rig.watch, &rig.moment));
    ts_pes_watch_break(&rig.watch);
    step(&rig, 900);
    g_assert_false(rig.late);
    g_assert_cmpuint(rig.watch.figures.jumps, ==, 0);
}

static void
the_wrap_of_33_bits_is_no_event(void)
{
    Rig rig = rig_at(PTS90_MODULUS - 100 * PTS_PER_MS);

    unit(&rig);
    for (unsigned i = 0; i < 20; i++)
        step(&rig, 40);
    g_assert_cmpuint(rig.watch.figures.jumps, ==, 0);
    g_assert_cmpint(rig.watch.figures.pts_min_us, ==, 40000);
    g_assert_cmpint(rig.watch.figures.pts_max_us, ==, 40000);
    g_assert_cmpint(rig.watch.figures.ahead_min_us, ==, 200000);
    g_assert_cmpint(rig.watch.figures.ahead_max_us, ==, 200000);
}

static void
a_jump_back_or_far_ahead_is_counted_and_no_interval(void)
{
    Rig rig = rig_at(900000);

    unit(&rig);
    step(&rig, 40);
    rig.pts -= 90000;
    unit(&rig);
    rig.pts += 10 * 90000;
    unit(&rig);
    g_assert_cmpuint(rig.watch.figures.jumps, ==, 2);
    g_assert_cmpint(rig.watch.figures.pts_max_us, ==, 40000);
    g_assert_cmpuint(rig.watch.figures.repetition_errors, ==, 0);
}

static void
a_step_from_one_time_base_to_another_is_not_late(void)
{
    static const gint64 jumps_ms[] = {800, 1000, 9000, -1000};

    for (gsize i = 0; i < G_N_ELEMENTS(jumps_ms); i++) {
        Rig rig = rig_at(90 * 60000);

        unit(&rig);
        for (unsigned unit_number = 0; unit_number < 5; unit_number++)
            step(&rig, 40);
        rig.moment.epoch++;
        rig.moment.ticks = 0;
        rig.moment.pcr += (guint64)(jumps_ms[i] * PCR_PER_MS);
        rig.pts += (guint64)(jumps_ms[i] * PTS_PER_MS);
        step(&rig, 40);
        g_assert_false(rig.late);
        step(&rig, 40);
        g_assert_cmpuint(rig.watch.figures.repetition_errors, ==, 0);
        g_assert_cmpuint(rig.watch.figures.jumps, ==, 1);
        g_assert_cmpint(rig.watch.figures.pts_max_us, ==, 40000);
    }
}

static void
pictures_out_of_order_are_neither_late_nor_a_jump(void)
{
    static const int order_ms[] = {0, 160, 80, 40, 120, 320, 240, 200, 280};
    Rig rig = rig_at(90000);

    for (gsize i = 0; i < G_N_ELEMENTS(order_ms); i++) {
        const PesHeader header = {
            .pts = 90000 + (Pts90)(order_ms[i] + 80) * PTS_PER_MS,
            .dts = 90000 + i * 40 * PTS_PER_MS,
            .own_dts = true,
        };

        g_assert_false(ts_pes_watch_unit(&rig.watch, &header, &rig.moment, true));
        pass(&rig, 40);
    }
    g_assert_cmpuint(rig.watch.figures.jumps, ==, 0);
    g_assert_cmpint(rig.watch.figures.pts_min_us, ==, -80000);
    g_assert_cmpint(rig.watch.figures.dts_max_us, ==, 40000);
}

#define TEST(function) g_test_add_func("/ts-pes-watch/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(a_header_is_read_with_both_time_stamps);
    TEST(what_is_no_header_is_told_at_once);
    TEST(a_time_stamp_without_its_marker_bits_is_none);
    TEST(seven_hundred_milliseconds_apart_is_in_time_and_more_is_not);
    TEST(a_pts_that_no_longer_comes_is_told_once_before_the_next);
    TEST(units_that_are_only_sent_late_repeat_their_pts_in_time);
    TEST(stills_owe_no_pts);
    TEST(what_the_box_lost_is_no_late_pts);
    TEST(the_wrap_of_33_bits_is_no_event);
    TEST(a_jump_back_or_far_ahead_is_counted_and_no_interval);
    TEST(a_step_from_one_time_base_to_another_is_not_late);
    TEST(pictures_out_of_order_are_neither_late_nor_a_jump);
    return g_test_run();
}
