/* Whether wall time can be believed; the clocks themselves are in base. */
#pragma once

#include <stdbool.h>

/* Whether the kernel says that wall time is disciplined by NTP or PTP. */
bool clock_is_synced(void);
