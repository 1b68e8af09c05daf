/* The journal: numbers events, has its writer commit them in groups, and publishes them. */
#include "appliance/events/event-log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "appliance/events/cursor-store.h"
#include "appliance/events/event-window.h"
#include "appliance/events/journal-commit.h"
#include "appliance/events/segment-list.h"
#include "appliance/events/segment-writer.h"
#include "pipelines/base/error.h"

#define DEFAULT_SEGMENT_BYTES (4u * 1024 * 1024)
#define DEFAULT_SEGMENTS      64u
#define DEFAULT_LATE_US       (1 * US_PER_SECOND)
#define HARD_LIMIT_FACTOR     4u
#define DEFAULT_AGE_US        (INT64_C(400) * 24 * 3600 * US_PER_SECOND)
#define AGE_EVERY_US          (3600 * US_PER_SECOND)
#define BATCH_MAX             1024u
#define BACK_OFF_MIN_US       (50 * US_PER_MS)
#define BACK_OFF_MAX_US       (5 * US_PER_SECOND)

typedef struct {
    guint id;
    EventLogListener call;
    gpointer user_data;
} Listener;

struct _GantryEventLog {
    GObject parent;

    EventLogLimits limits;     /* without zeroes */
    char id[SEGMENT_ID_BYTES]; /* journal's UUID as text */
    int lock_fd;               /* holds the folder's lock */
    SegmentList *segments;
    CursorStore *cursors;
    NameVeil veil;
    SegmentWriter writer; /* the writer's thread alone, once it runs */
    int64_t age_due_us;   /* its own too: when to look for segments that are too old */

    GMutex lock; /* over all down to the next blank line */
    GCond work;  /* something to write, or @stopping */
    GCond news;  /* something to publish, or the writer has ended */
    EventWindow window;
    EventLogStatus status;
    bool stopping;   /* write what is there, then end */
    bool abandoning; /* end even though something is unwritten */
    bool writer_ended;
    bool publisher_ended;
    bool closed;

    GMutex listening;  /* over the listeners, and held while they are called */
    GArray *listeners; /* (element-type Listener) */
    guint last_listener;
};

G_DEFINE_TYPE(GantryEventLog, gantry_event_log, G_TYPE_OBJECT)

static void
gantry_event_log_finalize(GObject *object)
{
    GantryEventLog *self = GANTRY_EVENT_LOG(object);

    segment_writer_clear(&self->writer);
    event_window_clear(&self->window);
    name_veil_clear(&self->veil);
    segment_list_free(self->segments);
    cursor_store_free(self->cursors);
    g_array_unref(self->listeners);
    g_mutex_clear(&self->lock);
    g_mutex_clear(&self->listening);
    g_cond_clear(&self->work);
    g_cond_clear(&self->news);
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    G_OBJECT_CLASS(gantry_event_log_parent_class)->finalize(object);
}

static void
gantry_event_log_class_init(GantryEventLogClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_event_log_finalize;
}

static void
gantry_event_log_init(GantryEventLog *self)
{
    self->lock_fd = -1;
    self->writer.fd = -1;
    name_veil_init(&self->veil);
    g_mutex_init(&self->lock);
    g_mutex_init(&self->listening);
    g_cond_init(&self->work);
    g_cond_init(&self->news);
    self->listeners = g_array_new(FALSE, FALSE, sizeof(Listener));
}

/* ---- The writer's thread ---- */

/* Takes references on what is to be written next. While the disk is full, what gives way is only
 * marked. Lock held. */
static GPtrArray *
take_batch(GantryEventLog *self)
{
    GPtrArray *batch = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    const EventWindow *window = &self->window;

    for (guint i = event_window_find(window, window->durable_seq);
         i < window->items->len && batch->len < BATCH_MAX; i++) {
        Event *event = g_array_index(window->items, WindowItem, i).event;

        if (self->writer.strained && event_gives_way(event) &&
            event->seq > self->status.visible_seq)
            event->durable = false; /* nobody else has seen it yet */
        g_ptr_array_add(batch, event_ref(event));
    }
    if (batch->len > 0)
        self->window.busy_seq = ((Event *)g_ptr_array_index(batch, batch->len - 1))->seq;
    return batch;
}

