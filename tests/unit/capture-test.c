/* Datagrams out of capture files of every kind. */
#include <glib.h>
#include <string.h>

#include "pipelines/probe/capture-flows.h"
#include "pipelines/probe/capture-link.h"
#include "pipelines/probe/capture-reader.h"
#include "tests/fixtures/capture-build.h"

/* What came out of a capture. */
typedef struct {
    CaptureReader *reader;
    CaptureIp *ip;
    CaptureFlows *flows;
    guint packets;
    gint64 last_us; /* since the start of the capture */
    gboolean has_time;
    guint8 ttl;
    guint8 tos;
    GByteArray *payload; /* of all datagrams */
} Found;

static void
visit(const CapturePacket *packet, void *user_data)
{
    Found *found = user_data;
    CaptureDatagram datagram;
    ByteReader ip;
    int vlan;

    found->packets++;
    found->has_time = packet->has_time;
    found->last_us = packet->time_us - CAPTURE_BUILD_START_US;
    if (!capture_link_ip(packet->link_type, byte_reader(packet->bytes, packet->size), &ip, &vlan) ||
        !capture_ip_take(found->ip, ip, packet->time_us, &datagram))
        return;
    found->ttl = datagram.ttl;
    found->tos = datagram.tos;
    g_byte_array_append(found->payload, datagram.payload, (guint)datagram.payload_size);
    capture_flows_take(found->flows, &datagram, packet->time_us, vlan);
}

static void
found_clear(Found *found)
{
    capture_reader_free(found->reader);
    capture_ip_free(found->ip);
    capture_flows_free(found->flows);
    g_byte_array_unref(found->payload);
    g_free(found);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Found, found_clear)

static Found *
found_new(void)
{
    Found *found = g_new0(Found, 1);

    found->reader = capture_reader_new(visit, found);
    found->ip = capture_ip_new();
    found->flows = capture_flows_new();
    found->payload = g_byte_array_new();
    return found;
}

/* In pieces of @piece bytes. */
static Found *
read_capture(const char *text, guint piece)
{
    Found *found = found_new();
    g_autoptr(GByteArray) bytes = capture_build(text);

    g_assert_true(capture_looks_like(bytes->data, bytes->len));
    for (guint at = 0; at < bytes->len; at += piece)
        capture_reader_push(found->reader, bytes->data + at, MIN(piece, bytes->len - at));
    return found;
}

#define STREAM "14 x packet pid=257\nsend to=239.1.1.1:5000 from=10.0.0.1:2000 every=2000\n"

static void
every_kind_of_file_gives_the_same_datagrams(void)
{
    static const char *const kinds[] = {
        "capture",          "capture big",          "capture nano",        "capture big nano",
        "capture ng",       "capture ng big",       "capture ng nano",     "capture ng big nano",
        "capture link=0",   "capture big link=108", "capture link=101",    "capture link=113",
        "capture link=276", "capture link=228",     "capture ng link=113",
    };

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *text = g_strconcat(kinds[i], "\n", STREAM, NULL);
        g_autoptr(Found) found = read_capture(text, 100000);
        const CaptureFlow *flow = capture_flows_best(found->flows);

        g_test_message("%s", kinds[i]);
        g_assert_cmpuint(found->packets, ==, 2);
        g_assert_cmpint(found->last_us, ==, 2000);
        g_assert_cmpuint(found->payload->len, ==, 14 * 188);
        g_assert_nonnull(flow);
        g_assert_cmpuint(flow->ts_datagrams, ==, 2);
    }
}

static void
pieces_of_any_length_are_put_together(void)
{
    for (guint piece = 1; piece < 1500; piece += 97) {
        g_autoptr(Found) found = read_capture("capture ng\n" STREAM, piece);

        g_assert_cmpuint(found->payload->len, ==, 14 * 188);
        g_assert_false(capture_reader_is_cut(found->reader));
    }
}

static void
simple_packets_have_no_time(void)
{
    g_autoptr(Found) found =
        read_capture("capture ng\n7 x packet pid=257\nsend to=239.1.1.1:5000 simple\n", 100000);

    g_assert_cmpuint(found->payload->len, ==, 7 * 188);
    g_assert_false(found->has_time);
}

static void
old_packets_are_read(void)
{
    g_autoptr(Found) found =
        read_capture("capture ng\n7 x packet pid=257\nsend to=239.1.1.1:5000 old at=5\n", 100000);

    g_assert_cmpuint(found->payload->len, ==, 7 * 188);
    g_assert_cmpint(found->last_us, ==, 5);
}

