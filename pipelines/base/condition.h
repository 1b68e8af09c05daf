/* A condition that holds or does not, and since when. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct {
    bool known;      /* it could be judged at least once */
    bool active;     /* it holds */
    MonoUs since_us; /* when it began to hold, or ceased; 0 while not known */
} Condition;         /* all-zero is the initial state */

/* Says whether the condition holds, and from when on it did so; @at_us is ignored where nothing
 * changes. Returns: whether it became known or changed. */
static inline bool
condition_set(Condition *condition, bool active, MonoUs at_us)
{
    if (condition->known && condition->active == active)
        return false;
    *condition = (Condition){.known = true, .active = active, .since_us = at_us};
    return true;
}

/* How long it has held, 0 while it does not. */
static inline int64_t
condition_held_us(const Condition *condition, MonoUs now_us)
{
    return condition->active && now_us > condition->since_us ? now_us - condition->since_us : 0;
}
