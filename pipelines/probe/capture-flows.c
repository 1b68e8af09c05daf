/* A hash table finds the flow of a datagram; an array keeps them in order. */
#include "pipelines/probe/capture-flows.h"

#include <string.h>

#include "pipelines/ts/rtp-receiver.h"
#include "pipelines/ts/ts-analyser.h"

#define SYNC_BYTE   0x47u
#define PACKET_LONG 204u

struct CaptureFlows {
    GPtrArray *flows;   /* of owned CaptureFlow */
    GHashTable *by_key; /* no-ref CaptureFlowKey of a flow, to that flow */
    uint64_t refused;
};

static guint
key_hash(gconstpointer data)
{
    const CaptureFlowKey *key = data;
    guint hash = key->port;

    for (size_t i = 0; i < sizeof key->address.bytes; i++)
        hash = hash * 31u + key->address.bytes[i];
    return hash;
}

bool
capture_flow_key_equal(const CaptureFlowKey *one, const CaptureFlowKey *other)
{
    return one->port == other->port &&
           memcmp(&one->address, &other->address, sizeof one->address) == 0;
}

static gboolean
key_equal(gconstpointer one, gconstpointer other)
{
    return capture_flow_key_equal(one, other);
}

CaptureFlows *
capture_flows_new(void)
{
    CaptureFlows *flows = g_new0(CaptureFlows, 1);

    flows->flows = g_ptr_array_new_with_free_func(g_free);
    flows->by_key = g_hash_table_new(key_hash, key_equal);
    return flows;
}

void
capture_flows_free(CaptureFlows *flows)
{
    if (!flows)
        return;
    g_hash_table_unref(flows->by_key);
    g_ptr_array_unref(flows->flows);
    g_free(flows);
}

static CaptureFlow *
flow_of(CaptureFlows *flows, const CaptureFlowKey *key)
{
    CaptureFlow *flow = g_hash_table_lookup(flows->by_key, key);

    if (flow || flows->flows->len == CAPTURE_FLOWS_MAX)
        return flow;
    flow = g_new0(CaptureFlow, 1);
    flow->key = *key;
    g_ptr_array_add(flows->flows, flow);
    g_hash_table_insert(flows->by_key, &flow->key, flow);
    return flow;
}

static bool
begins_with_packet(const uint8_t *data, size_t size)
{
    if (size < TS_PACKET_SIZE || data[0] != SYNC_BYTE)
        return false;
    return size < 2 * PACKET_LONG || data[TS_PACKET_SIZE] == SYNC_BYTE ||
           data[PACKET_LONG] == SYNC_BYTE;
}

static void
note_sender(CaptureFlow *flow, const CaptureDatagram *datagram)
{
    const CaptureSender sender = {datagram->source, datagram->source_port};

    for (size_t i = 0; i < MIN(flow->n_senders, CAPTURE_SOURCES_MAX); i++)
        if (flow->senders[i].port == sender.port &&
            memcmp(&flow->senders[i].address, &sender.address, sizeof sender.address) == 0)
            return;
    if (flow->n_senders < CAPTURE_SOURCES_MAX)
        flow->senders[flow->n_senders] = sender;
    flow->n_senders = MIN(flow->n_senders + 1, CAPTURE_SOURCES_MAX + 1);
}

void
capture_flows_take(CaptureFlows *flows, const CaptureDatagram *datagram, WallUs time_us, int vlan)
{
    const CaptureFlowKey key = {datagram->destination, datagram->destination_port};
    CaptureFlow *flow = flow_of(flows, &key);

    if (!flow) {
        flows->refused++;
        return;
    }
    const bool is_rtp = rtp_looks_like(datagram->payload, datagram->payload_size);

    if (flow->datagrams++ == 0) {
        flow->vlan = vlan;
        flow->first_us = time_us;
    }
    flow->last_us = MAX(time_us, flow->last_us);
    flow->bytes += datagram->payload_size;
    flow->rtp_datagrams += is_rtp;
    flow->ts_datagrams += is_rtp || begins_with_packet(datagram->payload, datagram->payload_size);
    flow->cut += datagram->cut;
    note_sender(flow, datagram);
}

size_t
capture_flows_count(const CaptureFlows *flows)
{
    return flows->flows->len;
}

const CaptureFlow *
capture_flows_at(const CaptureFlows *flows, size_t index)
{
    return index < flows->flows->len ? g_ptr_array_index(flows->flows, index) : NULL;
}

uint64_t
capture_flows_refused(const CaptureFlows *flows)
{
    return flows->refused;
}

const CaptureFlow *
capture_flows_best(const CaptureFlows *flows)
{
    const CaptureFlow *best = NULL;

    for (size_t i = 0; i < flows->flows->len; i++) {
        const CaptureFlow *flow = capture_flows_at(flows, i);

        if (flow->ts_datagrams > (best ? best->ts_datagrams : 0))
            best = flow;
    }
    return best;
}

const CaptureFlow *
capture_flows_find(const CaptureFlows *flows, const CaptureFlowKey *key)
{
    return g_hash_table_lookup(flows->by_key, key);
}

void
capture_flow_key_text(const CaptureFlowKey *key, char *ret_text)
{
    char address[CAPTURE_ADDRESS_TEXT];

    capture_address_text(&key->address, address);
    g_snprintf(ret_text, CAPTURE_FLOW_TEXT, key->address.version == 6 ? "[%s]:%u" : "%s:%u",
               address, key->port);
}

bool
capture_flow_key_parse(const char *text, CaptureFlowKey *ret_key)
{
    const char *colon = strrchr(text, ':');
    const bool bracketed = text[0] == '[' && colon && colon > text + 1 && colon[-1] == ']';
    CaptureFlowKey key = {0};
    guint64 port = 0;

    if (!colon || !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
        return false;
    g_autofree char *address = bracketed ? g_strndup(text + 1, (gsize)(colon - text) - 2)
                                         : g_strndup(text, (gsize)(colon - text));

    if (!capture_address_parse(address, &key.address) || (key.address.version == 6) != bracketed)
        return false;
    key.port = (uint16_t)port;
    *ret_key = key;
    return true;
}
