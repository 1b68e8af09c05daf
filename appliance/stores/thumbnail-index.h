/* Names of the archive's pictures: CHANNEL/YYYYMMDDHH/MMSSmmm-PTS.jpg in UTC, without "-PTS" where
 * a picture had none. The names are the index: they answer without a database. Blocks on disk. */
#pragma once

#include <stdbool.h>

#include "appliance/events/picture-history.h"

/* Below the archive's folder. Returns: (transfer full) (nullable): %NULL for a time that has no
 * date */
char *thumbnail_path(const char *channel, WallUs captured_us, uint64_t pts);

/* For PictureHistory, of which @folder is the self. What is not named so is left alone. */
GArray *thumbnail_index_list(
    gpointer folder, const char *channel, WallUs from_us, WallUs to_us, size_t max);
GBytes *thumbnail_index_read(gpointer folder,
                             const char *channel,
                             WallUs captured_us,
                             PastPicture *ret_picture);
