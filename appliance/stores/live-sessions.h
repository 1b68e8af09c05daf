/* Web sessions on their way to Redis: what is to be written, what is to be deleted. Not locked. */
#pragma once

#include "appliance/stores/redis-link.h"

typedef struct LiveSessions LiveSessions;

LiveSessions *live_sessions_new(void);
void live_sessions_free(LiveSessions *sessions); /* (nullable) */

/* Ignored: keys that are not 64 hex digits, values above 1 KiB, sessions beyond
 * LIVE_REDIS_MAX_SESSIONS. */
void live_sessions_put(
    LiveSessions *sessions, const char *key_hash, const char *value, unsigned ttl_s, MonoUs now_us);
void live_sessions_drop(LiveSessions *sessions, const char *key_hash);

/* Starts the commands for what changed since the last call; for all with @everything. */
void live_sessions_write(LiveSessions *sessions, RedisLink *link, bool everything, MonoUs now_us);

typedef struct {
    char *key_hash;
    char *value;
    unsigned ttl_s;
} LiveSession;

/* All sessions that Redis holds. Returns: (transfer full) (element-type LiveSession) (nullable) */
GPtrArray *live_sessions_read(RedisLink *link, MonoUs until_us, GError **error);

typedef void (*LiveSessionFound)(const char *key_hash,
                                 const char *value,
                                 unsigned ttl_s,
                                 gpointer user_data);

/* Somebody waits for the sessions on a context of their own. */
typedef struct {
    GMainContext *context;
    LiveSessionFound found;
    gpointer user_data;
    GPtrArray *sessions; /* (element-type LiveSession) (nullable): the answer */
} LiveLoad;

LiveLoad *live_load_new(LiveSessionFound found, gpointer user_data);
void live_load_post(LiveLoad *load); /* (transfer full): calls found() on its context */
void live_load_free(gpointer load);
