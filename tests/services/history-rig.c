/* Setting up, appending, looking at the writer's status. */
#include "tests/services/history-rig.h"

#include <string.h>

#include "tests/services/store-events.h"

void
history_rig_empty(PrivateServers *servers)
{
    g_free(private_servers_sql(servers, "DROP DATABASE IF EXISTS " PRIVATE_DATABASE
                                        "; CREATE DATABASE " PRIVATE_DATABASE));
}

void
history_rig_set_up(HistoryRig *rig, gconstpointer servers)
{
    rig->servers = (PrivateServers *)servers;
    history_rig_empty(rig->servers);
    g_autofree char *folder = g_build_filename(rig->servers->folder, "journal", NULL);

    remove_folder(folder);
    rig->log = store_event_log(folder);
    rig->writer = gantry_history_writer_new(rig->log, gantry_event_log_get_id(rig->log),
                                            &rig->servers->mysql_access);
}

void
history_rig_tear_down(HistoryRig *rig, gconstpointer servers)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(rig->writer), HISTORY_RIG_STOP_US);
    gantry_event_log_close(rig->log, PATIENCE_US);
    release_object(rig->writer);
    release_object(rig->log);
}

void
history_rig_append(HistoryRig *rig, EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    (void)gantry_event_log_append(rig->log, store_event(kind, alarm, alarm_seq));
}

bool
history_rig_is_done(gpointer user_data)
{
    HistoryRig *rig = user_data;
    EventLogStatus log;
    EventSinkStatus sink;

    gantry_event_log_get_status(rig->log, &log);
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(rig->writer), &sink);
    return sink.cursor == log.last_seq && g_strcmp0(sink.state, "ok") == 0;
}

bool
history_rig_wait_done(HistoryRig *rig)
{
    EventSinkStatus sink;

    if (wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US))
        return true;
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(rig->writer), &sink);
    g_test_message("the history is %s at %" G_GUINT64_FORMAT ": %s", sink.state, sink.cursor,
                   sink.text);
    return false;
}

bool
history_rig_is_down(gpointer user_data)
{
    HistoryRig *rig = user_data;
    EventSinkStatus sink;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(rig->writer), &sink);
    return g_strcmp0(sink.state, "down") == 0;
}

bool
history_rig_says(gpointer user_data)
{
    HistoryRig *rig = user_data;
    EventSinkStatus sink;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(rig->writer), &sink);
    return g_strcmp0(sink.state, "ok") != 0 && strstr(sink.text, rig->says) != NULL;
}
