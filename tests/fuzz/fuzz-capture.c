/* A capture file in pieces: reader, link and IP headers, fragments, flows. The last byte is the
 * length of the pieces. */
#include <glib.h>

#include "pipelines/probe/capture-flows.h"
#include "pipelines/probe/capture-link.h"
#include "pipelines/probe/capture-reader.h"

#define MAX_PIECES 16u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    CaptureIp *ip;
    CaptureFlows *flows;
    guint64 packets;
    guint sum; /* for the sanitizer: every byte is touched */
} Rig;

static void
touch(Rig *rig, const guint8 *data, gsize size)
{
    if (size > 0)
        rig->sum += data[0] + data[size - 1];
}

static void
visit(const CapturePacket *packet, void *user_data)
{
    Rig *rig = user_data;
    CaptureDatagram datagram;
    ByteReader ip;
    int vlan = CAPTURE_NO_VLAN;

    rig->packets++;
    g_assert_cmpuint(packet->size, <=, MAX(CAPTURE_PACKET_MAX, CAPTURE_BLOCK_MAX));
    g_assert_cmpuint(packet->size, <=, packet->whole);
    g_assert_cmpint(packet->time_us, >=, 0);
    touch(rig, packet->bytes, packet->size);
    if (!capture_link_ip(packet->link_type, byte_reader(packet->bytes, packet->size), &ip, &vlan))
        return;
    g_assert_true(ip.at + ip.left == packet->bytes + packet->size);
    if (!capture_ip_take(rig->ip, ip, packet->time_us, &datagram))
        return;
    touch(rig, datagram.payload, datagram.payload_size);
    capture_flows_take(rig->flows, &datagram, packet->time_us, vlan);
}

static void
check(const Rig *rig)
{
    guint64 datagrams = capture_flows_refused(rig->flows);

    for (gsize i = 0; i < capture_flows_count(rig->flows); i++) {
        const CaptureFlow *flow = capture_flows_at(rig->flows, i);
        CaptureFlowKey key;
        char text[CAPTURE_FLOW_TEXT];

        capture_flow_key_text(&flow->key, text);
        if (flow->key.port > 0) {
            g_assert_true(capture_flow_key_parse(text, &key));
            g_assert_true(capture_flow_key_equal(&key, &flow->key));
            g_assert_true(capture_flows_find(rig->flows, &key) == flow);
        }
        g_assert_cmpuint(flow->ts_datagrams, <=, flow->datagrams);
        datagrams += flow->datagrams;
    }
    g_assert_cmpuint(datagrams, ==, capture_ip_counters(rig->ip)->datagrams);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Rig rig = {.ip = capture_ip_new(), .flows = capture_flows_new()};
    CaptureReader *reader = capture_reader_new(visit, &rig);
    const gsize piece = size > 0 ? MAX((gsize)data[size - 1] * 16 + 1, size / MAX_PIECES) : 1;

    capture_looks_like(data, size);
    for (gsize at = 0; at < size; at += piece)
        capture_reader_push(reader, data + at, MIN(piece, size - at));
    g_assert_cmpuint(capture_reader_counters(reader).packets, ==, rig.packets);
    capture_reader_is_cut(reader);
    check(&rig);
    capture_reader_free(reader);
    capture_flows_free(rig.flows);
    capture_ip_free(rig.ip);
    return 0;
}
