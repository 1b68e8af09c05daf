/* What a site has decided about how people deal with alarms. Plain data; all-zero is not valid, use
 * alarm_policy_default(). */
#pragma once

#include "pipelines/base/units.h"

#define ALARM_POLICY_SHELF_MAX_US                                                                  \
    (INT64_C(7) * 24 * 3600 * US_PER_SECOND) /* what a site may allow at most */
#define ALARM_POLICY_REMIND_MIN_US (60 * US_PER_SECOND)
#define ALARM_POLICY_POSITIONS_MAX 100u
#define ALARM_STALE_US             (INT64_C(24) * 3600 * US_PER_SECOND) /* ISA-18.2: stands longer */

typedef struct {
    int64_t shelf_max_us;    /* longest time that an alarm may be put aside */
    int64_t remind_after_us; /* nobody acknowledges a major or critical one: told again, and again
                                each time; 0: never */
    unsigned
        escalate_after; /* number of the reminder from which more people hear of it; 0: never */
    unsigned positions; /* operators on duty, who share the load; at least 1 */
} AlarmPolicy;

/* 8 h, 10 minutes, from the third reminder on, one position. */
static inline AlarmPolicy
alarm_policy_default(void)
{
    return (AlarmPolicy){
        .shelf_max_us = INT64_C(8) * 3600 * US_PER_SECOND,
        .remind_after_us = INT64_C(600) * US_PER_SECOND,
        .escalate_after = 3,
        .positions = 1,
    };
}
