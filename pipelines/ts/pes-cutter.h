/* From the packets of one PID to the units of its elementary stream: one PES packet each, with its
 * times, and for video whether it can be decoded alone.
 *
 * Pure and bounded. A unit that lost packets is handed on and says so. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser.h"

#define PES_UNIT_MAX     (4u * 1024u * 1024u) /* bytes of one unit; what exceeds it is cut off */
#define PES_UNIT_PADDING 64u                  /* zero bytes behind each unit, for decoders */

/* One unit as a visitor sees it. Valid during the call only. */
typedef struct {
    const uint8_t *data; /* no-ref; @size bytes, and PES_UNIT_PADDING zero bytes behind them */
    size_t size;         /* at least 1 */
    Pts90 pts;           /* PTS90_MODULUS without one */
    Pts90 dts;           /* PTS90_MODULUS without one: equal to @pts */
    MonoUs first_us;     /* arrival of its first packet */
    MonoUs last_us;      /* arrival of its last packet */
    bool key;            /* video: a decoder can start here; audio and others: always true */
    bool random_access;  /* the stream said so, random_access_indicator */
    bool damaged;        /* packets within it are missing, or it was cut at PES_UNIT_MAX */
    bool lost_before;    /* packets are missing between the unit before and this one */
} PesUnit;

typedef void (*PesVisitor)(const PesUnit *unit, void *user_data);

/* Since the cutter was made. */
typedef struct {
    uint64_t units;
    uint64_t keys;
    uint64_t damaged;
    uint64_t cut;       /* at PES_UNIT_MAX */
    uint64_t malformed; /* unit starts without a PES header */
    uint64_t scrambled; /* packets thrown away as unreadable */
} PesCounters;

typedef struct PesCutter PesCutter;

/* @codec: of the component, for @key; @visitor is called within pes_cutter_push() and
 * pes_cutter_flush(). Returns: (transfer full) */
PesCutter *pes_cutter_new(TsCodec codec, PesVisitor visitor, void *user_data);
void pes_cutter_free(PesCutter *cutter);

/* @packet: of the one PID, in order, as ts-analyser.h hands them on. */
void pes_cutter_push(PesCutter *cutter, const TsPacket *packet);

/* Hands on what is collected: at the end of a stream. Otherwise a unit ends with its length, or
 * where the next one begins. */
void pes_cutter_flush(PesCutter *cutter);

void pes_cutter_counters(const PesCutter *cutter, PesCounters *ret_counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PesCutter, pes_cutter_free)
