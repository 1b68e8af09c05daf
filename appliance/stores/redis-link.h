/* One connection to Redis: every wait is bounded, commands go out in batches.
 *
 * A plain struct of one thread; only redis_link_interrupt() may be called from others. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/stores/live-redis.h"

#define REDIS_LINK_BACK_OFF_MIN_US (US_PER_SECOND / 2)
#define REDIS_LINK_BACK_OFF_MAX_US (2 * US_PER_SECOND)
#define REDIS_LINK_MAX_ARGUMENTS   64u

typedef struct RedisLink RedisLink;

/* One answer, flattened: texts of its elements. */
typedef struct {
    GStrv texts;     /* of an array; the only one of a string; none for nil */
    int64_t integer; /* of an integer */
} RedisAnswer;

RedisLink *redis_link_new(const RedisAccess *access); /* copied */
void redis_link_free(RedisLink *link);                /* (nullable) */

/* As mysql_link_open(). Returns: whether connected; @ret_fresh: whether only just now */
bool redis_link_open(RedisLink *link, MonoUs now_us, bool *ret_fresh, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
MonoUs redis_link_next_try_us(const RedisLink *link);
void redis_link_back_off(RedisLink *link, MonoUs now_us);
void redis_link_succeeded(RedisLink *link);
void redis_link_close(RedisLink *link);
void redis_link_interrupt(RedisLink *link); /* any thread */

/* Starts a command of @name, to be filled by the two below and closed by the next start or by
 * redis_link_flush(). At most REDIS_LINK_MAX_ARGUMENTS. Nothing is sent before the flush. */
void redis_link_start(RedisLink *link, const char *name);
void redis_link_add(RedisLink *link, const char *text);
void redis_link_add_number(RedisLink *link, uint64_t number);
void redis_link_add_bytes(RedisLink *link, const void *data, size_t size);

/* Starts and closes "EXPIRE key seconds". */
void redis_link_expire(RedisLink *link, const char *key, unsigned seconds);

/**
 * redis_link_flush:
 *
 * Sends what was started and reads every answer. An answer that says that a stream has the entry
 * already is none.
 *
 * Returns: false with %GANTRY_ERROR_UNAVAILABLE: lost, or Redis refused a command (full, read only,
 *   loading); what was started is forgotten
 */
bool redis_link_flush(RedisLink *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends the one command that was started and takes its answer. Free with redis_answer_clear(). */
bool
redis_link_ask(RedisLink *link, RedisAnswer *ret_answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void redis_answer_clear(RedisAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RedisAnswer, redis_answer_clear)
