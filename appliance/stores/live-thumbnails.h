/* Newest thumbnails on their way to Redis. Not locked. */
#pragma once

#include "appliance/stores/redis-link.h"

typedef struct LiveThumbnails LiveThumbnails;

LiveThumbnails *live_thumbnails_new(void);
void live_thumbnails_free(LiveThumbnails *thumbnails); /* (nullable) */

/* Takes a reference of @jpeg. Ignored beyond LIVE_REDIS_MAX_CHANNELS channels. */
void
live_thumbnails_set(LiveThumbnails *thumbnails, const MessageThumbnail *thumbnail, GBytes *jpeg);

/* Starts the commands for those that changed since the last call; for all with @everything. */
void
live_thumbnails_write(LiveThumbnails *thumbnails, RedisLink *link, bool everything, MonoUs now_us);