static void
each_interface_has_its_own_resolution(void)
{
    g_autoptr(Found) found =
        read_capture("capture ng nano\ninterface link=1 tsresol=9\n"
                     "packet pid=257\nsend to=239.1.1.1:5000 at=3000 interface=1\n",
                     100000);

    g_assert_cmpint(found->last_us, ==, 3000);
}

static void
a_packet_of_an_unknown_interface_is_skipped_and_counted(void)
{
    g_autoptr(Found) found = read_capture(
        "capture ng\npacket pid=257\nsend to=239.1.1.1:5000 interface=3\n" STREAM, 100000);

    g_assert_cmpuint(capture_reader_counters(found->reader).skipped, ==, 1);
    g_assert_cmpuint(found->packets, ==, 2);
}

static void
tags_of_vlans_are_passed_and_the_outer_one_is_told(void)
{
    static const char *const links[] = {"capture\n", "capture link=113\n"};

    for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *text =
            g_strconcat(links[i], "packet pid=257\nsend to=239.1.1.1:5000 vlan=123,4,5\n", NULL);
        g_autoptr(Found) found = read_capture(text, 100000);

        g_assert_cmpint(capture_flows_at(found->flows, 0)->vlan, ==, 123);
    }
}

static void
ttl_and_type_of_service_are_read_of_both_versions(void)
{
    g_autoptr(Found) four =
        read_capture("capture\npacket pid=257\nsend to=239.1.1.1:5000 ttl=7 tos=184\n", 100000);
    g_autoptr(Found) six =
        read_capture("capture\npacket pid=257\nsend to=[ff3e::1]:5000 ttl=9 tos=136\n", 100000);

    g_assert_cmpuint(four->ttl, ==, 7);
    g_assert_cmpuint(four->tos, ==, 184);
    g_assert_cmpuint(six->ttl, ==, 9);
    g_assert_cmpuint(six->tos, ==, 136);
}

static void
fragments_are_put_together(void)
{
    static const char *const groups[] = {"239.1.1.1:5000", "[ff3e::1]:5000"};

    for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_autofree char *text = g_strdup_printf(
            "capture\n14 x packet pid=257\nsend to=%s split=520 per=14\n", groups[i]);
        g_autoptr(Found) found = read_capture(text, 100000);

        g_assert_cmpuint(found->packets, ==, 6);
        g_assert_cmpuint(found->payload->len, ==, 14 * 188);
        g_assert_cmpuint(found->payload->data[13 * 188], ==, 0x47);
        g_assert_cmpuint(capture_ip_counters(found->ip)->fragments, ==, 6);
    }
}

static void
a_datagram_with_a_fragment_missing_is_given_up_when_its_time_is_over(void)
{
    g_autoptr(Found) found = read_capture("capture\n7 x packet pid=257\n"
                                          "send to=239.1.1.1:5000 split=520 cut=400 id=1\n"
                                          "7 x packet pid=257\n"
                                          "send to=239.1.1.1:5000 split=520 id=2 at=3000000\n",
                                          100000);

    g_assert_cmpuint(found->payload->len, ==, 7 * 188);
    g_assert_cmpuint(capture_ip_counters(found->ip)->malformed, ==, 2);
    g_assert_cmpuint(capture_ip_counters(found->ip)->unassembled, ==, 1);
}

static void
a_cut_datagram_says_so(void)
{
    g_autoptr(Found) found =
        read_capture("capture\n7 x packet pid=257\nsend to=239.1.1.1:5000 cut=200\n", 100000);

    g_assert_cmpuint(capture_flows_at(found->flows, 0)->cut, ==, 1);
    g_assert_cmpuint(found->payload->len, ==, 200 - 42);
}

static void
the_flow_with_most_transport_stream_is_the_best(void)
{
    g_autoptr(Found) found = read_capture(
        "capture\n7 x packet pid=257\nsend to=239.1.1.1:5000 per=1\n"
        "20 x packet pid=257\nsend to=239.1.1.2:5000 per=1 rtp=65530\n"
        "40 x bytes 00\nbytes 001122\n5 x packet pid=1\nsend to=239.1.1.3:5000 per=1\n",
        100000);
    const CaptureFlow *best = capture_flows_best(found->flows);
    char text[CAPTURE_FLOW_TEXT];

    g_assert_cmpuint(capture_flows_count(found->flows), ==, 3);
    capture_flow_key_text(&best->key, text);
    g_assert_cmpstr(text, ==, "239.1.1.2:5000");
    g_assert_cmpuint(best->rtp_datagrams, ==, 20);
}

