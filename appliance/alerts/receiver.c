/* Taking events, cursor, state. */
#include "appliance/alerts/receiver.h"

#include <string.h>

#include "appliance/alerts/digest-state.h"
#include "appliance/alerts/payload.h"
#include "appliance/alerts/receiver-work.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/text.h"

#define EVENTS_PER_READ 256u
#define SAVE_AFTER_US   (US_PER_SECOND / 4) /* what is delivered sooner is never written to disk */
#define RECEIVER_PREFIX "receiver/"
#define BEHIND_US       (5 * US_PER_SECOND)
#define ATTEMPTS_US     (5 * US_PER_SECOND) /* between two writes of the list of attempts */

/* What goes with taking events. */
typedef struct {
    MonoUs now_us;
    OutboxLeft superseded;
    gpointer user_data;
} Taking;

static void receiver_sink_init(GantryEventSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GantryReceiver,
                              gantry_receiver,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GANTRY_TYPE_EVENT_SINK, receiver_sink_init))

static char *
copy(const char *text)
{
    return g_strdup(text != NULL ? text : "");
}

static void
copy_access(GantryReceiver *self, const ReceiverAccess *access)
{
    const ReceiverKindInfo *kind = receiver_kind_info(access->kind);
    const char *zone = access->policy != NULL ? access->policy->time_zone : NULL;

    self->id = g_strdup(access->id);
    self->sink_name = g_strconcat("receiver-", access->id, NULL);
    self->kind = access->kind;
    self->url = copy(access->url);
    self->secret_file = copy(access->secret_file);
    self->ca_file = copy(access->ca_file);
    self->to = copy(access->to);
    self->from = copy(access->from);
    self->user = copy(access->user);
    self->title = copy(access->title);
    self->text = copy(access->text);
    self->heartbeat_us = (int64_t)access->heartbeat_s * US_PER_SECOND;
    self->leave = (AddressLeave){.all_private = access->allow_private,
                                 .networks = address_networks_parse(access->allow_networks)};
    self->paused = access->paused;
    self->probe = access->probe;
    if (access->policy != NULL)
        notify_policy_copy(access->policy, &self->policy);
    if (zone != NULL && zone[0] != '\0')
        self->zone = g_time_zone_new_identifier(zone);
    if (self->zone == NULL)
        self->zone = g_time_zone_new_local();
    self->pace = access->per_minute != 0
                     ? delivery_pace_new(MIN(kind->burst, access->per_minute), access->per_minute)
                     : delivery_pace_new(kind->burst, kind->per_minute);
}

GantryReceiver *
receiver_new(GantryAlerts *alerts, GantryEventLog *log, const ReceiverAccess *access)
{
    GantryReceiver *self = g_object_new(GANTRY_TYPE_RECEIVER, NULL);
    EventLogStatus status;

    copy_access(self, access);
    self->heartbeat_due_us = self->heartbeat_us > 0 ? boot_now_us() + self->heartbeat_us : US_NEVER;
    self->alerts = g_object_ref(alerts);
    self->log = g_object_ref(log);
    gantry_event_log_get_status(log, &status);
    /* A receiver that was never known does not hear of the past; one whose cursor is ahead of a log
     * that was cut short by a power cut goes on from the log's end. */
    self->taken_seq =
        MIN(gantry_event_log_get_cursor(log, self->sink_name, status.last_seq), status.last_seq);
    gantry_event_log_set_cursor(log, self->sink_name, self->taken_seq);
    self->status.cursor = self->taken_seq;
    event_sink_status_set(&self->status, "ok", "", boot_now_us());
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
    outbox_renew(self->outbox, gantry_event_log_get_veil(self->log));
    /* Between this file and the cursor everything was delivered, or the file would be newer. */
    self->saved_seq = taken_seq;
    self->saved_changes = outbox_changes(self->outbox);
    self->saved_announced = outbox_announced_changes(self->outbox);
    self->file_is_empty = outbox_size(self->outbox) == 0;
    EventLogStatus status;

    gantry_event_log_get_status(self->log, &status);
    self->taken_seq = MIN(MAX(self->taken_seq, taken_seq), status.last_seq);
}

