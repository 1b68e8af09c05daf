/* The transport stream analyser: every packet of one input, from the bytes of its datagrams.
 *
 * Pure: no I/O, no clock, no lock. Memory is taken when a PID, table or service is first seen and
 * is bounded by TS_PID_COUNT and TS_SERVICES_MAX; a packet costs no allocation. One thread at a
 * time. Limits follow ETSI TR 101 290.
 *
 * Continuity, as ISO 13818-1 has it: a packet with payload steps the counter by one; one repeat
 * with all bytes equal but the PCR is legal; a packet without payload keeps the counter; after a
 * discontinuity_indicator anything may come; null packets have no counter. A packet with the
 * transport_error_indicator counts as received, and nothing else is read from it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"
#include "pipelines/ts/ts-indicators.h"
#include "pipelines/ts/ts-tables.h"

#define TS_PACKET_SIZE      188u
#define TS_PID_COUNT        8192u
#define TS_STRAY_ERRORS_MAX 256u /* PIDs without a table that have indicators of their own */
#define TS_PID_NULL         0x1fffu

#define TS_NO_PACKETS_US   (500 * US_PER_MS)   /* age of the last datagram from which none arrive */
#define TS_TABLE_LIMIT_US  (500 * US_PER_MS)   /* 1.3.a, 1.5.a */
#define TS_PID_LIMIT_US    (5 * US_PER_SECOND) /* 1.6 */
#define TS_STRAY_LIMIT_US  (500 * US_PER_MS)   /* 3.4 */
#define TS_PCR_INTERVAL_US (100 * US_PER_MS)   /* 2.3.a, 2.3.b */
#define TS_PCR_ABSENT_US   (500 * US_PER_MS)   /* by arrival: PCRs have stopped */

typedef struct TsAnalyser TsAnalyser;

/* One packet as a visitor sees it. Valid during the call only. */
typedef struct {
    const uint8_t *bytes;   /* no-ref; TS_PACKET_SIZE bytes, from the sync byte */
    const uint8_t *payload; /* no-ref; within @bytes */
    size_t payload_size;    /* bytes, at least 1 */
    MonoUs arrival_us;
    uint16_t pid;
    bool unit_start;    /* payload_unit_start_indicator */
    bool random_access; /* random_access_indicator */
    bool scrambled;
    bool lost_before;   /* packets of this PID are missing before this one */
    bool discontinuity; /* announced by discontinuity_indicator */
} TsPacket;

typedef void (*TsVisitor)(const TsPacket *packet, void *user_data);

/* Since the analyser was made. */
typedef struct {
    uint64_t bytes;   /* pushed */
    uint64_t packets; /* with a good sync byte, null packets included */
    uint64_t null_packets;
    uint64_t sync_losses;      /* 1.1 */
    uint64_t sync_byte_errors; /* 1.2 */
    uint64_t bytes_skipped;    /* that belonged to no packet, while looking for sync */
    uint64_t transport_errors; /* 2.1, packets */
    uint64_t scrambled;        /* packets */
    uint64_t cc_errors;        /* 1.4, events: lost packets or wrong order */
    uint64_t cc_missing;       /* packets missing by continuity counters, modulo 16 a gap */
    uint64_t cc_repeats;       /* 1.4, packets that came more than twice */
    uint64_t cc_af_only;       /* packets without payload whose counter moved */
    uint64_t own_gaps;         /* gaps that stand where the receiver lost data of its own, see
                                  ts_analyser_own_loss(); not in @cc_errors */
    uint64_t own_missing;      /* packets missing in them; not in @cc_missing */
    uint64_t duplicates;       /* repeated packets, legal ones and @cc_repeats */
    uint64_t crc_errors;       /* 2.2, sections */
    uint64_t pcr_late;         /* 2.3.a */
    uint64_t pcr_jumps;        /* 2.3.b, not announced */
    uint64_t refused; /* services and components beyond the limits of ts-tables.h, PCRs of PIDs that
                         no service goes by beyond TS_CLOCKS_FREE_MAX */
} TsCounters;

