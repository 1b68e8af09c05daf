/* How long a login lasts: idle time, the longest life, walls, and the store that outlives a
 * restart. */
#include "appliance/http/session.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define BEGIN_US  (INT64_C(1700000000) * US_PER_SECOND)

static const SessionLimits limits = {.idle_s = 3600, .age_max_s = 8 * 3600};
static const SessionStart anna = {.user = "anna", .role = ROLE_OPERATOR, .via = "password"};

/* Who logged in at BEGIN_US. @ret_id: (transfer full) */
static SessionTable *
table_of(const SessionStart *start, const SessionStore *store, char **ret_id)
{
    SessionTable *table = session_table_new(store, limits);

    (void)session_table_begin(table, start, BEGIN_US, ret_id);
    return table;
}

static void
a_session_ends_when_it_was_not_used_for_its_idle_time(void)
{
    g_autofree char *id = NULL;
    SessionTable *table = table_of(&anna, NULL, &id);

    g_assert_nonnull(session_table_find(table, id, BEGIN_US + 60 * MINUTE_US));
    g_assert_nonnull(session_table_find(table, id, BEGIN_US + 120 * MINUTE_US));
    g_assert_null(session_table_find(table, id, BEGIN_US + 180 * MINUTE_US + 1));
    g_assert_null(session_table_find(table, id, BEGIN_US + 120 * MINUTE_US));
    g_assert_cmpuint(session_table_count(table), ==, 0);
    session_table_free(table);
}

static void
no_use_makes_a_session_older_than_the_longest_life(void)
{
    g_autofree char *id = NULL;
    SessionTable *table = table_of(&anna, NULL, &id);

    for (int minute = 30; minute <= 8 * 60; minute += 30)
        g_assert_nonnull(session_table_find(table, id, BEGIN_US + minute * MINUTE_US));
    g_assert_null(session_table_find(table, id, BEGIN_US + 8 * 60 * MINUTE_US + 1));
    session_table_free(table);
}

static void
who_listens_is_cut_off_by_the_same_times_and_does_not_count_as_use(void)
{
    g_autofree char *id = NULL;
    SessionTable *table = table_of(&anna, NULL, &id);
    g_autofree char *hash = g_strdup(session_table_find(table, id, BEGIN_US + MINUTE_US)->key_hash);

    g_assert_nonnull(session_table_find_hash(table, hash, BEGIN_US + 61 * MINUTE_US));
    g_assert_null(session_table_find_hash(table, hash, BEGIN_US + 61 * MINUTE_US + 1));
    session_table_free(table);
}

static void
a_wall_lives_as_long_as_its_token(void)
{
    const SessionStart wall = {.user = "token:wall", .token = "wall", .via = "wall"};
    g_autofree char *id = NULL;
    SessionTable *table = table_of(&wall, NULL, &id);

    g_assert_nonnull(session_table_find(table, id, BEGIN_US + INT64_C(80) * 24 * 60 * MINUTE_US));
    session_table_free(table);
}

/* A store with room for one. */
typedef struct {
    char *hash;
    char *value;
    unsigned ttl_s;
} OneStore;

static void
store_put(gpointer self, const char *key_hash, const char *value, unsigned ttl_s)
{
    OneStore *store = (OneStore *)self;

    g_free(store->hash);
    g_free(store->value);
    *store = (OneStore){g_strdup(key_hash), g_strdup(value), ttl_s};
}

static void
store_drop(gpointer self, const char *key_hash)
{
    OneStore *store = (OneStore *)self;

    g_clear_pointer(&store->hash, g_free);
    g_clear_pointer(&store->value, g_free);
}

static void
store_load(gpointer self,
           void (*found)(const char *key_hash, const char *value, unsigned ttl_s, gpointer data),
           gpointer user_data)
{
    const OneStore *store = (const OneStore *)self;

    if (store->hash != NULL)
        found(store->hash, store->value, store->ttl_s, user_data);
    found("", "", 0, user_data);
}

static void
a_restart_gives_no_session_a_new_life(void)
{
    OneStore one = {0};
    const SessionStore store = {&one, store_put, store_drop, store_load};
    g_autofree char *id = NULL;
    SessionTable *table = table_of(&anna, &store, &id);

    g_assert_cmpuint(one.ttl_s, ==, limits.idle_s);
    for (int minute = 30; minute <= 7 * 60 + 30; minute += 30)
        g_assert_nonnull(session_table_find(table, id, BEGIN_US + minute * MINUTE_US));
    session_table_free(table);
    table = session_table_new(&store, limits);
    g_assert_nonnull(session_table_find(table, id, BEGIN_US + 8 * 60 * MINUTE_US));
    g_assert_null(session_table_find(table, id, BEGIN_US + 8 * 60 * MINUTE_US + 1));
    g_assert_null(one.hash);
    session_table_free(table);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/idle", a_session_ends_when_it_was_not_used_for_its_idle_time);
    g_test_add_func("/session/age", no_use_makes_a_session_older_than_the_longest_life);
    g_test_add_func("/session/stream",
                    who_listens_is_cut_off_by_the_same_times_and_does_not_count_as_use);
    g_test_add_func("/session/wall", a_wall_lives_as_long_as_its_token);
    g_test_add_func("/session/restart", a_restart_gives_no_session_a_new_life);
    return g_test_run();
}
