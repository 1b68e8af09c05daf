/* Starting, feeding, asking and stopping the stores and the receivers. */
#include "appliance/supervisor/outlets.h"

#include "appliance/alerts/alerts.h"
#include "appliance/events/ack-link.h"
#include "appliance/stores/history-reader-mysql.h"
#include "appliance/stores/live-redis.h"
#include "appliance/stores/report-reader-mysql.h"
#include "appliance/stores/thumbnail-archive.h"

#define RECEIVER_STOP_US US_PER_SECOND
#define ARCHIVE_WIDTH    320u /* of the two sizes that workers send, the one that is kept */

struct Outlets {
    GantryEventLog *log;              /* no-ref */
    unsigned n_erased;                /* names that everybody here has been told of */
    GantryHistoryWriter *writer;      /* (nullable): no database configured */
    GantryHistoryReaderMysql *reader; /* (nullable) */
    HistoryReader history;
    ReportReaderMysql *report_reader; /* (nullable) */
    ReportReader reports;
    GantryLiveRedis *redis; /* (nullable): no Redis configured */
    SessionStore sessions;
    ThumbnailArchive *archive;
    PictureHistory pictures; /* of it */
    EvidenceStore *evidence;
    EvidenceReader evidence_reader; /* of it */
    GBytes *link_key;               /* never changes, like the next */
    char *public_url;
    char *allow_networks; /* that any receiver may be in */
    GMutex lock;          /* of @runbooks: the alerts thread reads it */
    Runbooks *runbooks;   /* (nullable) */
    GantryAlerts *alerts;
    GPtrArray *receivers;  /* (element-type RunningReceiver) */
    GantryReceiver *probe; /* owned (nullable): the self-probe's */
};

typedef struct {
    GantryReceiver *receiver; /* owned */
    Receiver as_started;      /* what the inventory said of it */
} RunningReceiver;

static void
running_receiver_free(gpointer data)
{
    RunningReceiver *running = data;

    g_object_unref(running->receiver);
    receiver_clear(&running->as_started);
    g_free(running);
}

static void
record_delivery(const DeliveryRecord *record, gpointer user_data)
{
    Outlets *outlets = user_data;

    if (outlets->writer != NULL)
        gantry_history_writer_add_delivery(outlets->writer, record);
}

static void
index_thumbnail(const ThumbnailRow *row, gpointer user_data)
{
    Outlets *outlets = user_data;

    if (outlets->writer != NULL)
        gantry_history_writer_add_thumbnail(outlets->writer, row);
}

static void
start_mysql(Outlets *outlets, GantryEventLog *log, const MysqlSettings *mysql)
{
    const MysqlAccess access = {.socket = mysql->socket,
                                .host = mysql->host,
                                .port = mysql->port,
                                .user = mysql->user,
                                .password_file = mysql->password_file,
                                .database = mysql->database,
                                .admin_user = mysql->admin_user,
                                .admin_password_file = mysql->admin_password_file};

    if (*mysql->socket == '\0' && *mysql->host == '\0')
        return;
    outlets->writer = gantry_history_writer_new(log, gantry_event_log_get_id(log), &access);
    outlets->reader = gantry_history_reader_mysql_new(&access);
    gantry_history_reader_mysql_set_veil(outlets->reader, gantry_event_log_get_veil(log));
    gantry_history_reader_mysql_get_reader(outlets->reader, &outlets->history);
    outlets->report_reader = report_reader_mysql_new(&access);
    report_reader_mysql_get_reader(outlets->report_reader, &outlets->reports);
}

static void
start_redis(Outlets *outlets, GantryEventLog *log, const RedisSettings *redis)
{
    const RedisAccess access = {.socket = redis->socket,
                                .host = redis->host,
                                .port = redis->port,
                                .password_file = redis->password_file};

    if (*redis->socket == '\0' && *redis->host == '\0')
        return;
    outlets->redis = gantry_live_redis_new(log, gantry_event_log_get_id(log), &access);
    gantry_live_redis_get_session_store(outlets->redis, &outlets->sessions);
}

static void
start_evidence(Outlets *outlets, const char *state_folder)
{
    g_autofree char *folder = g_build_filename(state_folder, "evidence", NULL);
    g_autofree char *segments = g_build_filename(state_folder, "segments", NULL);
    const EvidenceStoreSettings settings = {.folder = folder, .segments = segments};

    outlets->evidence = evidence_store_new(&settings);
    evidence_store_get_reader(outlets->evidence, &outlets->evidence_reader);
}

