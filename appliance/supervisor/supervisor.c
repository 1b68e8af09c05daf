/* Making, wiring, turning and ending the parts of gantryd. */
#include "appliance/supervisor/supervisor.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "appliance/supervisor/box-watch.h"
#include "appliance/supervisor/calendar-desk.h"
#include "appliance/supervisor/clock.h"
#include "appliance/supervisor/crew.h"
#include "appliance/supervisor/dashboard.h"
#include "appliance/supervisor/due-source.h"
#include "appliance/supervisor/inventory-saver.h"
#include "appliance/supervisor/link-key.h"
#include "appliance/supervisor/profile-desk.h"
#include "appliance/supervisor/provision.h"
#include "appliance/supervisor/recording.h"
#include "appliance/supervisor/requests.h"
#include "appliance/supervisor/services.h"
#include "appliance/supervisor/snapshot-build.h"
#include "appliance/supervisor/state-lock.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define TICK_MS             200u
#define SLOW_TICKS          5u                /* ticks between two looks at services and sensors */
#define SNAPSHOT_EVERY_US   (500 * US_PER_MS) /* without news */
#define SNAPSHOT_SPACING_US (100 * US_PER_MS) /* with news */
#define STOOD_STILL_US      (1500 * US_PER_MS) /* between two turns: more means that we were stopped */
#define SETTLE_US           (1 * US_PER_SECOND)
#define STOP_WORKERS_US     (6 * US_PER_SECOND)
#define STOP_THREADS_US     (3 * US_PER_SECOND)

struct Supervisor {
    const Options *options; /* no-ref */
    Settings *settings;
    HwProfile *profile;
    Identity identity;
    int lock_fd;
    GantryEventLog *log;
    AlarmBook *book;
    FiguresDesk *figures;
    BoxKeys keys;
    Records *records;
    RecordingWatch recordings;
    JournalWatch journal;
    Ingest *ingest;
    Outlets *outlets;
    Requests *requests;
    CommandDesk *desk;
    Crew *crew;
    DepthDesk *depths;
    ShotDesk *shots;
    ProfileDesk *profiles;
    ProbeDesk *probes;
    Dashboard *dashboard;
    SelfProbeDesk *self_probe; /* (nullable): there is none */
    SensorPoller *sensors;
    SensorTrend *trend; /* (nullable) */
    InventorySaver *saver;
    GSource *alarm_source; /* turns when an alarm or a snapshot falls due */
    guint tick_source;
    unsigned ticks;
    MonoUs started_us;
    uint64_t snapshot_seq;
    MonoUs snapshot_us; /* of the last snapshot */
    bool news;          /* something changed since */
    bool inventory_changed;
    MonoUs turned_us;  /* when the loop last looked at what is due */
    MonoUs settled_us; /* until then nothing falls due */
    MonoUs stop_by_us; /* 0: not stopping */
    SupervisorStopped stopped;
    gpointer stopped_data;
};

static AlarmNow
now_of_both(void)
{
    return (AlarmNow){.us = boot_now_us(), .wall_us = wall_now_us()};
}

/* Sleeping until something falls due: GLib counts on CLOCK_MONOTONIC, so only the distance is
 * handed over. */
static void
rearm(Supervisor *self)
{
    const MonoUs now_us = boot_now_us();
    MonoUs due_us = MIN(ingest_deadline_us(self->ingest), crew_deadline_us(self->crew));

    due_us = MAX(due_us, self->settled_us);
    if (self->news)
        due_us = MIN(due_us, self->snapshot_us + SNAPSHOT_SPACING_US);
    g_source_set_ready_time(self->alarm_source,
                            due_us == US_NEVER ? -1
                                               : g_get_monotonic_time() + MAX(due_us - now_us, 0));
}

static GArray *
collect_services(Supervisor *self, const EventLogStatus *status)
{
    const ServiceSources sources = {self->outlets, &self->journal,   &self->recordings,
                                    self->records, self->self_probe, self->dashboard};

    return services_collect(&sources, status, boot_now_us(), wall_now_us());
}

