/* The journal: the truth about alarms. Append-only segments with sequence numbers and checksums,
 * written and synced by a thread of its own with group commit, preallocated, with a reserve.
 *
 * An event becomes visible to readers when the disk has it, or, marked undurable, when the disk has
 * had it for late_after_us and still has not taken it. Two threads: the writer, which may hang in
 * the disk for as long as the disk likes, and the publisher, which never touches the disk and calls
 * the listeners. An event that was published undurable and then lost with a power cut may share its
 * sequence with a later one; its UUID is never used again.
 *
 * Every sink (MySQL, Redis, each receiver, the browser stream) reads it at its own pace with a
 * cursor of its own; nobody pushes, so nobody downstream can block it. */
#pragma once

#include <gio/gio.h>

#include "appliance/events/event.h"
#include "appliance/events/name-veil.h"

#define GANTRY_TYPE_EVENT_LOG (gantry_event_log_get_type())
G_DECLARE_FINAL_TYPE(GantryEventLog, gantry_event_log, GANTRY, EVENT_LOG, GObject)

typedef struct {
    uint64_t segment_bytes; /* size a segment is preallocated to; 0: 4 MiB */
    unsigned max_segments;  /* oldest ones beyond are deleted once every cursor passed, and in any
                               case beyond four times as many; 0: 64 */
    int64_t max_age_us;     /* older ones are deleted once every cursor passed, one an hour; 0: 400
                               days */
    int64_t late_after_us;  /* a commit slower than this publishes undurable; 0: 1 s */
} EventLogLimits;

typedef struct {
    uint64_t last_seq;    /* appended */
    uint64_t durable_seq; /* committed to disk */
    uint64_t
        visible_seq; /* may be read by sinks: committed, or waiting for longer than late_after_us */
    int64_t commit_us; /* duration of the last commit */
    bool late;         /* the disk does not take events in time: raise FAULT_JOURNAL_SLOW */
    bool full;         /* the disk has no room: alarms live off the reserve */
    uint64_t gave_way; /* audits and notes that are not on disk because it was full */
    uint64_t failed_commits;
    uint64_t dropped;   /* events given up: memory was full while the disk took nothing */
    uint64_t unread;    /* events deleted although a cursor had not passed them */
    char repaired[160]; /* what the last open had to repair, "" for nothing */
} EventLogStatus;

/**
 * gantry_event_log_open:
 * @folder: the journal's folder; made if missing
 * @limits: (transfer none)
 *
 * Finds the last good event, repairs a torn tail (EventLogStatus.repaired says what), starts the
 * journal thread.
 *
 * Returns: (transfer full): or %NULL with the error
 */
GantryEventLog *gantry_event_log_open(const char *folder,
                                      const EventLogLimits *limits,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* UUID of this journal: with a sequence number it names an event for ever, across restarts.
 * Returns: (transfer none): as long as @self */
const char *gantry_event_log_get_id(GantryEventLog *self);

/* Writes and syncs what is pending, for at most @wait_us, and stops the threads, which hold
 * references until then. Idempotent. */
void gantry_event_log_close(GantryEventLog *self, int64_t wait_us);

/* Gives @event (transfer full) the next sequence number and queues it. Never blocks. Any thread. */
uint64_t gantry_event_log_append(GantryEventLog *self, Event *event);

/* What all events are read through. (transfer none): as long as @self */
NameVeil *gantry_event_log_get_veil(GantryEventLog *self);

/* Up to @max visible events with a sequence above @after, oldest first. Reads memory for the last
 * few thousand, else segment files; a disk error ends the array early. Any thread; may block on
 * disk. Returns: (transfer full) (element-type Event): freed with g_ptr_array_unref() */
GPtrArray *gantry_event_log_read(GantryEventLog *self, uint64_t after, size_t max);

/* Called whenever events became visible, from the journal's publishing thread: must not block, and
 * not listen or unlisten. After gantry_event_log_unlisten() it is not called any more.
 * Returns: id for gantry_event_log_unlisten() */
typedef void (*EventLogListener)(uint64_t visible_seq, gpointer user_data);
guint gantry_event_log_listen(GantryEventLog *self, EventLogListener listener, gpointer user_data);
void gantry_event_log_unlisten(GantryEventLog *self, guint id);

/* Copies the current figures. Any thread, never blocks. */
void gantry_event_log_get_status(GantryEventLog *self, EventLogStatus *ret_status);

/* A sink's cursor: the last sequence that it has safely taken. Cursors are written behind (within 1
 * s, and by close) to @folder/cursors/NAME; a sink may see events again after a crash, never miss
 * one.
 * @name: slug. A cursor that was never set reads @initial. Any thread, never blocks. */
uint64_t gantry_event_log_get_cursor(GantryEventLog *self, const char *name, uint64_t initial);
void gantry_event_log_set_cursor(GantryEventLog *self, const char *name, uint64_t seq);

/* Forgets the cursor of a sink that is gone for good, so that it no longer holds segments back. */
void gantry_event_log_drop_cursor(GantryEventLog *self, const char *name);
