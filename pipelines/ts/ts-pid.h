/* One PID: header and continuity, packet by packet. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-clock.h"
#include "pipelines/ts/ts-indicators.h"
#include "pipelines/ts/ts-section.h"

/* What stands in the first bytes of a packet. Flags are whole words, each written and read alone:
 * packed ones stall the processor, which this path, gone by every packet, cannot afford. */
typedef struct {
    const uint8_t *bytes; /* no-ref */
    uint32_t payload_at;  /* TS_PACKET_SIZE: no payload */
    uint32_t pid;
    uint32_t counter;
    uint32_t has_payload; /* this and the following: 0 or not */
    uint32_t unit_start;
    uint32_t scrambled;
    uint32_t discontinuity;
    uint32_t random_access;
    uint32_t has_pcr;
} TsHeader;

typedef struct TsEs TsEs; /* see ts-es.h */

typedef struct {
    TsPidInfo info;
    TsEs *es;                 /* owned; (nullable): no PMT names it as a component */
    TsClock *clock;           /* owned; (nullable): no PCR came */
    TsSections *sections;     /* no-ref; (nullable): no tables are expected on it */
    TsIndicatorState *errors; /* owned; by TsIndicator; (nullable): none, or too many such PIDs */
    uint32_t counter;         /* of the last packet with payload */
    bool counter_known;
    bool repeated;    /* the last packet came twice already */
    uint32_t damaged; /* packets with transport_error_indicator since the last good one */
    bool lost;        /* packets are missing before the next one handed on */
    uint64_t own_at;  /* info.packets at the packet before which the receiver lost data; 0: never */
    bool wanted;      /* by the visitor */
    bool system;      /* PAT, CAT, TSDT or a PMT: enters TBsys of the T-STD */
    bool pcr_broken;  /* packets are missing since the last PCR */
    uint64_t clock_gaps;          /* the analyser's gaps at the last PCR */
    uint64_t packets_then;        /* packets when this second began */
    uint64_t packets_looked;      /* packets at the last look of ts-analyser-pids.c */
    MonoUs stray_us;              /* since when no table refers to it while it comes; 0: one does */
    unsigned strays;              /* for its owner: indicators 3.4 and 3.4.a told, bit 0 and 1 */
    uint8_t last[TS_PACKET_SIZE]; /* the last packet with payload */
} TsPid;                          /* all-zero, but for info.pid, is the initial state */

typedef enum {
    TS_PACKET_GOOD,
    TS_PACKET_GAP,       /* good, and an error: packets are missing before it */
    TS_PACKET_DUPLICATE, /* the same again: nothing new in it */
    TS_PACKET_REPEAT,    /* the same more than once again: an error */
} TsContinuity;

/* For ts_header(): what follows the first four bytes. */
void ts_header_adaptation(TsHeader *header);

/* Reads header and adaptation field of TS_PACKET_SIZE bytes. */
static inline void
ts_header(const uint8_t *bytes, TsHeader *ret_header)
{
    ret_header->bytes = bytes;
    ret_header->payload_at = 4;
    ret_header->pid = (bytes[1] & 0x1fu) << 8 | bytes[2];
    ret_header->counter = bytes[3] & 0x0fu;
    ret_header->has_payload = bytes[3] & 0x10u;
    ret_header->unit_start = bytes[1] & 0x40u;
    ret_header->scrambled = bytes[3] & 0xc0u;
    ret_header->discontinuity = 0;
    ret_header->random_access = 0;
    ret_header->has_pcr = 0;
    if (bytes[3] & 0x20)
        ts_header_adaptation(ret_header);
    if (!ret_header->has_payload)
        ret_header->payload_at = TS_PACKET_SIZE;
}

/* The PCR of a packet with @has_pcr. */
Pcr27 ts_header_pcr(const TsHeader *header);

/* For ts_pid_continuity(): a packet that is not simply the next one. */
TsContinuity ts_pid_continuity_any(TsPid *pid, const TsHeader *header);

/* A packet with payload that is neither a duplicate nor refused. */
static inline void
ts_pid_keep(TsPid *pid, const TsHeader *header)
{
    pid->counter = header->counter;
    pid->counter_known = true;
    pid->repeated = false;
    pid->damaged = 0;
    memcpy(pid->last, header->bytes, TS_PACKET_SIZE);
}

/* Follows the continuity counter. */
static inline TsContinuity
ts_pid_continuity(TsPid *pid, const TsHeader *header)
{
    if (!header->has_payload || !pid->counter_known ||
        header->counter != ((pid->counter + 1u) & 15u))
        return ts_pid_continuity_any(pid, header);
    ts_pid_keep(pid, header);
    return TS_PACKET_GOOD;
}

/* A packet came with transport_error_indicator: nothing in it can be trusted. */
void ts_pid_damage(TsPid *pid);

/* The receiver lost data before the next packet. */
void ts_pid_own_loss(TsPid *pid);

/* A second ended, @elapsed_us long. */
void ts_pid_roll(TsPid *pid, int64_t elapsed_us);

void ts_es_free(TsEs *es); /* (nullable) */