typedef struct {
    uint16_t pid;
    uint8_t stream_type; /* of a PMT, 0 for tables, PCR-only and unknown PIDs */
    uint64_t packets;
    uint64_t cc_errors; /* this and the following as in TsCounters, of this PID */
    uint64_t cc_missing;
    uint64_t cc_repeats;
    uint64_t cc_af_only;
    uint64_t own_gaps;
    uint64_t own_missing;
    uint64_t duplicates;
    uint64_t scrambled;
    uint64_t transport_errors;
    uint64_t unit_starts;     /* payload_unit_start_indicators */
    uint64_t discontinuities; /* announced ones */
    uint64_t crc_errors;
    uint64_t pcr_count;
    uint64_t pcr_late;
    uint64_t pcr_jumps;
    int64_t pcr_interval_us;     /* last distance of two PCRs, by their values */
    int64_t pcr_interval_max_us; /* longest ever, jumps excluded */
    MonoUs last_us;              /* arrival of the last packet */
    double bitrate_bps;          /* in the last full second by arrival */
} TsPidInfo;

/* What can be wrong with a service; input-wide conditions are told to each service. */
typedef enum {
    TS_CONDITION_NO_PACKETS,
    TS_CONDITION_SYNC_LOST,
    TS_CONDITION_PAT_MISSING,
    TS_CONDITION_SERVICE_ABSENT,
    TS_CONDITION_PMT_MISSING,
    TS_CONDITION_CONTINUITY,      /* held for TS_HOLD_US; value: errors so far */
    TS_CONDITION_VIDEO_MISSING,   /* no packet on any video PID of the PMT; value: one */
    TS_CONDITION_AUDIO_MISSING,   /* the same for audio */
    TS_CONDITION_TRANSPORT_ERROR, /* held; value: packets so far */
    TS_CONDITION_PCR_JUMP,        /* held; value: jumps so far */
    TS_CONDITION_PCR_LATE,        /* held, or PCRs have stopped; value: longest interval in the
                                     last second, in seconds */
    TS_CONDITION_COUNT,
} TsCondition;

/* The state of one service, kept by whoever watches it. All-zero is the initial state. */
typedef struct {
    MonoUs first_look_us;                     /* when it was first looked at */
    Condition conditions[TS_CONDITION_COUNT]; /* by TsCondition; not known: cannot be judged yet */
    double values[TS_CONDITION_COUNT];        /* evidence, see TsCondition; else 0 */
    uint64_t seen[TS_CONDITION_COUNT];        /* counters at the last look */
    MonoUs last_error_us[TS_CONDITION_COUNT]; /* when a counter last grew */
} TsState;

TsAnalyser *ts_analyser_new(void); /* Returns: (transfer full) */
void ts_analyser_free(TsAnalyser *analyser);

/**
 * ts_analyser_push:
 * @data: the payload of one datagram (RTP header taken off), or any piece of a stream in order
 * @size: bytes of @data; packets may cross pieces
 * @arrival_us: when it arrived; never decreases
 *
 * Finds packets of 188, 192 or 204 bytes and analyses each. Calls the visitor.
 */
void ts_analyser_push(TsAnalyser *analyser, const uint8_t *data, size_t size, MonoUs arrival_us);

/* How much of each packet is looked at. */
typedef enum {
    TS_LEVEL_ALL,
    TS_LEVEL_PRIORITY_1, /* what priority 1 of TR 101 290 and the PCR intervals need, and no more */
} TsLevel;

/* To be set before the first push; initially TS_LEVEL_ALL. */
void ts_analyser_set_level(TsAnalyser *analyser, TsLevel level);

/* Says that bytes were lost before the next push: a half packet is dropped, not joined. */
void ts_analyser_break(TsAnalyser *analyser);

/* Says that the receiver itself lost data before the next push: a gap at the next packet of a PID
 * is the receiver's own and no continuity error, and no PCR interval across it is judged. */
void ts_analyser_own_loss(TsAnalyser *analyser);

/* The stream ended: what is held back for want of five packets is analysed, if it is packets. */
void ts_analyser_finish(TsAnalyser *analyser);

/* @visitor is called, within ts_analyser_push(), for each packet with payload on a wanted PID that
 * is neither damaged (transport_error_indicator) nor a duplicate. It must not call back into
 * @analyser but to read. (nullable) */
void ts_analyser_set_visitor(TsAnalyser *analyser, TsVisitor visitor, void *user_data);

