/* The alerts thread: commands, events, requests, outboxes. */
#include "appliance/alerts/alerts.h"

#include <signal.h>
#include <string.h>

#include "appliance/alerts/alert-trial.h"
#include "appliance/alerts/courier.h"
#include "appliance/alerts/file-saver.h"
#include "appliance/alerts/receiver-work.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define OUTBOX_FILE   "undelivered"
#define ATTEMPTS_FILE "attempts"
#define TICK_US       (5 * US_PER_SECOND) /* longest sleep: states age */
#define RETRY_SAVE_US (5 * US_PER_SECOND)

typedef enum {
    WORK_ADD,
    WORK_REMOVE,
    WORK_TEST,
    WORK_REPLAY,
    WORK_RENEW,
    WORK_SAVED,
    WORK_ATTEMPTS_SAVED
} WorkKind;

/* What others ask of the thread. */
typedef struct {
    WorkKind kind;
    GantryReceiver *receiver; /* (nullable): a reference */
    AlertTrial *test;         /* (nullable) */
    bool forget;              /* of WORK_REMOVE */
    uint64_t seq;             /* of WORK_REPLAY: of the event */
    bool written;             /* of WORK_SAVED and WORK_ATTEMPTS_SAVED */
    ReceiverSave save;        /* of WORK_SAVED */
} Work;

struct _GantryAlerts {
    GObject parent_instance;

    char *folder;
    PayloadSender sender; /* strings are ours */
    GantryEventLog *log;
    guint listening;
    CURLM *multi; /* the thread's own, but for curl_multi_wakeup() */

    GMutex lock; /* of what follows, up to the next comment */
    GCond cond;
    GQueue works;      /* (element-type Work) */
    GHashTable *names; /* (element-type utf8): ids that are taken */
    bool stopping;
    bool ended;
    MonoUs stop_by_us;

    /* The thread's own. */
    GPtrArray *receivers; /* (element-type GantryReceiver): references */
    Courier *courier;
    GHashTable *forgotten; /* (element-type utf8): ids whose files are being deleted */
    GHashTable *left;      /* (element-type utf8 GBytes): attempts of ids that may come again */
    FileSaver *saver;
    unsigned saving; /* files under way */
};

G_DEFINE_FINAL_TYPE(GantryAlerts, gantry_alerts, G_TYPE_OBJECT)

static void
submit(GantryAlerts *self, Work work)
{
    Work *copy = g_memdup2(&work, sizeof work);

    g_mutex_lock(&self->lock);
    g_queue_push_tail(&self->works, copy);
    g_mutex_unlock(&self->lock);
    (void)curl_multi_wakeup(self->multi);
}

/* On the saver's thread. */
static void
file_saved(gpointer job, bool written, gpointer user_data)
{
    g_autoptr(GantryAlerts) self = user_data; /* the job's reference */
    Work *work = job;

    work->written = written;
    submit(self, *work);
    g_free(work);
}

static char *
file_of(GantryAlerts *self, const GantryReceiver *receiver, const char *name)
{
    return g_build_filename(self->folder, receiver->id, name, NULL);
}

/* @job: of a kind and with what it says; its receiver is set here. */
static void
save_file(GantryAlerts *self, GantryReceiver *receiver, Work *job, GBytes *bytes)
{
    g_autofree char *file =
        file_of(self, receiver, job->kind == WORK_SAVED ? OUTBOX_FILE : ATTEMPTS_FILE);

    job->receiver = g_object_ref(receiver);
    g_object_ref(self); /* a disk that hangs may outlast us */
    self->saving++;
    file_saver_save(self->saver, file, bytes, g_memdup2(job, sizeof *job));
}

static void
save_outbox(GantryAlerts *self, GantryReceiver *receiver, MonoUs now_us)
{
    Work job = {.kind = WORK_SAVED}, list = {.kind = WORK_ATTEMPTS_SAVED};
    g_autoptr(GBytes) bytes = receiver_take_save(receiver, now_us, &job.save);
    g_autoptr(GBytes) attempts = receiver_take_attempts(receiver, now_us);

    if (bytes != NULL)
        save_file(self, receiver, &job, bytes);
    if (attempts != NULL)
        save_file(self, receiver, &list, attempts);
}

static void
tend_receiver(GantryAlerts *self, GantryReceiver *receiver)
{
    courier_tend(self->courier, receiver, boot_now_us());
    receiver_update(receiver, boot_now_us());
    save_outbox(self, receiver, boot_now_us());
}

/* What changed since the last save is saved, or goes for good. The cursor was left behind what is
 * saved, so that nothing is lost if that fails. */