/* Notes the outcome of a commit and tells the publisher. Lock held. */
static void
note_commit(GantryEventLog *self, JournalCommit committed, int64_t took_us)
{
    self->status.commit_us = took_us;
    self->status.full = self->writer.strained;
    self->status.gave_way += committed.gave_way;
    if (committed.last == 0)
        self->status.failed_commits++;
    else
        event_window_set_durable(&self->window, committed.last);
    self->window.busy_seq = self->window.durable_seq;
    g_cond_broadcast(&self->news);
}

/* Waits before the next try, unless the journal is closed meanwhile. Lock held. */
static void
back_off(GantryEventLog *self, int64_t *pause_us)
{
    const int64_t due_us = g_get_monotonic_time() + *pause_us;

    while (!self->abandoning && g_cond_wait_until(&self->work, &self->lock, due_us))
        ;
    *pause_us = MIN(*pause_us * 2, BACK_OFF_MAX_US);
}

/* Keeps the reserve and deletes old segments. Lock held, but not meanwhile. */
static void
tidy(GantryEventLog *self)
{
    const uint64_t seq = self->status.last_seq;

    g_mutex_unlock(&self->lock);
    const int64_t now_us = g_get_monotonic_time();
    const uint64_t passed = cursor_store_least(self->cursors, seq);

    segment_writer_keep_reserve(&self->writer, now_us);
    const uint64_t unread =
        segment_list_expire(self->segments, self->limits.max_segments,
                            self->limits.max_segments * HARD_LIMIT_FACTOR, passed);

    if (now_us >= self->age_due_us) {
        (void)segment_list_expire_aged(self->segments, g_get_real_time() - self->limits.max_age_us,
                                       passed);
        self->age_due_us = now_us + AGE_EVERY_US;
    }
    g_mutex_lock(&self->lock);
    self->status.full = self->writer.strained;
    self->status.unread += unread;
}

/* Nothing to write: waits until there is. Lock held, but not meanwhile. */
static void
idle(GantryEventLog *self)
{
    tidy(self);
    if (event_window_oldest_waiting(&self->window) != NULL || self->stopping)
        return;
    if (self->writer.reserve.whole)
        g_cond_wait(&self->work, &self->lock);
    else
        (void)g_cond_wait_until(&self->work, &self->lock,
                                g_get_monotonic_time() + RESERVE_RETRY_US);
}

static void
write_one_batch(GantryEventLog *self, int64_t *pause_us)
{
    g_autoptr(GPtrArray) batch = take_batch(self);
    const uint64_t segment = self->writer.first_seq;

    g_mutex_unlock(&self->lock);
    const int64_t began_us = g_get_monotonic_time();
    const JournalCommit committed = journal_commit(&self->writer, batch);
    const int64_t took_us = g_get_monotonic_time() - began_us;

    if (self->writer.first_seq != segment)
        segment_list_add(self->segments, self->writer.first_seq);
    g_mutex_lock(&self->lock);
    note_commit(self, committed, took_us);
    if (committed.last == 0)
        back_off(self, pause_us);
    else
        *pause_us = BACK_OFF_MIN_US;
    if (self->writer.first_seq != segment) /* a storm leaves no time to be idle */
        tidy(self);
}

static gpointer
run_writer(gpointer data)
{
    GantryEventLog *self = data;
    int64_t pause_us = BACK_OFF_MIN_US;

    g_mutex_lock(&self->lock);
    while (!self->abandoning) {
        if (event_window_oldest_waiting(&self->window) != NULL)
            write_one_batch(self, &pause_us);
        else if (self->stopping)
            break;
        else
            idle(self);
    }
    if (!self->abandoning)
        tidy(self);
    self->writer_ended = true;
    g_cond_broadcast(&self->news);
    g_mutex_unlock(&self->lock);
    g_object_unref(self);
    return NULL;
}

