/* Whether the wall clock may decide what is old enough to be deleted. A clock that has jumped, or a
 * box that starts in another year, must not cost the history: then nothing is deleted until the
 * clock has stood by it for a day. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define RETENTION_CLOCK_JUMP_US (24 * 3600 * US_PER_SECOND) /* what is more is a jump */
#define RETENTION_CLOCK_WAIT_US (24 * 3600 * US_PER_SECOND) /* to be believed after one */
#define RETENTION_CLOCK_GAP_US                                                                     \
    (60 * 24 * 3600 * US_PER_SECOND) /* that a box may be switched off                             \
                                      */

typedef struct {
    bool known;       /* all-zero is the initial state */
    int64_t apart_us; /* wall clock less boot clock */
    MonoUs since_us;  /* since when it has been so; may lie before the start */
} RetentionClock;

/**
 * retention_clock_trusts:
 * @now_us: boot clock
 * @wall_us: the same instant by the wall clock
 * @written_us: when something was last kept, by the wall clock; 0: never
 *
 * Returns: whether what is old by the wall clock may be deleted
 */
bool
retention_clock_trusts(RetentionClock *clock, MonoUs now_us, WallUs wall_us, WallUs written_us);
