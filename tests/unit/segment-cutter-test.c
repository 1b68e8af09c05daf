/* Where segments are cut. */
#include "pipelines/elements/segment-cutter.h"
#include "tests/fixtures/ts-build.h"

#include "pipelines/ts/ts-analyser.h"

#define VIDEO 257
#define BEGIN (10 * US_PER_SECOND)

/* PES header with a PTS of 0, and what begins an H.264 picture behind it. */
#define PES                                                                                        \
    "000001e00000808005"                                                                           \
    "2100010001"
#define IDR                                                                                        \
    PES "0000000109f0"                                                                             \
        "0000000167640028"                                                                         \
        "000000016588842112345678901234567890"
#define DELTA                                                                                      \
    PES "0000000109f0"                                                                             \
        "00000001419a123456789012345678901234567890"
/* Delimiter and parameter set only: the slice follows in the next packet. */
#define OPENING                                                                                    \
    "packet pid=257 start data=" PES "0000000109f0"                                                \
    "0000000167640028"                                                                             \
    "%s\n"

static SegmentCutter
cutter_in_a_segment(TsCodec codec, bool key)
{
    SegmentCutter cutter;

    segment_cutter_init(&cutter);
    segment_cutter_set(&cutter, VIDEO, codec);
    segment_cutter_begin(&cutter, key, BEGIN);
    return cutter;
}

static SegmentCut
take(SegmentCutter *cutter, const char *text, int64_t after_us)
{
    g_autoptr(GByteArray) bytes = ts_build(text);

    g_assert_cmpuint(bytes->len, ==, TS_PACKET_SIZE);
    return segment_cutter_take(cutter, bytes->data, BEGIN + after_us);
}

static void
test_a_key_frame_after_six_seconds_is_cut_at(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, true);

    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" IDR, 5 * US_PER_SECOND), ==,
                    SEGMENT_CUT_NONE);
    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" DELTA, 7 * US_PER_SECOND), ==,
                    SEGMENT_CUT_NONE);
    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" IDR, 7 * US_PER_SECOND), ==,
                    SEGMENT_CUT_HERE);
    g_assert_cmpuint(cutter.unit_pts, ==, 0);
}

static void
test_a_segment_without_a_key_ends_at_the_first(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, false);

    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" IDR, US_PER_SECOND), ==,
                    SEGMENT_CUT_HERE);
}

static void
test_a_key_that_shows_late_is_cut_at_where_it_began(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, true);
    g_autoptr(GString) filler = g_string_new(NULL);

    for (unsigned i = 0; i < 150; i++) /* a long SEI fills the packet */
        g_string_append(filler, i == 0 ? "00000001" : i == 1 ? "0605ff" : "55");
    g_autofree char *opening = g_strdup_printf(OPENING, filler->str);

    g_assert_cmpint(take(&cutter, opening, 7 * US_PER_SECOND), ==, SEGMENT_CUT_MAYBE);
    g_assert_true(cutter.looking);
    g_assert_cmpint(take(&cutter,
                         "packet pid=257 data=5555550000000165888421123456789012345678901234",
                         7 * US_PER_SECOND),
                    ==, SEGMENT_CUT_THERE);
    g_assert_false(cutter.looking);
}

static void
test_what_cannot_be_read_is_cut_where_it_says_so(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_VVC, true);

    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" DELTA, 7 * US_PER_SECOND), ==,
                    SEGMENT_CUT_NONE);
    g_assert_cmpint(take(&cutter, "packet pid=257 start rai data=" DELTA, 7 * US_PER_SECOND), ==,
                    SEGMENT_CUT_HERE);
    cutter = cutter_in_a_segment(TS_CODEC_H264, true);
    g_assert_cmpint(
        take(&cutter, "packet pid=257 start rai scrambled data=" DELTA, 7 * US_PER_SECOND), ==,
        SEGMENT_CUT_HERE);
}

static void
test_sound_alone_is_cut_at_any_unit(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_MPEG_AUDIO, true);

    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" DELTA, 5 * US_PER_SECOND), ==,
                    SEGMENT_CUT_NONE);
    g_assert_cmpint(take(&cutter, "packet pid=257 start data=" DELTA, 6 * US_PER_SECOND), ==,
                    SEGMENT_CUT_HERE);
}

static void
test_without_a_key_time_cuts(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, true);

    cutter.packet_us = BEGIN + 11 * US_PER_SECOND;
    g_assert_false(segment_cutter_is_due(&cutter, BEGIN + 11 * US_PER_SECOND));
    g_assert_true(segment_cutter_is_due(&cutter, BEGIN + 12 * US_PER_SECOND));
}

static void
test_a_pause_ends_a_segment(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, true);

    cutter.packet_us = BEGIN + US_PER_SECOND;
    g_assert_false(segment_cutter_is_due(&cutter, BEGIN + 2 * US_PER_SECOND));
    g_assert_true(segment_cutter_is_due(&cutter, BEGIN + 4 * US_PER_SECOND));
}

static void
test_damaged_packets_are_not_cut_at(void)
{
    SegmentCutter cutter = cutter_in_a_segment(TS_CODEC_H264, true);

    g_assert_cmpint(take(&cutter, "packet pid=257 start tei data=" IDR, 7 * US_PER_SECOND), ==,
                    SEGMENT_CUT_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/segment-cutter/a-key-frame-after-six-seconds-is-cut-at",
                    test_a_key_frame_after_six_seconds_is_cut_at);
    g_test_add_func("/segment-cutter/a-segment-without-a-key-ends-at-the-first",
                    test_a_segment_without_a_key_ends_at_the_first);
    g_test_add_func("/segment-cutter/a-key-that-shows-late-is-cut-at-where-it-began",
                    test_a_key_that_shows_late_is_cut_at_where_it_began);
    g_test_add_func("/segment-cutter/what-cannot-be-read-is-cut-where-it-says-so",
                    test_what_cannot_be_read_is_cut_where_it_says_so);
    g_test_add_func("/segment-cutter/sound-alone-is-cut-at-any-unit",
                    test_sound_alone_is_cut_at_any_unit);
    g_test_add_func("/segment-cutter/without-a-key-time-cuts", test_without_a_key_time_cuts);
    g_test_add_func("/segment-cutter/a-pause-ends-a-segment", test_a_pause_ends_a_segment);
    g_test_add_func("/segment-cutter/damaged-packets-are-not-cut-at",
                    test_damaged_packets_are_not_cut_at);
    return g_test_run();
}
