/* How the disk that recordings may take is shared: so that every channel's ring is as long. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_SHARE_SLACK 0.2 /* a share that moves by less is not worth telling */

/**
 * recording_share:
 * @budget_bytes: of all channels together
 * @rates_Bps: (array length=n): bytes a second that each records; 0 or NAN: not known yet, taken
 * for the mean of those that are known
 *
 * Returns: bytes for channel @index, below @n
 */
uint64_t recording_share(uint64_t budget_bytes, const double *rates_Bps, size_t n, size_t index);

/* Whether @share_bytes is worth telling to one that was told @told_bytes. */
bool recording_share_moved(uint64_t told_bytes, uint64_t share_bytes);
