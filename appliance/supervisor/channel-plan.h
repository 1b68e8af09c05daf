/* What the calendar says of one channel now. Owned by its record; used on the loop only. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

typedef struct {
    bool work;         /* maintenance is under way */
    bool tables;       /* the programme map may change */
    FaultId expected;  /* what must be there now; FAULT_NONE for nothing */
    MonoUs since_us;   /* since when it is expected */
    FaultId excused;   /* what was expected last */
    MonoUs excused_us; /* when that ended; 0: never */
    char *text;        /* (nullable): one sentence about what is planned, while something is */
} ChannelPlan;