void
receiver_renew_events(GantryReceiver *self)
{
    outbox_renew(self->outbox, gantry_event_log_get_veil(self->log));
}

/* Minutes until the receiver's hours begin; 0: they are. */
static unsigned
opens_in_min(const GantryReceiver *self)
{
    if (self->policy.n_hours == 0)
        return 0;
    g_autoptr(GDateTime) now = g_date_time_new_now(self->zone);
    const int minute = (g_date_time_get_day_of_week(now) - 1) * 1440 +
                       g_date_time_get_hour(now) * 60 + g_date_time_get_minute(now);

    return notify_opens_in_min(&self->policy, (unsigned)minute);
}

static NotifyVerdict
decide(const GantryReceiver *self, const Event *event, bool announced)
{
    const NotifyFacts facts = {
        .resource = event->resource,
        .group = event->channel_group,
        .severity = event->severity,
        .impact = event->impact,
        .quiet = self->probe ? QUIET_NONE : event->quiet,
        .is_reminder = event->kind == EVENT_ALARM_REMINDED,
        .reminder =
            event->kind == EVENT_ALARM_REMINDED ? (unsigned)CLAMP(event->value, 0, 1000) : 0,
        .is_update = event->kind == EVENT_ALARM_UPDATED,
    };

    return notify_decide(&self->policy, &facts, announced);
}

/* Whether @event can be the first that a receiver hears of an alarm. */
static bool
begins(const Event *event)
{
    return event->cleared_wall_us == 0 &&
           (event->kind == EVENT_ALARM_RAISED || event->kind == EVENT_ALARM_UPDATED ||
            event->kind == EVENT_ALARM_REMINDED || event->kind == EVENT_ALARM_UNSHELVED);
}

/* A flood is told to people by digests. What keeps state itself is still told of the ends of the
 * alarms that it holds. */
static bool
is_folded(GantryReceiver *self, const Event *event, bool announced, MonoUs now_us)
{
    const ReceiverKindInfo *kind = receiver_kind_info(self->kind);
    const bool flood = !announced && event->kind == EVENT_ALARM_RAISED
                           ? delivery_pace_count(self->pace, now_us)
                           : delivery_pace_is_flood(self->pace, now_us);

    return kind->for_people && flood && event_is_state(event) && !(kind->keeps_state && announced);
}

static void
queue_event(GantryReceiver *self, Event *event, bool announced, const Taking *taking)
{
    const unsigned closed_min = opens_in_min(self);
    MonoUs due = delivery_pace_due_us(self->pace, event, announced, taking->now_us);

    due = MAX(due, taking->now_us + closed_min * (60 * US_PER_SECOND));
    OutboxEntry *entry =
        outbox_add(self->outbox, event, due, taking->superseded, taking->user_data);

    entry->folded = is_folded(self, event, announced, taking->now_us);
}

/* What waits of an alarm that ended, or became somebody else's part, before anybody was told. */
static void
forget_alarm(GantryReceiver *self, const Event *event, const Taking *taking)
{
    outbox_drop(self->outbox, event->alarm_id, taking->superseded, taking->user_data);
    outbox_forget(self->outbox, event->alarm_id);
}

