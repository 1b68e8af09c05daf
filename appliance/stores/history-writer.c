/* The writer's thread: connect, migrate, catch up with the event log, write what is queued. */
#include "appliance/stores/history-writer.h"

#include <string.h>

#include "appliance/model/retention-clock.h"
#include "appliance/stores/history-erase.h"
#include "appliance/stores/history-hours.h"
#include "appliance/stores/history-queue.h"
#include "appliance/stores/history-retention.h"
#include "appliance/stores/history-write.h"
#include "appliance/stores/mysql-schema.h"
#include "appliance/stores/mysql-trouble.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define EVENTS_PER_BATCH 1024u
#define REFUSED_MOST     16u                    /* events behind a refused one that are tried */
#define IDLE_US          US_PER_SECOND          /* health rows may wait so long for company */
#define TEND_US          (3600 * US_PER_SECOND) /* partitions, old rows */
#define BEHIND_US        (5 * US_PER_SECOND)    /* without progress */
#define HOURS_US         (US_PER_SECOND / 10)   /* of each second that hours may take */

struct _GantryHistoryWriter {
    GObject parent_instance;

    GantryEventLog *log;
    guint listening;
    char *journal_id;
    StoreThread thread; /* its lock guards what follows, up to the next comment */
    HistoryQueue queue;
    Snapshot *channels;  /* (nullable): to be written */
    ErasedNames *erased; /* (nullable): to be erased from now on */
    EventSinkStatus status;
    HistoryWriterCounts counts;

    /* The thread's own. */
    MysqlLink *link;
    uint64_t cursor;
    MonoUs tend_us; /* when to look after partitions again */
    bool ready;     /* schema applied, cursor compared, in this session */
    bool repair;    /* a table or a column is missing: make the schema whole */
    guint most;     /* events of the next batch */
    HistoryErase erase;
    RetentionClock wall; /* whether it may delete */
    HistoryHours hours;  /* that are summed up, by the database */
};

static void history_writer_sink_init(GantryEventSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GantryHistoryWriter,
                              gantry_history_writer,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GANTRY_TYPE_EVENT_SINK,
                                                    history_writer_sink_init))

static void
set_status(GantryHistoryWriter *self, const char *state, const char *text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    event_sink_status_set(&self->status, state, text, boot_now_us());
    self->status.cursor = self->cursor;
    self->counts.conflicts = mysql_link_conflicts(self->link);
}

/* The database may be behind the cursor: emptied, restored from a backup, or it lost its last
 * transactions in a power cut. Then the log is read again from where the database stands. */
static bool
find_place(GantryHistoryWriter *self, GError **error)
{
    EventLogStatus status;
    uint64_t taken = 0;

    if (!history_write_get_taken(self->link, self->journal_id, &taken, error))
        return false;
    gantry_event_log_get_status(self->log, &status);
    self->cursor = MIN(gantry_event_log_get_cursor(self->log, HISTORY_CURSOR, 0), taken);
    self->cursor = MIN(self->cursor, status.last_seq);
    return true;
}

/* What is old goes, unless the clock that says so has just jumped. */
static bool
tend_rows(GantryHistoryWriter *self, GError **error)
{
    WallUs written_us = 0;

    if (!history_retention_last_write(self->link, &written_us, error))
        return false;
    const WallUs wall_us = wall_now_us();
    const bool trusted = retention_clock_trusts(&self->wall, boot_now_us(), wall_us, written_us);

    return mysql_schema_tend(self->link, wall_us, trusted, error) &&
           (!trusted || history_retention_apply(self->link, wall_us, error));
}

/* Migrations and partitions are the administrator's; the rest needs fewer rights. */
static bool
tend(GantryHistoryWriter *self, GError **error)
{
    const MonoUs now = boot_now_us();

    if (!mysql_link_open_admin(self->link, error) ||
        !mysql_schema_apply(self->link, mysql_schema_newest(), error) ||
        (self->repair && !mysql_schema_repair(self->link, error)) || !tend_rows(self, error))
        return false;
    self->repair = false;
    self->tend_us = now + TEND_US;
    mysql_link_close(self->link);
    return mysql_link_open(self->link, now, error);
}

