/* Finds packets in bytes: lengths of 188, 192 and 204, sync lost and found with hysteresis
 * (TR 101 290, 1.1: two bad sync bytes in a row lose it, five good ones find it). Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_SYNC_BYTE   0x47u
#define TS_SYNC_PACKET 188u  /* bytes that come out, whatever the length */
#define TS_SYNC_BAD    2u    /* bad sync bytes in a row that lose it */
#define TS_SYNC_GOOD   5u    /* good ones in a row that find it */
#define TS_SYNC_HOLD   2048u /* bytes kept while looking: room for five packets of any length */

typedef struct {
    unsigned stride;      /* packet length; 0 before the first sync */
    bool synced;          /* packets come out */
    unsigned bad_run;     /* bad sync bytes in a row */
    size_t skip;          /* bytes to drop before the next packet: what follows its 188 */
    size_t from;          /* first byte in @hold that is not used up */
    size_t to;            /* end of the bytes in @hold */
    uint64_t losses;      /* times that sync was lost */
    uint64_t byte_errors; /* packets with a bad sync byte while in sync */
    uint64_t skipped;     /* bytes that belonged to no packet */
    uint8_t hold[TS_SYNC_HOLD];
} TsSync; /* all-zero is the initial state */

/* For ts_sync_next(): where its short way does not hold. */
const uint8_t *ts_sync_next_any(TsSync *sync, const uint8_t **data, size_t *size);

/**
 * ts_sync_next:
 * @data: (inout): bytes not yet taken, never NULL; moved on
 * @size: (inout): how many
 *
 * Returns: (transfer none) (nullable): the next packet of 188 bytes, in @data or in @sync, valid
 *   until the next call; NULL when @data is used up
 */
static inline const uint8_t *
ts_sync_next(TsSync *sync, const uint8_t **data, size_t *size)
{
    const uint8_t *packet = *data;
    const bool straight = sync->synced && sync->stride == TS_SYNC_PACKET &&
                          sync->from == sync->to && (sync->skip | sync->bad_run) == 0;

    if (!straight || *size < TS_SYNC_PACKET || packet[0] != TS_SYNC_BYTE)
        return ts_sync_next_any(sync, data, size);
    *data += TS_SYNC_PACKET;
    *size -= TS_SYNC_PACKET;
    return packet;
}

/* The stream ended: where fewer than TS_SYNC_GOOD packets are held and all of it is whole packets,
 * they are taken for that. Call ts_sync_next() once more if it returns true. */
bool ts_sync_finish(TsSync *sync);

/* Drops a packet that was begun: what follows does not belong to it. */
void ts_sync_break(TsSync *sync);
