/* A window of failures and a growing block for each key. */
#include "appliance/http/throttle.h"

#define WINDOW_US   (60 * US_PER_SECOND)
#define STRIKES_MAX 4u /* 1 minute doubled so often: 16 minutes */

typedef struct {
    MonoUs window_us; /* when the running window began */
    unsigned failures;
    unsigned strikes;  /* blocks so far */
    MonoUs blocked_us; /* until when; 0: not */
    MonoUs seen_us;
} Record;

struct Throttle {
    GHashTable *records; /* key: Record */
};

Throttle *
throttle_new(void)
{
    Throttle *throttle = g_new0(Throttle, 1);

    throttle->records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return throttle;
}

void
throttle_free(Throttle *throttle)
{
    if (throttle == NULL)
        return;
    g_hash_table_unref(throttle->records);
    g_free(throttle);
}

unsigned
throttle_wait_s(const Throttle *throttle, const char *key, MonoUs now_us)
{
    const Record *record = (const Record *)g_hash_table_lookup(throttle->records, key);

    if (record == NULL || record->blocked_us <= now_us)
        return 0;
    return (unsigned)((record->blocked_us - now_us + US_PER_SECOND - 1) / US_PER_SECOND);
}

static void
make_room(Throttle *throttle)
{
    GHashTableIter iter;
    gpointer key, value;
    gpointer oldest = NULL;
    MonoUs oldest_us = US_NEVER;

    if (g_hash_table_size(throttle->records) < THROTTLE_KEYS_MAX)
        return;
    g_hash_table_iter_init(&iter, throttle->records);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (((const Record *)value)->seen_us < oldest_us) {
            oldest = key;
            oldest_us = ((const Record *)value)->seen_us;
        }
    }
    if (oldest != NULL)
        g_hash_table_remove(throttle->records, oldest);
}

void
throttle_count(Throttle *throttle, const char *key, ThrottleKind kind, MonoUs now_us)
{
    Record *record = (Record *)g_hash_table_lookup(throttle->records, key);

    if (record == NULL) {
        make_room(throttle);
        record = g_new0(Record, 1);
        record->window_us = now_us;
        g_hash_table_insert(throttle->records, g_strdup(key), record);
    }
    if (now_us - record->window_us > WINDOW_US) {
        record->window_us = now_us;
        record->failures = 0;
    }
    record->seen_us = now_us;
    if (++record->failures < THROTTLE_FAILURES)
        return;
    if (kind == THROTTLE_FLAT) {
        record->blocked_us = record->window_us + WINDOW_US;
        return;
    }
    record->blocked_us = now_us + (WINDOW_US << MIN(record->strikes, STRIKES_MAX));
    record->strikes++;
    record->window_us = record->blocked_us;
    record->failures = 0;
}

void
throttle_undo(Throttle *throttle, const char *key)
{
    Record *record = (Record *)g_hash_table_lookup(throttle->records, key);

    if (record != NULL && record->failures > 0)
        record->failures--;
}

void
throttle_forget(Throttle *throttle, const char *key)
{
    g_hash_table_remove(throttle->records, key);
}
