/* Takes PES packets out of a transport stream and cuts them into packets anew. */
#include "tests/traffic/stream.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "tests/traffic/packet.h"

#define PES_HEADER_SIZE  9 /* up to and including its header length */
#define PMT_HEADER_SIZE  12
#define ADTS_HEADER_SIZE 7
#define PIDS             8192
#define PID_NONE         PIDS

typedef struct {
    Stream *stream;    /* no-ref */
    StreamKind kind;   /* which to take */
    uint16_t pid;      /* the stream's PID, PID_NONE until seen */
    uint16_t pmt_pid;  /* PID_NONE until seen */
    GByteArray *pes;   /* owned; the PES packet being gathered */
    bool key;          /* it began with a random access indicator */
    size_t skip, left; /* units still to leave out; still to take */
    GByteArray *pmt;   /* owned; the PMT section */
} Cutter;

static uint8_t *
append_packet(GByteArray *packets)
{
    g_byte_array_set_size(packets, packets->len + PACKET_SIZE);
    return packets->data + packets->len - PACKET_SIZE;
}

/* One packet with as much of @pes as fits; short ones are filled up with an adaptation field.
 * Returns how many bytes of the packet stand before the payload. */
static size_t
write_packet(uint8_t *out, const uint8_t *pes, size_t *left, bool first, bool key)
{
    size_t field = first && key ? 2 : 0;

    if (*left < PACKET_SIZE - 4 - field)
        field = PACKET_SIZE - 4 - *left;
    const size_t take = PACKET_SIZE - 4 - field;

    out[0] = 0x47;
    out[1] = first ? 0x40 : 0;
    out[2] = 0;
    out[3] = field > 0 ? 0x30 : 0x10;
    if (field > 0)
        out[4] = (uint8_t)(field - 1);
    if (field > 1) {
        out[5] = first && key ? 0x40 : 0;
        memset(out + 6, 0xff, field - 2);
    }
    memcpy(out + 4 + field, pes, take);
    *left -= take;
    return 4 + field;
}

static void
append_unit(Stream *stream, const GByteArray *pes, bool key)
{
    StreamUnit unit = {.first_packet = stream->packets->len / PACKET_SIZE, .key = key};
    const uint8_t flags = pes->data[7];
    const uint8_t *at = pes->data;
    size_t left = pes->len;

    while (left > 0) {
        const size_t before = left;
        const size_t header =
            write_packet(append_packet(stream->packets), at, &left, unit.packets == 0, key);

        if (unit.packets++ == 0 && flags & 0x80) {
            unit.pts_at = (uint8_t)(header + PES_HEADER_SIZE);
            unit.dts_at = flags & 0x40 ? (uint8_t)(unit.pts_at + 5) : 0;
        }
        at += before - left;
    }
    if (unit.dts_at != 0)
        unit.presented_after =
            (int32_t)pts90_distance(packet_stamp(pes->data + PES_HEADER_SIZE + 5),
                                    packet_stamp(pes->data + PES_HEADER_SIZE));
    g_array_append_val(stream->units, unit);
}

static void
take_unit(Cutter *cutter, const GByteArray *pes)
{
    if (cutter->skip > 0) {
        cutter->skip--;
    } else if (cutter->left > 0) {
        cutter->left--;
        append_unit(cutter->stream, pes, cutter->key);
    }
}

/* Bytes of the ADTS frame at @at, or 0 if there is none. */
static size_t
adts_size(const uint8_t *at, size_t left)
{
    if (left < ADTS_HEADER_SIZE || at[0] != 0xff || (at[1] & 0xf6) != 0xf0)
        return 0;
    const size_t size = (size_t)(at[3] & 0x03) << 11 | (size_t)at[4] << 3 | at[5] >> 5;

    return size >= ADTS_HEADER_SIZE && size <= left ? size : 0;
}

/* The muxer puts several short AAC frames into one PES packet: each gets one of its own. */
static void
take_adts_frames(Cutter *cutter, size_t header)
{
    g_autoptr(GByteArray) one = g_byte_array_new();
    const uint8_t *pes = cutter->pes->data;

    for (size_t at = header, size; (size = adts_size(pes + at, cutter->pes->len - at)) > 0;
         at += size) {
        g_byte_array_set_size(one, 0);
        g_byte_array_append(one, pes, (guint)header);
        g_byte_array_append(one, pes + at, (guint)size);
        one->data[4] = (uint8_t)((one->len - 6) >> 8);
        one->data[5] = (uint8_t)(one->len - 6);
        take_unit(cutter, one);
    }
}