/* ---- The publisher's thread ---- */

/* What may be seen at @now_us, and when to look again. Lock held. */
static uint64_t
judge_visible(GantryEventLog *self, int64_t now_us, int64_t *ret_due_us)
{
    const WindowItem *oldest = event_window_oldest_waiting(&self->window);

    *ret_due_us = G_MAXINT64;
    self->status.late =
        oldest != NULL && now_us - oldest->appended_us >= self->limits.late_after_us;
    if (self->status.late)
        return self->status.last_seq;
    if (oldest != NULL)
        *ret_due_us = oldest->appended_us + self->limits.late_after_us;
    return MAX(self->status.visible_seq, self->window.durable_seq);
}

/* Marks what is published before the disk took it. Nobody else has seen these yet. Lock held. */
static void
mark_undurable(GantryEventLog *self, uint64_t until)
{
    const EventWindow *window = &self->window;
    const uint64_t after = MAX(self->status.visible_seq, window->durable_seq);

    for (guint i = event_window_find(window, after); i < window->items->len; i++) {
        Event *event = g_array_index(window->items, WindowItem, i).event;

        if (event->seq > until)
            break;
        event->durable = false;
    }
}

static void
call_listeners(GantryEventLog *self, uint64_t visible_seq)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->listening);

    for (guint i = 0; i < self->listeners->len; i++) {
        const Listener *listener = &g_array_index(self->listeners, Listener, i);

        listener->call(visible_seq, listener->user_data);
    }
}

static void
publish_until(GantryEventLog *self, uint64_t visible_seq)
{
    mark_undurable(self, visible_seq);
    self->status.visible_seq = visible_seq;
    g_mutex_unlock(&self->lock);
    call_listeners(self, visible_seq);
    g_mutex_lock(&self->lock);
}

static gpointer
run_publisher(gpointer data)
{
    GantryEventLog *self = data;

    g_mutex_lock(&self->lock);
    for (;;) {
        int64_t due_us;
        const uint64_t visible = judge_visible(self, g_get_monotonic_time(), &due_us);

        if (visible > self->status.visible_seq)
            publish_until(self, visible);
        else if (self->writer_ended || self->closed)
            break;
        else if (due_us == G_MAXINT64)
            g_cond_wait(&self->news, &self->lock);
        else
            (void)g_cond_wait_until(&self->news, &self->lock, due_us);
    }
    self->publisher_ended = true;
    g_cond_broadcast(&self->news);
    g_mutex_unlock(&self->lock);
    g_object_unref(self);
    return NULL;
}

/* ---- Opening and closing ---- */

static bool
lock_folder(GantryEventLog *self, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "lock", NULL);

    self->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (self->lock_fd >= 0 && flock(self->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (self->lock_fd < 0)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "opening %s: %s", path,
                    g_strerror(errno));
    else
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "the journal in %s is in use by another process", folder);
    return false;
}

/* Says in status.repaired what was found damaged. */
static void
tell_repairs(GantryEventLog *self, const SegmentTail *tail, bool unreadable)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const unsigned bad = segment_list_bad(self->segments);

    if (tail->torn_bytes > 0)
        g_string_append_printf(text, "cut %" G_GUINT64_FORMAT " bytes of a torn last event; ",
                               tail->torn_bytes);
    if (tail->lost_bytes > 0)
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " bytes in the middle are damaged; ",
                               tail->lost_bytes);
    if (bad > 0)
        g_string_append_printf(text, "set %u damaged segments aside; ", bad);
    if (unreadable)
        g_string_append(text, "the newest segment cannot be read; ");
    if (text->len > 1)
        g_string_truncate(text, text->len - 2);
    g_strlcpy(self->status.repaired, text->str, sizeof self->status.repaired);
}

