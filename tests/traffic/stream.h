/* An elementary stream cut into transport packets once, ready to be sent round and round.
 *
 * What changes from round to round (PID, continuity counter, time stamps) is written into the copy
 * that is sent; everything else is shared by all channels that send this stream. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define STREAM_DESCRIPTORS_MAX 64 /* bytes; longer ones are left out of the PMT */

/* One access unit, or one audio frame. */
typedef struct {
    uint32_t first_packet;   /* index of its first packet */
    uint32_t packets;        /* how many packets it takes */
    int32_t presented_after; /* PTS minus DTS, 90 kHz */
    uint8_t pts_at;          /* where the PTS is in the first packet, bytes; 0: there is none */
    uint8_t dts_at;          /* likewise the DTS */
    bool key;                /* decoding can begin here */
} StreamUnit;

typedef struct {
    GByteArray *packets;                         /* owned; whole packets, PID and counter 0 */
    GArray *units;                               /* owned; of StreamUnit */
    uint32_t unit_90k;                           /* from one unit to the next, 90 kHz */
    uint8_t type;                                /* stream_type of the PMT */
    uint8_t descriptors[STREAM_DESCRIPTORS_MAX]; /* of the PMT */
    uint8_t descriptors_size;                    /* bytes */
    bool numbered; /* each packet is sent with a number at its end, so that no two are the same */
} Stream;

typedef enum {
    STREAM_VIDEO, /* PES stream_id 0xe0 to 0xef */
    STREAM_AUDIO, /* PES stream_id 0xc0 to 0xdf, or private stream 1 */
} StreamKind;

/* Takes the first stream of @kind out of a transport stream in which each PES packet holds one
 * unit.
 * @skip: units to leave out at the front; @count: units to take after them, or 0 for all.
 * Returns: (transfer full): free with stream_free(); NULL with an error (INVALID) if it is not
 * there or too short. */
Stream *stream_from_ts(GBytes *ts, StreamKind kind, size_t skip, size_t count, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

static inline const StreamUnit *
stream_unit(const Stream *stream, uint64_t index)
{
    return &g_array_index(stream->units, StreamUnit, index % stream->units->len);
}

/* @stream: (nullable) */
void stream_free(Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)
