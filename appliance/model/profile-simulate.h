/* What a profile would have made of what was seen: "over the last 24 h this would have raised 7
 * alarms". Pure; the same alarm book that judges live judges here.
 *
 * Limits that the worker measures with (black, freeze, silence, true peak, loudness) shaped what
 * was seen: other values of those cannot be tried on the past, and are told apart. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-profile.h"
#include "appliance/model/fault-history.h"

typedef struct {
    FaultId fault;
    unsigned count; /* alarms */
    Severity worst;
    int64_t raised_us;      /* that they stood, together */
    int64_t last_before_us; /* how long before the end the last one was raised */
} SimulatedFault;

typedef struct {
    unsigned alarms;
    unsigned by_severity[SEVERITY_CRITICAL + 1]; /* by the worst that each reached */
    unsigned standing;                           /* at the end */
    SimulatedFault faults[FAULT_NUMBER_MAX + 1]; /* @n_faults entries, ascending numbers */
    size_t n_faults;
    int64_t covers_us; /* of the past that was asked for is there */
} Simulation;

/* @history: of one channel; @span_us: how far to look back from @now_us */
Simulation profile_simulate(const FaultHistory *history,
                            const AlarmProfile *profile,
                            int64_t span_us,
                            MonoUs now_us);

/* Whether limits of @a and @b differ that only measuring anew could try. */
bool profile_measures_otherwise(const AlarmProfile *a, const AlarmProfile *b);
