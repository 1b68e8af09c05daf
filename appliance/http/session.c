/* The table in memory, mirrored to the session store. */
#include "appliance/http/session.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#include "appliance/http/json-writer.h"

#define ID_BYTES   (SESSION_ID_DIGITS / 2)
#define HASH_BYTES 32u
#define SAVE_US    (600 * US_PER_SECOND) /* how often the time of use is written to the store */

struct SessionTable {
    GHashTable *sessions;      /* key hash: Session */
    const SessionStore *store; /* no-ref (nullable) */
    bool loading;              /* the store has not told all yet */
    gatomicrefcount refs;      /* one of the owner, one of a load under way */
};

static void
session_free(Session *session)
{
    g_free(session->key_hash);
    g_free(session->user);
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
    session->user = g_strdup(json_object_get_string_member_with_default(object, "user", ""));
    session->role =
        role_from_name(json_object_get_string_member_with_default(object, "role", "none"));
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
    if (session->role == ROLE_NONE || g_hash_table_size(table->sessions) >= SESSIONS_MAX ||
        g_hash_table_contains(table->sessions, key_hash)) {
        session_free(session);
        return;
    }
    g_hash_table_insert(table->sessions, session->key_hash, session);
}

SessionTable *
session_table_new(const SessionStore *store)
{
    SessionTable *table = g_new0(SessionTable, 1);

    g_atomic_ref_count_init(&table->refs);
    table->sessions =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)session_free);
    table->store = store;
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

static void
save(const SessionTable *table, const Session *session)
{
    g_autoptr(GString) json = g_string_new(NULL);

    if (table->store == NULL)
        return;
    json_begin_object(json, NULL);
    json_string(json, "user", session->user);
    json_string(json, "role", role_name(session->role));
    json_int(json, "created_us", session->created_us);
    json_int(json, "seen_us", session->seen_us);
    json_end_object(json);
    table->store->put(table->store->self, session->key_hash, json->str, SESSION_IDLE_S);
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
session_table_begin(SessionTable *table, const char *user, Role role, WallUs now_us, char **ret_id)
{
    unsigned char random[ID_BYTES];
    char id[SESSION_ID_DIGITS + 1];
    Session *session = g_new0(Session, 1);

    make_room(table);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    *session = (Session){
        .key_hash = hash_of(id),
        .user = g_strdup(user),
        .role = role,
        .created_us = now_us,
        .seen_us = now_us,
    };
    g_hash_table_insert(table->sessions, session->key_hash, session);
    save(table, session);
    *ret_id = g_strdup(id);
    sodium_memzero(random, sizeof random);
    sodium_memzero(id, sizeof id);
    return session;
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
    if (now_us - session->seen_us > SESSION_IDLE_S * US_PER_SECOND ||
        now_us - session->created_us > SESSION_AGE_MAX_S * US_PER_SECOND) {
        session_table_end(table, key_hash);
        return NULL;
    }
    if (now_us - session->seen_us > SAVE_US) {
        session->seen_us = now_us;
        save(table, session);
    }
    return session;
}

Session *
session_table_find_hash(SessionTable *table, const char *key_hash)
{
    return (Session *)g_hash_table_lookup(table->sessions, key_hash);
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