static void
publish_snapshot(Supervisor *self, MonoUs now_us)
{
    EventLogStatus status;
    g_autoptr(SensorSet) sensors = sensor_poller_get(self->sensors);
    SnapshotSurroundings surroundings = {
        .at_us = now_us,
        .wall_us = wall_now_us(),
        .started_us = self->started_us,
        .clock_synced = clock_is_synced(),
        .seq = ++self->snapshot_seq,
        .profile_name = self->profile->name,
        .profile_text = self->profile->text,
        .depth = depth_desk_summary(self->depths),
        .headroom = depth_desk_headroom(self->depths),
        .evidence = outlets_get_evidence(self->outlets),
        .figures = self->figures,
    };

    gantry_event_log_get_status(self->log, &status);
    surroundings.services = collect_services(self, &status);
    surroundings.n_sensors = sensor_set_views(sensors, now_us, &surroundings.sensors);
    if (sensor_trend_is_due(self->trend, now_us))
        self->trend =
            sensor_trend_append(self->trend, surroundings.sensors, surroundings.n_sensors, now_us);
    surroundings.trend = self->trend;
    g_autoptr(Snapshot) snapshot = snapshot_build(self->records, self->book, &surroundings);

    gantry_http_server_publish_snapshot(dashboard_get_server(self->dashboard), snapshot);
    outlets_take_snapshot(self->outlets, snapshot, self->inventory_changed);
    self->inventory_changed = false;
    self->news = false;
    self->snapshot_us = now_us;
}

/* After this process itself stood still, what workers said meanwhile is read first; nothing falls
 * due before. */
static bool
is_settling(Supervisor *self, MonoUs now_us)
{
    if (self->turned_us != 0 && now_us - self->turned_us > STOOD_STILL_US)
        self->settled_us = now_us + SETTLE_US;
    self->turned_us = now_us;
    return now_us < self->settled_us;
}

static gboolean
on_due(gpointer user_data)
{
    Supervisor *self = user_data;
    const AlarmNow now = now_of_both();

    if (!is_settling(self, now.us)) {
        crew_step(self->crew, now.us);
        if (ingest_deadline_us(self->ingest) <= now.us)
            ingest_step(self->ingest, now);
    }
    if (self->news && now.us >= self->snapshot_us + SNAPSHOT_SPACING_US)
        publish_snapshot(self, now.us);
    rearm(self);
    return G_SOURCE_CONTINUE;
}

static void
on_changed(gpointer user_data)
{
    Supervisor *self = user_data;

    self->news = true;
}

static void
on_published(const AlarmTransition *transition, uint64_t seq, gpointer user_data)
{
    Supervisor *self = user_data;

    self_probe_desk_published(self->self_probe, transition, seq);
}

static void
on_health(const HealthRow *row, gpointer user_data)
{
    Supervisor *self = user_data;

    outlets_take_health(self->outlets, row);
}

static void
take_thumbnail(Supervisor *self, const MessageThumbnail *thumbnail)
{
    ChannelRecord *channel = records_find_channel(self->records, thumbnail->channel_id);
    g_autoptr(GBytes) jpeg = g_bytes_new(thumbnail->jpeg, thumbnail->jpeg_size);
    const HttpThumbnail picture = {.channel_id = thumbnail->channel_id,
                                   .width = thumbnail->width,
                                   .height = thumbnail->height,
                                   .captured_us = thumbnail->captured_us,
                                   .captured_wall_us = thumbnail->wall_us,
                                   .pts = thumbnail->pts,
                                   .jpeg = jpeg};

    if (channel == NULL || channel->channel->disabled)
        return;
    if (thumbnail->width >= SHOT_WIDTH) {
        shot_desk_take(self->shots, thumbnail, jpeg, boot_now_us());
        return;
    }
    ingest_picture(self->ingest, channel, thumbnail, jpeg, boot_now_us());
    gantry_http_server_publish_thumbnail(dashboard_get_server(self->dashboard), &picture);
    outlets_take_thumbnail(self->outlets, thumbnail, jpeg);
}