/* Finds where the journal ends. */
static void
resume(GantryEventLog *self, const char *folder)
{
    uint8_t fresh_id[16] = {0};
    SegmentHeader header = {0};
    SegmentTail tail = {0};
    g_autofree char *newest = segment_list_newest(self->segments, &header);
    bool unreadable = false;

    if (getrandom(fresh_id, sizeof fresh_id, 0) == (ssize_t)sizeof fresh_id) {
        fresh_id[6] = (uint8_t)((fresh_id[6] & 0x0f) | 0x40); /* a random UUID, version 4 */
        fresh_id[8] = (uint8_t)((fresh_id[8] & 0x3f) | 0x80);
    }
    segment_writer_init(&self->writer, folder, self->limits.segment_bytes, fresh_id);
    if (newest != NULL && !segment_writer_resume(&self->writer, newest, &header, &tail)) {
        unreadable = true;
        memcpy(self->writer.journal_id, header.journal_id, sizeof header.journal_id);
        tail.last_seq = /* above any that it can hold */
            header.first_seq + self->limits.segment_bytes / SEGMENT_RECORD_HEADER_BYTES;
    }
    segment_id_text(self->writer.journal_id, self->id);
    tell_repairs(self, &tail, unreadable);
    /* A cursor may be ahead: of events that were published undurable and lost. */
    self->status.last_seq = MAX(tail.last_seq, cursor_store_greatest(self->cursors, 0));
    self->status.durable_seq = self->status.visible_seq = self->status.last_seq;
    event_window_init(&self->window, self->status.last_seq);
}

static EventLogLimits
without_zeroes(const EventLogLimits *limits)
{
    return (EventLogLimits){
        .segment_bytes = limits->segment_bytes != 0 ? limits->segment_bytes : DEFAULT_SEGMENT_BYTES,
        .max_segments = limits->max_segments != 0 ? limits->max_segments : DEFAULT_SEGMENTS,
        .max_age_us = limits->max_age_us != 0 ? limits->max_age_us : DEFAULT_AGE_US,
        .late_after_us = limits->late_after_us != 0 ? limits->late_after_us : DEFAULT_LATE_US,
    };
}

GantryEventLog *
gantry_event_log_open(const char *folder, const EventLogLimits *limits, GError **error)
{
    g_autoptr(GantryEventLog) self = g_object_new(GANTRY_TYPE_EVENT_LOG, NULL);
    g_autofree char *cursors = g_build_filename(folder, "cursors", NULL);

    g_return_val_if_fail(folder != NULL && limits != NULL, NULL);

    self->limits = without_zeroes(limits);
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s", folder,
                    g_strerror(errno));
        return NULL;
    }
    if (!lock_folder(self, folder, error))
        return NULL;
    self->segments = segment_list_open(folder, error);
    if (self->segments == NULL)
        return NULL;
    self->cursors = cursor_store_open(cursors, error);
    if (self->cursors == NULL)
        return NULL;
    resume(self, folder);
    g_thread_unref(g_thread_new("journal", run_writer, g_object_ref(self)));
    g_thread_unref(g_thread_new("publisher", run_publisher, g_object_ref(self)));
    return g_steal_pointer(&self);
}

void
gantry_event_log_close(GantryEventLog *self, int64_t wait_us)
{
    g_return_if_fail(GANTRY_IS_EVENT_LOG(self));

    const int64_t due_us = g_get_monotonic_time() + wait_us;

    g_mutex_lock(&self->lock);
    self->stopping = true;
    g_cond_broadcast(&self->work);
    while (!self->writer_ended && g_cond_wait_until(&self->news, &self->lock, due_us))
        ;
    self->abandoning = self->closed = true;
    g_cond_broadcast(&self->work);
    g_cond_broadcast(&self->news);
    while (!self->publisher_ended && g_cond_wait_until(&self->news, &self->lock, due_us))
        ;
    if (self->writer_ended && self->lock_fd >= 0) { /* the folder is free for another process */
        close(self->lock_fd);
        self->lock_fd = -1;
    }
    g_mutex_unlock(&self->lock);
    cursor_store_stop(self->cursors, MAX(due_us - g_get_monotonic_time(), 100 * US_PER_MS));
}

