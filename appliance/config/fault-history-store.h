/* What was seen of one channel, over restarts: STATE/fault-history/ID, written whole. A digest of
 * SHA-256 (32 bytes), then a GVariant in little-endian order. */
#pragma once

#include <glib.h>

#include "appliance/model/fault-history.h"

#define FAULT_HISTORY_MAX_BYTES (256u << 10) /* of a file */

/* The clocks of one moment. */
typedef struct {
    const char *boot_id; /* of the running kernel */
    MonoUs us;
    WallUs wall_us;
} HistoryMoment;

/* Returns: (transfer full): @history as it is at @now */
GBytes *fault_history_encode(const FaultHistory *history, const HistoryMoment *now);

/**
 * fault_history_decode:
 * @now: what is in @bytes is told by its clock: of the same boot as it is, of another one by the
 *   wall time between
 *
 * The time since then counts as not seen.
 *
 * Returns: (transfer full) (nullable): %NULL with %GANTRY_ERROR_INVALID for what is damaged, or of
 *   the future by the clock
 */
FaultHistory *fault_history_decode(GBytes *bytes,
                                   const HistoryMoment *now,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
