/* Where workers record, and how much of the disk that may take. */
#pragma once

#include "appliance/config/settings.h"

/* Returns: (transfer full): the folder with a folder of each input */
char *recording_root(const Settings *settings);

/* Bytes that all recordings together may take: a share of what is free, what they take already
 * counted as free. Blocks on disk: at the start. 0: nothing is recorded */
uint64_t recording_budget(const Settings *settings, const char *root);
