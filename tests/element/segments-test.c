/* Segments of a stream that goes through the meter: what is kept, and where it is cut. */
#include <glib/gstdio.h>
#include <string.h>

#include "pipelines/elements/elements.h"
#include "pipelines/ts/pes-cutter.h"
#include "tests/element/segments-rig.h"

static unsigned
pid_of(const uint8_t *packet)
{
    return (packet[1] & 0x1fu) << 8 | packet[2];
}

static bool
has_key(const PesUnit *unit)
{
    return unit->key;
}

static void
note_first_unit(const PesUnit *unit, void *user_data)
{
    int *first = user_data;

    if (*first < 0)
        *first = has_key(unit);
}

/* Whether the first picture of @segment can be decoded alone. */
static bool
begins_with_key(const GByteArray *segment, uint16_t video_pid)
{
    int first = -1;
    g_autoptr(PesCutter) cutter = pes_cutter_new(TS_CODEC_MPEG2_VIDEO, note_first_unit, &first);

    for (guint at = 0; at < segment->len; at += TS_PACKET_SIZE) {
        const uint8_t *bytes = segment->data + at;
        const unsigned skip = (bytes[3] & 0x20) != 0 ? 5u + bytes[4] : 4u;
        const TsPacket packet = {.bytes = bytes,
                                 .payload = bytes + MIN(skip, TS_PACKET_SIZE),
                                 .payload_size = TS_PACKET_SIZE - MIN(skip, TS_PACKET_SIZE),
                                 .pid = (uint16_t)pid_of(bytes),
                                 .unit_start = (bytes[1] & 0x40) != 0};

        if (packet.pid == video_pid && packet.payload_size > 0)
            pes_cutter_push(cutter, &packet);
    }
    pes_cutter_flush(cutter);
    return first == 1;
}

static void
test_segments_are_the_input_without_null_packets(void)
{
    SegmentsRig rig = segments_rig_new(1);
    g_autoptr(GByteArray) all = g_byte_array_new();

    segments_rig_start(&rig);
    segments_rig_send(&rig, 4 * SEGMENTS_RIG_6_S);
    segments_rig_finish(&rig);
    segments_rig_stop(&rig);
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");

    g_assert_cmpuint(entries->len, >=, 4);
    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        g_autoptr(GByteArray) segment = segments_rig_read(&rig, "one", entry);
        const guint head = entry->head_packets * TS_PACKET_SIZE;

        g_assert_false(entry->open);
        g_assert_cmpuint(entry->lost_packets, ==, 0);
        g_byte_array_append(all, segment->data + head, segment->len - head);
    }
    g_assert_cmpuint(all->len, ==, rig.sent->len);
    g_assert_cmpint(memcmp(all->data, rig.sent->data, all->len), ==, 0);
    segments_rig_end(&rig);
}

static void
test_segments_begin_with_tables_and_a_key_frame(void)
{
    SegmentsRig rig = segments_rig_new(1);

    segments_rig_start(&rig);
    segments_rig_send(&rig, 4 * SEGMENTS_RIG_6_S);
    segments_rig_finish(&rig);
    segments_rig_stop(&rig);
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");

    /* The first one may begin before the tables are known, and ends at the first key frame. */
    for (guint i = 1; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        const SegmentEntry *before = entry - 1;
        g_autoptr(GByteArray) segment = segments_rig_read(&rig, "one", entry);

        g_assert_true(entry->key);
        g_assert_cmpuint(entry->head_packets, ==, 2);
        g_assert_cmpuint(pid_of(segment->data), ==, 0);
        g_assert_cmpuint(pid_of(segment->data + TS_PACKET_SIZE), ==, TS_MAKER_PID_PMT);
        g_assert_cmpuint(pid_of(segment->data + (gsize)2 * TS_PACKET_SIZE), ==,
                         TS_MAKER_PID_PMT + 1);
        g_assert_true(begins_with_key(segment, TS_MAKER_PID_PMT + 1));
        g_assert_cmpuint(entry->first_pts, <, PTS90_MODULUS);
        g_assert_cmpint(entry->start_us - before->end_us, <=, 2 * TS_MAKER_INTERVAL_US);
        if (i < entries->len - 1) {
            g_assert_cmpint(entry->end_us - entry->start_us, >=, 5900 * US_PER_MS);
            g_assert_cmpint(entry->end_us - entry->start_us, <=, 6600 * US_PER_MS);
        }
    }
    segments_rig_end(&rig);
}

