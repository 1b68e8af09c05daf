/* What was learned of the channels, over restarts: STATE/learned.json, written whole. */
#pragma once

#include "appliance/model/channel-learning.h"

#define LEARNED_MAX_BYTES    (8u << 20) /* of the file */
#define LEARNED_MAX_CHANNELS 2000u

typedef struct {
    char *id; /* slug */
    ChannelLearning learning;
    float means[RATE_SPANS]; /* of the bit rate, oldest first; @n_means of them */
    size_t n_means;
} LearnedChannel;

void learned_channel_free(LearnedChannel *channel); /* (nullable) */

/* Returns: (transfer full): @channels (element-type LearnedChannel) as one JSON object */
char *learned_to_json(GPtrArray *channels);

/* Returns: (transfer full) (element-type LearnedChannel): NULL with %GANTRY_ERROR_INVALID */
GPtrArray *
learned_from_json(const char *text, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads @path; an empty array where there is none. Blocks on disk. NULL with %GANTRY_ERROR_INVALID
 * or %GANTRY_ERROR_UNAVAILABLE */
GPtrArray *learned_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @json to @path: temporary file, sync, rename. Blocks on disk. */
bool learned_save(const char *path, const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LearnedChannel, learned_channel_free)