static bool
make_ready(GantryHistoryWriter *self, GError **error)
{
    const MonoUs now = boot_now_us();

    /* Without a database only the administrator can connect, and make it. */
    if (!self->repair && !mysql_link_open(self->link, now, error))
        return false;
    if (mysql_link_take_fresh(self->link))
        self->ready = false;
    if (self->ready && !self->repair && now < self->tend_us)
        return true;
    self->ready = tend(self, error) && find_place(self, error) &&
                  history_hours_load(self->link, &self->hours, error);
    (void)mysql_link_take_fresh(self->link);
    return self->ready;
}

static bool
write_channels(GantryHistoryWriter *self, GError **error)
{
    g_mutex_lock(&self->thread.lock);
    g_autoptr(Snapshot) snapshot = self->channels != NULL ? snapshot_ref(self->channels) : NULL;
    g_mutex_unlock(&self->thread.lock);

    if (snapshot == NULL)
        return true;
    if (!history_write_channels(self->link, snapshot, error))
        return false;
    g_mutex_lock(&self->thread.lock);
    if (self->channels == snapshot)
        g_clear_pointer(&self->channels, snapshot_unref);
    g_mutex_unlock(&self->thread.lock);
    return true;
}

/* One piece of what is to be erased. */
static bool
erase_names(GantryHistoryWriter *self, GError **error)
{
    g_autoptr(ErasedNames) fresh = NULL;

    g_mutex_lock(&self->thread.lock);
    fresh = g_steal_pointer(&self->erased);
    g_mutex_unlock(&self->thread.lock);
    if (fresh != NULL)
        history_erase_begin(&self->erase, fresh);
    return history_erase_step(&self->erase, self->link, error);
}

static void
advance(GantryHistoryWriter *self, const GPtrArray *events)
{
    self->cursor = ((const Event *)g_ptr_array_index(events, events->len - 1))->seq;
    gantry_event_log_set_cursor(self->log, HISTORY_CURSOR, self->cursor);
    g_mutex_lock(&self->thread.lock);
    self->counts.written_events += events->len;
    self->status.cursor = self->cursor;
    g_mutex_unlock(&self->thread.lock);
}

static MysqlSchemaTrouble
last_trouble(const GantryHistoryWriter *self)
{
    return mysql_trouble_of(mysql_link_last_number(self->link)).schema;
}

static bool
is_refusal(const GantryHistoryWriter *self, const GError *error)
{
    return g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL) &&
           last_trouble(self) == MYSQL_SCHEMA_SOUND;
}

/* One event was refused. It is left out only if the database takes one of those behind it: else the
 * database itself is not well, and everything waits. Returns: whether to go on */
static bool
leave_out(GantryHistoryWriter *self, const GPtrArray *refused)
{
    g_autoptr(GPtrArray) behind = gantry_event_log_read(
        self->log, ((Event *)g_ptr_array_index(refused, 0))->seq, REFUSED_MOST);

    for (guint i = 0; i < behind->len; i++) {
        Event *event = g_ptr_array_index(behind, i);
        g_autoptr(GPtrArray) one = g_ptr_array_new();
        g_autoptr(GError) error = NULL;

        g_ptr_array_add(one, event);
        if (history_write_events(self->link, self->journal_id, one, &error)) {
            g_mutex_lock(&self->thread.lock);
            self->counts.refused_events += refused->len + i;
            g_mutex_unlock(&self->thread.lock);
            advance(self, one);
            return true;
        }
        if (!is_refusal(self, error))
            return false;
    }
    return false;
}

/* What the database refuses for what it is would be refused for ever. It is looked for one by one,
 * and left out: the journal has it, and nothing else must wait behind it.
 * Returns: whether to go on */
static bool
pass_over(GantryHistoryWriter *self, const GPtrArray *events, const GError *error)
{
    if (!is_refusal(self, error))
        return false;
    self->most = 1;
    return events->len > 1 || leave_out(self, events);
}

/* Returns: false on an error; @ret_more: whether there may be more */
static bool
write_events(GantryHistoryWriter *self, bool *ret_more, GError **error)
{
    g_autoptr(GPtrArray) events = gantry_event_log_read(self->log, self->cursor, self->most);
    g_autoptr(GError) local = NULL;

    *ret_more = events->len == self->most;
    if (events->len == 0)
        return true;
    if (history_write_events(self->link, self->journal_id, events, &local)) {
        self->most = MIN(self->most * 2, EVENTS_PER_BATCH);
        advance(self, events);
        return true;
    }
    if (!pass_over(self, events, local)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return false;
    }
    *ret_more = true;
    return true;
}

