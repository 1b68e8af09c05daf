/* The live state in Redis, for others to read: channel hashes, newest thumbnails, the stream of
 * events, web sessions. Disposable: losing all of it loses no fact, and it is written anew within
 * 5 s of its return.
 *
 *   gantry:channel:ID   hash, TTL 30 s: state, severity, since, at, bitrate_bps, ...
 *   gantry:thumb:ID     hash, gone 60 s after the capture: jpeg, captured_at, width, height
 *   gantry:samples:ID   stream, newest 3,600: at, bitrate_bps, cc_errors
 *   gantry:events       stream, newest 10,000: id is the journal's sequence, field json
 *   gantry:session:HASH string with the session's TTL
 *   gantry:journal      id of the journal that filled gantry:events */
#pragma once

#include "appliance/events/event-sink.h"
#include "appliance/events/session-store.h"

#define LIVE_REDIS_CURSOR       "live-store"
#define LIVE_REDIS_TIMEOUT_US   US_PER_SECOND /* of connect, of every command */
#define LIVE_REDIS_REFRESH_US   (4 * US_PER_SECOND)
#define LIVE_REDIS_CHANNEL_TTL  30u /* s */
#define LIVE_REDIS_THUMB_TTL    60u /* s, from the capture */
#define LIVE_REDIS_MAX_EVENTS   10000u
#define LIVE_REDIS_MAX_SESSIONS 1024u
#define LIVE_REDIS_MAX_CHANNELS 1024u

/* Where Redis is. Strings may be %NULL for "". */
typedef struct {
    const char *socket; /* path of a Unix socket; "" to use @host */
    const char *host;
    uint16_t port;
    const char *password_file; /* read at every connect; "" for no password */
} RedisAccess;

#define GANTRY_TYPE_LIVE_REDIS (gantry_live_redis_get_type())
G_DECLARE_FINAL_TYPE(GantryLiveRedis, gantry_live_redis, GANTRY, LIVE_REDIS, GObject)

/**
 * gantry_live_redis_new:
 * @log: (transfer none): read from the cursor LIVE_REDIS_CURSOR
 * @journal_id: UUID of the journal
 * @access: (transfer none): copied
 *
 * Starts the thread; Redis need not run yet. The thread keeps the object alive until
 * gantry_event_sink_stop(), which must be called. The functions below never block and may be called
 * from any thread.
 *
 * Returns: (transfer full): a #GantryEventSink named "live-store"
 */
GantryLiveRedis *
gantry_live_redis_new(GantryEventLog *log, const char *journal_id, const RedisAccess *access);

/* Begins gantry:events anew: its events are told otherwise now. */
void gantry_live_redis_renew_events(GantryLiveRedis *self);

/* Writes what changed since the last one. A reference is taken; later ones replace earlier ones
 * that wait. */
void gantry_live_redis_set_snapshot(GantryLiveRedis *self, Snapshot *snapshot);

/* @thumbnail: (transfer none): @jpeg: (transfer none), a reference is taken; the newest of a
 * channel replaces one that waits. */
void gantry_live_redis_set_thumbnail(GantryLiveRedis *self,
                                     const MessageThumbnail *thumbnail,
                                     GBytes *jpeg);

/* Calls of @ret_store never block; load() calls back on the caller's thread-default context. */
void gantry_live_redis_get_session_store(GantryLiveRedis *self, SessionStore *ret_store);