static void
finish_pes(Cutter *cutter)
{
    const GByteArray *pes = cutter->pes;

    if (pes->len > PES_HEADER_SIZE + 10) {
        const size_t header = MIN(pes->len, PES_HEADER_SIZE + (size_t)pes->data[8]);

        if (cutter->kind == STREAM_AUDIO && adts_size(pes->data + header, pes->len - header) > 0)
            take_adts_frames(cutter, header);
        else
            take_unit(cutter, pes);
    }
    g_byte_array_set_size(cutter->pes, 0);
}

static bool
begins_wanted_pes(const Cutter *cutter, const uint8_t *payload, size_t size)
{
    if (size < PES_HEADER_SIZE || payload[0] != 0 || payload[1] != 0 || payload[2] != 1)
        return false;
    const uint8_t id = payload[3];

    return cutter->kind == STREAM_VIDEO ? (id & 0xf0) == 0xe0 : (id & 0xe0) == 0xc0 || id == 0xbd;
}

static void
take_packet(Cutter *cutter, const uint8_t *packet)
{
    const uint16_t pid = packet_pid(packet);
    const bool starts = packet[1] & 0x40;
    const size_t field = packet[3] & 0x20 ? packet[4] + 1U : 0;

    if (!(packet[3] & 0x10) || field + 4 >= PACKET_SIZE)
        return;
    const uint8_t *payload = packet + 4 + field;
    const size_t size = PACKET_SIZE - 4 - field;

    if (pid == 0 && starts && size > 13)
        cutter->pmt_pid = (uint16_t)((payload[11] & 0x1f) << 8 | payload[12]);
    if (pid == cutter->pmt_pid && starts && cutter->pmt->len == 0)
        g_byte_array_append(cutter->pmt, payload + 1, (guint)size - 1);
    if (cutter->pid == PID_NONE && starts && begins_wanted_pes(cutter, payload, size))
        cutter->pid = pid;
    if (pid != cutter->pid)
        return;
    if (starts) {
        finish_pes(cutter);
        cutter->key = field > 1 && packet[5] & 0x40;
    }
    g_byte_array_append(cutter->pes, payload, (guint)size);
}

/* Copies the PMT's entry for the stream. */
static void
describe(Cutter *cutter)
{
    const GByteArray *pmt = cutter->pmt;
    Stream *stream = cutter->stream;

    if (pmt->len < PMT_HEADER_SIZE)
        return;
    const size_t end = MIN(pmt->len, 3U + (size_t)((pmt->data[1] & 0x0f) << 8 | pmt->data[2]) - 4);
    size_t at = PMT_HEADER_SIZE + (size_t)((pmt->data[10] & 0x0f) << 8 | pmt->data[11]);

    while (at + 5 <= end) {
        const uint8_t *entry = pmt->data + at;
        const size_t size = (size_t)((entry[3] & 0x0f) << 8 | entry[4]);

        if (((entry[1] & 0x1f) << 8 | entry[2]) == cutter->pid) {
            stream->type = entry[0];
            stream->descriptors_size = size <= STREAM_DESCRIPTORS_MAX ? (uint8_t)size : 0;
            memcpy(stream->descriptors, entry + 5, stream->descriptors_size);
        }
        at += 5 + size;
    }
}

Stream *
stream_from_ts(GBytes *ts, StreamKind kind, size_t skip, size_t count, GError **error)
{
    g_autoptr(Stream) stream = g_new0(Stream, 1);
    g_autoptr(GByteArray) pes = g_byte_array_new();
    g_autoptr(GByteArray) pmt = g_byte_array_new();
    Cutter cutter = {.stream = stream,
                     .kind = kind,
                     .pid = PID_NONE,
                     .pmt_pid = PID_NONE,
                     .pes = pes,
                     .pmt = pmt,
                     .skip = skip,
                     .left = count > 0 ? count : SIZE_MAX};
    size_t size = 0;
    const uint8_t *data = g_bytes_get_data(ts, &size);

    stream->packets = g_byte_array_new();
    stream->units = g_array_new(FALSE, TRUE, sizeof(StreamUnit));
    for (size_t at = 0; at + PACKET_SIZE <= size; at += PACKET_SIZE) {
        if (data[at] == 0x47)
            take_packet(&cutter, data + at);
    }
    finish_pes(&cutter);
    describe(&cutter);
    if (stream->units->len == 0 || stream->units->len < count || stream->type == 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%u %s units found, %zu wanted",
                    stream->units->len, kind == STREAM_VIDEO ? "picture" : "sound", count);
        return NULL;
    }
    return g_steal_pointer(&stream);
}

void
stream_free(Stream *stream)
{
    if (stream == NULL)
        return;
    g_clear_pointer(&stream->packets, g_byte_array_unref);
    g_clear_pointer(&stream->units, g_array_unref);
    g_free(stream);
}
