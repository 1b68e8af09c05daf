/* Sessions in memory, and their commands. */
#include "appliance/stores/live-sessions.h"

#include <string.h>

#include "pipelines/base/clock.h"

#define KEY_PREFIX "gantry:session:"
#define KEY_DIGITS 64u
#define MAX_VALUE  1024u
#define TTL_MAX_S  (365u * 24u * 3600u)
#define SCAN_COUNT "200"

typedef struct {
    char *value;
    MonoUs until_us;
    bool changed;
} Session;

struct LiveSessions {
    GHashTable *sessions; /* (element-type utf8 Session): by key hash */
    GPtrArray *dropped;   /* (element-type utf8): key hashes to delete */
};

static void
session_free(gpointer data)
{
    Session *session = data;

    g_free(session->value);
    g_free(session);
}

LiveSessions *
live_sessions_new(void)
{
    LiveSessions *sessions = g_new0(LiveSessions, 1);

    sessions->sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, session_free);
    sessions->dropped = g_ptr_array_new_with_free_func(g_free);
    return sessions;
}

void
live_sessions_free(LiveSessions *sessions)
{
    if (sessions == NULL)
        return;
    g_hash_table_unref(sessions->sessions);
    g_ptr_array_unref(sessions->dropped);
    g_free(sessions);
}

static bool
is_key(const char *text)
{
    return strlen(text) == KEY_DIGITS && strspn(text, "0123456789abcdef") == KEY_DIGITS;
}

void
live_sessions_put(
    LiveSessions *sessions, const char *key_hash, const char *value, unsigned ttl_s, MonoUs now_us)
{
    if (!is_key(key_hash) || strlen(value) > MAX_VALUE || ttl_s == 0 ||
        (!g_hash_table_contains(sessions->sessions, key_hash) &&
         g_hash_table_size(sessions->sessions) >= LIVE_REDIS_MAX_SESSIONS))
        return;
    Session *session = g_new0(Session, 1);

    session->value = g_strdup(value);
    session->until_us = now_us + (int64_t)MIN(ttl_s, TTL_MAX_S) * US_PER_SECOND;
    session->changed = true;
    g_hash_table_replace(sessions->sessions, g_strdup(key_hash), session);
}

void
live_sessions_drop(LiveSessions *sessions, const char *key_hash)
{
    if (!is_key(key_hash))
        return;
    g_hash_table_remove(sessions->sessions, key_hash);
    if (sessions->dropped->len < LIVE_REDIS_MAX_SESSIONS)
        g_ptr_array_add(sessions->dropped, g_strdup(key_hash));
}

static void
write_session(RedisLink *link, const char *key_hash, const Session *session, MonoUs now_us)
{
    g_autofree char *key = g_strconcat(KEY_PREFIX, key_hash, NULL);
    g_autofree char *ttl =
        g_strdup_printf("%" G_GINT64_FORMAT, (session->until_us - now_us) / US_PER_SECOND + 1);

    redis_link_start(link, "SETEX");
    redis_link_add(link, key);
    redis_link_add(link, ttl);
    redis_link_add(link, session->value);
}

void
live_sessions_write(LiveSessions *sessions, RedisLink *link, bool everything, MonoUs now_us)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;

    for (guint i = 0; i < sessions->dropped->len; i++) {
        g_autofree char *name =
            g_strconcat(KEY_PREFIX, g_ptr_array_index(sessions->dropped, i), NULL);

        redis_link_start(link, "DEL");
        redis_link_add(link, name);
    }
    g_ptr_array_set_size(sessions->dropped, 0);
    g_hash_table_iter_init(&iter, sessions->sessions);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Session *session = value;

        if (session->until_us <= now_us) {
            g_hash_table_iter_remove(&iter);
            continue;
        }
        if (session->changed || everything)
            write_session(link, key, session, now_us);
        session->changed = false;
    }
}

static void
live_session_free(gpointer data)
{
    LiveSession *session = data;

    g_free(session->key_hash);
    g_free(session->value);
    g_free(session);
}

static bool
read_session(RedisLink *link, const char *key, GPtrArray *found, GError **error)
{
    g_auto(RedisAnswer) value = {0};
    g_auto(RedisAnswer) ttl = {0};
    const char *key_hash = key + strlen(KEY_PREFIX);

    if (!g_str_has_prefix(key, KEY_PREFIX) || !is_key(key_hash))
        return true;
    redis_link_start(link, "GET");
    redis_link_add(link, key);
    if (!redis_link_ask(link, &value, error))
        return false;
    redis_link_start(link, "TTL");
    redis_link_add(link, key);
    if (!redis_link_ask(link, &ttl, error))
        return false;
    if (value.texts[0] == NULL || strlen(value.texts[0]) > MAX_VALUE || ttl.integer <= 0)
        return true;
    LiveSession *session = g_new0(LiveSession, 1);

    session->key_hash = g_strdup(key_hash);
    session->value = g_strdup(value.texts[0]);
    session->ttl_s = (unsigned)MIN(ttl.integer, (int64_t)TTL_MAX_S);
    g_ptr_array_add(found, session);
    return true;
}

GPtrArray *
live_sessions_read(RedisLink *link, MonoUs until_us, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(live_session_free);
    g_autofree char *cursor = g_strdup("0");

    do {
        g_auto(RedisAnswer) page = {0};

        redis_link_start(link, "SCAN");
        redis_link_add(link, cursor);
        redis_link_add(link, "MATCH");
        redis_link_add(link, KEY_PREFIX "*");
        redis_link_add(link, "COUNT");
        redis_link_add(link, SCAN_COUNT);
        if (!redis_link_ask(link, &page, error))
            return NULL;
        if (page.texts[0] == NULL)
            break;
        g_free(cursor);
        cursor = g_strdup(page.texts[0]);
        for (size_t i = 1; page.texts[i] != NULL; i++) {
            if (found->len >= LIVE_REDIS_MAX_SESSIONS || boot_now_us() >= until_us)
                return g_steal_pointer(&found);
            if (!read_session(link, page.texts[i], found, error))
                return NULL;
        }
    } while (strcmp(cursor, "0") != 0);
    return g_steal_pointer(&found);
}

LiveLoad *
live_load_new(LiveSessionFound found, gpointer user_data)
{
    LiveLoad *load = g_new0(LiveLoad, 1);

    load->context = g_main_context_ref_thread_default();
    load->found = found;
    load->user_data = user_data;
    return load;
}

void
live_load_free(gpointer data)
{
    LiveLoad *load = data;

    g_main_context_unref(load->context);
    g_clear_pointer(&load->sessions, g_ptr_array_unref);
    g_free(load);
}

static gboolean
answer_load(gpointer data)
{
    const LiveLoad *load = data;

    for (guint i = 0; load->sessions != NULL && i < load->sessions->len; i++) {
        const LiveSession *session = g_ptr_array_index(load->sessions, i);

        load->found(session->key_hash, session->value, session->ttl_s, load->user_data);
    }
    load->found("", "", 0, load->user_data);
    return G_SOURCE_REMOVE;
}

void
live_load_post(LiveLoad *load)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, answer_load, load, live_load_free);
    g_source_attach(source, load->context);
}
