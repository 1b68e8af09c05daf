/* A condition seen in samples: it holds after it was seen for long enough, and ends likewise. Pure.
 *
 * The since of the condition is when it was first seen, not when it was believed. What was not
 * sampled for a while is not claimed: a gap longer than @gap_us begins anew. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"

typedef struct {
    int64_t hold_us;  /* how long it must be seen before it holds; 0: at once */
    int64_t clear_us; /* how long it must be gone before it ends; 0: at once */
    int64_t gap_us;   /* longest time between samples that belong together; US_NEVER: any */
} ConditionRule;

typedef struct {
    Condition condition; /* what is believed */
    bool sampled;        /* a sample was taken */
    bool seen;           /* by the last sample */
    MonoUs run_us;       /* when the present run of equal samples began */
    MonoUs sample_us;    /* of the last sample */
} ConditionTimer;        /* all-zero is the initial state */

/* Takes one sample at @at_us, which never decreases. Returns: whether the belief changed, or
 * became known. */
bool
condition_timer_sample(ConditionTimer *timer, const ConditionRule *rule, bool seen, MonoUs at_us);

/* When the belief changes at the latest if the samples stay as the last one; US_NEVER: it does not.
 */
MonoUs condition_timer_deadline(const ConditionTimer *timer, const ConditionRule *rule);