static void
remove_receiver(GantryAlerts *self, GantryReceiver *receiver, bool forget)
{
    g_autofree char *file = file_of(self, receiver, OUTBOX_FILE);
    g_autofree char *attempts = file_of(self, receiver, ATTEMPTS_FILE);

    courier_cancel(self->courier, receiver);
    receiver_update(receiver, boot_now_us());
    if (forget) {
        file_saver_delete(self->saver, file);
        file_saver_delete(self->saver, attempts);
        g_hash_table_add(self->forgotten, g_strdup(receiver->id));
    } else {
        receiver->save_us = receiver->save_us != US_NEVER ? 0 : US_NEVER;
        receiver->attempts_save_us = 0;
        g_hash_table_replace(self->left, g_strdup(receiver->id), receiver_list_attempts(receiver));
        save_outbox(self, receiver, boot_now_us());
    }
    g_ptr_array_remove(self->receivers, receiver);
}

/* (nullable) */
static GantryReceiver *
find_receiver(GantryAlerts *self, const char *id)
{
    for (guint i = 0; i < self->receivers->len; i++) {
        GantryReceiver *receiver = self->receivers->pdata[i];

        if (strcmp(receiver->id, id) == 0)
            return receiver;
    }
    return NULL;
}

static void
start_trial(GantryAlerts *self, const Work *work)
{
    GantryReceiver *receiver = find_receiver(self, alert_trial_id(work->test));

    if (receiver == NULL) {
        alert_trial_fail(work->test, "There is no such receiver.");
        return;
    }
    if (work->kind == WORK_TEST) {
        courier_test(self->courier, receiver, work->test);
        return;
    }
    g_autoptr(GPtrArray) events = gantry_event_log_read(self->log, work->seq - 1, 1);
    const Event *event = events->len > 0 ? g_ptr_array_index(events, 0) : NULL;

    if (event == NULL || event->seq != work->seq || !event_is_alarm(event))
        alert_trial_fail(work->test, "The journal holds no alarm's event of that number.");
    else
        courier_replay(self->courier, receiver, event, work->test);
}

static void
add_receiver(GantryAlerts *self, GantryReceiver *receiver)
{
    g_autofree char *file = file_of(self, receiver, OUTBOX_FILE);
    g_autofree char *attempts = file_of(self, receiver, ATTEMPTS_FILE);

    /* The file of a forgotten one may not be deleted yet. */
    if (!g_hash_table_remove(self->forgotten, receiver->id)) {
        receiver_load(receiver, file, boot_now_us());
        receiver_load_attempts(receiver, attempts, g_hash_table_lookup(self->left, receiver->id));
        g_hash_table_remove(self->left, receiver->id);
    }
    g_ptr_array_add(self->receivers, g_object_ref(receiver));
}

static void
note_saved(GantryAlerts *self, const Work *work)
{
    self->saving--;
    receiver_saved(work->receiver, work->written, &work->save);
    if (!work->written)
        work->receiver->save_us = boot_now_us() + RETRY_SAVE_US;
    receiver_update(work->receiver, boot_now_us());
}

static void
renew_receiver(gpointer receiver, gpointer user_data)
{
    receiver_renew_events(receiver);
}

static void
do_work(GantryAlerts *self, Work *work)
{
    switch (work->kind) {
    case WORK_ADD:
        add_receiver(self, work->receiver);
        break;
    case WORK_REMOVE:
        remove_receiver(self, work->receiver, work->forget);
        break;
    case WORK_TEST:
    case WORK_REPLAY:
        start_trial(self, work);
        break;
    case WORK_RENEW:
        g_ptr_array_foreach(self->receivers, renew_receiver, NULL);
        break;
    case WORK_SAVED:
        note_saved(self, work);
        break;
    case WORK_ATTEMPTS_SAVED:
        self->saving--;
        receiver_attempts_saved(work->receiver, work->written, boot_now_us());
        break;
    }
    g_clear_object(&work->receiver);
    g_free(work);
}

static Work *
next_work(GantryAlerts *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    return g_queue_pop_head(&self->works);
}

static bool
is_stopping(GantryAlerts *self, MonoUs *ret_by_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

    *ret_by_us = self->stop_by_us;
    return self->stopping;
}

/* Milliseconds until something is due. */
static int
time_to_sleep(GantryAlerts *self, MonoUs limit_us)
{
    const MonoUs now = boot_now_us();
    MonoUs until = MIN(now + TICK_US, limit_us);

    for (guint i = 0; i < self->receivers->len; i++) {
        const GantryReceiver *receiver = self->receivers->pdata[i];

        until = MIN(until, courier_deadline_us(receiver, now));
        until = MIN(until, receiver->save_us);
        until = MIN(until, receiver->attempts_save_us);
    }
    return (int)((MAX(until - now, 0) + US_PER_MS - 1) / US_PER_MS);
}

