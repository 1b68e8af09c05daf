/* Taking events, cursor, state. */
#include "appliance/alerts/receiver.h"

#include "appliance/alerts/alerts-clock.h"
#include "appliance/alerts/receiver-work.h"
#include "pipelines/base/text.h"

#define EVENTS_PER_READ 256u
#define SAVE_AFTER_US   (US_PER_SECOND / 4) /* what is delivered sooner is never written to disk */
#define BEHIND_US       (5 * US_PER_SECOND)
#define MAX_ANNOUNCED   65536u

static void receiver_sink_init(GantryEventSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GantryReceiver,
                              gantry_receiver,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GANTRY_TYPE_EVENT_SINK, receiver_sink_init))

GantryReceiver *
receiver_new(GantryAlerts *alerts, GantryEventLog *log, const ReceiverAccess *access)
{
    GantryReceiver *self = g_object_new(GANTRY_TYPE_RECEIVER, NULL);
    EventLogStatus status;

    self->id = g_strdup(access->id);
    self->sink_name = g_strconcat("receiver-", access->id, NULL);
    self->url = g_strdup(access->url);
    self->secret_file = g_strdup(access->secret_file != NULL ? access->secret_file : "");
    self->ca_file = g_strdup(access->ca_file);
    self->min_severity = access->min_severity;
    self->probe = access->probe;
    self->allow_private = access->allow_private;
    self->alerts = g_object_ref(alerts);
    self->log = g_object_ref(log);
    gantry_event_log_get_status(log, &status);
    /* A receiver that was never known does not hear of the past; one whose cursor is ahead of a log
     * that was cut short by a power cut goes on from the log's end. */
    self->taken_seq =
        MIN(gantry_event_log_get_cursor(log, self->sink_name, status.last_seq), status.last_seq);
    gantry_event_log_set_cursor(log, self->sink_name, self->taken_seq);
    self->status.cursor = self->taken_seq;
    event_sink_status_set(&self->status, "ok", "", alerts_boot_us());
    return self;
}

void
receiver_load(GantryReceiver *self, const char *file, MonoUs now_us)
{
    g_autofree char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    uint64_t taken_seq = 0;

    if (!g_file_get_contents(file, &data, &size, NULL))
        return;
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_steal_pointer(&data), size);

    self->file_is_empty = false;
    if (!outbox_load(self->outbox, bytes, now_us, &taken_seq, &error)) {
        g_snprintf(self->failure, sizeof self->failure, "the outbox is damaged: %s",
                   error->message);
        return;
    }
    /* Between this file and the cursor everything was delivered, or the file would be newer. */
    self->saved_seq = taken_seq;
    self->saved_changes = outbox_changes(self->outbox);
    self->file_is_empty = outbox_size(self->outbox) == 0;
    EventLogStatus status;

    gantry_event_log_get_status(self->log, &status);
    self->taken_seq = MIN(MAX(self->taken_seq, taken_seq), status.last_seq);
}

/* An alarm that became milder than the receiver asked for is still told to its end. */
static bool
is_wanted(GantryReceiver *self, const Event *event)
{
    if (!event_is_alarm(event) || self->probe != (event->quiet == QUIET_PROBE))
        return false;
    const bool announced = g_hash_table_contains(self->announced, event->alarm_id);
    const bool wanted = announced || event->severity >= self->min_severity;

    if (event->kind == EVENT_ALARM_CLEARED)
        g_hash_table_remove(self->announced, event->alarm_id);
    else if (wanted && g_hash_table_size(self->announced) < MAX_ANNOUNCED)
        g_hash_table_add(self->announced, g_strdup(event->alarm_id));
    return wanted;
}

void
receiver_take_events(GantryReceiver *self, MonoUs now_us, OutboxLeft superseded, gpointer user_data)
{
    for (guint n = EVENTS_PER_READ; n == EVENTS_PER_READ;) {
        /* A full outbox leaves events where they are safe: in the log. */
        if (outbox_size(self->outbox) + EVENTS_PER_READ > RECEIVER_MAX_PENDING)
            return;
        g_autoptr(GPtrArray) events =
            gantry_event_log_read(self->log, self->taken_seq, EVENTS_PER_READ);

        n = events->len;
        for (guint i = 0; i < n; i++) {
            Event *event = g_ptr_array_index(events, i);

            self->taken_seq = event->seq;
            if (is_wanted(self, event))
                outbox_add(self->outbox, event, now_us, superseded, user_data);
        }
    }
}

void
receiver_note(GantryReceiver *self, DeliveryOutcome outcome, const char *failure, WallUs now_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    switch (outcome) {
    case DELIVERY_OK:
        self->counts.delivered++;
        break;
    case DELIVERY_FAILED:
        self->counts.failed++;
        break;
    case DELIVERY_SUPERSEDED:
        self->counts.superseded++;
        return;
    case DELIVERY_GIVEN_UP:
        self->counts.given_up++;
        break;
    }
    if (self->failing_since_us == 0 && failure[0] != '\0')
        self->failing_since_us = now_us;
    (void)g_strlcpy(self->failure, failure, sizeof self->failure);
}