static void
on_worker_message(InputRecord *input, const Message *message, gpointer user_data)
{
    Supervisor *self = user_data;
    const AlarmNow now = input_record_hear(input, message, now_of_both());
    unsigned part = 0;

    switch ((MessageKind)message->kind) {
    case MESSAGE_REPORT:
        part = message->report.part;
        ingest_report(self->ingest, input, input_record_steal(message), now);
        depth_desk_report(self->depths, input, part, now_of_both());
        break;
    case MESSAGE_EDGE:
        ingest_edge(self->ingest, input, &message->edge, now);
        break;
    case MESSAGE_THUMBNAIL:
        take_thumbnail(self, &message->thumbnail);
        break;
    case MESSAGE_LEVELS:
        if (message->levels.stream > 0)
            break; /* tiles show the first stream's */
        gantry_http_server_publish_levels(dashboard_get_server(self->dashboard),
                                          message->levels.channel_id, message->levels.n_channels,
                                          message->levels.peak_dbfs, message->levels.rms_dbfs);
        break;
    case MESSAGE_FINDING:
        input_record_find(input, &message->finding);
        self->news = true;
        break;
    case MESSAGE_NOTES:
        ingest_notes(self->ingest, input, &message->notes);
        break;
    case MESSAGE_EVIDENCE:
        ingest_evidence(self->ingest, input, &message->evidence, now);
        break;
    case MESSAGE_STRUCTURE:
        ingest_structure(self->ingest, input, input_record_steal(message), now);
        break;
    case MESSAGE_HELLO:
    case MESSAGE_CONFIG:
    case MESSAGE_BYE:
    case MESSAGE_DEPTH:
    case MESSAGE_SHOT:
        break;
    }
    rearm(self);
}

static void
on_crew_note(const char *input_id, const char *text, gpointer user_data)
{
    Supervisor *self = user_data;
    g_autofree char *resource = g_strdup_printf("input/%s", input_id);

    ingest_note(self->ingest, EVENT_BOX, resource, text, "", now_of_both());
}

static void
watch_box(Supervisor *self, AlarmNow now)
{
    g_autoptr(Snapshot) held = snapshot_new();
    g_autoptr(SensorSet) sensors = sensor_poller_get(self->sensors);
    EventLogStatus status;

    gantry_event_log_get_status(self->log, &status);
    journal_watch_step(&self->journal, self->log, self->book, self->ingest, now);
    GArray *services = collect_services(self, &status);

    held->n_sensors = sensor_set_views(sensors, now.us, &held->sensors);
    box_watch_observe(self->ingest, services, held->sensors, held->n_sensors, now);
    held->n_services = services->len;
    held->services = (ServiceView *)(gpointer)g_array_free(services, FALSE);
}

