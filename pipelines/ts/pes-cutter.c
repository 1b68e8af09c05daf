/* A PES packet is collected whole, header first, and read when it is complete. */
#include "pipelines/ts/pes-cutter.h"

#include <string.h>

#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/pes-header.h"

#define PES_HEADER     6u            /* start code, stream_id, length */
#define PES_HEADER_MAX (9u + 255u)   /* with optional fields */
#define ROOM_FIRST     (16u * 1024u) /* bytes of the first buffer */
#define ROOM_MAX       (PES_HEADER_MAX + PES_UNIT_MAX)

struct PesCutter {
    TsCodec codec;
    PesVisitor visitor;
    void *user_data; /* no-ref */
    PesCounters counters;
    uint8_t *data; /* @room bytes and PES_UNIT_PADDING more */
    size_t room;
    size_t have;
    bool open; /* a PES packet was begun */
    bool lost; /* packets were missing before it */
    bool gap;  /* packets are missing since the last one */
    bool damaged;
    bool cut;
    bool random_access;
    MonoUs first_us;
    MonoUs last_us;
};

PesCutter *
pes_cutter_new(TsCodec codec, PesVisitor visitor, void *user_data)
{
    PesCutter *cutter = g_new0(PesCutter, 1);

    cutter->codec = codec;
    cutter->visitor = visitor;
    cutter->user_data = user_data;
    return cutter;
}

void
pes_cutter_free(PesCutter *cutter)
{
    if (!cutter)
        return;
    g_free(cutter->data);
    g_free(cutter);
}

void
pes_cutter_counters(const PesCutter *cutter, PesCounters *ret_counters)
{
    *ret_counters = cutter->counters;
}

/* Reads the header. Returns: false if it is none. */
static bool
read_header(const PesCutter *cutter, PesUnit *unit, size_t *ret_length)
{
    PesHeader header;

    if (pes_header_read(cutter->data, cutter->have, &header) != PES_HEADER_GOOD ||
        header.size > cutter->have)
        return false;
    *ret_length = header.length;
    unit->pts = header.pts;
    unit->dts = header.dts;
    unit->data = cutter->data + header.size;
    unit->size = cutter->have - header.size;
    return true;
}

/* Whether the video unit is what a decoder can start with; sound always is. */
static bool
is_key(const PesCutter *cutter, const PesUnit *unit)
{
    return ts_codec_kind(cutter->codec) != TS_KIND_VIDEO ||
           key_frame_in(cutter->codec, unit->data, unit->size);
}

static void
finish(PesCutter *cutter)
{
    PesUnit unit = {
        .pts = PTS90_MODULUS,
        .dts = PTS90_MODULUS,
        .first_us = cutter->first_us,
        .last_us = cutter->last_us,
        .random_access = cutter->random_access,
        .lost_before = cutter->lost,
    };
    size_t length = 0;

    if (!cutter->open)
        return;
    cutter->open = false;
    memset(cutter->data + cutter->have, 0, PES_UNIT_PADDING);
    if (!read_header(cutter, &unit, &length)) {
        cutter->counters.malformed++;
        cutter->gap = true;
        return;
    }
    unit.damaged =
        cutter->damaged || cutter->cut || (length > 0 && cutter->have < PES_HEADER + length);
    if (unit.size == 0)
        return;
    unit.key = is_key(cutter, &unit);
    cutter->counters.units++;
    cutter->counters.keys += unit.key;
    cutter->counters.damaged += unit.damaged;
    cutter->counters.cut += cutter->cut;
    cutter->visitor(&unit, cutter->user_data);
}

static void
begin(PesCutter *cutter, const TsPacket *packet)
{
    cutter->open = true;
    cutter->have = 0;
    cutter->damaged = false;
    cutter->cut = false;
    cutter->lost = cutter->gap || packet->lost_before;
    cutter->gap = false;
    cutter->random_access = packet->random_access;
    cutter->first_us = packet->arrival_us;
}

static void
reserve(PesCutter *cutter, size_t need)
{
    size_t room = cutter->room > 0 ? cutter->room : ROOM_FIRST;

    if (need <= cutter->room)
        return;
    while (room < need)
        room *= 2;
    cutter->room = room < ROOM_MAX ? room : ROOM_MAX;
    cutter->data = g_realloc(cutter->data, cutter->room + PES_UNIT_PADDING);
}

static void
add(PesCutter *cutter, const uint8_t *data, size_t size)
{
    const size_t left = ROOM_MAX - cutter->have;

    cutter->cut |= size > left;
    size = size < left ? size : left;
    reserve(cutter, cutter->have + size);
    memcpy(cutter->data + cutter->have, data, size);
    cutter->have += size;
}

/* Ends the unit where its own length says so, rather than with the next one. */
static void
finish_if_complete(PesCutter *cutter)
{
    if (cutter->have < PES_HEADER)
        return;
    const size_t length = (size_t)cutter->data[4] << 8 | cutter->data[5];

    if (length == 0 || cutter->have < PES_HEADER + length)
        return;
    cutter->have = PES_HEADER + length;
    finish(cutter);
}

void
pes_cutter_push(PesCutter *cutter, const TsPacket *packet)
{
    if (packet->scrambled) {
        cutter->counters.scrambled++;
        cutter->open = false;
        cutter->gap = true;
        return;
    }
    if (packet->lost_before) {
        cutter->damaged = true;
        cutter->gap = true;
    }
    if (packet->unit_start) {
        finish(cutter);
        begin(cutter, packet);
    }
    if (!cutter->open)
        return;
    cutter->last_us = packet->arrival_us;
    add(cutter, packet->payload, packet->payload_size);
    finish_if_complete(cutter);
}

void
pes_cutter_flush(PesCutter *cutter)
{
    finish(cutter);
}