/* Where people reach the dashboard. Returns: (transfer full) */
static char *
public_url(const Settings *settings)
{
    if (settings->http_public_url[0] != '\0')
        return g_strdup(settings->http_public_url);
    return g_strdup_printf(strchr(settings->http_listen, ':') != NULL ? "http://[%s]:%u"
                                                                      : "http://%s:%u",
                           settings->http_listen, settings->http_port);
}

/* On the alerts thread: reads only what never changes. */
static char *
make_ack_link(const char *alarm_id, const char *receiver, WallUs now_us, gpointer user_data)
{
    const Outlets *outlets = user_data;
    g_autofree char *token = ack_link_make(g_bytes_get_data(outlets->link_key, NULL), alarm_id,
                                           receiver, now_us + ACK_LINK_TTL_US);

    return g_strconcat(outlets->public_url, ACK_LINK_PATH, token, NULL);
}

static char *
what_to_do(FaultId fault, gpointer user_data)
{
    Outlets *outlets = user_data;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&outlets->lock);

    return g_strdup(runbooks_text(outlets->runbooks, fault));
}

static void
set_runbooks(Outlets *outlets, Runbooks *runbooks)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&outlets->lock);

    runbooks_unref(outlets->runbooks);
    outlets->runbooks = runbooks_ref(runbooks);
}

Outlets *
outlets_new(GantryEventLog *log,
            const Settings *settings,
            const Identity *identity,
            GBytes *link_key)
{
    Outlets *outlets = g_new0(Outlets, 1);
    g_autofree char *thumbnails = g_build_filename(settings->state_folder, "thumbnails", NULL);
    g_autofree char *outbox = g_build_filename(settings->state_folder, "outbox", NULL);
    g_autofree char *url = public_url(settings);
    const ThumbnailArchiveSettings archive = {.folder = thumbnails};
    const AlertsSettings alerts = {.folder = outbox,
                                   .monitor_id = identity->monitor_id,
                                   .boot_id = identity->boot_id,
                                   .public_url = url,
                                   .listener = record_delivery,
                                   .ack_link = make_ack_link,
                                   .to_do = what_to_do,
                                   .user_data = outlets};

    g_mutex_init(&outlets->lock);
    outlets->log = log;
    outlets->link_key = g_bytes_ref(link_key);
    outlets->public_url = g_strdup(url);
    outlets->allow_networks = g_strdup(settings->allow_networks);
    outlets->receivers = g_ptr_array_new_with_free_func(running_receiver_free);
    start_mysql(outlets, log, &settings->mysql);
    start_redis(outlets, log, &settings->redis);
    outlets->archive = thumbnail_archive_new(&archive, index_thumbnail, outlets);
    thumbnail_archive_get_history(outlets->archive, &outlets->pictures);
    start_evidence(outlets, settings->state_folder);
    outlets->alerts = gantry_alerts_new(log, &alerts);
    return outlets;
}

static const Receiver *
find_named(const Inventory *inventory, const char *id)
{
    for (size_t i = 0; i < inventory->n_receivers; i++) {
        if (g_strcmp0(inventory->receivers[i].id, id) == 0)
            return &inventory->receivers[i];
    }
    return NULL;
}

static bool
is_running(const Outlets *outlets, const char *id)
{
    for (guint i = 0; i < outlets->receivers->len; i++) {
        const RunningReceiver *running = outlets->receivers->pdata[i];

        if (g_strcmp0(running->as_started.id, id) == 0)
            return true;
    }
    return false;
}

/* Takes off who is gone, and who has changed: the latter keeps cursor and outbox. */
static void
stop_receivers(Outlets *outlets, const Inventory *inventory)
{
    for (guint i = outlets->receivers->len; i-- > 0;) {
        RunningReceiver *running = outlets->receivers->pdata[i];
        const Receiver *named = find_named(inventory, running->as_started.id);

        if (named != NULL && receiver_equal(named, &running->as_started))
            continue;
        if (named == NULL)
            gantry_alerts_forget(outlets->alerts, running->receiver);
        else
            gantry_event_sink_stop(GANTRY_EVENT_SINK(running->receiver), RECEIVER_STOP_US);
        g_ptr_array_remove_index(outlets->receivers, i);
    }
}

