/* An hour of storm while MariaDB is away, and its return: how fast the history catches up, and what
 * it has then.
 *
 * usage: outage-drain EVENTS. Prints one JSON object. */
#include <signal.h>
#include <stdio.h>

#include "appliance/stores/history-writer.h"
#include "pipelines/base/clock.h"
#include "tests/services/history-rig.h"

#define CHANNELS  60u
#define HOUR_US   (3600 * US_PER_SECOND)
#define PER_GROUP 8u /* alarms that one incident takes in */
#define WAIT_US   (600 * US_PER_SECOND)
#define PER_ALARM 4u /* raised, joined, updated, cleared */

typedef struct {
    HistoryRig rig;
    char *parent; /* incident that takes in what comes next */
    unsigned events;
    unsigned wanted;
    WallUs begin_us;
} Storm;

static void
append(Storm *storm, EventKind kind, const char *alarm_id, uint32_t alarm_seq, unsigned channel)
{
    const WallUs at_us = storm->begin_us + HOUR_US / storm->wanted * storm->events;
    Event *event = event_new(kind, boot_now_us(), at_us);

    event_set(&event->alarm_id, alarm_id);
    event_set(&event->incident_id, alarm_seq > 1 ? storm->parent : alarm_id);
    g_free(event->resource);
    event->resource = g_strdup_printf("channel/channel-%02u", channel);
    event_set(&event->channel_name, "Channel of a storm");
    event_set(&event->channel_group, "News");
    event_set(&event->channel_address, "udp://239.1.1.17:5000");
    event_set(&event->text, "No packets: nothing has arrived on the interface for 1.0 s");
    event->alarm_seq = alarm_seq;
    event->fault = FAULT_NO_PACKETS;
    event->severity = SEVERITY_CRITICAL;
    event->raised_wall_us = at_us;
    event->cleared_wall_us = kind == EVENT_ALARM_CLEARED ? at_us : 0;
    (void)gantry_event_log_append(storm->rig.log, event);
    storm->events++;
}

/* One alarm of a channel, from its raise to its clear; every few of them are one incident. */
static void
append_alarm(Storm *storm, unsigned number)
{
    g_autofree char *id = g_uuid_string_random();

    if (number % PER_GROUP == 0)
        storm->parent = (g_free(storm->parent), g_strdup(id));
    append(storm, EVENT_ALARM_RAISED, id, 1, number % CHANNELS);
    append(storm, EVENT_ALARM_JOINED, id, 2, number % CHANNELS);
    append(storm, EVENT_ALARM_UPDATED, id, 3, number % CHANNELS);
    append(storm, EVENT_ALARM_CLEARED, id, 4, number % CHANNELS);
}

static bool
has_begun(gpointer user_data)
{
    Storm *storm = user_data;
    EventSinkStatus status;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(storm->rig.writer), &status);
    return status.cursor > 0;
}

static void
start_storm(Storm *storm)
{
    g_autofree char *folder = g_build_filename(storm->rig.servers->folder, "journal", NULL);
    const EventLogLimits limits = {0};

    storm->rig.log = gantry_event_log_open(folder, &limits, NULL);
    storm->rig.writer = gantry_history_writer_new(
        storm->rig.log, gantry_event_log_get_id(storm->rig.log), &storm->rig.servers->mysql_access);
    storm->begin_us = wall_now_us() - HOUR_US;
    for (unsigned number = 0; storm->events < storm->wanted; number++)
        append_alarm(storm, number);
}

static void
print(Storm *storm, int64_t back_us, int64_t took_us)
{
    PrivateServers *servers = storm->rig.servers;
    const gint64 kept =
        private_servers_count(servers, "SELECT COUNT(DISTINCT id) FROM incident_event");
    const gint64 rows = private_servers_count(servers, "SELECT COUNT(*) FROM incident_event");
    const gint64 open = private_servers_count(servers, "SELECT COUNT(*) FROM incident WHERE"
                                                       " cleared_at IS NULL OR open_alarms > 0");
    const gint64 incidents = private_servers_count(servers, "SELECT COUNT(*) FROM incident");

    printf("{\"events\":%u,\"lost\":%" G_GINT64_FORMAT ",\"doubled\":%" G_GINT64_FORMAT
           ",\"incidents\":%" G_GINT64_FORMAT ",\"incidents_wanted\":%u,\"open\":%" G_GINT64_FORMAT
           ",\"back_s\":%.3f,\"seconds\":%.3f}\n",
           storm->events, (gint64)storm->events - kept, rows - kept, incidents,
           (storm->events / PER_ALARM + PER_GROUP - 1) / PER_GROUP, open,
           (double)back_us / (double)US_PER_SECOND, (double)took_us / (double)US_PER_SECOND);
}

int
main(int argc, char **argv)
{
    static const char *const programs[] = {"mariadbd", "mariadb-install-db", NULL};
    int exit_status = 0;
    guint64 wanted = 0;

    if (argc != 2 || !g_ascii_string_to_unsigned(argv[1], 10, 1, 10000000, &wanted, NULL) ||
        private_servers_missing(programs, &exit_status))
        return 2;
    Storm storm = {.wanted = (unsigned)wanted};

    storm.rig.servers = private_servers_new();
    private_servers_start_mariadb(storm.rig.servers); /* makes the database */
    private_servers_signal(&storm.rig.servers->mariadbd, SIGKILL);
    start_storm(&storm);
    private_servers_start_mariadb(storm.rig.servers);
    const int64_t begin_us = g_get_monotonic_time();

    g_assert_true(wait_until(has_begun, &storm, WAIT_US));
    const int64_t drain_us = g_get_monotonic_time();

    g_assert_true(wait_until(history_rig_is_done, &storm.rig, WAIT_US));
    const int64_t end_us = g_get_monotonic_time();

    print(&storm, drain_us - begin_us, end_us - drain_us);
    history_rig_tear_down(&storm.rig, NULL);
    private_servers_free(storm.rig.servers);
    g_free(storm.parent);
    return 0;
}