static void
count_dropped(GantryHistoryWriter *self, const HistoryQueue *taken)
{
    self->counts.dropped_health += taken->health.length;
    self->counts.dropped_thumbnails += taken->thumbnails.length;
    self->counts.dropped_deliveries += taken->deliveries.length;
}

/* What could not be written goes back to the front of the queue. @error is not NULL. */
static bool
write_queued(GantryHistoryWriter *self, GError **error)
{
    HistoryQueue taken;

    g_mutex_lock(&self->thread.lock);
    history_queue_take(&self->queue, &taken);
    g_mutex_unlock(&self->thread.lock);

    const bool written = history_queue_is_empty(&taken) ||
                         history_write_queue(self->link, &taken, self->hours.until_us, error);

    /* Rows that the database refuses for what they are would be refused again. */
    if (!written) {
        g_mutex_lock(&self->thread.lock);
        if (g_error_matches(*error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL) &&
            last_trouble(self) == MYSQL_SCHEMA_SOUND)
            count_dropped(self, &taken);
        else
            history_queue_give_back(&self->queue, &taken);
        g_mutex_unlock(&self->thread.lock);
    }
    history_queue_clear(&taken);
    return written;
}

/* Sums up hours; after an update those of the past, a little at a time. */
static bool
sum_up_hours(GantryHistoryWriter *self, GError **error)
{
    const MonoUs begun_us = boot_now_us();
    bool more = true;

    while (more && boot_now_us() - begun_us < HOURS_US &&
           !store_thread_is_stopping(&self->thread)) {
        const WallUs wall_us = wall_now_us();

        if (!retention_clock_trusts(&self->wall, boot_now_us(), wall_us, 0))
            return true;
        if (!history_hours_step(self->link, &self->hours, wall_us, &more, error))
            return false;
    }
    return true;
}

static bool
work(GantryHistoryWriter *self, GError **error)
{
    bool more = true;

    if (!make_ready(self, error) || !write_channels(self, error))
        return false;
    while (more && !store_thread_is_stopping(&self->thread)) {
        if (!write_events(self, &more, error))
            return false;
        if (more)
            set_status(self, "behind", "The database is catching up with the event log.");
    }
    return write_queued(self, error) && erase_names(self, error);
}

static void
note_failure(GantryHistoryWriter *self, const GError *error)
{
    const bool down = g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE) ||
                      g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_DENIED);
    g_autofree char *text =
        g_strdup_printf("The history database does not take rows: %s", error->message);

    self->ready = false;
    self->repair |= last_trouble(self) == MYSQL_SCHEMA_BROKEN;
    mysql_link_back_off(self->link, boot_now_us(), error);
    set_status(self, down ? "down" : "failing", text);
}

/* What came in while others were being stopped; a database that is away is not waited for. */
static void
write_last(GantryHistoryWriter *self)
{
    g_autoptr(GError) error = NULL;
    bool more = false;

    if (self->ready && write_events(self, &more, &error))
        (void)write_queued(self, &error);
}

static gpointer
history_writer_main(gpointer data)
{
    g_autoptr(GantryHistoryWriter) self = data;
    MonoUs until = 0;

    do {
        g_autoptr(GError) error = NULL;

        if (boot_now_us() < mysql_link_next_try_us(self->link)) {
            until = mysql_link_next_try_us(self->link);
            continue;
        }
        if (work(self, &error)) {
            mysql_link_succeeded(self->link);
            set_status(self, "ok", "");
            until = boot_now_us() + (history_erase_is_done(&self->erase) ? IDLE_US : 0);
            (void)sum_up_hours(self, &error);
        }
        if (error != NULL) {
            note_failure(self, error);
            until = mysql_link_next_try_us(self->link);
        }
    } while (store_thread_wait(&self->thread, until));
    write_last(self);
    mysql_link_close(self->link);
    store_thread_ended(&self->thread);
    return NULL;
}

/* On the journal's thread. */
static void
events_visible(uint64_t visible_seq, gpointer user_data)
{
    GantryHistoryWriter *self = user_data;

    store_thread_wake(&self->thread);
}

