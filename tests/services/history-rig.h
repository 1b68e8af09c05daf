/* One journal and one history writer over the shared MariaDB, in a database emptied before each
 * test. */
#pragma once

#include "appliance/stores/history-writer.h"
#include "tests/services/private-servers.h"

#define HISTORY_RIG_WAIT_US PATIENCE_US
#define HISTORY_RIG_STOP_US (8 * US_PER_SECOND)

typedef struct {
    PrivateServers *servers;
    GantryEventLog *log;
    GantryHistoryWriter *writer;
    gint64 expected;  /* for conditions */
    const char *says; /* for history_rig_says() */
} HistoryRig;

/* Drops the database and makes it anew, without tables. */
void history_rig_empty(PrivateServers *servers);

/* For g_test_add(); @servers: running. */
void history_rig_set_up(HistoryRig *rig, gconstpointer servers);
void history_rig_tear_down(HistoryRig *rig, gconstpointer servers);

void history_rig_append(HistoryRig *rig, EventKind kind, unsigned alarm, uint32_t alarm_seq);

/* For wait_until(): the writer has taken everything and is well; is down; is not well, and its
 * status has the words @says in it. */
bool history_rig_is_done(gpointer rig);
bool history_rig_is_down(gpointer rig);
bool history_rig_says(gpointer rig);

/* Waits for history_rig_is_done(), and tells the status if it does not come. */
bool history_rig_wait_done(HistoryRig *rig);
