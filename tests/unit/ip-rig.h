/* A flow under test: what it is sent, and a sink that checks what it hands on. */
#pragma once

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ip-flow.h"
#include "tests/fixtures/rtp-build.h"

#define RIG_START_US (1000 * US_PER_SECOND)
#define RIG_PAYLOAD  (7 * 188)
#define RIG_TICKS    180 /* of 90 kHz from one number to the next: 2 ms */
#define RIG_STEP_US  (2 * US_PER_MS)

typedef struct {
    IpFlow *flow;   /* owned */
    GArray *seen;   /* owned; of guint16: numbers in the order in which they were handed on */
    guint gaps;     /* payloads after a gap */
    guint repaired; /* payloads from FEC */
    guint plain;    /* payloads that are no RTP of rtp_build() */
    MonoUs now_us;
    MonoUs last_us; /* arrival that was handed on last */
    guint32 ssrc;
    IpSource source[IP_LEGS];
} Rig;

static inline void
rig_visit(const IpPayload *payload, void *user_data)
{
    Rig *rig = user_data;
    RtpBuilt expected;

    g_assert_cmpint(payload->arrival_us, >=, rig->last_us);
    g_assert_cmpuint(payload->size, >=, 1);
    rig->last_us = payload->arrival_us;
    rig->gaps += payload->after_gap;
    rig->repaired += payload->repaired;
    const guint16 sequence = (guint16)(payload->data[1] << 8 | payload->data[2]);

    rtp_build(&expected, sequence, 0, 0, payload->size);
    if (memcmp(expected.bytes + 12, payload->data, payload->size) == 0)
        g_array_append_val(rig->seen, sequence);
    else
        rig->plain++;
}

static inline Rig *
rig_new(void)
{
    Rig *rig = g_new0(Rig, 1);

    rig->flow = ip_flow_new();
    rig->seen = g_array_new(FALSE, FALSE, sizeof(guint16));
    rig->now_us = RIG_START_US;
    rig->ssrc = 0x1234;
    for (guint8 i = 0; i < IP_LEGS; i++)
        rig->source[i] = (IpSource){.family = IP_FAMILY_4, .port = 5000, .address = {10, 0, 0, i}};
    return rig;
}

static inline void
rig_free(Rig *rig)
{
    ip_flow_free(rig->flow);
    g_array_unref(rig->seen);
    g_free(rig);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rig, rig_free)

/* Pushes bytes as they are, at @rig->now_us. */
static inline void
rig_push_bytes(Rig *rig, const guint8 *data, gsize size, IpStream stream, guint leg)
{
    const IpPayloadSink sink = {rig_visit, rig};
    const IpDatagram datagram = {
        .data = data,
        .size = size,
        .arrival_us = rig->now_us,
        .leg = (guint8)leg,
        .stream = (guint8)stream,
        .tos = 34 << 2,
        .ttl = 16,
        .header_known = true,
        .source = rig->source[leg],
    };

    ip_flow_push(rig->flow, &datagram, &sink);
}

/* The datagram with the number @number, whose upper bits count in the timestamp only. */
static inline void
rig_push(Rig *rig, guint64 number, guint leg)
{
    RtpBuilt built;

    rtp_build(&built, (guint16)number, (guint32)(number * RIG_TICKS), rig->ssrc, RIG_PAYLOAD);
    rig_push_bytes(rig, built.bytes, built.size, IP_STREAM_MEDIA, leg);
}

/* @count of them from @first on, each when it is due. */
static inline void
rig_run(Rig *rig, guint64 first, guint count)
{
    for (guint i = 0; i < count; i++, rig->now_us += RIG_STEP_US)
        rig_push(rig, first + i, 0);
}

static inline void
rig_tick(Rig *rig)
{
    const IpPayloadSink sink = {rig_visit, rig};

    ip_flow_tick(rig->flow, rig->now_us, &sink);
}

static inline void
rig_finish(Rig *rig)
{
    const IpPayloadSink sink = {rig_visit, rig};

    ip_flow_finish(rig->flow, rig->now_us, &sink);
}

static inline IpFigures
rig_figures(const Rig *rig)
{
    IpFigures figures;

    ip_flow_figures(rig->flow, rig->now_us, &figures);
    return figures;
}

static inline guint16
rig_seen(const Rig *rig, guint index)
{
    g_assert_cmpuint(index, <, rig->seen->len);
    return g_array_index(rig->seen, guint16, index);
}

/* Whether what was handed on only goes forward. */
static inline void
rig_check_order(const Rig *rig)
{
    for (guint i = 1; i < rig->seen->len; i++) {
        const guint16 step = (guint16)(rig_seen(rig, i) - rig_seen(rig, i - 1));

        g_assert_cmpuint(step, >=, 1);
        g_assert_cmpuint(step, <, 0x8000);
    }
}
