/* The table in memory, mirrored to the session store. */
#include "appliance/http/session.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#include "appliance/http/json-writer.h"
#include "pipelines/base/text.h"

#define ID_BYTES   (SESSION_ID_DIGITS / 2)
#define HASH_BYTES 32u
#define WALL_TTL_S (90u * 86400u)        /* in the store, from its last use on */
#define SAVE_US    (600 * US_PER_SECOND) /* how often the time of use is written to the store */

struct SessionTable {
    GHashTable *sessions;      /* key hash: Session */
    const SessionStore *store; /* no-ref (nullable) */
    SessionLimits limits;
    bool loading;         /* the store has not told all yet */
    gatomicrefcount refs; /* one of the owner, one of a load under way */
};

static void
session_free(Session *session)
{
    g_free(session->key_hash);
    g_free(session->user);
    g_free(session->token);
    g_free(session->via);
    g_free(session->address);
    g_free(session->agent);
    g_free(session);
}

static void
table_unref(SessionTable *table)
{
    if (!g_atomic_ref_count_dec(&table->refs))
        return;
    g_hash_table_unref(table->sessions);
    g_free(table);
}

static char *
text_of(JsonObject *object, const char *name)
{
    return g_strdup(json_object_get_string_member_with_default(object, name, ""));
}

static Session *
session_of(const char *key_hash, const char *json)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *object;
    Session *session;

    if (!json_parser_load_from_data(parser, json, -1, NULL) ||
        !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
        return NULL;
    object = json_node_get_object(json_parser_get_root(parser));
    session = g_new0(Session, 1);
    session->key_hash = g_strdup(key_hash);
    session->user = text_of(object, "user");
    session->token = text_of(object, "token");
    session->via = text_of(object, "via");
    session->address = text_of(object, "address");
    session->agent = text_of(object, "agent");
    session->role =
        role_from_name(json_object_get_string_member_with_default(object, "role", "none"));
    session->epoch = (uint64_t)json_object_get_int_member_with_default(object, "epoch", 0);
    session->created_us = json_object_get_int_member_with_default(object, "created_us", 0);
    session->seen_us = json_object_get_int_member_with_default(object, "seen_us", 0);
    return session;
}

static void
found(const char *key_hash, const char *value, unsigned ttl_s, gpointer user_data)
{
    SessionTable *table = (SessionTable *)user_data;
    Session *session;

    if (*key_hash == '\0') { /* the last call */
        table->loading = false;
        table_unref(table);
        return;
    }
    session = session_of(key_hash, value);
    if (session == NULL)
        return;
    if (g_hash_table_size(table->sessions) >= SESSIONS_MAX ||
        g_hash_table_contains(table->sessions, key_hash)) {
        session_free(session);
        return;
    }
    g_hash_table_insert(table->sessions, session->key_hash, session);
}

SessionTable *
session_table_new(const SessionStore *store, SessionLimits limits)
{
    SessionTable *table = g_new0(SessionTable, 1);

    g_atomic_ref_count_init(&table->refs);
    table->sessions =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)session_free);
    table->store = store;
    table->limits = limits;
    if (store != NULL) {
        g_atomic_ref_count_inc(&table->refs);
        table->loading = true;
        store->load(store->self, found, table);
    }
    return table;
}

void
session_table_free(SessionTable *table)
{
    if (table == NULL)
        return;
    table->store = NULL;
    table_unref(table);
}