static void
take_event(GantryReceiver *self, Event *event, const Taking *taking)
{
    if (!event_is_alarm(event) || event->kind == EVENT_ALARM_NOTED ||
        self->probe != (event->quiet == QUIET_PROBE))
        return;
    if (event->kind == EVENT_ALARM_CLEARED)
        digest_state_forget(self->outbox, event->alarm_id);
    /* Its own failure is for the others. */
    if (g_str_has_prefix(event->resource, RECEIVER_PREFIX) &&
        strcmp(event->resource + strlen(RECEIVER_PREFIX), self->id) == 0)
        return;
    /* Who never hears of incidents goes on hearing of their parts. */
    if (event->kind == EVENT_ALARM_JOINED && self->policy.scoped)
        return;
    const bool announced = outbox_is_announced(self->outbox, event->alarm_id);
    const bool pending = outbox_holds(self->outbox, event->alarm_id);
    const NotifyVerdict verdict = decide(self, event, announced);

    if (!announced && (verdict == NOTIFY_QUIET || (verdict == NOTIFY_NEVER && pending)))
        outbox_drop(self->outbox, event->alarm_id, taking->superseded, taking->user_data);
    if (verdict != NOTIFY_TELL || (!announced && !pending && !begins(event)))
        return;
    if (event->kind == EVENT_ALARM_JOINED && !payload_tells(self->kind, event->kind))
        forget_alarm(self, event, taking);
    else if (event->kind == EVENT_ALARM_CLEARED && !announced && opens_in_min(self) > 0)
        forget_alarm(self, event, taking);
    else if (payload_tells(self->kind, event->kind))
        queue_event(self, event, announced, taking);
}

void
receiver_take_events(GantryReceiver *self, MonoUs now_us, OutboxLeft superseded, gpointer user_data)
{
    const Taking taking = {.now_us = now_us, .superseded = superseded, .user_data = user_data};

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
            take_event(self, event, &taking);
        }
    }
}

void
receiver_note(GantryReceiver *self, const AttemptNote *note)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    attempt_log_add(self->attempts, note->record, note->what, note->title);
    switch (note->record->outcome) {
    case DELIVERY_OK:
        self->counts.delivered++;
        break;
    case DELIVERY_FAILED:
        self->counts.failed++;
        self->failed_as = note->class;
        break;
    case DELIVERY_SUPERSEDED:
        self->counts.superseded++;
        return;
    case DELIVERY_GIVEN_UP:
        self->counts.given_up++;
        break;
    }
    if (self->failing_since_us == 0 && note->failure[0] != '\0')
        self->failing_since_us = note->record->at_us;
    (void)g_strlcpy(self->failure, note->failure, sizeof self->failure);
}

void
receiver_note_trial(GantryReceiver *self, const AttemptNote *note)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    attempt_log_add(self->attempts, note->record, note->what, note->title);
}

static void
set_failing(GantryReceiver *self, MonoUs now_us)
{
    g_autoptr(GDateTime) since =
        g_date_time_new_from_unix_utc(self->failing_since_us / US_PER_SECOND);
    g_autofree char *time = since != NULL ? g_date_time_format(since, "%H:%M:%S") : g_strdup("");
    /* Its settings are wrong, or it is gone: waiting will not mend it. */
    const bool refused = self->failed_as == RETRY_REFUSED || self->failed_as == RETRY_GONE;
    g_autofree char *text = g_strdup_printf(
        "The receiver %s alarms since %s UTC: %s. %zu wait.", refused ? "refuses" : "does not take",
        time, self->failure[0] != '\0' ? self->failure : "another attempt follows",
        outbox_size(self->outbox));

    event_sink_status_set(&self->status, refused ? "refusing" : "failing", text, now_us);
}

/* What is safe: everything taken, if nothing waits and the file says so too; else what the file
 * holds. */
static void
advance_cursor(GantryReceiver *self)
{
    const bool clean = outbox_size(self->outbox) == 0 && self->file_is_empty && !self->saving &&
                       self->saved_announced == outbox_announced_changes(self->outbox);
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
    const MonoUs overdue = outbox_overdue_us(self->outbox, now_us);

    if (outbox_has_failures(self->outbox) || self->heartbeat_failed) {
        set_failing(self, now_us);
    } else if (self->paused) {
        event_sink_status_set(&self->status, "paused", "Somebody paused it; alarms wait.", now_us);
    } else if (overdue != US_NEVER && now_us - overdue > BEHIND_US) {
        event_sink_status_set(&self->status, "behind", "Alarms wait for the receiver.", now_us);
    } else {
        self->failing_since_us = 0;
        event_sink_status_set(&self->status, "ok", "", now_us);
    }
    const bool stale = (outbox_changes(self->outbox) != self->saved_changes &&
                        !(outbox_size(self->outbox) == 0 && self->file_is_empty)) ||
                       outbox_announced_changes(self->outbox) != self->saved_announced;

    if (!stale || self->saving)
        self->save_us = US_NEVER;
    else if (self->save_us == US_NEVER)
        self->save_us = now_us + SAVE_AFTER_US;
}

