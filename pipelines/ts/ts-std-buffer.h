/* The buffers of one component of the T-STD: TB, then MB and EB, or B alone; or TBsys and Bsys.
 *
 * Packets enter at their times, bytes leave TB at its rate and MB at its own, and units leave whole
 * at their decoding times. PES headers are left out behind TB: BSoh has room for them. Times are
 * ticks of 27 MHz and bytes are counted since the model began, both as doubles, which hold either
 * exactly for years: every packet goes by here. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-std-model.h"

#define TS_STD_UNITS_MAX   1024u       /* units in the buffers; more: it has to begin anew */
#define TS_STD_EMPTY_TICKS 27000000.0  /* 3.9 */
#define TS_STD_STILL_TICKS (60 * 27e6) /* 3.10, of still pictures */

/* What was found; a bit set. */
#define TS_STD_OVERFLOW    1u /* 3.3 */
#define TS_STD_UNDERFLOW   2u /* 3.3 */
#define TS_STD_NEVER_EMPTY 4u /* 3.9 */
#define TS_STD_DELAY       8u /* 3.10 */

typedef struct {
    double from; /* its first byte */
    double end;  /* behind its last one; HUGE_VAL while not known */
    double due;  /* decoding time */
    double had;  /* bytes in EB or B by then, when it was due */
    bool missed; /* it was due, and @had holds */
    bool sure;   /* it is one access unit, and its time is its own */
} TsStdUnit;

typedef struct {
    bool known;   /* @model holds */
    bool aligned; /* a unit began since the model did: bytes count */
    bool loose;   /* units came whose times are not known: what is in MB, EB or B is not judged */
    bool transport_over;
    bool over;
    double limit;     /* size of EB; HUGE_VAL where nothing is behind MB */
    double announced; /* bytes of packets collected, those whose time is to come included */
    double ticks;     /* of the last packet */
    double transport; /* bytes in TB */
    double filled;    /* TB is not empty since */
    double in;        /* bytes into MB or B */
    double moved;     /* out of MB into EB; B: as @in */
    double moved_ticks;
    double out;       /* out of EB or B */
    double next_due;  /* of the first unit; HUGE_VAL without one */
    double next_from; /* first byte of the first unit of which none is in; HUGE_VAL without one */
    double transport_max;
    double multiplex_max;
    double fill_max;
    TsStdModel model;
    double last_due;
    double least_step; /* between decoding times; 0 while unknown */
    TsStdUnit *units;  /* owned; ring of @room */
    unsigned room;     /* a power of 2 */
    unsigned first;
    unsigned n;
    unsigned fresh;          /* units from @first on whose first byte is in */
    TsBufferFigures figures; /* without sizes and maxima of bytes */
} TsStdBuffer;               /* initial state: ts_std_buffer_init() */

void ts_std_buffer_init(TsStdBuffer *buffer);
void ts_std_buffer_clear(TsStdBuffer *buffer); /* frees what it owns */

/* Sizes and rates became known, or changed. */
void ts_std_buffer_set(TsStdBuffer *buffer, const TsStdModel *model);

/* Forgets what is in the buffers, and all units; figures stay. */
void ts_std_buffer_restart(TsStdBuffer *buffer);

/* Units, as they are read from the stream: ahead of their packets' times.
 *
 * ts_std_buffer_unit: one begins with byte @from and is due at @due; @bytes long, 0 if not known:
 * up to the next. Returns: false at TS_STD_UNITS_MAX. ts_std_buffer_no_time: one begins, or goes
 * on, whose time is not known; from then on TB alone is judged, until the model begins anew. */
bool ts_std_buffer_unit(TsStdBuffer *buffer, double from, double bytes, double due);
void ts_std_buffer_no_time(TsStdBuffer *buffer);

/* A packet whose last byte comes at @ticks, never before the last one's; with @bytes of units, 0
 * for one without. Returns: what was found */
unsigned ts_std_buffer_packet(TsStdBuffer *buffer, double ticks, unsigned bytes);

void ts_std_buffer_figures(const TsStdBuffer *buffer, TsBufferFigures *ret_figures);