/* ---- Appending, reading, listening ---- */

uint64_t
gantry_event_log_append(GantryEventLog *self, Event *event)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(self) && event != NULL && event->seq == 0, 0);

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);
    const uint64_t seq = ++self->status.last_seq;

    event->seq = seq;
    event->durable = true;
    event_window_add(&self->window, event, g_get_monotonic_time());
    g_cond_broadcast(&self->work);
    g_cond_broadcast(&self->news);
    return seq;
}

/* Copies visible events above @after from memory. Lock held. */
static void
read_memory(GantryEventLog *self, uint64_t after, size_t max, GPtrArray *events)
{
    const EventWindow *window = &self->window;

    for (guint i = event_window_find(window, after); i < window->items->len && events->len < max;
         i++) {
        Event *event = g_array_index(window->items, WindowItem, i).event;

        if (event->seq > self->status.visible_seq)
            break;
        g_ptr_array_add(events, event_ref(event));
    }
}

NameVeil *
gantry_event_log_get_veil(GantryEventLog *self)
{
    return &self->veil;
}

GPtrArray *
gantry_event_log_read(GantryEventLog *self, uint64_t after, size_t max)
{
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);

    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(self), events);

    while (events->len < max) {
        g_mutex_lock(&self->lock);
        const uint64_t visible = self->status.visible_seq;
        const uint64_t first = event_window_first(&self->window);

        if (after < visible && after + 1 >= first) {
            read_memory(self, after, max, events);
            g_mutex_unlock(&self->lock);
            break;
        }
        g_mutex_unlock(&self->lock);
        const uint64_t until = MIN(visible, first - 1);

        if (after >= visible || !segment_list_read(self->segments, after, until, max, events))
            break;
        after = until;
    }
    name_veil_all(&self->veil, events);
    return events;
}

guint
gantry_event_log_listen(GantryEventLog *self, EventLogListener listener, gpointer user_data)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(self) && listener != NULL, 0);

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->listening);
    const Listener entry = {++self->last_listener, listener, user_data};

    g_array_append_val(self->listeners, entry);
    return entry.id;
}

void
gantry_event_log_unlisten(GantryEventLog *self, guint id)
{
    g_return_if_fail(GANTRY_IS_EVENT_LOG(self));

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->listening);

    for (guint i = 0; i < self->listeners->len; i++) {
        if (g_array_index(self->listeners, Listener, i).id == id) {
            g_array_remove_index(self->listeners, i);
            return;
        }
    }
}

void
gantry_event_log_get_status(GantryEventLog *self, EventLogStatus *ret_status)
{
    g_return_if_fail(GANTRY_IS_EVENT_LOG(self));

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    *ret_status = self->status;
    ret_status->durable_seq = self->window.durable_seq;
    ret_status->dropped = self->window.dropped;
}

const char *
gantry_event_log_get_id(GantryEventLog *self)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(self), "");

    return self->id;
}

uint64_t
gantry_event_log_get_cursor(GantryEventLog *self, const char *name, uint64_t initial)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(self), initial);

    return cursor_store_get(self->cursors, name, initial);
}

void
gantry_event_log_set_cursor(GantryEventLog *self, const char *name, uint64_t seq)
{
    g_return_if_fail(GANTRY_IS_EVENT_LOG(self));

    cursor_store_set(self->cursors, name, seq);
}

void
gantry_event_log_drop_cursor(GantryEventLog *self, const char *name)
{
    g_return_if_fail(GANTRY_IS_EVENT_LOG(self));

    cursor_store_drop(self->cursors, name);
}