static void
set_failing(GantryReceiver *self, MonoUs now_us)
{
    g_autoptr(GDateTime) since =
        g_date_time_new_from_unix_utc(self->failing_since_us / US_PER_SECOND);
    g_autofree char *time = since != NULL ? g_date_time_format(since, "%H:%M:%S") : g_strdup("");
    g_autofree char *text =
        g_strdup_printf("The receiver does not take alarms since %s UTC: %s. %zu wait.", time,
                        self->failure[0] != '\0' ? self->failure : "another attempt follows",
                        outbox_size(self->outbox));

    event_sink_status_set(&self->status, "failing", text, now_us);
}

/* What is safe: everything taken, if nothing waits and the file says so too; else what the file
 * holds. */
static void
advance_cursor(GantryReceiver *self)
{
    const bool clean = outbox_size(self->outbox) == 0 && self->file_is_empty && !self->saving;
    const uint64_t safe = clean ? self->taken_seq : self->saved_seq;

    /* One that left may have a successor of the same name, whose cursor it is now. */
    if (safe > self->status.cursor && self->alerts != NULL) {
        self->status.cursor = safe;
        gantry_event_log_set_cursor(self->log, self->sink_name, safe);
    }
}

void
receiver_update(GantryReceiver *self, MonoUs now_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    self->counts.pending = outbox_size(self->outbox);
    advance_cursor(self);
    if (outbox_has_failures(self->outbox)) {
        set_failing(self, now_us);
    } else if (outbox_size(self->outbox) > 0 &&
               now_us - outbox_oldest_us(self->outbox) > BEHIND_US) {
        event_sink_status_set(&self->status, "behind", "Alarms wait for the receiver.", now_us);
    } else {
        self->failing_since_us = 0;
        event_sink_status_set(&self->status, "ok", "", now_us);
    }
    const bool stale = outbox_changes(self->outbox) != self->saved_changes &&
                       !(outbox_size(self->outbox) == 0 && self->file_is_empty);

    if (!stale || self->saving)
        self->save_us = US_NEVER;
    else if (self->save_us == US_NEVER)
        self->save_us = now_us + SAVE_AFTER_US;
}

GBytes *
receiver_take_save(GantryReceiver *self, MonoUs now_us, uint64_t *ret_seq, uint64_t *ret_changes)
{
    if (self->saving || now_us < self->save_us)
        return NULL;
    self->saving = true;
    self->save_us = US_NEVER;
    *ret_seq = self->taken_seq;
    *ret_changes = outbox_changes(self->outbox);
    /* Until the write is done nobody knows which of the two states the disk holds. */
    self->file_is_empty = false;
    return outbox_save(self->outbox, self->taken_seq);
}

void
receiver_saved(GantryReceiver *self, bool written, uint64_t seq, uint64_t changes)
{
    self->saving = false;
    if (!written)
        return;
    self->saved_seq = seq;
    self->saved_changes = changes;
    self->file_is_empty = outbox_size(self->outbox) == 0 && outbox_changes(self->outbox) == changes;
}

const char *
gantry_receiver_get_id(GantryReceiver *self)
{
    g_return_val_if_fail(GANTRY_IS_RECEIVER(self), "");

    return self->id;
}

void
gantry_receiver_get_counts(GantryReceiver *self, ReceiverCounts *ret_counts)
{
    g_return_if_fail(GANTRY_IS_RECEIVER(self));

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    *ret_counts = self->counts;
}

static const char *
receiver_get_name(GantryEventSink *sink)
{
    return GANTRY_RECEIVER(sink)->sink_name;
}

static void
receiver_get_status(GantryEventSink *sink, EventSinkStatus *ret_status)
{
    GantryReceiver *self = GANTRY_RECEIVER(sink);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    *ret_status = self->status;
}

void
receiver_leave(GantryReceiver *self, bool forget)
{
    g_autoptr(GantryAlerts) alerts = NULL;

    g_mutex_lock(&self->lock);
    alerts = g_steal_pointer(&self->alerts);
    g_mutex_unlock(&self->lock);
    if (alerts != NULL)
        alerts_remove(alerts, self, forget);
}

static void
receiver_stop(GantryEventSink *sink, int64_t wait_us)
{
    receiver_leave(GANTRY_RECEIVER(sink), false);
}

static void
receiver_sink_init(GantryEventSinkInterface *iface)
{
    iface->get_name = receiver_get_name;
    iface->get_status = receiver_get_status;
    iface->stop = receiver_stop;
}

static void
gantry_receiver_finalize(GObject *object)
{
    GantryReceiver *self = GANTRY_RECEIVER(object);

    outbox_free(self->outbox);
    g_hash_table_unref(self->announced);
    g_clear_object(&self->log);
    g_clear_object(&self->alerts);
    g_free(self->id);
    g_free(self->sink_name);
    g_free(self->url);
    g_free(self->secret_file);
    g_free(self->ca_file);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_receiver_parent_class)->finalize(object);
}

static void
gantry_receiver_class_init(GantryReceiverClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_receiver_finalize;
}

static void
gantry_receiver_init(GantryReceiver *self)
{
    g_mutex_init(&self->lock);
    self->outbox = outbox_new();
    self->announced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->file_is_empty = true;
    self->save_us = US_NEVER;
}