GBytes *
receiver_take_save(GantryReceiver *self, MonoUs now_us, ReceiverSave *ret_save)
{
    if (self->saving || now_us < self->save_us)
        return NULL;
    self->saving = true;
    self->save_us = US_NEVER;
    *ret_save = (ReceiverSave){.seq = self->taken_seq,
                               .changes = outbox_changes(self->outbox),
                               .announced = outbox_announced_changes(self->outbox)};
    /* Until the write is done nobody knows which of the two states the disk holds. */
    self->file_is_empty = false;
    return outbox_save(self->outbox, self->taken_seq);
}

void
receiver_saved(GantryReceiver *self, bool written, const ReceiverSave *save)
{
    self->saving = false;
    if (!written)
        return;
    self->saved_seq = save->seq;
    self->saved_changes = save->changes;
    self->saved_announced = save->announced;
    self->file_is_empty =
        outbox_size(self->outbox) == 0 && outbox_changes(self->outbox) == save->changes;
}

/* ---- The list of attempts on disk ---- */

GBytes *
receiver_list_attempts(GantryReceiver *self)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    return attempt_log_save(self->attempts);
}

void
receiver_load_attempts(GantryReceiver *self, const char *file, GBytes *left)
{
    g_autofree char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;

    if (left == NULL && !g_file_get_contents(file, &data, &size, NULL))
        return;
    g_autoptr(GBytes) bytes =
        left != NULL ? g_bytes_ref(left) : g_bytes_new_take(g_steal_pointer(&data), size);
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    if (!attempt_log_load(self->attempts, bytes, &error))
        g_warning("the attempts at receiver %s are lost, %s is damaged: %s", self->id, file,
                  error->message);
    self->attempts_saved = attempt_log_last(self->attempts);
}

GBytes *
receiver_take_attempts(GantryReceiver *self, MonoUs now_us)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    if (self->attempts_saving || attempt_log_last(self->attempts) == self->attempts_saved)
        return NULL;
    if (self->attempts_save_us == US_NEVER)
        self->attempts_save_us = now_us + ATTEMPTS_US;
    if (now_us < self->attempts_save_us)
        return NULL;
    self->attempts_saving = true;
    self->attempts_save_us = US_NEVER;
    self->attempts_saved = attempt_log_last(self->attempts);
    return attempt_log_save(self->attempts);
}

void
receiver_attempts_saved(GantryReceiver *self, bool written, MonoUs now_us)
{
    self->attempts_saving = false;
    if (written)
        return;
    self->attempts_saved = 0;
    self->attempts_save_us = now_us + ATTEMPTS_US;
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

GPtrArray *
gantry_receiver_get_attempts(GantryReceiver *self, unsigned limit)
{
    g_return_val_if_fail(GANTRY_IS_RECEIVER(self), NULL);

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    return attempt_log_list(self->attempts, limit);
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
    g_clear_pointer(&self->leave.networks, g_ptr_array_unref);
    delivery_pace_free(self->pace);
    attempt_log_free(self->attempts);
    notify_policy_clear(&self->policy);
    g_clear_pointer(&self->zone, g_time_zone_unref);
    g_clear_object(&self->log);
    g_clear_object(&self->alerts);
    g_free(self->id);
    g_free(self->sink_name);
    g_free(self->url);
    g_free(self->secret_file);
    g_free(self->ca_file);
    g_free(self->to);
    g_free(self->from);
    g_free(self->user);
    g_free(self->title);
    g_free(self->text);
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
    self->attempts = attempt_log_new();
    self->file_is_empty = true;
    self->save_us = US_NEVER;
    self->attempts_save_us = US_NEVER;
}
