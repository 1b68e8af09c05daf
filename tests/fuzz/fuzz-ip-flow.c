/* A flow fed with datagrams of all streams, legs and senders, raw and well-formed.
 *
 * The first byte: bit 0, a second leg is expected. Then records of four bytes and what follows:
 *
 *   0  bits 0-1 kind: raw, media, FEC, time; bit 2 leg; bits 3-4 sender; bit 5 row or column;
 *      bit 6 the clock jumped; bit 7 another SSRC
 *   1  time since the record before: 1 << (n & 31) us, bit 7: back by 1 ms
 *   2  raw: bytes that follow; media: number, relative to the newest, signed; FEC: the same, base
 *   3  media: bytes of payload; FEC: offset in the low, count in the high four bits */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ip-flow.h"

#define RECORD     4u
#define PAYLOAD_AT 12u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The room for two legs is large, and taken once. */
static IpFlow *kept; /* lint: allow global, because a fuzz target has no other place for it */

typedef struct {
    IpFlow *flow; /* no-ref */
    MonoUs now_us, last_us;
    guint16 newest; /* number */
    guint64 handed_on;
    guint8 sum; /* of all payloads, for the sanitizer */
} Run;

static void
visit(const IpPayload *payload, void *user_data)
{
    Run *run = user_data;

    g_assert_cmpint(payload->arrival_us, >=, run->last_us);
    g_assert_cmpuint(payload->size, >, 0);
    run->last_us = payload->arrival_us;
    run->handed_on++;
    run->sum ^= payload->data[0] ^ payload->data[payload->size - 1];
}

static gsize
put_media(Run *run, const guint8 *record, guint8 *out)
{
    const guint16 number = (guint16)(run->newest + (gint8)record[2]);

    if ((gint8)record[2] > 0)
        run->newest = number;
    out[0] = 0x80;
    out[1] = 33;
    out[2] = (guint8)(number >> 8);
    out[3] = (guint8)number;
    out[6] = (guint8)(number >> 2);
    out[11] = record[0] >> 7;
    memset(out + PAYLOAD_AT, 0x47 + number, record[3]);
    return PAYLOAD_AT + record[3];
}

static gsize
put_fec(const Run *run, const guint8 *record, guint8 *out)
{
    const guint16 base = (guint16)(run->newest + (gint8)record[2]);

    out[0] = 0x80;
    out[1] = 96;
    out[3] = record[2];
    out[12] = (guint8)(base >> 8);
    out[13] = (guint8)base;
    out[15] = record[1];
    out[16] = 33;
    out[25] = record[3] & 15;
    out[26] = record[3] >> 4;
    memset(out + 28, record[1], 200);
    return 228;
}

/* Returns: how many bytes the record took */
static gsize
play(Run *run, const guint8 *record, gsize left)
{
    const IpPayloadSink sink = {visit, run};
    guint8 built[PAYLOAD_AT + 256] = {0};
    IpDatagram datagram = {
        .data = built,
        .leg = record[0] >> 2 & 1,
        .tos = record[2],
        .ttl = record[3],
        .header_known = (record[0] & 8) != 0,
        .source = {.family = IP_FAMILY_4, .address = {record[0] >> 3 & 3}},
    };
    gsize raw = 0;

    run->now_us += INT64_C(1) << (record[1] & 31) >> 4;
    datagram.arrival_us = run->now_us - (record[1] & 0x80 ? US_PER_MS : 0);
    if (record[0] & 0x40)
        ip_flow_clock_jumped(run->flow);
    switch (record[0] & 3) {
    case 0:
        raw = MIN(record[2], left - RECORD);
        datagram.data = record + RECORD;
        datagram.size = raw;
        datagram.stream = record[3];
        break;
    case 1:
        datagram.size = put_media(run, record, built);
        break;
    case 2:
        datagram.size = put_fec(run, record, built);
        datagram.stream = record[0] & 0x20 ? IP_STREAM_FEC_ROW : IP_STREAM_FEC_COLUMN;
        break;
    default:
        ip_flow_tick(run->flow, run->now_us, &sink);
        return RECORD;
    }
    ip_flow_push(run->flow, &datagram, &sink);
    return RECORD + raw;
}

static void
check(const Run *run)
{
    IpFigures figures;

    ip_flow_figures(run->flow, run->now_us, &figures);
    g_assert_cmpuint(figures.handed_on, ==, run->handed_on);
    g_assert_cmpuint(figures.held, <=, IP_MERGE_HOLD);
    g_assert_cmpuint(figures.fec.unrecovered, <=, figures.lost);
    for (guint i = 0; i < IP_LEGS; i++) {
        const IpLegFigures *leg = &figures.legs[i];

        g_assert_cmpuint(leg->pending, <, RTP_RESOLVE);
        g_assert_cmpuint(leg->duplicates + leg->reordered + leg->strays, <=, leg->received);
        g_assert_cmpuint(leg->received + leg->foreign + leg->malformed, <=, leg->datagrams);
        g_assert_cmpuint(leg->n_senders, <=, IP_SENDERS_MAX);
        g_assert_true(leg->jitter_us >= 0 && leg->jitter_us <= leg->jitter_max_us);
        g_assert_true(leg->mdi.df_ms >= 0 && leg->mdi.mlr >= 0);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Run run = {.now_us = 1000 * US_PER_SECOND, .newest = 65000};
    const IpPayloadSink sink = {visit, &run};

    if (size == 0)
        return 0;
    if (!kept)
        kept = ip_flow_new();
    run.flow = kept;
    ip_flow_reset(kept);
    if (data[0] & 1)
        ip_flow_expect_leg(run.flow);
    for (gsize at = 1; size - at >= RECORD;)
        at += play(&run, data + at, size - at);
    check(&run);
    ip_flow_finish(run.flow, run.now_us, &sink);
    check(&run);
    return 0;
}
