/* Web sessions: a random id in the browser's cookie, its hash and the user here. Belongs to the
 * HTTP thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/events/session-store.h"
#include "appliance/model/account.h"

#define SESSIONS_MAX      1000u              /* the longest unused goes first */
#define SESSION_IDLE_S    (7u * 24u * 3600u) /* a wall left alone over a week-end stays */
#define SESSION_AGE_MAX_S (30u * 24u * 3600u)
#define SESSION_ID_DIGITS 32u           /* hex: 128 random bits */
#define SESSION_NAME_MAX  16u           /* digits of the key hash that name a session to people */
#define SESSION_TEXT_MAX  120u          /* bytes of a browser's own name */
#define SESSION_LOCAL     ACCOUNT_LOCAL /* user of a one-time code and the control socket */

/* Who begins one, and how. */
typedef struct {
    const char *user;
    const char *token;   /* (nullable): id of the wall token that stands behind it */
    Role role;           /* of SESSION_LOCAL; others have what the account book gives them now */
    uint64_t epoch;      /* the account's revision at the login */
    const char *via;     /* "password", "code", "oidc", "pam", "wall" */
    const char *address; /* from where */
    const char *agent;   /* (nullable): what the browser calls itself */
} SessionStart;

typedef struct {
    char *key_hash; /* 64 hex digits */
    char *user;
    char *token; /* "" for none */
    Role role;
    uint64_t epoch;
    char *via;
    char *address;
    char *agent;
    WallUs created_us;
    WallUs seen_us;
    WallUs saved_us; /* what the store was last told of @seen_us */
} Session;

/* How long one lives. Those of wall tokens live as long as their token. */
typedef struct {
    unsigned idle_s;
    unsigned age_max_s;
} SessionLimits;

typedef struct SessionTable SessionTable;

/* @store: (nullable), no-ref: asked once for what it still holds, on the calling thread. */
SessionTable *session_table_new(const SessionStore *store, SessionLimits limits);
void session_table_free(SessionTable *table); /* (nullable) */
SessionLimits session_table_get_limits(const SessionTable *table);

/* Starts a session. @ret_id: (transfer full): the cookie's value, never seen again.
 * Returns: (transfer none): valid until the next call that ends sessions */
Session *
session_table_begin(SessionTable *table, const SessionStart *start, WallUs now_us, char **ret_id);

/* The session of the cookie value @id (nullable), if it lives; it counts as used now.
 * Returns: (transfer none) (nullable) */
Session *session_table_find(SessionTable *table, const char *id, WallUs now_us);

/* By hash, if it lives, without counting as used. Returns: (transfer none) (nullable) */
Session *session_table_find_hash(SessionTable *table, const char *key_hash, WallUs now_us);

void session_table_end(SessionTable *table, const char *key_hash);

/* Every session. Returns: (transfer container) (element-type Session): valid until the next call
 * that begins or ends one */
GPtrArray *session_table_list(const SessionTable *table);

/* Whether the store has not yet told all that it holds: a session not found may still come. */
bool session_table_is_loading(const SessionTable *table);

unsigned session_table_count(const SessionTable *table);
