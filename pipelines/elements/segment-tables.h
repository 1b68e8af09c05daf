/* The last PAT and PMT of a service as they came, so that a segment can begin with them; and a PAT
 * that names one service of a multiplex alone. Pure.
 *
 * Whole packets are kept, with their counters: what is repeated in front of a segment is a
 * duplicate of what was last sent, and what follows goes on from there. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-analyser.h"

#define SEGMENT_TABLE_PACKETS 8u /* of one table; the longest section takes 6 */
#define SEGMENT_HEAD_MAX      (4u * SEGMENT_TABLE_PACKETS) /* packets in front of a segment */

typedef struct {
    uint8_t packets[SEGMENT_TABLE_PACKETS][TS_PACKET_SIZE];
    unsigned n;
} SegmentPackets;

/* All-zero is the initial state. */
typedef struct {
    SegmentPackets done;  /* the last whole table */
    SegmentPackets fresh; /* of the one after it, not complete yet */
    unsigned need;        /* bytes of payload that complete @fresh */
    unsigned have;        /* bytes of payload in @fresh */
} SegmentTable;

/* Takes a packet of the PID where @table is carried. @table_id: 0 PAT, 2 PMT. @number: whose PMT,
 * as others may share its PID; 0: any. */
void
segment_table_take(SegmentTable *table, const uint8_t *packet, uint8_t table_id, uint16_t number);

/* Writes the table's packets to @ret_bytes. Returns: how many, at most 2 SEGMENT_TABLE_PACKETS */
unsigned segment_table_packets(const SegmentTable *table, uint8_t *ret_bytes);

/* What a PAT of one service says. */
typedef struct {
    uint16_t transport_stream_id;
    uint16_t service_id;
    uint16_t pmt_pid;
} SegmentProgram;

/* Makes a PAT of one packet that stands for @packet, the first packet of the multiplex' own, whose
 * version it takes. @counter: continuity counter. Returns: false if no PAT begins in @packet */
bool segment_pat_rewrite(const uint8_t *packet,
                         const SegmentProgram *program,
                         uint8_t counter,
                         uint8_t ret_packet[TS_PACKET_SIZE]);