static TsCounters
analyse(const GByteArray *bytes, size_t *ret_n_services)
{
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    TsCounters counters;

    ts_analyser_push(analyser, bytes->data, bytes->len, 1);
    ts_analyser_finish(analyser);
    ts_analyser_counters(analyser, &counters);
    *ret_n_services = ts_analyser_n_services(analyser);
    return counters;
}

static void
test_a_channel_of_a_multiplex_gets_its_service_alone(void)
{
    SegmentsRig rig = segments_rig_new(2);

    segments_rig_start(&rig);
    segments_rig_send(&rig, 3 * SEGMENTS_RIG_6_S);
    segments_rig_finish(&rig);
    segments_rig_stop(&rig);
    for (unsigned s = 0; s < 2; s++) {
        const char *channel = s == 0 ? "one" : "two";
        const unsigned pmt_pid = s == 0 ? TS_MAKER_PID_PMT : 272;
        g_autoptr(GArray) entries = segments_rig_index(&rig, channel);
        g_autoptr(GByteArray) clip = g_byte_array_new();
        size_t n_services = 0;

        g_assert_cmpuint(entries->len, >=, 3);
        for (guint i = 1; i < entries->len; i++) {
            const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
            g_autoptr(GByteArray) segment = segments_rig_read(&rig, channel, entry);
            const guint from = i == 1 ? 0 : entry->head_packets * TS_PACKET_SIZE;

            g_assert_true(entry->key);
            g_assert_true(begins_with_key(segment, (uint16_t)(pmt_pid + 1)));
            g_byte_array_append(clip, segment->data + from, segment->len - from);
        }
        for (guint at = 0; at < clip->len; at += TS_PACKET_SIZE) {
            const unsigned pid = pid_of(clip->data + at);

            g_assert_true(pid < 0x20 || (pid >= pmt_pid && pid < pmt_pid + 16));
        }
        const TsCounters counters = analyse(clip, &n_services);

        g_assert_cmpuint(n_services, ==, 1);
        g_assert_cmpuint(counters.cc_errors, ==, 0);
        g_assert_cmpuint(counters.crc_errors, ==, 0);
    }
    segments_rig_end(&rig);
}

static void
test_folders_of_channels_that_are_gone_go(void)
{
    SegmentsRig rig = segments_rig_new(1);
    g_autofree char *gone = g_build_filename(rig.folder, "gone", NULL);
    g_autofree char *segment = g_build_filename(gone, "20260131T120000123Z.ts", NULL);

    g_assert_cmpint(g_mkdir(gone, 0700), ==, 0);
    g_assert_true(g_file_set_contents(segment, "x", 1, NULL));
    segments_rig_start(&rig);
    segments_rig_send(&rig, 30);
    segments_rig_settle(&rig);
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    segments_rig_end(&rig);
}

static void
test_a_pause_ends_the_segment(void)
{
    SegmentsRig rig = segments_rig_new(1);

    segments_rig_start(&rig);
    segments_rig_send(&rig, 50);
    rig.now_us += 60 * US_PER_SECOND;
    segments_rig_send(&rig, 50);
    segments_rig_stop(&rig);
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");

    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);

        g_assert_cmpint(entry->end_us - entry->start_us, <, 10 * US_PER_SECOND);
    }
    segments_rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/segments/they-are-the-input-without-null-packets",
                    test_segments_are_the_input_without_null_packets);
    g_test_add_func("/segments/they-begin-with-tables-and-a-key-frame",
                    test_segments_begin_with_tables_and_a_key_frame);
    g_test_add_func("/segments/a-channel-of-a-multiplex-gets-its-service-alone",
                    test_a_channel_of_a_multiplex_gets_its_service_alone);
    g_test_add_func("/segments/folders-of-channels-that-are-gone-go",
                    test_folders_of_channels_that_are_gone_go);
    g_test_add_func("/segments/a-pause-ends-the-segment", test_a_pause_ends_the_segment);
    return g_test_run();
}
