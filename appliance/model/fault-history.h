/* What was seen of one channel in the last 24 h, before any rule judged it: when each state began
 * and ended, which seconds held errors, and how the bit rate stood to its median. Enough to ask
 * what another profile would have made of it (profile-simulate.h).
 *
 * Bounded: HISTORY_EDGES entries; when they are full the oldest give way, and
 * fault_history_begin_us() says from when on the rest is whole. Plain struct for one thread; copied
 * whole. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define HISTORY_EDGES   2048u                       /* of one channel */
#define HISTORY_SPAN_US (24 * 3600 * US_PER_SECOND) /* what is older gives way */
#define HISTORY_CELL_US (10 * US_PER_SECOND)        /* of the bit rate */
#define HISTORY_CELLS   8640u

/* One state that changed, or a run of seconds with errors. */
typedef struct {
    MonoUs at_us;     /* since when; of errors: the first second */
    uint16_t fault;   /* FaultId; FAULT_NONE: nobody looked for @seconds */
    uint16_t seconds; /* with errors, in a row; 0: a state */
    bool active;      /* of a state */
    float value;      /* of a state */
} FaultEdge;

/* Lowest and highest ratio of the bit rate to its median in ten seconds. */
typedef struct {
    uint8_t low; /* in fiftieths, cut at 255; both 0: nothing is known */
    uint8_t high;
} RateCell;

typedef struct {
    FaultEdge edges[HISTORY_EDGES]; /* a ring; @n of them from @first on */
    size_t first;
    size_t n;
    FaultEdge states[FAULT_NUMBER_MAX + 1]; /* by FaultId, as they were before the first edge */
    FaultEdge latest[FAULT_NUMBER_MAX + 1]; /* as they are */
    RateCell cells[HISTORY_CELLS];          /* a ring by time */
    int64_t cell;                           /* number of the newest, since the clock began */
    MonoUs begin_us;                        /* from when on it is whole; 0: nothing was seen */
    MonoUs end_us;                          /* up to when it was followed */
} FaultHistory;                             /* all-zero is the initial state */

/* A state as it was told; @since_us: since when it is so. Repeats change nothing. */
void fault_history_state(FaultHistory *history,
                         FaultId fault,
                         bool active,
                         double value,
                         MonoUs since_us,
                         MonoUs now_us);

/* A second with errors of a counted fault. */
void fault_history_errors(FaultHistory *history, FaultId fault, MonoUs now_us);

/* The second's bit rate over its median; 0: that is not known. */
void fault_history_rate(FaultHistory *history, double ratio, MonoUs now_us);

/* From when on what is kept is whole; never before @now_us less HISTORY_SPAN_US. 0: never fed */
MonoUs fault_history_begin_us(const FaultHistory *history, MonoUs now_us);

/* The @index-th edge, oldest first; @index below n. */
const FaultEdge *fault_history_edge(const FaultHistory *history, size_t index);

/* The cell of the instant @at_us; zeroes where nothing is known. */
RateCell fault_history_cell(const FaultHistory *history, MonoUs at_us);

/* Moves all times by @by_us: what was kept over a restart counts on another clock. Bit rates move
 * by whole cells. */
void fault_history_shift(FaultHistory *history, int64_t by_us);

/* Nobody looked from @end_us on until @now_us: states that held then are not known to have held
 * longer, and the time is remembered as not seen. */
void fault_history_resume(FaultHistory *history, MonoUs now_us);

/* How much of the time from @from_us to @to_us nobody looked, as far as it is kept. */
int64_t fault_history_unseen_us(const FaultHistory *history, MonoUs from_us, MonoUs to_us);