static void
start_receiver(Outlets *outlets, const Receiver *from)
{
    g_autofree char *networks = g_strjoin(",", outlets->allow_networks, from->allow_networks, NULL);
    ReceiverAccess access = {.id = from->id,
                             .url = from->url,
                             .secret_file = from->secret_file,
                             .ca_file = from->ca_file,
                             .to = from->to,
                             .from = from->from,
                             .user = from->user,
                             .title = from->title,
                             .text = from->text,
                             .heartbeat_s = from->heartbeat_s,
                             .per_minute = from->per_minute,
                             .allow_private = from->allow_private,
                             .allow_networks = networks,
                             .paused = from->paused,
                             .policy = &from->policy};

    (void)receiver_kind_from_name(from->kind, &access.kind);
    g_autoptr(GError) error = NULL;
    GantryReceiver *receiver = gantry_alerts_add(outlets->alerts, &access, &error);

    if (receiver == NULL) {
        g_warning("receiver %s is left out: %s", from->id, error->message);
        return;
    }
    RunningReceiver *running = g_new0(RunningReceiver, 1);

    running->receiver = receiver;
    receiver_copy(from, &running->as_started);
    g_ptr_array_add(outlets->receivers, running);
}

void
outlets_set_receivers(Outlets *outlets, const Inventory *inventory)
{
    set_runbooks(outlets, inventory->site->runbooks);
    stop_receivers(outlets, inventory);
    for (size_t i = 0; i < inventory->n_receivers; i++) {
        if (!is_running(outlets, inventory->receivers[i].id))
            start_receiver(outlets, &inventory->receivers[i]);
    }
}

void
outlets_set_erased(Outlets *outlets, ErasedNames *erased)
{
    if (erased_names_count(erased) == outlets->n_erased)
        return;
    outlets->n_erased = erased_names_count(erased);
    name_veil_set(gantry_event_log_get_veil(outlets->log), erased);
    if (outlets->writer != NULL)
        gantry_history_writer_erase(outlets->writer, erased);
    if (outlets->redis != NULL)
        gantry_live_redis_renew_events(outlets->redis);
    gantry_alerts_renew_events(outlets->alerts);
}

void
outlets_set_probe_receiver(Outlets *outlets, const char *url)
{
    const ReceiverAccess access = {
        .id = "self-probe", .url = url, .allow_private = true, .probe = true};
    g_autoptr(GError) error = NULL;

    outlets->probe = gantry_alerts_add(outlets->alerts, &access, &error);
    if (outlets->probe == NULL)
        g_warning("the self-probe has no receiver: %s", error->message);
}

void
outlets_take_snapshot(Outlets *outlets, Snapshot *snapshot, bool inventory_changed)
{
    if (outlets->redis != NULL)
        gantry_live_redis_set_snapshot(outlets->redis, snapshot);
    if (outlets->writer != NULL && inventory_changed)
        gantry_history_writer_set_channels(outlets->writer, snapshot);
}

void
outlets_take_thumbnail(Outlets *outlets, const MessageThumbnail *thumbnail, GBytes *jpeg)
{
    if (thumbnail->width != ARCHIVE_WIDTH)
        return;
    if (outlets->redis != NULL)
        gantry_live_redis_set_thumbnail(outlets->redis, thumbnail, jpeg);
    thumbnail_archive_add(outlets->archive, thumbnail->channel_id, thumbnail->wall_us,
                          thumbnail->pts, jpeg);
}

void
outlets_take_health(Outlets *outlets, const HealthRow *row)
{
    if (outlets->writer != NULL)
        gantry_history_writer_add_health(outlets->writer, row);
}

const HistoryReader *
outlets_get_history(Outlets *outlets)
{
    return outlets->reader != NULL ? &outlets->history : NULL;
}

const ReportReader *
outlets_get_reports(Outlets *outlets)
{
    return outlets->report_reader != NULL ? &outlets->reports : NULL;
}

const EvidenceReader *
outlets_get_evidence(Outlets *outlets)
{
    return &outlets->evidence_reader;
}

EvidenceStore *
outlets_get_evidence_store(Outlets *outlets)
{
    return outlets->evidence;
}

const PictureHistory *
outlets_get_pictures(Outlets *outlets)
{
    return &outlets->pictures;
}

const SessionStore *
outlets_get_sessions(Outlets *outlets)
{
    return outlets->redis != NULL ? &outlets->sessions : NULL;
}

void
outlets_test_receiver(Outlets *outlets, const char *id, OutletsTested tested, gpointer user_data)
{
    gantry_alerts_test(outlets->alerts, id, tested, user_data);
}

