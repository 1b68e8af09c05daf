/* Alarm profiles: for every fault, when it is raised, how bad it is, and when it is cleared. The
 * shipped profile "default" follows the defaults of the standards and of common probes. */
#pragma once

#include "appliance/model/alarm.h"
#include "appliance/model/error-seconds.h"

typedef struct {
    AlarmRule alarm;
    /* With a metric: the fault is judged by the growth of that counter, second by second
     * (error_seconds_judge()), and the worker's own state of it is not fed to the alarm book. */
    ErrorSecondsRule seconds;
    /* Packets that this box lost can look like this fault: it is not judged while OWN_LOSS stands.
     * Faults that lost packets cannot feign (no packets at all, black, silence) are. */
    bool spoiled_by_own_loss;
} FaultRule;

typedef struct {
    const char *name;                      /* slug */
    FaultRule rules[FAULT_NUMBER_MAX + 1]; /* by FaultId */
} AlarmProfile;

/* The shipped profile. */
const AlarmProfile *alarm_profile_default(void);

/* Never NULL; the rule of FAULT_NONE (raised after 5 s, cleared after 10) for unknown numbers. */
const FaultRule *alarm_profile_rule(const AlarmProfile *profile, unsigned fault);
