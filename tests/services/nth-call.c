/* One life of all that keeps facts, for a test that lets its calls fail: journal, inventory, MySQL,
 * Redis.
 *
 * usage: nth-call STATE MYSQL-SOCKET REDIS-SOCKET PASSWORD-FILE ALARMS
 *
 * Appends so many alarms, saves the inventory, waits until both stores have what the journal has,
 * and ends. Exit status: 0: all is kept; 1: it could not start, and said why */
#include <stdio.h>
#include <string.h>

#include "appliance/config/inventory-store.h"
#include "appliance/stores/history-writer.h"
#include "appliance/stores/live-redis.h"
#include "pipelines/base/error.h"
#include "tests/services/store-events.h"

#define WAIT_US (120 * US_PER_SECOND)

typedef struct {
    GantryEventLog *log;
    GantryHistoryWriter *history;
    GantryLiveRedis *redis;
} Keepers;

static bool
has_taken(GantryEventSink *sink, uint64_t seq)
{
    EventSinkStatus status;

    gantry_event_sink_get_status(sink, &status);
    return status.cursor >= seq && strcmp(status.state, "ok") == 0;
}

/* Returns: whether journal and stores have all within WAIT_US */
static bool
wait_kept(Keepers *keepers)
{
    const int64_t end_us = g_get_monotonic_time() + WAIT_US;
    EventLogStatus status;

    while (g_get_monotonic_time() < end_us) {
        gantry_event_log_get_status(keepers->log, &status);
        if (status.durable_seq == status.last_seq &&
            has_taken(GANTRY_EVENT_SINK(keepers->history), status.last_seq) &&
            has_taken(GANTRY_EVENT_SINK(keepers->redis), status.last_seq))
            return true;
        g_usleep(2000);
    }
    return false;
}

/* Saves until it succeeds: whoever is told of a failure tries again. */
static bool
save_inventory(const char *state)
{
    g_autofree char *folder = g_build_filename(state, "inventory", NULL);
    g_autoptr(Inventory) inventory = inventory_new();

    inventory->generation = 1;
    for (unsigned tries = 0; tries < 3; tries++) {
        g_autoptr(GError) error = NULL;

        if (inventory_save(folder, inventory, &error))
            break;
        fprintf(stderr, "inventory: %s\n", error->message);
    }
    for (unsigned tries = 0; tries < 3; tries++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Inventory) read = inventory_load(folder, NULL, &error);

        if (read != NULL && read->generation == 1)
            return true;
        fprintf(stderr, "inventory: %s\n", error != NULL ? error->message : "not the one saved");
    }
    return false;
}

static GantryEventLog *
open_log(const char *state)
{
    g_autofree char *folder = g_build_filename(state, "journal", NULL);
    const EventLogLimits limits = {.segment_bytes = 64 * 1024};
    g_autoptr(GError) error = NULL;
    GantryEventLog *log = gantry_event_log_open(folder, &limits, &error);

    if (log == NULL)
        fprintf(stderr, "journal: %s\n", error->message);
    return log;
}

int
main(int argc, char **argv)
{
    Keepers keepers = {0};

    guint64 alarms = 0;

    if (argc != 6 || !g_ascii_string_to_unsigned(argv[5], 10, 1, 100000, &alarms, NULL))
        return 2;
    const MysqlAccess mysql = {.socket = argv[2],
                               .user = "gantry",
                               .password_file = argv[4],
                               .database = "gantry_test",
                               .admin_user = "root"};
    const RedisAccess redis = {.socket = argv[3], .password_file = argv[4]};

    keepers.log = open_log(argv[1]);
    if (keepers.log == NULL)
        return 1;
    const char *id = gantry_event_log_get_id(keepers.log);

    printf("%s\n", id);
    fflush(stdout);
    keepers.history = gantry_history_writer_new(keepers.log, id, &mysql);
    keepers.redis = gantry_live_redis_new(keepers.log, id, &redis);
    for (unsigned i = 1; i <= alarms; i++)
        (void)gantry_event_log_append(keepers.log, store_event(EVENT_ALARM_RAISED, i, 1));
    const bool saved = save_inventory(argv[1]);
    const bool kept = wait_kept(&keepers);

    gantry_event_sink_stop(GANTRY_EVENT_SINK(keepers.redis), WAIT_US);
    gantry_event_sink_stop(GANTRY_EVENT_SINK(keepers.history), WAIT_US);
    gantry_event_log_close(keepers.log, WAIT_US);
    if (!saved || !kept)
        fprintf(stderr, "%s%s\n", saved ? "" : "the inventory was not saved; ",
                kept ? "" : "the stores did not get all");
    return saved && kept ? 0 : 3;
}
