/* The hours of the thumbnail archive, oldest first, and what they weigh. For one thread; its
 * functions block on disk. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct ThumbnailHours ThumbnailHours;

typedef struct {
    char *channel; /* slug */
    WallUs end_us; /* of the hour */
} ThumbnailHour;

/* Walks through @folder. What is not named as the archive names it is left alone. Returns:
 * (transfer full): never %NULL; empty for a folder that cannot be read */
ThumbnailHours *thumbnail_hours_read(const char *folder);
void thumbnail_hours_free(ThumbnailHours *hours); /* (nullable) */

uint64_t thumbnail_hours_bytes(const ThumbnailHours *hours);

/* Notes a picture that was written. */
void
thumbnail_hours_add(ThumbnailHours *hours, const char *channel, WallUs captured_us, uint64_t bytes);

/* Deletes the oldest hour of all channels, but never the only one left. Returns: false if there was
 * none to delete */
bool thumbnail_hours_drop_oldest(ThumbnailHours *hours, ThumbnailHour *ret_hour);
void thumbnail_hour_clear(ThumbnailHour *hour);