static char *
hash_of(const char *id)
{
    unsigned char hash[HASH_BYTES];
    char text[2 * HASH_BYTES + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)id, strlen(id), NULL, 0);
    return g_strdup(sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

static bool
is_wall(const Session *session)
{
    return *session->token != '\0';
}

static void
save(const SessionTable *table, const Session *session)
{
    g_autoptr(GString) json = g_string_new(NULL);

    if (table->store == NULL)
        return;
    json_begin_object(json, NULL);
    json_string(json, "user", session->user);
    json_string(json, "token", session->token);
    json_string(json, "via", session->via);
    json_string(json, "address", session->address);
    json_string(json, "agent", session->agent);
    json_string(json, "role", role_name(session->role));
    json_int(json, "epoch", (int64_t)session->epoch);
    json_int(json, "created_us", session->created_us);
    json_int(json, "seen_us", session->seen_us);
    json_end_object(json);
    table->store->put(table->store->self, session->key_hash, json->str,
                      is_wall(session) ? WALL_TTL_S : table->limits.idle_s);
}

static void
make_room(SessionTable *table)
{
    GHashTableIter iter;
    gpointer value;
    const Session *oldest = NULL;

    if (g_hash_table_size(table->sessions) < SESSIONS_MAX)
        return;
    g_hash_table_iter_init(&iter, table->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (oldest == NULL || ((const Session *)value)->seen_us < oldest->seen_us)
            oldest = (const Session *)value;
    }
    if (oldest != NULL)
        session_table_end(table, oldest->key_hash);
}

Session *
session_table_begin(SessionTable *table, const SessionStart *start, WallUs now_us, char **ret_id)
{
    unsigned char random[ID_BYTES];
    char id[SESSION_ID_DIGITS + 1];
    Session *session = g_new0(Session, 1);

    make_room(table);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    *session = (Session){
        .key_hash = hash_of(id),
        .user = g_strdup(start->user),
        .token = g_strdup(start->token != NULL ? start->token : ""),
        .role = start->role,
        .epoch = start->epoch,
        .via = g_strdup(start->via),
        .address = g_strdup(start->address),
        .agent = text_clean(start->agent != NULL ? start->agent : "", SESSION_TEXT_MAX),
        .created_us = now_us,
        .seen_us = now_us,
        .saved_us = now_us,
    };
    g_hash_table_insert(table->sessions, session->key_hash, session);
    save(table, session);
    *ret_id = g_strdup(id);
    sodium_memzero(random, sizeof random);
    sodium_memzero(id, sizeof id);
    return session;
}

/* A wall stays for as long as its token does; whoever looks that up sees to it. */
static bool
is_over(const SessionTable *table, const Session *session, WallUs now_us)
{
    return !is_wall(session) &&
           (now_us - session->seen_us > table->limits.idle_s * US_PER_SECOND ||
            now_us - session->created_us > table->limits.age_max_s * US_PER_SECOND);
}

Session *
session_table_find(SessionTable *table, const char *id, WallUs now_us)
{
    g_autofree char *key_hash = NULL;
    Session *session;

    if (id == NULL || strlen(id) != SESSION_ID_DIGITS)
        return NULL;
    key_hash = hash_of(id);
    session = (Session *)g_hash_table_lookup(table->sessions, key_hash);
    if (session == NULL)
        return NULL;
    if (is_over(table, session, now_us)) {
        session_table_end(table, key_hash);
        return NULL;
    }
    session->seen_us = now_us;
    if (now_us - session->saved_us > MIN(SAVE_US, table->limits.idle_s * US_PER_SECOND / 4)) {
        session->saved_us = now_us;
        save(table, session);
    }
    return session;
}

Session *
session_table_find_hash(SessionTable *table, const char *key_hash, WallUs now_us)
{
    Session *session = (Session *)g_hash_table_lookup(table->sessions, key_hash);

    return session != NULL && !is_over(table, session, now_us) ? session : NULL;
}

void
session_table_end(SessionTable *table, const char *key_hash)
{
    g_autofree char *key = g_strdup(key_hash);

    if (!g_hash_table_remove(table->sessions, key))
        return;
    if (table->store != NULL)
        table->store->drop(table->store->self, key);
}

GPtrArray *
session_table_list(const SessionTable *table)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, table->sessions);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(list, value);
    return list;
}

SessionLimits
session_table_get_limits(const SessionTable *table)
{
    return table->limits;
}

unsigned
session_table_count(const SessionTable *table)
{
    return g_hash_table_size(table->sessions);
}

bool
session_table_is_loading(const SessionTable *table)
{
    return table->loading;
}
