/* A jump is a change of the distance between the two clocks. */
#include "appliance/model/retention-clock.h"

static int64_t
distance_us(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us - b_us : b_us - a_us;
}

bool
retention_clock_trusts(RetentionClock *clock, MonoUs now_us, WallUs wall_us, WallUs written_us)
{
    const int64_t apart_us = wall_us - now_us;

    if (!clock->known) {
        const bool plausible =
            written_us == 0 || distance_us(wall_us, written_us) <= RETENTION_CLOCK_GAP_US;

        *clock = (RetentionClock){
            .known = true,
            .apart_us = apart_us,
            .since_us = plausible ? now_us - RETENTION_CLOCK_WAIT_US : now_us,
        };
    } else if (distance_us(apart_us, clock->apart_us) > RETENTION_CLOCK_JUMP_US) {
        clock->since_us = now_us;
    }
    clock->apart_us = apart_us;
    return now_us - clock->since_us >= RETENTION_CLOCK_WAIT_US;
}