static gboolean
on_tick(gpointer user_data)
{
    Supervisor *self = user_data;
    const AlarmNow now = now_of_both();

    if (is_settling(self, now.us))
        return G_SOURCE_CONTINUE;
    crew_step(self->crew, now.us);
    self_probe_desk_step(self->self_probe, now);
    box_watch_workers(self->ingest, self->records, self->crew, now);
    shot_desk_step(self->shots, self->records, now.us);
    if (self->ticks++ % SLOW_TICKS == 0) {
        watch_box(self, now);
        depth_desk_step(self->depths, now);
        calendar_desk_step(self->records, self->book, self->ingest, now);
        figures_desk_step(self->figures, &self->records->inventory->site->policy, now);
        ingest_gather(self->ingest, now.us);
        profile_desk_step(self->profiles, now);
        sd_notify(0, "WATCHDOG=1");
    }
    if (now.us - self->snapshot_us >= SNAPSHOT_EVERY_US)
        publish_snapshot(self, now.us);
    rearm(self);
    if (self->stop_by_us != 0 &&
        (crew_count_running(self->crew) == 0 || now.us >= self->stop_by_us)) {
        self->tick_source = 0;
        self->stopped(self->stopped_data);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

/* Follows @inventory in every part. */
static void
follow_inventory(Supervisor *self, Inventory *inventory, bool adopt)
{
    const AlarmNow now = now_of_both();
    GPtrArray *transitions = alarm_transitions_new();

    g_autoptr(Inventory) watched = self_probe_desk_add_channel(self->self_probe, inventory);

    records_set_inventory(self->records, watched);
    profile_desk_follow(self->profiles, now);
    ingest_follow_inventory(self->ingest, now);
    alarm_book_retain(self->book, records_has_resource, self->records, now, transitions);
    ingest_publish(self->ingest, transitions, now);
    calendar_desk_step(self->records, self->book, self->ingest, now);
    outlets_set_erased(self->outlets, inventory->accounts->erased);
    outlets_set_receivers(self->outlets, inventory);
    crew_set_inputs(self->crew, adopt, now.us);
    gantry_http_server_publish_accounts(dashboard_get_server(self->dashboard), inventory->accounts);
    dashboard_offer_setup(self->dashboard, self->settings, inventory->accounts->n_accounts > 0);
    self->inventory_changed = true;
    self->news = true;
}

/* A new generation (transfer full): written behind, followed at once. */
static void
adopt_inventory(Inventory *inventory, gpointer user_data)
{
    Supervisor *self = user_data;
    g_autoptr(Inventory) owned = inventory;

    if (inventory == self->records->inventory)
        return;
    inventory_saver_save(self->saver, inventory);
    follow_inventory(self, inventory, false);
}

/* What lies on disk: the lock, the ids, the inventory, the journal and the alarms in it. */
static Inventory *
open_state(Supervisor *self, GError **error)
{
    g_autofree char *journal = g_build_filename(self->settings->state_folder, "journal", NULL);

    self->lock_fd = state_lock_take(self->settings->state_folder, error);
    if (self->lock_fd < 0)
        return NULL;
    identity_load(&self->identity);
    g_autoptr(Inventory) inventory = provision_stored(self->settings, error);

    if (inventory == NULL)
        return NULL;
    self->log = gantry_event_log_open(journal, &(EventLogLimits){0}, error);
    if (self->log == NULL)
        return NULL;
    name_veil_set(gantry_event_log_get_veil(self->log), inventory->accounts->erased);
    self->figures = figures_desk_new(self->settings->state_folder);
    if (!box_keys_load(self->settings->state_folder, &self->keys, error))
        return NULL;
    self->book = alarm_book_new(alarm_profile_default(), identity_make_uuid, NULL);
    const size_t standing = ingest_restore(self->book, self->figures, self->log);

    alarm_book_resume(self->book, now_of_both());
    if (standing > 0)
        g_message("%zu alarms stood when gantryd ended; each is judged anew", standing);
    return g_steal_pointer(&inventory);
}

static void
start_requests(Supervisor *self)
{
    g_autofree char *probe_folder =
        g_build_filename(self->settings->state_folder, "run", "probes", NULL);

    self->probes = probe_desk_new(self->settings->probe_program, probe_folder);
    const RequestPorts requests = {.records = self->records,
                                   .book = self->book,
                                   .ingest = self->ingest,
                                   .outlets = self->outlets,
                                   .depths = self->depths,
                                   .shots = self->shots,
                                   .profiles = self->profiles,
                                   .probes = self->probes,
                                   .n_slates = self->settings->n_slates,
                                   .interface = self->settings->interface,
                                   .state_folder = self->settings->state_folder,
                                   .channels_file = self->settings->channels_file,
                                   .allow_loopback = self->settings->allow_loopback,
                                   .adopt = adopt_inventory,
                                   .user_data = self};

    self->requests = requests_new(&requests);
    self->desk = command_desk_new(requests_handle, self->requests);
}

static bool
start_parts(Supervisor *self, GError **error)
{
    self->outlets = outlets_new(self->log, self->settings, &self->identity, self->keys.links);
    const IngestPorts ingest = {.records = self->records,
                                .book = self->book,
                                .figures = self->figures,
                                .log = self->log,
                                .evidence = outlets_get_evidence_store(self->outlets),
                                .health = on_health,
                                .published = on_published,
                                .changed = on_changed,
                                .user_data = self};
    const CrewPorts crew = {.message = on_worker_message, .note = on_crew_note, .user_data = self};

    self->ingest = ingest_new(&ingest);
    self->crew = crew_new(self->settings, self->profile, self->records, &crew, error);
    if (self->crew == NULL)
        return false;
    const DepthDeskPorts depths = {.records = self->records,
                                   .ingest = self->ingest,
                                   .profile = self->profile,
                                   .send = crew_send_depth,
                                   .user_data = self->crew};
    const ShotDeskPorts shots = {.send = crew_send_shot, .user_data = self->crew};

    self->depths = depth_desk_new(&depths);
    self->shots = shot_desk_new(&shots);
    const ProfilePorts profiles = {.records = self->records,
                                   .book = self->book,
                                   .ingest = self->ingest,
                                   .state_folder = self->settings->state_folder,
                                   .adopt = adopt_inventory,
                                   .user_data = self};

    self->profiles = profile_desk_new(&profiles);
    start_requests(self);
    self->sensors = box_watch_start_sensors(self->settings, self->profile);
    self->dashboard = dashboard_new(self->settings, self->log, self->outlets,
                                    command_desk_get_port(self->desk), &self->keys, error);
    return self->dashboard != NULL;
}

static void
say_started(Supervisor *self)
{
    EventLogStatus status;

    gantry_event_log_get_status(self->log, &status);
    if (*status.repaired != '\0')
        ingest_note(self->ingest, EVENT_BOX, "box", status.repaired, "", now_of_both());
    const Inventory *inventory = self->records->inventory;
    g_autofree char *text = g_strdup_printf(
        "gantryd %s started with %zu channels on %zu inputs", GANTRY_VERSION,
        inventory->n_channels - inventory->n_own, inventory->n_inputs - inventory->n_own);

    ingest_note(self->ingest, EVENT_BOX, "box", text, "", now_of_both());
    sd_notifyf(0, "READY=1\nSTATUS=%s", text);
}

Supervisor *
supervisor_new(const Options *options, GError **error)
{
    Supervisor *self = g_new0(Supervisor, 1);

    self->options = options;
    self->lock_fd = -1;
    self->started_us = boot_now_us();
    self->records = records_new();
    self->settings = provision_settings(options, error);
    self->profile = self->settings != NULL ? provision_profile(self->settings, error) : NULL;
    g_autoptr(Inventory) inventory = self->profile != NULL ? open_state(self, error) : NULL;

    if (inventory == NULL || !start_parts(self, error)) {
        supervisor_free(self);
        return NULL;
    }
    self->saver = inventory_saver_new(self->settings->state_folder, inventory);
    self->alarm_source = due_source_new(on_due, self);
    const SelfProbePorts probe = {.log = self->log,
                                  .outlets = self->outlets,
                                  .records = self->records,
                                  .book = self->book,
                                  .ingest = self->ingest};

    self->self_probe = self_probe_desk_new(&probe, self->settings->self_probe_seconds);
    follow_inventory(self, inventory, true);
    self->tick_source = g_timeout_add(TICK_MS, on_tick, self);
    say_started(self);
    return self;
}

void
supervisor_reload(Supervisor *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = provision_settings(self->options, &error);
    Inventory *next =
        settings != NULL ? provision_inventory(self->records->inventory, settings, &error) : NULL;
    g_autofree char *text = NULL;

    if (next == NULL) {
        text = g_strdup_printf("reload refused, nothing changed: %s", error->message);
        ingest_note(self->ingest, EVENT_BOX, "box", text, "", now_of_both());
        return;
    }
    gantry_http_server_reload_certificate(dashboard_get_server(self->dashboard));
    text = g_strdup_printf("reloaded: %zu channels on %zu inputs, generation %" G_GUINT64_FORMAT,
                           next->n_channels, next->n_inputs, next->generation);
    if (next == self->records->inventory)
        inventory_unref(next);
    else
        adopt_inventory(next, self);
    ingest_note(self->ingest, EVENT_BOX, "box", text, "", now_of_both());
}

void
supervisor_stop(Supervisor *self, SupervisorStopped stopped, gpointer user_data)
{
    if (self->stop_by_us != 0)
        return;
    sd_notify(0, "STOPPING=1");
    ingest_note(self->ingest, EVENT_BOX, "box", "gantryd ends as asked", "", now_of_both());
    self->stopped = stopped;
    self->stopped_data = user_data;
    self->stop_by_us = boot_now_us() + (self->options->stop_workers ? STOP_WORKERS_US : 0);
    if (self->options->stop_workers)
        crew_stop_workers(self->crew);
}

void
supervisor_free(Supervisor *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->tick_source, g_source_remove);
    if (self->alarm_source != NULL) {
        g_source_destroy(self->alarm_source);
        g_source_unref(self->alarm_source);
    }
    dashboard_free(self->dashboard);
    self_probe_desk_free(self->self_probe);
    crew_free(self->crew);
    outlets_stop(self->outlets, STOP_THREADS_US);
    if (self->sensors != NULL)
        sensor_poller_stop(self->sensors, STOP_THREADS_US / 3);
    inventory_saver_free(self->saver);
    shot_desk_free(self->shots);
    profile_desk_free(self->profiles);
    probe_desk_free(self->probes);
    command_desk_free(self->desk);
    requests_free(self->requests);
    depth_desk_free(self->depths);
    ingest_free(self->ingest);
    alarm_book_free(self->book);
    figures_desk_free(self->figures);
    sensor_trend_unref(self->trend);
    box_keys_clear(&self->keys);
    if (self->log != NULL)
        gantry_event_log_close(self->log, STOP_THREADS_US);
    g_clear_object(&self->log);
    records_free(self->records);
    identity_clear(&self->identity);
    hw_profile_free(self->profile);
    settings_free(self->settings);
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    g_free(self);
}
