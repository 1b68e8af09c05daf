/* What a segment has in front, and the PAT of one service. */
#include <string.h>

#include "pipelines/elements/segment-tables.h"
#include "tests/fixtures/ts-build.h"

#include "pipelines/ts/ts-analyser.h"

static SegmentTable
table_of(const char *text, unsigned pid, uint8_t table_id, uint16_t number)
{
    g_autoptr(GByteArray) bytes = ts_build(text);
    SegmentTable table = {0};

    for (guint at = 0; at < bytes->len; at += TS_PACKET_SIZE) {
        const uint8_t *packet = bytes->data + at;

        if (((packet[1] & 0x1fu) << 8 | packet[2]) == pid)
            segment_table_take(&table, packet, table_id, number);
    }
    return table;
}

/* A PMT of 240 bytes, which takes two packets. */
#define LONG_PMT "packet pid=256 start data=0002b0f00001c10000e101f000\npacket pid=256 data=00\n"

static void
test_the_last_whole_table_is_kept(void)
{
    const SegmentTable table = table_of("pat tsid=1 1:256\npat tsid=1 1:256\n", 0, 0, 0);
    uint8_t bytes[2 * SEGMENT_TABLE_PACKETS * TS_PACKET_SIZE];

    g_assert_cmpuint(segment_table_packets(&table, bytes), ==, 1);
    g_assert_cmpuint(bytes[3] & 15, ==, 1); /* the second one */
}

static void
test_a_table_of_several_packets_is_kept_whole(void)
{
    const SegmentTable table = table_of(LONG_PMT, 256, 2, 1);
    uint8_t bytes[2 * SEGMENT_TABLE_PACKETS * TS_PACKET_SIZE];

    g_assert_cmpuint(segment_table_packets(&table, bytes), ==, 2);
    g_assert_cmpuint(table.need, ==, 0);
}

static void
test_a_table_that_has_begun_follows_the_whole_one(void)
{
    g_autoptr(GByteArray) bytes = ts_build(LONG_PMT LONG_PMT);
    uint8_t kept[2 * SEGMENT_TABLE_PACKETS * TS_PACKET_SIZE];
    SegmentTable table = {0};

    for (guint n = 0; n < 3; n++)
        segment_table_take(&table, bytes->data + n * TS_PACKET_SIZE, 2, 1);
    g_assert_cmpuint(segment_table_packets(&table, kept), ==, 3);
    g_assert_cmpint(memcmp(kept, bytes->data, sizeof kept[0] * 3 * TS_PACKET_SIZE), ==, 0);
}

static void
test_the_table_of_another_service_is_not_taken(void)
{
    const SegmentTable table = table_of("pmt pid=256 service=1 pcr=257 27:257\n"
                                        "pmt pid=256 service=2 pcr=259 27:259\n",
                                        256, 2, 1);
    uint8_t bytes[2 * SEGMENT_TABLE_PACKETS * TS_PACKET_SIZE];

    g_assert_cmpuint(segment_table_packets(&table, bytes), ==, 1);
    g_assert_cmpuint(bytes[3] & 15, ==, 0);
}

static void
test_damaged_packets_are_not_taken(void)
{
    const SegmentTable table = table_of("pat tsid=1 1:256 tei\n", 0, 0, 0);

    g_assert_cmpuint(table.done.n, ==, 0);
}

static void
test_a_rewritten_pat_names_one_service(void)
{
    g_autoptr(GByteArray) bytes = ts_build("pat tsid=7 version=9 1:256 2:512 3:768\n");
    const SegmentProgram program = {7, 2, 512};
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    g_autoptr(GByteArray) stream = g_byte_array_new();
    uint8_t packet[TS_PACKET_SIZE];
    TsCounters counters;

    for (unsigned i = 0; i < 6; i++) {
        g_assert_true(segment_pat_rewrite(bytes->data, &program, (uint8_t)i, packet));
        g_byte_array_append(stream, packet, sizeof packet);
    }
    ts_analyser_push(analyser, stream->data, stream->len, 1);
    ts_analyser_counters(analyser, &counters);
    g_assert_cmpuint(counters.crc_errors, ==, 0);
    g_assert_cmpuint(counters.cc_errors, ==, 0);
    g_assert_cmpint(ts_analyser_transport_stream_id(analyser), ==, 7);
    g_assert_cmpuint(ts_analyser_n_services(analyser), ==, 1);
    g_assert_cmpuint(ts_analyser_service(analyser, 0)->pmt_pid, ==, 512);
    g_assert_cmpuint(packet[10] >> 1 & 31, ==, 9);
}

static void
test_what_is_no_pat_is_not_rewritten(void)
{
    g_autoptr(GByteArray) bytes = ts_build("packet pid=0 data=0102\npacket pid=0 start data=b7\n");
    const SegmentProgram program = {7, 2, 512};
    uint8_t packet[TS_PACKET_SIZE];

    g_assert_false(segment_pat_rewrite(bytes->data, &program, 0, packet));
    g_assert_false(segment_pat_rewrite(bytes->data + TS_PACKET_SIZE, &program, 0, packet));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/segment-tables/the-last-whole-table-is-kept",
                    test_the_last_whole_table_is_kept);
    g_test_add_func("/segment-tables/a-table-of-several-packets-is-kept-whole",
                    test_a_table_of_several_packets_is_kept_whole);
    g_test_add_func("/segment-tables/a-table-that-has-begun-follows-the-whole-one",
                    test_a_table_that_has_begun_follows_the_whole_one);
    g_test_add_func("/segment-tables/the-table-of-another-service-is-not-taken",
                    test_the_table_of_another_service_is_not_taken);
    g_test_add_func("/segment-tables/damaged-packets-are-not-taken",
                    test_damaged_packets_are_not_taken);
    g_test_add_func("/segment-tables/a-rewritten-pat-names-one-service",
                    test_a_rewritten_pat_names_one_service);
    g_test_add_func("/segment-tables/what-is-no-pat-is-not-rewritten",
                    test_what_is_no_pat_is_not_rewritten);
    return g_test_run();
}