GantryHistoryWriter *
gantry_history_writer_new(GantryEventLog *log, const char *journal_id, const MysqlAccess *access)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(log), NULL);
    g_return_val_if_fail(journal_id != NULL, NULL);

    GantryHistoryWriter *self = g_object_new(GANTRY_TYPE_HISTORY_WRITER, NULL);

    self->log = g_object_ref(log);
    self->journal_id = g_strdup(journal_id);
    self->link = mysql_link_new(access);
    self->cursor = gantry_event_log_get_cursor(log, HISTORY_CURSOR, 0);
    event_sink_status_set(&self->status, "behind", "The database was not connected to yet.",
                          boot_now_us());
    self->listening = gantry_event_log_listen(log, events_visible, self);
    store_thread_start(&self->thread, "history-writer", history_writer_main, g_object_ref(self));
    return self;
}

void
gantry_history_writer_add_health(GantryHistoryWriter *self, const HealthRow *row)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_mutex_lock(&self->thread.lock);
    self->counts.dropped_health += history_queue_add_health(&self->queue, row);
    g_mutex_unlock(&self->thread.lock);
}

void
gantry_history_writer_add_thumbnail(GantryHistoryWriter *self, const ThumbnailRow *row)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_mutex_lock(&self->thread.lock);
    self->counts.dropped_thumbnails += history_queue_add_thumbnail(&self->queue, row);
    g_mutex_unlock(&self->thread.lock);
}

void
gantry_history_writer_add_delivery(GantryHistoryWriter *self, const DeliveryRecord *record)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_mutex_lock(&self->thread.lock);
    self->counts.dropped_deliveries += history_queue_add_delivery(&self->queue, record);
    g_mutex_unlock(&self->thread.lock);
}

void
gantry_history_writer_erase(GantryHistoryWriter *self, ErasedNames *names)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_mutex_lock(&self->thread.lock);
    g_clear_pointer(&self->erased, erased_names_unref);
    self->erased = erased_names_ref(names);
    g_mutex_unlock(&self->thread.lock);
    store_thread_wake(&self->thread);
}

void
gantry_history_writer_set_channels(GantryHistoryWriter *self, Snapshot *snapshot)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_mutex_lock(&self->thread.lock);
    g_clear_pointer(&self->channels, snapshot_unref);
    self->channels = snapshot_ref(snapshot);
    g_mutex_unlock(&self->thread.lock);
    store_thread_wake(&self->thread);
}

void
gantry_history_writer_get_counts(GantryHistoryWriter *self, HistoryWriterCounts *ret_counts)
{
    g_return_if_fail(GANTRY_IS_HISTORY_WRITER(self));

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    *ret_counts = self->counts;
}

static const char *
history_writer_get_name(GantryEventSink *sink)
{
    return HISTORY_CURSOR;
}

static void
history_writer_get_status(GantryEventSink *sink, EventSinkStatus *ret_status)
{
    GantryHistoryWriter *self = GANTRY_HISTORY_WRITER(sink);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    *ret_status = self->status;
}

static void
history_writer_stop(GantryEventSink *sink, int64_t wait_us)
{
    GantryHistoryWriter *self = GANTRY_HISTORY_WRITER(sink);

    if (self->listening != 0)
        gantry_event_log_unlisten(self->log, self->listening);
    self->listening = 0;
    store_thread_ask_stop(&self->thread);
    if (store_thread_wait_end(&self->thread, wait_us / 2))
        return;
    mysql_link_interrupt(self->link);
    (void)store_thread_wait_end(&self->thread, wait_us / 2);
}

static void
history_writer_sink_init(GantryEventSinkInterface *iface)
{
    iface->get_name = history_writer_get_name;
    iface->get_status = history_writer_get_status;
    iface->stop = history_writer_stop;
}

static void
gantry_history_writer_finalize(GObject *object)
{
    GantryHistoryWriter *self = GANTRY_HISTORY_WRITER(object);

    g_clear_pointer(&self->link, mysql_link_free);
    g_clear_pointer(&self->channels, snapshot_unref);
    g_clear_pointer(&self->erased, erased_names_unref);
    history_erase_clear(&self->erase);
    history_queue_clear(&self->queue);
    g_clear_object(&self->log);
    g_free(self->journal_id);
    store_thread_clear(&self->thread);
    G_OBJECT_CLASS(gantry_history_writer_parent_class)->finalize(object);
}

static void
gantry_history_writer_class_init(GantryHistoryWriterClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_history_writer_finalize;
}

static void
gantry_history_writer_init(GantryHistoryWriter *self)
{
    store_thread_init(&self->thread);
    history_queue_init(&self->queue);
    self->most = EVENTS_PER_BATCH;
}