static void
turn(GantryAlerts *self, bool deliver, MonoUs limit_us)
{
    int running = 0;
    Work *work = NULL;

    while ((work = next_work(self)) != NULL)
        do_work(self, work);
    for (guint i = 0; deliver && i < self->receivers->len; i++)
        tend_receiver(self, self->receivers->pdata[i]);
    (void)curl_multi_perform(self->multi, &running);
    courier_collect(self->courier);
    for (guint i = 0; i < self->receivers->len; i++) {
        receiver_update(self->receivers->pdata[i], boot_now_us());
        save_outbox(self, self->receivers->pdata[i], boot_now_us());
    }
    (void)curl_multi_poll(self->multi, NULL, 0, deliver ? time_to_sleep(self, limit_us) : 10, NULL);
}

/* What is under way may end, then everything undelivered is written down, until @by_us. */
static void
wind_up(GantryAlerts *self, MonoUs by_us)
{
    const MonoUs begin = boot_now_us();
    const MonoUs cancel_at = begin + (by_us - begin) / 2;

    while (courier_is_busy(self->courier) && boot_now_us() < cancel_at)
        turn(self, false, cancel_at);
    courier_cancel(self->courier, NULL);
    for (guint i = 0; i < self->receivers->len; i++) {
        GantryReceiver *receiver = self->receivers->pdata[i];

        receiver_update(receiver, boot_now_us());
        if (receiver->save_us != US_NEVER)
            receiver->save_us = 0;
        receiver->attempts_save_us = 0;
    }
    do
        turn(self, false, by_us);
    while (self->saving > 0 && boot_now_us() < by_us);
}

static gpointer
alerts_main(gpointer data)
{
    g_autoptr(GantryAlerts) self = data;
    MonoUs by_us = 0;
    sigset_t pipe_only;

    /* A receiver that went away is an error of the next write, not the end of the process. */
    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
    while (!is_stopping(self, &by_us))
        turn(self, true, US_NEVER);
    wind_up(self, by_us);
    g_ptr_array_set_size(self->receivers, 0);
    file_saver_free(g_steal_pointer(&self->saver), self->saving == 0);
    g_mutex_lock(&self->lock);
    self->ended = true;
    g_cond_broadcast(&self->cond);
    g_mutex_unlock(&self->lock);
    return NULL;
}

/* On the journal's thread. */
static void
events_visible(uint64_t visible_seq, gpointer user_data)
{
    (void)curl_multi_wakeup(((GantryAlerts *)user_data)->multi);
}

GantryAlerts *
gantry_alerts_new(GantryEventLog *log, const AlertsSettings *settings)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(log), NULL);

    GantryAlerts *self = g_object_new(GANTRY_TYPE_ALERTS, NULL);

    self->folder = g_strdup(settings->folder);
    self->sender = (PayloadSender){
        .monitor_id = g_strdup(settings->monitor_id != NULL ? settings->monitor_id : ""),
        .boot_id = g_strdup(settings->boot_id != NULL ? settings->boot_id : ""),
        .public_url = g_strdup(settings->public_url != NULL ? settings->public_url : ""),
    };
    self->log = g_object_ref(log);
    const CourierSettings courier = {.multi = self->multi,
                                     .sender = self->sender,
                                     .listener = settings->listener,
                                     .ack_link = settings->ack_link,
                                     .to_do = settings->to_do,
                                     .user_data = settings->user_data};

    self->courier = courier_new(&courier);
    self->saver = file_saver_new(file_saved, self);
    self->listening = gantry_event_log_listen(log, events_visible, self);
    self->ended = false;
    g_thread_unref(g_thread_new("alerts", alerts_main, g_object_ref(self)));
    return self;
}

static bool
can_do_without_url(const ReceiverAccess *access)
{
    const ReceiverKindInfo *kind = receiver_kind_info(access->kind);

    return kind->url != NULL ||
           (kind->secret_is_url && access->secret_file != NULL && access->secret_file[0] != '\0');
}

