/* Alarm profiles: for every fault, when it is raised, how bad it is, and when it is cleared, and
 * the limits that measuring compares with. The shipped profile "default" follows the defaults of
 * the standards and of common probes; alarm-profile.h makes others of it. */
#pragma once

#include "appliance/model/alarm.h"
#include "appliance/model/error-seconds.h"
#include "appliance/model/n-of-m.h"
#include "appliance/model/snapshot.h"
#include "pipelines/contract/limit-list.h"

/* Values of FAULT_PICTURE_FROZEN, as workers tell them. */
#define FREEZE_VALUE_NOISE  0.0 /* nothing moves, but pictures differ */
#define FREEZE_VALUE_EXACT  1.0 /* pictures repeat to the bit */
#define FREEZE_VALUE_NO_PTS 2.0 /* no new pictures come */

typedef struct {
    AlarmRule alarm;
    /* With a metric: the fault is judged by the growth of that counter, second by second
     * (error_seconds_judge()), and the worker's own state of it is not fed to the alarm book. */
    ErrorSecondsRule seconds;
    /* Packets that this box lost can look like this fault: it is not judged while OWN_LOSS stands.
     * Faults that lost packets cannot feign (no packets at all, black, silence) are. */
    bool spoiled_by_own_loss;
    ImpactClass impact;   /* what viewers lose by it */
    double escalate_from; /* value of the fault from which it gets worse with time; 0: always */
    bool off;             /* it is measured and shown, and never raised */
    uint8_t needed;       /* of the last @window reports that must tell of it; 0: one is enough */
    uint8_t window;       /* reports, one a second, at most N_OF_M_MAX; with @needed */
} FaultRule;

typedef struct {
    const char *name;                      /* slug */
    FaultRule rules[FAULT_NUMBER_MAX + 1]; /* by FaultId */
    Limits limits;
} AlarmProfile;

/* The shipped profile. Its rule about packets that do not come is that of UDP and RTP. */
const AlarmProfile *alarm_profile_default(void);

/* Never NULL; the rule of FAULT_NONE (raised after 5 s, cleared after 10) for unknown numbers. */
const FaultRule *alarm_profile_rule(const AlarmProfile *profile, unsigned fault);

/* How bad @fault is by its value alone; SEVERITY_CLEARED: what the rule says. The loudness of an
 * hour beyond the step is worse than one beyond the tolerance. */
Severity profile_severity(const AlarmProfile *profile, FaultId fault, double value);

/* The alarm's rule while the fault's value is @value: without growing worse where that is not bad
 * enough. */
AlarmRule fault_rule_for(const FaultRule *rule, double value);
