/* Filler taken off, small units told from usual ones; rates by time stamps. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/unit-clock.h"
#include "pipelines/ts/unit-hints.h"

static void
filler_is_no_payload(void)
{
    static const guint8 h264[] = {0,   0,   1,    0x41, 9, 8, 7, 0,  0,   1,   12,
                                  255, 255, 0x80, 0,    0, 0, 1, 12, 255, 0x80};
    static const guint8 hevc[] = {0, 0, 1, 2, 1, 9, 0, 0, 1, 38 << 1, 1, 255, 255, 0x80};
    static const guint8 slice[] = {0, 0, 1, 0x41, 9, 255, 255, 0x80};
    static const guint8 mpeg[] = {0, 0, 1, 0, 5, 6, 0, 0, 0, 0};

    g_assert_cmpuint(unit_payload_size(TS_CODEC_H264, h264, sizeof h264), ==, 7);
    g_assert_cmpuint(unit_payload_size(TS_CODEC_HEVC, hevc, sizeof hevc), ==, 6);
    g_assert_cmpuint(unit_payload_size(TS_CODEC_H264, slice, sizeof slice), ==, sizeof slice);
    g_assert_cmpuint(unit_payload_size(TS_CODEC_MPEG2_VIDEO, mpeg, sizeof mpeg), ==, 6);
    g_assert_cmpuint(unit_payload_size(TS_CODEC_H264, h264, 0), ==, 0);
}

/* Adds @n units of a group: one of three is large. */
static gboolean
add(UnitHints *hints, guint n, gsize small, gsize large)
{
    gboolean hint = FALSE;

    for (guint i = 0; i < n; i++)
        hint = unit_hints_add(hints, i % 25 == 0, i % 3 == 0 ? large : small);
    return hint;
}

static void
a_still_picture_shows_although_its_encoder_refines_it(void)
{
    UnitHints hints = {0};

    g_assert_false(add(&hints, 100, 12000, 26000));
    g_assert_true(add(&hints, 20, 44, 60000));
    g_assert_true(add(&hints, 500, 44, 60000));
    g_assert_false(add(&hints, 20, 9000, 30000));
}

static void
a_stream_that_begins_black_shows_at_once(void)
{
    UnitHints hints = {0};

    g_assert_true(add(&hints, UNIT_HINTS_RECENT + 2, 46, 48));
}

static void
quieter_pictures_are_not_small(void)
{
    UnitHints hints = {0};

    (void)add(&hints, 100, 12000, 26000);
    g_assert_false(add(&hints, 100, 4000, 9000));
}

static void
add_times(UnitClock *clock, guint n, guint64 ticks, guint64 *dts)
{
    for (guint i = 0; i < n; i++, *dts = (*dts + ticks) % PTS90_MODULUS)
        unit_clock_add(clock, &(UnitTimes){.pts = *dts + ticks,
                                           .dts = *dts,
                                           .arrived_us = (gint64)(i + 1) * 40000,
                                           .pictures = 1});
}

static void
the_rate_is_that_of_the_time_stamps_also_across_their_wrap(void)
{
    UnitClock clock = {0};
    guint64 dts = PTS90_MODULUS - 90000;

    add_times(&clock, 52, 3600, &dts);
    g_assert_cmpfloat_with_epsilon(clock.rate_hz, 25, 1e-9);
    add_times(&clock, 230, 1800, &dts);
    g_assert_cmpfloat_with_epsilon(clock.rate_hz, 50, 1e-9);
}

static void
time_stamps_that_stand_do_not_advance(void)
{
    UnitClock clock = {0};
    guint64 dts = 90000;

    add_times(&clock, 3, 3600, &dts);
    g_assert_cmpint(clock.advanced_us, ==, 120000);
    for (guint i = 0; i < 10; i++)
        unit_clock_add(&clock, &(UnitTimes){.pts = PTS90_MODULUS,
                                            .dts = dts - 3600,
                                            .arrived_us = 900000 + i,
                                            .pictures = 1});
    g_assert_cmpint(clock.advanced_us, ==, 120000);
}

