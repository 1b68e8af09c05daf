/* A value that seldom changes, and its last change. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

typedef struct {
    uint64_t count; /* of changes; the first value is none */
    uint32_t from;  /* before the last change */
    uint32_t to;    /* the present value, even while @count is 0 */
    MonoUs at_us;   /* of the last change; 0: none */
    bool known;     /* there is a value */
} IpChange;         /* all-zero is the initial state */

static inline void
ip_change_note(IpChange *change, uint32_t value, MonoUs at_us)
{
    if (change->known && change->to == value)
        return;
    if (change->known) {
        change->count++;
        change->from = change->to;
        change->at_us = at_us;
    }
    change->to = value;
    change->known = true;
}
