/* From kernel wall-clock time stamps to the boot clock.
 *
 * Pure: the caller reads REALTIME, BOOTTIME, REALTIME in this order and hands the three over. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define CLOCK_MAP_STEP_MAX_US US_PER_MS /* a larger change of the offset is a jump of the clock */
#define CLOCK_MAP_ROUNDING_US 1         /* of each of the three readings */

typedef struct {
    int64_t offset_us; /* BOOTTIME minus REALTIME */
    bool anchored;     /* @offset_us is set */
    uint64_t jumps;    /* times that wall time jumped */
} ClockMap;

/* Takes one reading. Returns false when wall time jumped since the last one: stamps of the
 * datagrams around it cannot be trusted, so no interval across this batch should be judged. A
 * reading during which the thread was interrupted (more than 1 ms between the two of @before_us and
 * @after_us) is not used once the map is anchored. An offset that the reading does not contradict
 * is kept, so that stamps of several sockets, each with a reading of its own, keep their order. */
bool clock_map_update(ClockMap *map, WallUs before_us, MonoUs boot_us, WallUs after_us);

/* @wall_us on the boot clock, never later than @now_us. */
MonoUs clock_map_apply(const ClockMap *map, WallUs wall_us, MonoUs now_us);