/* A packet as a tap sees it: TS_PACKET_SIZE bytes from the sync byte, valid during the call. */
typedef void (*TsTap)(const uint8_t *bytes, void *user_data);

/* @tap is called, within ts_analyser_push(), for every packet with a good sync byte but null
 * packets, in order: damaged ones and duplicates, too, and before anything is read of it. It must
 * not call back into @analyser but to read. (nullable) */
void ts_analyser_set_tap(TsAnalyser *analyser, TsTap tap, void *user_data);

/* Whether the visitor wants @pid (below TS_PID_COUNT). Initially no PID is wanted. */
void ts_analyser_want_pid(TsAnalyser *analyser, uint16_t pid, bool wanted);

/* Moves the windows of the last second on to @now_us, where no push does. Call it a few times a
 * second. */
void ts_analyser_tick(TsAnalyser *analyser, MonoUs now_us);

/**
 * ts_analyser_judge:
 * @service_id: 0 for the first service of the PAT
 * @now_us: not before the last arrival
 * @state: (inout): what is known of the service, brought up to @now_us
 *
 * What cannot be judged keeps its state: while no packets arrive, nothing is said about tables.
 *
 * Returns: the set of conditions that changed or became known, bit 1 << TsCondition each
 */
uint32_t
ts_analyser_judge(const TsAnalyser *analyser, uint16_t service_id, MonoUs now_us, TsState *state);

/* @service_id: of a service, whose PIDs are summed up beside what holds for the whole stream; 0 for
 * the first of the PAT; -1 for the whole stream. */
void ts_analyser_indicators(const TsAnalyser *analyser,
                            int32_t service_id,
                            TsIndicatorState ret_states[TS_INDICATOR_COUNT]);
/* The same of one PID, below TS_PID_COUNT, beside what holds for the whole stream; all 0 for one
 * that no table refers to and that came after TS_STRAY_ERRORS_MAX such with errors. */
void ts_analyser_pid_indicators(const TsAnalyser *analyser,
                                uint16_t pid,
                                TsIndicatorState ret_states[TS_INDICATOR_COUNT]);

void ts_analyser_counters(const TsAnalyser *analyser, TsCounters *ret_counters);
uint64_t ts_analyser_packets(const TsAnalyser *analyser);   /* so far; cheap */
double ts_analyser_bitrate_bps(const TsAnalyser *analyser); /* of all, in the last full second */
MonoUs ts_analyser_last_us(const TsAnalyser *analyser);     /* last push; 0 before the first */
bool ts_analyser_synced(const TsAnalyser *analyser);
unsigned ts_analyser_packet_size(const TsAnalyser *analyser); /* 188, 192, 204; 0 while unknown */
unsigned ts_analyser_begun(const TsAnalyser *analyser); /* bytes of a packet that is not complete */

/* Writes up to @max PIDs that were seen, ascending, into @ret_pids.
 * Returns: how many were seen, which may exceed @max */
size_t ts_analyser_pids(const TsAnalyser *analyser, TsPidInfo *ret_pids, size_t max);
/* Returns false if nothing came on @pid yet. */
bool ts_analyser_pid(const TsAnalyser *analyser, uint16_t pid, TsPidInfo *ret_pid);

/* Grows whenever PAT, a PMT or the SDT changed what they say; 0 before the first table. */
uint32_t ts_analyser_tables_version(const TsAnalyser *analyser);
/* transport_stream_id of the PAT, or -1 before the first one. */
int32_t ts_analyser_transport_stream_id(const TsAnalyser *analyser);
size_t ts_analyser_n_services(const TsAnalyser *analyser);
/* In order of the PAT. Returns: (transfer none): valid until the next push; NULL beyond the last */
const TsService *ts_analyser_service_at(const TsAnalyser *analyser, size_t index);
/* @service_id: 0 for the first of the PAT. Returns: (transfer none) (nullable): as above */
const TsService *ts_analyser_service(const TsAnalyser *analyser, uint16_t service_id);
void ts_analyser_service_figures(const TsAnalyser *analyser,
                                 uint16_t service_id,
                                 TsServiceFigures *ret_figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TsAnalyser, ts_analyser_free)
