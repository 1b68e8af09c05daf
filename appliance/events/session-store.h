/* Where web sessions live: Redis while it answers, memory always. Only hashes of session ids leave
 * the HTTP thread, so a reader of the store cannot log in. */
#pragma once

#include <gio/gio.h>

#include "pipelines/base/units.h"

typedef struct {
    gpointer self; /* no-ref */
    /* Remembers @value (JSON, at most 1 KiB) under @key_hash (64 hex digits) until @ttl_s have
     * passed. Never blocks; losing it means that somebody logs in again. */
    void (*put)(gpointer self, const char *key_hash, const char *value, unsigned ttl_s);
    void (*drop)(gpointer self, const char *key_hash);
    /* Every session that the store still holds, at the start: calls @found for each, then @done
     * with an empty key, all on the caller's thread-default context; within 2 s. */
    void (*load)(
        gpointer self,
        void (*found)(const char *key_hash, const char *value, unsigned ttl_s, gpointer user_data),
        gpointer user_data);
} SessionStore;