static void
two_senders_of_one_flow_are_both_kept(void)
{
    g_autoptr(Found) found =
        read_capture("capture\npacket pid=257\nsend to=239.1.1.1:5000 from=10.0.0.1:1\n"
                     "packet pid=257\nsend to=239.1.1.1:5000 from=10.0.0.2:1\n",
                     100000);

    g_assert_cmpuint(capture_flows_at(found->flows, 0)->n_senders, ==, 2);
}

static void
a_file_that_ends_within_a_record_is_cut(void)
{
    g_autoptr(Found) found = read_capture("capture\n" STREAM "raw 000000", 100000);

    g_assert_true(capture_reader_is_cut(found->reader));
    g_assert_cmpuint(found->packets, ==, 2);
}

static void
a_length_without_sense_ends_the_reading(void)
{
    g_autoptr(Found) pcap =
        read_capture("capture\n" STREAM "raw 0000000000000000ffffff7fffffff7f\n" STREAM, 100000);
    g_autoptr(Found) ng =
        read_capture("capture ng\n" STREAM "raw 0600000009000000\n" STREAM, 100000);

    g_assert_cmpuint(pcap->packets, ==, 2);
    g_assert_true(capture_reader_counters(pcap->reader).broken);
    g_assert_cmpuint(ng->packets, ==, 2);
    g_assert_true(capture_reader_counters(ng->reader).broken);
}

static void
a_block_too_long_is_skipped_and_counted(void)
{
    g_autoptr(Found) found = found_new();
    g_autoptr(GByteArray) head = capture_build("capture ng\nraw 0500000010002000\n");
    g_autofree guint8 *nothing = g_malloc0(0x200008);
    g_autoptr(GByteArray) whole = capture_build("capture ng\n" STREAM);

    capture_reader_push(found->reader, head->data, head->len);
    capture_reader_push(found->reader, nothing, 0x200008);
    capture_reader_push(found->reader, whole->data, whole->len);
    g_assert_cmpuint(capture_reader_counters(found->reader).skipped, ==, 1);
    g_assert_cmpuint(found->packets, ==, 2);
}

static void
flows_are_read_as_they_are_written(void)
{
    static const char *const good[] = {"239.1.1.1:5000", "[ff3e::1]:65535"};
    static const char *const bad[] = {"",        "239.1.1.1", "239.1.1.1:0", "239.1.1:5000",
                                      "ff3e::1", "ff3e::1:5", "[1.2.3.4]:5", "1.2.3.4:65536",
                                      "[]:5",    ":5",        "name:5000"};

    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        CaptureFlowKey key;
        char text[CAPTURE_FLOW_TEXT];

        g_assert_true(capture_flow_key_parse(good[i], &key));
        capture_flow_key_text(&key, text);
        g_assert_cmpstr(text, ==, good[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        CaptureFlowKey key;

        g_test_message("%s", bad[i]);
        g_assert_false(capture_flow_key_parse(bad[i], &key));
    }
}

#define ADD(name) g_test_add_func("/capture/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(every_kind_of_file_gives_the_same_datagrams);
    ADD(pieces_of_any_length_are_put_together);
    ADD(simple_packets_have_no_time);
    ADD(old_packets_are_read);
    ADD(each_interface_has_its_own_resolution);
    ADD(a_packet_of_an_unknown_interface_is_skipped_and_counted);
    ADD(tags_of_vlans_are_passed_and_the_outer_one_is_told);
    ADD(ttl_and_type_of_service_are_read_of_both_versions);
    ADD(fragments_are_put_together);
    ADD(a_datagram_with_a_fragment_missing_is_given_up_when_its_time_is_over);
    ADD(a_cut_datagram_says_so);
    ADD(the_flow_with_most_transport_stream_is_the_best);
    ADD(two_senders_of_one_flow_are_both_kept);
    ADD(a_file_that_ends_within_a_record_is_cut);
    ADD(a_length_without_sense_ends_the_reading);
    ADD(a_block_too_long_is_skipped_and_counted);
    ADD(flows_are_read_as_they_are_written);
    return g_test_run();
}
