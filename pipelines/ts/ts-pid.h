/* One PID: continuity and clock references, packet by packet. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser.h"

/* What stands in the first bytes of a packet. */
typedef struct {
    const uint8_t *bytes; /* no-ref */
    size_t payload_at;    /* TS_PACKET_SIZE: no payload */
    uint16_t pid;
    uint8_t counter;
    bool has_payload;
    bool unit_start;
    bool scrambled;
    bool discontinuity;
    bool random_access;
    bool has_pcr;
} TsHeader;

typedef struct {
    TsPidInfo info;
    uint8_t counter; /* of the last packet with payload */
    bool counter_known;
    bool repeated; /* the last packet came twice already */
    bool lost;     /* packets are missing before the next one handed on */
    bool wanted;   /* by the visitor */
    bool pcr_known;
    bool pcr_broken;              /* packets are missing since the last PCR */
    Pcr27 pcr;                    /* the last one */
    MonoUs pcr_us;                /* its arrival */
    int64_t pcr_max_us;           /* longest interval in this second */
    int64_t pcr_second_us;        /* longest interval in the last full second */
    uint64_t packets_then;        /* packets when this second began */
    uint8_t last[TS_PACKET_SIZE]; /* the last packet with payload */
} TsPid;                          /* all-zero, but for info.pid, is the initial state */

typedef enum {
    TS_PACKET_GOOD,
    TS_PACKET_DUPLICATE, /* the same again: nothing new in it */
} TsContinuity;

/* Reads the header and adaptation field of TS_PACKET_SIZE bytes. */
TsHeader ts_header(const uint8_t *bytes);

/* Follows the continuity counter. */
TsContinuity ts_pid_continuity(TsPid *pid, const TsHeader *header);

/* Takes the PCR of a packet with @has_pcr. */
void ts_pid_clock(TsPid *pid, const TsHeader *header, MonoUs arrival_us);

/* Something is missing that the counter cannot tell: the next packet is taken as it comes. */
void ts_pid_lose(TsPid *pid);

/* A second ended, @elapsed_us long. */
void ts_pid_roll(TsPid *pid, int64_t elapsed_us);