GantryReceiver *
gantry_alerts_add(GantryAlerts *self, const ReceiverAccess *access, GError **error)
{
    g_return_val_if_fail(GANTRY_IS_ALERTS(self), NULL);

    const bool has_url = access->url != NULL && access->url[0] != '\0';

    if (!slug_is_valid(access->id) || (has_url && !transfer_url_is_valid(access->url)) ||
        (!has_url && !can_do_without_url(access))) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "a receiver needs a slug and an address without a password");
        return NULL;
    }
    g_mutex_lock(&self->lock);
    const bool is_new = g_hash_table_add(self->names, g_strdup(access->id));
    g_mutex_unlock(&self->lock);
    if (!is_new) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "receiver %s is there already",
                    access->id);
        return NULL;
    }
    GantryReceiver *receiver = receiver_new(self, self->log, access);

    submit(self, (Work){.kind = WORK_ADD, .receiver = g_object_ref(receiver)});
    return receiver;
}

void
alerts_remove(GantryAlerts *self, GantryReceiver *receiver, bool forget)
{
    g_mutex_lock(&self->lock);
    g_hash_table_remove(self->names, receiver->id);
    const bool ended = self->ended;
    g_mutex_unlock(&self->lock);
    if (!ended)
        submit(self,
               (Work){.kind = WORK_REMOVE, .receiver = g_object_ref(receiver), .forget = forget});
}

void
gantry_alerts_forget(GantryAlerts *self, GantryReceiver *receiver)
{
    g_return_if_fail(GANTRY_IS_ALERTS(self));

    receiver_leave(receiver, true);
    gantry_event_log_drop_cursor(self->log, receiver->sink_name);
}

void
gantry_alerts_test(GantryAlerts *self, const char *id, AlertsTested tested, gpointer user_data)
{
    g_return_if_fail(GANTRY_IS_ALERTS(self));

    submit(self, (Work){.kind = WORK_TEST, .test = alert_trial_new(id, tested, user_data)});
}

void
gantry_alerts_replay(
    GantryAlerts *self, const char *id, uint64_t seq, AlertsTested tested, gpointer user_data)
{
    g_return_if_fail(GANTRY_IS_ALERTS(self));

    submit(self, (Work){.kind = WORK_REPLAY,
                        .test = alert_trial_new(id, tested, user_data),
                        .seq = MAX(seq, 1)});
}

void
gantry_alerts_renew_events(GantryAlerts *self)
{
    g_return_if_fail(GANTRY_IS_ALERTS(self));

    submit(self, (Work){.kind = WORK_RENEW});
}

/* A receiver keeps a reference to its GantryAlerts until it is stopped: those that were not are let
 * go of here. */
void
gantry_alerts_stop(GantryAlerts *self, int64_t wait_us)
{
    g_return_if_fail(GANTRY_IS_ALERTS(self));

    const int64_t end_us = g_get_monotonic_time() + wait_us;

    if (self->listening != 0)
        gantry_event_log_unlisten(self->log, self->listening);
    self->listening = 0;
    g_mutex_lock(&self->lock);
    self->stopping = true;
    self->stop_by_us = boot_now_us() + wait_us * 8 / 10;
    g_mutex_unlock(&self->lock);
    (void)curl_multi_wakeup(self->multi);
    g_mutex_lock(&self->lock);
    while (!self->ended && g_cond_wait_until(&self->cond, &self->lock, end_us))
        continue;
    g_mutex_unlock(&self->lock);
}

static void
gantry_alerts_finalize(GObject *object)
{
    GantryAlerts *self = GANTRY_ALERTS(object);
    Work *work = NULL;

    while ((work = g_queue_pop_head(&self->works)) != NULL) {
        if (work->test != NULL)
            alert_trial_fail(work->test, "The alerts are shut down.");
        g_clear_object(&work->receiver);
        g_free(work);
    }
    courier_free(self->courier);
    (void)curl_multi_cleanup(self->multi);
    g_ptr_array_unref(self->receivers);
    g_hash_table_unref(self->names);
    g_hash_table_unref(self->forgotten);
    g_hash_table_unref(self->left);
    g_clear_object(&self->log);
    g_free(self->folder);
    g_free((char *)self->sender.monitor_id);
    g_free((char *)self->sender.boot_id);
    g_free((char *)self->sender.public_url);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->cond);
    G_OBJECT_CLASS(gantry_alerts_parent_class)->finalize(object);
}

static void
gantry_alerts_class_init(GantryAlertsClass *klass)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    G_OBJECT_CLASS(klass)->finalize = gantry_alerts_finalize;
}

static void
gantry_alerts_init(GantryAlerts *self)
{
    g_mutex_init(&self->lock);
    g_cond_init(&self->cond);
    g_queue_init(&self->works);
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->forgotten = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->left =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    self->receivers = g_ptr_array_new_with_free_func(g_object_unref);
    self->multi = curl_multi_init();
    self->ended = true;
}
