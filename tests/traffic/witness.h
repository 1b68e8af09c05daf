/* The truth about continuity: what an ideal receiver must count, packet by packet.
 *
 * A receiver sees a gap only when a packet of the same PID comes after it, and only modulo 16: of
 * 16 lost packets in a row it sees nothing, of 20 it sees 4. Pure; nothing is allocated. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define WITNESS_PIDS 64 /* PIDs kept; packets of others are counted in `others` */

typedef struct {
    uint64_t packets;   /* that arrived */
    uint64_t lost;      /* that did not */
    uint64_t cc_events; /* gaps that can be seen */
    uint64_t cc_missing;
    uint64_t serial; /* of the last payload packet that arrived */
    uint16_t pid;
    uint8_t counter;  /* of that packet */
    bool known;       /* there was one */
    bool is_repeated; /* it came twice; once more is an error */
} WitnessPid;

typedef struct {
    uint8_t slot[8192]; /* 1 + index into pid[]; 0: not seen */
    WitnessPid pid[WITNESS_PIDS];
    unsigned n_pids;
    uint64_t others;
} Witness;

/* A packet arrives. @serial: from 1 on; tells a packet that comes again from another with the same
 * counter. */
void witness_arrived(Witness *witness, const uint8_t *packet, uint64_t serial);

/* A packet was made and does not arrive. */
void witness_lost(Witness *witness, const uint8_t *packet);

/* Sums over all PIDs but that of null packets, whose counters mean nothing. */
typedef struct {
    uint64_t packets, lost, cc_events, cc_missing;
} WitnessSums;

void witness_sums(const Witness *witness, WitnessSums *ret_sums);