static void
a_loss_begins_the_window_anew(void)
{
    UnitClock clock = {0};
    guint64 dts = 0;

    add_times(&clock, 40, 3600, &dts);
    dts += 36000; /* ten pictures are lost */
    unit_clock_add(&clock, &(UnitTimes){PTS90_MODULUS, dts, 5000000, true, 1});
    dts += 3600;
    add_times(&clock, 51, 3600, &dts);
    g_assert_cmpfloat_with_epsilon(clock.rate_hz, 25, 1e-9);
}

static void
pictures_in_a_unit_are_counted_and_slices_are_not(void)
{
    static const guint8 two[] = {0,    0,    1, 9, 0xf0, 0,    0,    1,    0x65, 0x88,
                                 1,    0,    0, 1, 0x65, 0x40, 1,    0,    0,    1,
                                 0x41, 0x9a, 1, 0, 0,    1,    0x41, 0x40, 1};
    static const guint8 mpeg[] = {0, 0, 1, 0xb3, 1, 0, 0, 1, 0, 7, 0, 0, 1, 1, 9, 0, 0, 1, 2, 9};

    g_assert_cmpuint(unit_pictures(TS_CODEC_H264, two, sizeof two), ==, 2);
    g_assert_cmpuint(unit_pictures(TS_CODEC_MPEG2_VIDEO, mpeg, sizeof mpeg), ==, 1);
}

static void
fields_of_interlaced_pictures_agree_too(void)
{
    g_assert_true(unit_rate_agrees(25, 25, false));
    g_assert_true(unit_rate_agrees(50, 25, true));
    g_assert_false(unit_rate_agrees(50, 25, false));
    g_assert_true(unit_rate_agrees(25, 50, true));
    g_assert_true(unit_rate_agrees(24000 / 1001.0, 30000 / 1001.0, true));
    g_assert_false(unit_rate_agrees(24, 25, true));
    g_assert_true(unit_rate_agrees(29.97, 30000 / 1001.0, false));
}

static void
a_recovery_point_says_after_how_many_units_pictures_are_whole(void)
{
    /* recovery_frame_cnt 24: 0000 11001 in Exp-Golomb. */
    static const guint8 refresh[] = {0, 0,    1,    9,    0xf0, 0, 0, 1,    6,    6,
                                     2, 0x0c, 0xc0, 0x80, 0,    0, 1, 0x41, 0x9a, 1};
    static const guint8 plain[] = {0, 0, 1, 9, 0xf0, 0, 0, 1, 0x41, 0x9a, 1};
    static const guint8 unreferred[] = {0, 0, 1, 9, 0xf0, 0, 0, 1, 0x01, 0x9e, 1};
    guint units = 0;

    g_assert_true(recovery_point_in(TS_CODEC_H264, refresh, sizeof refresh, &units));
    g_assert_cmpuint(units, ==, 24);
    g_assert_false(recovery_point_in(TS_CODEC_H264, plain, sizeof plain, &units));
    g_assert_false(recovery_point_in(TS_CODEC_H264, refresh, 12, &units));
    g_assert_false(recovery_point_in(TS_CODEC_MPEG2_VIDEO, refresh, sizeof refresh, &units));
    g_assert_true(recovery_counts(TS_CODEC_H264, plain, sizeof plain));
    g_assert_false(recovery_counts(TS_CODEC_H264, unreferred, sizeof unreferred));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hints/filler", filler_is_no_payload);
    g_test_add_func("/hints/still", a_still_picture_shows_although_its_encoder_refines_it);
    g_test_add_func("/hints/black", a_stream_that_begins_black_shows_at_once);
    g_test_add_func("/hints/quiet", quieter_pictures_are_not_small);
    g_test_add_func("/clock/rate", the_rate_is_that_of_the_time_stamps_also_across_their_wrap);
    g_test_add_func("/clock/standing", time_stamps_that_stand_do_not_advance);
    g_test_add_func("/clock/loss", a_loss_begins_the_window_anew);
    g_test_add_func("/clock/pictures", pictures_in_a_unit_are_counted_and_slices_are_not);
    g_test_add_func("/clock/fields", fields_of_interlaced_pictures_agree_too);
    g_test_add_func("/recovery/units",
                    a_recovery_point_says_after_how_many_units_pictures_are_whole);
    return g_test_run();
}
