/* Where workers record, and how much of the disk that may take. */
#pragma once

#include "appliance/config/settings.h"
#include "appliance/supervisor/records.h"

/* Returns: (transfer full): the folder with a folder of each input */
char *recording_root(const Settings *settings);

/* Bytes that all recordings together may take: a share of what is free, what they take already
 * counted as free. Blocks on disk: at the start. 0: nothing is recorded */
uint64_t recording_budget(const Settings *settings, const char *root);

/* What @input's worker may take of @budget_bytes, for each of its channels: so much that the rings
 * of all channels are equally long. */
uint64_t
recording_quota(uint64_t budget_bytes, const Records *records, const InventoryInput *input);

#define RECORDING_SWEEP_AGE_US                                                                     \
    (24 * 3600 * US_PER_SECOND) /* that recordings of an input outlive it */

/* Removes what is left of inputs that left @inventory, on a thread that a slow disk may hold. */
void recording_sweep(const char *root, const Inventory *inventory);

#define RECORDING_HOLD_US                                                                          \
    (15 * US_PER_SECOND) /* after the last loss, until it is taken for over                        \
                          */

/* What was seen of recordings; all-zero is the initial state. */
typedef struct {
    uint64_t seen;   /* packets lost and errors of disks, all channels */
    MonoUs grown_us; /* when that grew last; 0: never */
    MonoUs since_us; /* when the state below was entered */
    bool failing;
} RecordingWatch;

/* Looks at the counters of @records. Returns: (transfer full): recordings as a service of the box
 */
ServiceView recording_watch_look(RecordingWatch *watch, const Records *records, MonoUs now_us);
