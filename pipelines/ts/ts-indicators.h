/* The indicators of TR 101 290: how often, first and last time, and the state with its hold. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_HOLD_US (10 * US_PER_SECOND) /* an error is shown so long after the last one */

typedef enum {
#define INDICATOR(wire, id, number, name, scope, hold_ms) TS_INDICATOR_##id,
#include "pipelines/base/tr101290.def"
#undef INDICATOR
    TS_INDICATOR_COUNT,
} TsIndicator;

typedef enum { TS_SCOPE_STREAM, TS_SCOPE_PID } TsIndicatorScope;

typedef struct {
    uint8_t wire;       /* number on the worker socket, from 1 */
    const char *number; /* "1.3.a" */
    const char *name;   /* of the standard: "PAT_error_2" */
    TsIndicatorScope scope;
    int64_t hold_us; /* an error shows so long after its last time */
} TsIndicatorInfo;

typedef struct {
    bool judged;           /* there was something to check: not "not applicable" */
    uint64_t count;        /* errors */
    uint64_t first_packet; /* index of the packet, from 0, at the first error */
    uint64_t last_packet;  /* the same at the last */
    MonoUs first_us;       /* arrival of the first of them, or when the absence was first seen */
    MonoUs last_us;        /* the same of the last */
} TsIndicatorState;        /* all-zero is the initial state */

/* @indicator: below TS_INDICATOR_COUNT. Returns: (transfer none): never NULL */
const TsIndicatorInfo *ts_indicator_info(TsIndicator indicator);

/* Whether an error shows at @now_us: its hold has not run out. */
bool ts_indicator_active(const TsIndicatorState *state, TsIndicator indicator, MonoUs now_us);

/* One error at @packet. */
static inline void
ts_indicator_hit(TsIndicatorState *state, uint64_t packet, MonoUs now_us)
{
    if (state->count++ == 0) {
        state->first_packet = packet;
        state->first_us = now_us;
    }
    state->judged = true;
    state->last_packet = packet;
    state->last_us = now_us;
}

/* Adds what was found elsewhere: counts summed, first and last over both. */
void ts_indicator_add(TsIndicatorState *sum, const TsIndicatorState *more);
