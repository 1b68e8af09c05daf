/* Mapping of wall time to the boot clock. */
#include "pipelines/elements/clock-map.h"

/* Whether an offset that differs by @step_us could have given the reading, too. */
static bool
agrees(int64_t step_us, int64_t spread_us)
{
    const int64_t doubt_us = (spread_us + 1) / 2 + CLOCK_MAP_ROUNDING_US;

    return step_us >= -doubt_us && step_us <= doubt_us;
}

bool
clock_map_update(ClockMap *map, WallUs before_us, MonoUs boot_us, WallUs after_us)
{
    const int64_t spread_us = after_us - before_us;
    const int64_t offset_us = boot_us - (before_us + spread_us / 2);
    const int64_t step_us = offset_us - map->offset_us;

    if (map->anchored && (spread_us < 0 || spread_us > CLOCK_MAP_STEP_MAX_US))
        return true;
    if (map->anchored && agrees(step_us, spread_us))
        return true;
    map->offset_us = offset_us;
    if (!map->anchored) {
        map->anchored = true;
        return true;
    }
    if (step_us >= -CLOCK_MAP_STEP_MAX_US && step_us <= CLOCK_MAP_STEP_MAX_US)
        return true;
    map->jumps++;
    return false;
}

MonoUs
clock_map_apply(const ClockMap *map, WallUs wall_us, MonoUs now_us)
{
    const MonoUs mapped_us = wall_us + map->offset_us;

    return mapped_us < now_us ? mapped_us : now_us;
}
