/* The journal as it lies on disk, for when gantryd is dead: read, never changed. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/ctl/client.h"

/* Prints the events with a sequence above @after that stand in the segment at @path, or in all
 * segments of the folder at @path, oldest first; says on stderr what is damaged.
 * Returns: CTL_OK; CTL_NOT_FOUND if there is no journal; CTL_FAILURE if something was damaged or
 *   could not be read */
CtlStatus journal_file_print(const char *path, guint64 after, bool json);