void
outlets_replay(
    Outlets *outlets, const char *id, uint64_t seq, OutletsTested tested, gpointer user_data)
{
    gantry_alerts_replay(outlets->alerts, id, seq, tested, user_data);
}

GantryReceiver *
outlets_find_receiver(Outlets *outlets, const char *id)
{
    for (guint i = 0; i < outlets->receivers->len; i++) {
        const RunningReceiver *running = outlets->receivers->pdata[i];

        if (g_strcmp0(running->as_started.id, id) == 0)
            return running->receiver;
    }
    return NULL;
}

static void
add_sink(GArray *services, GantryEventSink *sink, const char *name, uint64_t visible_seq)
{
    EventSinkStatus status;

    gantry_event_sink_get_status(sink, &status);
    const ServiceView view = {.name = g_strdup(name),
                              .state = g_strdup(status.state),
                              .text = g_strdup(status.text),
                              .behind =
                                  visible_seq > status.cursor ? visible_seq - status.cursor : 0,
                              .since_us = status.changed_us};

    g_array_append_val(services, view);
}

/* What was tried at the receiver that was added last. */
static void
add_counts(GArray *services, GantryReceiver *receiver)
{
    ServiceView *view = &g_array_index(services, ServiceView, services->len - 1);
    ReceiverCounts counts;

    gantry_receiver_get_counts(receiver, &counts);
    view->delivers = true;
    view->delivered = counts.delivered;
    view->failed = counts.failed;
    view->superseded = counts.superseded;
    view->given_up = counts.given_up;
}

static void
add_evidence(GArray *services, EvidenceStore *evidence)
{
    EvidenceStoreStatus status;

    evidence_store_get_status(evidence, &status);
    const ServiceView view = {.name = g_strdup("evidence"),
                              .state = g_strdup(status.state),
                              .text = g_strdup(status.text),
                              .since_us = status.changed_us};

    g_array_append_val(services, view);
}

GArray *
outlets_get_services(Outlets *outlets, uint64_t visible_seq)
{
    GArray *services = g_array_new(FALSE, TRUE, sizeof(ServiceView));
    ThumbnailArchiveStatus status;

    if (outlets->writer != NULL)
        add_sink(services, GANTRY_EVENT_SINK(outlets->writer), "history", visible_seq);
    if (outlets->redis != NULL)
        add_sink(services, GANTRY_EVENT_SINK(outlets->redis), "live-store", visible_seq);
    thumbnail_archive_get_status(outlets->archive, &status);
    const ServiceView archive = {.name = g_strdup("thumbnails"),
                                 .state = g_strdup(status.state),
                                 .text = g_strdup(status.text),
                                 .since_us = status.changed_us};

    g_array_append_val(services, archive);
    add_evidence(services, outlets->evidence);
    for (guint i = 0; i < outlets->receivers->len; i++) {
        const RunningReceiver *running = outlets->receivers->pdata[i];
        g_autofree char *name = g_strdup_printf("receiver/%s", running->as_started.id);

        add_sink(services, GANTRY_EVENT_SINK(running->receiver), name, visible_seq);
        add_counts(services, running->receiver);
    }
    return services;
}

void
outlets_stop(Outlets *outlets, int64_t wait_us)
{
    if (outlets == NULL)
        return;
    gantry_alerts_stop(outlets->alerts, wait_us / 2);
    g_ptr_array_unref(outlets->receivers);
    g_clear_object(&outlets->probe);
    g_object_unref(outlets->alerts);
    thumbnail_archive_stop(outlets->archive, wait_us / 8);
    evidence_store_stop(outlets->evidence, wait_us / 8);
    if (outlets->redis != NULL)
        gantry_event_sink_stop(GANTRY_EVENT_SINK(outlets->redis), wait_us / 8);
    if (outlets->reader != NULL)
        gantry_history_reader_mysql_stop(outlets->reader, wait_us / 8);
    if (outlets->writer != NULL)
        gantry_event_sink_stop(GANTRY_EVENT_SINK(outlets->writer), wait_us / 8);
    g_clear_object(&outlets->redis);
    g_clear_object(&outlets->reader);
    report_reader_mysql_free(outlets->report_reader);
    g_clear_object(&outlets->writer);
    g_bytes_unref(outlets->link_key);
    runbooks_unref(outlets->runbooks);
    g_mutex_clear(&outlets->lock);
    g_free(outlets->public_url);
    g_free(outlets->allow_networks);
    g_free(outlets);
}
