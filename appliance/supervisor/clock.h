/* The two clocks, read here and nowhere else in the supervisor. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

MonoUs clock_mono_us(void); /* CLOCK_BOOTTIME */
WallUs clock_wall_us(void);

/* Whether the kernel says that wall time is disciplined by NTP or PTP. */
bool clock_is_synced(void);
