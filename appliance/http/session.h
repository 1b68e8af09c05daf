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
#define SESSION_ID_DIGITS 32u     /* hex: 128 random bits */
#define SESSION_LOCAL     "local" /* user of a one-time code and the control socket */

typedef struct {
    char *key_hash; /* 64 hex digits */
    char *user;
    Role role;
    WallUs created_us;
    WallUs seen_us;
    unsigned streams; /* event streams open now */
} Session;

typedef struct SessionTable SessionTable;

/* @store: (nullable), no-ref: asked once for what it still holds, on the calling thread. */
SessionTable *session_table_new(const SessionStore *store);
void session_table_free(SessionTable *table); /* (nullable) */

/* Starts a session. @ret_id: (transfer full): the cookie's value, never seen again.
 * Returns: (transfer none): valid until the next call that ends sessions */
Session *
session_table_begin(SessionTable *table, const char *user, Role role, WallUs now_us, char **ret_id);

/* The session of the cookie value @id (nullable), if it lives; it counts as used now.
 * Returns: (transfer none) (nullable) */
Session *session_table_find(SessionTable *table, const char *id, WallUs now_us);

/* By hash, without counting as used. Returns: (transfer none) (nullable) */
Session *session_table_find_hash(SessionTable *table, const char *key_hash);

void session_table_end(SessionTable *table, const char *key_hash);

/* Whether the store has not yet told all that it holds: a session not found may still come. */
bool session_table_is_loading(const SessionTable *table);

unsigned session_table_count(const SessionTable *table);
