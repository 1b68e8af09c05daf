/* Names and index of segments. */
#include "pipelines/base/segment-index.h"

#include <glib.h>

static const SegmentEntry sample = {
    .start_wall_us = INT64_C(1769860800123456),
    .end_wall_us = INT64_C(1769860806163456),
    .start_us = 5000000,
    .end_us = 11040000,
    .first_pts = 900000,
    .last_pts = PTS90_MODULUS,
    .packets = 35000,
    .head_packets = 2,
    .lost_packets = 7,
    .key = true,
};

static void
test_a_name_is_its_start_in_utc(void)
{
    char name[SEGMENT_NAME_BYTES];
    WallUs start_us = 0;
    bool part = true;

    segment_name(sample.start_wall_us, name);
    g_assert_cmpstr(name, ==, "20260131T120000123Z.ts");
    g_assert_true(segment_name_parse(name, &start_us, &part));
    g_assert_cmpint(start_us, ==, sample.start_wall_us / 1000 * 1000);
    g_assert_false(part);
    g_assert_true(segment_name_parse("20260131T120000123Z.ts.part", &start_us, &part));
    g_assert_true(part);
}

static void
test_what_is_no_name_is_refused(void)
{
    static const char *const others[] = {"",
                                         "index",
                                         "20260131T120000123Z",
                                         "20260131T120000123Z.ts.new",
                                         "20260231T120000123Z.ts",
                                         "20260131T250000123Z.ts",
                                         "../../20260131T1200.ts",
                                         "2026013aT120000123Z.ts"};
    WallUs start_us = 0;
    bool part = false;

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_false(segment_name_parse(others[i], &start_us, &part));
}

static void
test_a_line_is_read_as_it_was_written(void)
{
    char line[SEGMENT_LINE_BYTES], again[SEGMENT_LINE_BYTES];
    const size_t size = segment_line(&sample, line);
    SegmentEntry read[2];

    g_assert_cmpuint(segment_index_read(line, size, read, G_N_ELEMENTS(read)), ==, 1);
    segment_line(&read[0], again);
    g_assert_cmpstr(again, ==, line);
    g_assert_cmpuint(read[0].lost_packets, ==, 7);
    g_assert_true(read[0].key);
    g_assert_false(read[0].open);
}

static void
test_the_last_line_of_a_segment_holds(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char line[SEGMENT_LINE_BYTES];
    SegmentEntry open = sample, other = sample, read[4];

    open.open = true;
    open.packets = 0; /* not known before it is complete */
    other.start_wall_us += 6 * US_PER_SECOND;
    segment_line(&open, line);
    g_string_append(text, line);
    segment_line(&other, line);
    g_string_append(text, line);
    segment_line(&sample, line);
    g_string_append(text, line);
    g_assert_cmpuint(segment_index_read(text->str, text->len, read, G_N_ELEMENTS(read)), ==, 2);
    g_assert_cmpuint(read[0].packets, ==, sample.packets);
    g_assert_false(read[0].open);
}

static void
test_torn_and_foreign_lines_are_passed_over(void)
{
    static const char text[] = "1 2 3\n"
                               "2 1000 2000 1 2 3 4 5 0 0 1 0\n"
                               "1 1000 2000 1 2 3 4 5 9 0 1 0\n" /* more head than packets */
                               "1 1000 2000 1 2 3 4 5 0 0 2 0\n"
                               "1 1000 2000 1 2 3 4 5 0 0 1 0 7\n"
                               "1 -1000 2000 1 2 3 4 5 0 0 1 0\n"
                               "1 1000 2000 1 2 3 4 5 0 0 1 0\n"
                               "1 9000 9900 1 2 3 4 5 0 0 1"; /* torn */
    SegmentEntry read[4];

    g_assert_cmpuint(segment_index_read(text, sizeof text - 1, read, G_N_ELEMENTS(read)), ==, 1);
    g_assert_cmpint(read[0].start_wall_us, ==, 1000);
}

static void
test_of_too_many_the_latest_are_kept(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    SegmentEntry entry = sample, read[3];
    char line[SEGMENT_LINE_BYTES];

    for (unsigned i = 0; i < 5; i++) {
        entry.start_wall_us = (i + 1) * US_PER_SECOND;
        segment_line(&entry, line);
        g_string_append(text, line);
    }
    g_assert_cmpuint(segment_index_read(text->str, text->len, read, G_N_ELEMENTS(read)), ==, 3);
    g_assert_cmpint(read[0].start_wall_us, ==, 3 * US_PER_SECOND);
    g_assert_cmpint(read[2].start_wall_us, ==, 5 * US_PER_SECOND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/segment-index/a-name-is-its-start-in-utc", test_a_name_is_its_start_in_utc);
    g_test_add_func("/segment-index/what-is-no-name-is-refused", test_what_is_no_name_is_refused);
    g_test_add_func("/segment-index/a-line-is-read-as-it-was-written",
                    test_a_line_is_read_as_it_was_written);
    g_test_add_func("/segment-index/the-last-line-of-a-segment-holds",
                    test_the_last_line_of_a_segment_holds);
    g_test_add_func("/segment-index/torn-and-foreign-lines-are-passed-over",
                    test_torn_and_foreign_lines_are_passed_over);
    g_test_add_func("/segment-index/of-too-many-the-latest-are-kept",
                    test_of_too_many_the_latest_are_kept);
    return g_test_run();
}
