/* Framing: a straight run through the caller's bytes while in sync; a copy only across pieces. */
#include "pipelines/ts/ts-sync.h"

#include <string.h>

typedef enum { MATCH_NO, MATCH_YES, MATCH_UNDECIDED } Match;

static const unsigned strides[] = {188, 204, 192};

static size_t
held(const TsSync *sync)
{
    return sync->to - sync->from;
}

static Match
match_at(const TsSync *sync, size_t at, unsigned stride)
{
    for (size_t n = 1; n < TS_SYNC_GOOD; n++) {
        if (at + n * stride >= sync->to)
            return MATCH_UNDECIDED;
        if (sync->hold[at + n * stride] != TS_SYNC_BYTE)
            return MATCH_NO;
    }
    return MATCH_YES;
}

static Match
match_any(const TsSync *sync, size_t at, unsigned *ret_stride)
{
    Match best = MATCH_NO;

    for (size_t i = 0; i < sizeof strides / sizeof strides[0]; i++) {
        const Match match = match_at(sync, at, strides[i]);

        if (match == MATCH_YES) {
            *ret_stride = strides[i];
            return MATCH_YES;
        }
        if (match == MATCH_UNDECIDED)
            best = MATCH_UNDECIDED;
    }
    return best;
}

/* The time stamp before a packet of 192 may itself look like a sync byte, five times over. */
static bool
is_time_stamp(const TsSync *sync, size_t at, unsigned stride)
{
    return stride == 192 && at + 4 < sync->to && sync->hold[at + 4] == TS_SYNC_BYTE &&
           match_at(sync, at + 4, stride) == MATCH_YES;
}

static void
drop_to(TsSync *sync, size_t at)
{
    sync->skipped += at - sync->from;
    sync->from = at;
}

/* Looks through the hold. Leaves @from at the first packet, or at the first byte that may be. */
static bool
find(TsSync *sync)
{
    for (size_t at = sync->from; at < sync->to; at++) {
        const uint8_t *sign = memchr(sync->hold + at, TS_SYNC_BYTE, sync->to - at);
        unsigned stride = 0;

        if (!sign)
            break;
        at = (size_t)(sign - sync->hold);
        const Match match = match_any(sync, at, &stride);

        if (match == MATCH_NO || (match == MATCH_YES && is_time_stamp(sync, at, stride)))
            continue;
        drop_to(sync, at);
        if (match == MATCH_UNDECIDED)
            return false;
        sync->stride = stride;
        return true;
    }
    drop_to(sync, sync->to);
    return false;
}

static void
compact(TsSync *sync)
{
    if (sync->from > 0)
        memmove(sync->hold, sync->hold + sync->from, held(sync));
    sync->to -= sync->from;
    sync->from = 0;
}

/* Brings up to @count bytes from @data into the hold. */
static void
top_up(TsSync *sync, const uint8_t **data, size_t *size, size_t count)
{
    compact(sync);
    const size_t room = TS_SYNC_HOLD - sync->to;
    size_t take = count < *size ? count : *size;

    take = take < room ? take : room;
    if (take > 0)
        memcpy(sync->hold + sync->to, *data, take);
    sync->to += take;
    *data += take;
    *size -= take;
}

static bool
search(TsSync *sync, const uint8_t **data, size_t *size)
{
    do {
        top_up(sync, data, size, TS_SYNC_HOLD);
        if (find(sync)) {
            sync->synced = true;
            sync->bad_run = 0;
            sync->skip = 0;
            return true;
        }
    } while (*size > 0);
    return false;
}

static void
skip_rest(TsSync *sync, const uint8_t **data, size_t *size)
{
    const size_t from_hold = sync->skip < held(sync) ? sync->skip : held(sync);

    sync->from += from_hold;
    sync->skip -= from_hold;
    const size_t from_data = sync->skip < *size ? sync->skip : *size;

    *data += from_data;
    *size -= from_data;
    sync->skip -= from_data;
}

/* The next 188 bytes, not yet taken; NULL if they are not all here. */
static const uint8_t *
peek(TsSync *sync, const uint8_t **data, size_t *size)
{
    if (sync->skip > 0)
        skip_rest(sync, data, size);
    if (held(sync) == 0 && *size >= TS_SYNC_PACKET)
        return *data;
    if (held(sync) < TS_SYNC_PACKET)
        top_up(sync, data, size, TS_SYNC_PACKET - held(sync));
    return held(sync) >= TS_SYNC_PACKET ? sync->hold + sync->from : NULL;
}

static void
take(TsSync *sync, const uint8_t **data, size_t *size)
{
    if (held(sync) > 0) {
        sync->from += TS_SYNC_PACKET;
    } else {
        *data += TS_SYNC_PACKET;
        *size -= TS_SYNC_PACKET;
    }
    sync->skip = sync->stride - TS_SYNC_PACKET;
}

const uint8_t *
ts_sync_next_any(TsSync *sync, const uint8_t **data, size_t *size)
{
    for (;;) {
        if (!sync->synced && !search(sync, data, size))
            return NULL;
        const uint8_t *packet = peek(sync, data, size);

        if (!packet)
            return NULL;
        if (packet[0] == TS_SYNC_BYTE) {
            sync->bad_run = 0;
            take(sync, data, size);
            return packet;
        }
        sync->byte_errors++;
        if (++sync->bad_run < TS_SYNC_BAD) {
            take(sync, data, size);
            continue;
        }
        sync->losses++;
        sync->synced = false; /* and look again from this packet on */
    }
}

/* Whether the hold is packets of @stride and nothing else; the last may lack what follows its 188.
 */
static bool
is_whole(const TsSync *sync, unsigned stride)
{
    const size_t over = held(sync) % stride;

    if (held(sync) < TS_SYNC_PACKET || (over != 0 && over != TS_SYNC_PACKET))
        return false;
    for (size_t at = sync->from; at < sync->to; at += stride)
        if (sync->hold[at] != TS_SYNC_BYTE)
            return false;
    return true;
}

bool
ts_sync_finish(TsSync *sync)
{
    for (size_t i = 0; i < sizeof strides / sizeof strides[0] && !sync->synced; i++) {
        if (!is_whole(sync, strides[i]))
            continue;
        sync->stride = strides[i];
        sync->synced = true;
        sync->bad_run = 0;
        sync->skip = 0;
        return true;
    }
    return false;
}

void
ts_sync_break(TsSync *sync)
{
    if (!sync->synced)
        return;
    sync->skipped += held(sync);
    sync->from = sync->to = 0;
    sync->skip = 0;
}
