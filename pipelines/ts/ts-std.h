/* The T-STD of each service (ISO 13818-1 2.4.2): packets collected until the next PCR gives them
 * their times, then played through the buffers of ts-std-buffer.h. Bounded.
 *
 * Where a packet is missing, on any PID, where the clock jumps or the collection runs over, the
 * model of the service begins anew and finds nothing until it knows again: what the box lost is
 * never called an error of a buffer. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-clock.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-std-buffer.h"

#define TS_STD_EVENTS_MAX  16384u                    /* packets of a service between PCRs */
#define TS_STD_DUE_TICKS   (100 * INT64_C(27000000)) /* a time further off is none */
#define TS_STD_BUFFERS_MAX (TS_COMPONENTS_MAX + 1u)
#define TS_STD_SYSTEM      0u /* slot of tables; components follow */

typedef struct {
    uint32_t offset; /* packets since the last PCR */
    uint8_t slot;
    uint8_t bytes; /* of units */
} TsStdEvent;

typedef struct {
    uint16_t service_id;
    uint16_t pcr_pid;
    uint16_t pmt_pid;
    uint32_t wiring;    /* hash of what the PMT names: another one is another model */
    bool listed;        /* by the tables as they are */
    bool running;       /* there was a PCR */
    uint64_t index;     /* of the packet with the last PCR */
    Pcr27 pcr;          /* the last one */
    int64_t ticks;      /* the same on the clock's time line */
    uint32_t epoch;     /* of the clock */
    TsStdEvent *events; /* owned; @n of @room */
    uint32_t n;
    uint32_t room;     /* 0 while not @running */
    uint64_t overruns; /* times that TS_STD_EVENTS_MAX was reached */
    bool broken;       /* what is collected is not whole: begin anew at the next PCR */
    size_t n_buffers;  /* TS_STD_SYSTEM, then one a component */
    uint16_t pids[TS_STD_BUFFERS_MAX]; /* by slot; of TS_STD_SYSTEM that of the PMT */
    TsStdBuffer buffers[];
} TsStdService;

typedef struct {
    TsStdService *services[TS_SERVICES_MAX]; /* owned; @n entries */
    size_t n;
} TsStd; /* all-zero is the initial state */

/* What was found in slot @slot; @found: TS_STD_... */
typedef void (*TsStdFinder)(const TsStdService *service,
                            size_t slot,
                            unsigned found,
                            void *user_data);

void ts_std_clear(TsStd *std); /* frees what it owns */

/* Follows the tables: services that are no longer named, or name other components, go. */
void ts_std_follow(TsStd *std, const TsTables *tables);

/* Returns: (transfer none) (nullable) */
TsStdService *ts_std_find(const TsStd *std, uint16_t service_id);

/* For ts_std_collect(): there is no room, or nothing is collected. */
void ts_std_collect_more(TsStdService *service, uint64_t index, unsigned slot, unsigned bytes);

/* A packet of slot @slot with @bytes of units, at most TS_PACKET_SIZE. */
static inline void
ts_std_collect(TsStdService *service, uint64_t index, unsigned slot, unsigned bytes)
{
    if (service->n == service->room) {
        ts_std_collect_more(service, index, slot, bytes);
        return;
    }
    service->events[service->n++] = (TsStdEvent){
        .offset = (uint32_t)(index - service->index),
        .slot = (uint8_t)slot,
        .bytes = (uint8_t)bytes,
    };
    service->buffers[slot].announced += bytes;
}

/* Units of slot @slot can no longer be told: the model begins anew with the next PCR. */
void ts_std_break(TsStdService *service, unsigned slot);

/* Decoding time of @stamp on the model's time line. Returns: false where it cannot be told */
bool ts_std_due(const TsStdService *service, Pts90 stamp, double *ret_due);

/* @clock took a PCR, which is the service's. Calls @finder. */
void ts_std_play(TsStdService *service, const TsClock *clock, TsStdFinder finder, void *user_data);
