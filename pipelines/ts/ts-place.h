/* Where in a stream something stood. */
#pragma once

#include <stdint.h>

#include "pipelines/base/units.h"

typedef struct {
    uint64_t packet; /* index of the packet, from 0 */
    MonoUs arrival_us;
} TsPlace;
