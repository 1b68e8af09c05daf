/* Restart policies, units and connections of all inputs. */
#include "appliance/supervisor/crew.h"

#include <pwd.h>
#include <unistd.h>

#include "appliance/model/recording-share.h"
#include "appliance/model/restart-policy.h"
#include "appliance/supervisor/recording.h"
#include "appliance/workers/listener.h"
#include "appliance/workers/worker-spawn.h"
#include "appliance/workers/worker-systemd.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define DEFAULT_DEPTH    DEPTH_KEY_EVERY_4_S /* the governor deepens from there */
#define WORKER_USER      "gantry-channel"
#define REFUSED_EVERY_US (60 * US_PER_SECOND)
#define SWEEP_EVERY_US   (3600 * US_PER_SECOND)
#define LOOP_STUCK_S     2.0 /* a measuring thread that did not turn for so long is as good as gone */
#define SHARES_EVERY_US  (60 * US_PER_SECOND)
#define TAKE_OVER_US     (5 * US_PER_SECOND) /* a worker silent for so long may be taken for gone */

typedef struct {
    Crew *crew; /* no-ref */
    char *input_id;
    GantryChannelWorker *worker; /* (nullable): its connection */
    RestartPolicy policy;
    uint64_t quota_bytes; /* of each channel's recordings, as last told */
} Member;

typedef LimitValue LimitRow[LIMIT_NUMBER_MAX + 1]; /* of one channel */

struct Crew {
    const Settings *settings;
    const HwProfile *profile;
    Records *records;
    CrewPorts ports;
    GantryListener *listener;
    GantryWorkerUnits *units;
    GHashTable *members; /* (element-type utf8 Member): owns them */
    StartGate gate;
    MonoUs refused_us;        /* when a refusal was told last; 0: never */
    uint64_t recording_bytes; /* that all recordings may take; 0: none are made */
    MonoUs shares_due_us;     /* when their shares are looked at again */
    MonoUs sweep_due_us;      /* when recordings of removed inputs are looked for */
    char *recording_root;     /* owned */
    bool stopping;            /* no worker is started any more */
};

static void
member_drop_worker(Member *member, const char *reason)
{
    if (member->worker == NULL)
        return;
    g_autoptr(GantryChannelWorker) worker = g_steal_pointer(&member->worker);

    g_signal_handlers_disconnect_by_data(worker, member);
    gantry_channel_worker_close(worker, reason);
}

static void
member_free(gpointer data)
{
    Member *member = data;

    member_drop_worker(member, "gantryd no longer watches this input");
    g_free(member->input_id);
    g_free(member);
}

/* Whether a worker that reports measures, too: its measuring thread turns. */
static bool
measures(const MessageReport *report)
{
    for (size_t i = 0; i < report->n_metrics; i++)
        if (report->metrics[i].metric == METRIC_LOOP_AGE)
            return report->metrics[i].value < LOOP_STUCK_S;
    return report->part == 0;
}

static void
on_message(GantryChannelWorker *worker, gpointer data, gpointer user_data)
{
    const Message *message = data;
    Member *member = user_data;
    InputRecord *input = records_find_input(member->crew->records, member->input_id);

    if (message->kind == MESSAGE_REPORT && measures(&message->report))
        restart_policy_reported(&member->policy, boot_now_us());
    if (input != NULL && message->kind != MESSAGE_BYE)
        member->crew->ports.message(input, message, member->crew->ports.user_data);
}

static void
on_lost(GantryChannelWorker *worker, const GError *error, gpointer user_data)
{
    Member *member = user_data;
    Crew *crew = member->crew;
    InputRecord *input = records_find_input(crew->records, member->input_id);

    if (input != NULL)
        input->worker_pid = 0;
    crew->ports.note(member->input_id, error->message, crew->ports.user_data);
    g_signal_handlers_disconnect_by_data(worker, member);
    g_clear_object(&member->worker);
}

/* What @profile (nullable) sets otherwise than it is shipped. Returns: how many */
static size_t
list_limits(const AlarmProfile *profile, LimitValue *ret_limits)
{
    const Limits shipped = limits_shipped();
    size_t n = 0;

    for (unsigned number = 1; profile != NULL && number <= LIMIT_NUMBER_MAX; number++) {
        const double value = profile->limits.values[number];

        if (value < shipped.values[number] || value > shipped.values[number])
            ret_limits[n++] = (LimitValue){.limit = (uint16_t)number, .value = value};
    }
    return n;
}

static void
send_config(Member *member, const InventoryInput *input)
{
    Crew *crew = member->crew;
    g_autofree ServiceConfig *services = g_new0(ServiceConfig, input->n_channels);
    g_autofree LimitRow *limits = g_new0(LimitRow, input->n_channels);
    g_autoptr(GError) error = NULL;

    member->quota_bytes = recording_quota(crew->recording_bytes, crew->records, input);
    for (size_t i = 0; i < input->n_channels; i++) {
        const ChannelRecord *record = crew->records->channels[input->channels[i]];

        services[i] = (ServiceConfig){
            .channel_id = record->channel->id,
            .service_id = record->channel->service_id,
            .depth = (uint8_t)(record->depth_sent_us != 0 ? record->sent_depth : DEFAULT_DEPTH),
            .limits = limits[i],
        };
        services[i].n_limits = list_limits(record->profile, limits[i]);
    }
    const MessageConfig config = {
        .input_id = input->id,
        .address = input->address,
        .interface = input->interface,
        .receive_buffer = crew->settings->receive_buffer != 0 ? crew->settings->receive_buffer
                                                              : crew->profile->receive_buffer,
        .thumbnail_period_ms = crew->settings->thumbnail_period_ms,
        .cpu_set = crew->profile->worker_cpus,
        .segment_seconds = crew->recording_bytes > 0 ? crew->settings->segment_minutes * 60 : 0,
        .segment_quota_bytes = member->quota_bytes,
        .slates = crew->settings->slates,
        .n_slates = crew->settings->n_slates,
        .services = services,
        .n_services = input->n_channels,
    };

    if (!gantry_channel_worker_send_config(member->worker, &config, &error))
        crew->ports.note(member->input_id, error->message, crew->ports.user_data);
}

static bool
speaks_for_another(const Crew *crew, const Member *member, uint32_t pid)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, crew->members);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Member *other = value;

        if (other != member && other->worker != NULL &&
            gantry_channel_worker_get_pid(other->worker) == pid)
            return true;
    }
    return false;
}

/* A stream may have taken over the process behind @worker: it speaks for its own input, or not at
 * all. Returns: (transfer none) (nullable): why it is not let in */
static const char *
why_not(const Crew *crew, const Member *member, GantryChannelWorker *worker)
{
    const uint32_t pid = gantry_channel_worker_get_pid(worker);

    if (!gantry_worker_units_is_worker(crew->units, member->input_id, pid))
        return "another process was started for this input";
    if (speaks_for_another(crew, member, pid))
        return "this process is the worker of another input";
    if (member->worker != NULL && gantry_channel_worker_get_pid(member->worker) != pid &&
        gantry_channel_worker_get_silence_us(member->worker, boot_now_us()) < TAKE_OVER_US)
        return "another process measures this input";
    return NULL;
}

/* Told now and then: whoever tries it may try it often. */
static void
refuse(Crew *crew, const char *input_id, const char *why)
{
    const MonoUs now_us = boot_now_us();
    g_autofree char *text = g_strdup_printf("a connection was refused: %s", why);

    if (crew->refused_us != 0 && now_us - crew->refused_us < REFUSED_EVERY_US)
        return;
    crew->refused_us = now_us;
    crew->ports.note(input_id, text, crew->ports.user_data);
}

static void
on_connected(GantryListener *listener, GantryChannelWorker *worker, gpointer user_data)
{
    Crew *crew = user_data;
    const char *id = gantry_channel_worker_get_input_id(worker);
    Member *member = g_hash_table_lookup(crew->members, id);
    InputRecord *input = records_find_input(crew->records, id);

    if (member == NULL || input == NULL) {
        gantry_channel_worker_close(worker, "this input is not in the inventory");
        return;
    }
    const char *wrong = why_not(crew, member, worker);

    if (wrong != NULL) {
        refuse(crew, id, wrong);
        gantry_channel_worker_close(worker, wrong);
        return;
    }
    member_drop_worker(member, "a newer worker of this input has connected");
    member->worker = g_object_ref(worker);
    g_signal_connect(worker, "message", G_CALLBACK(on_message), member);
    g_signal_connect(worker, "lost", G_CALLBACK(on_lost), member);
    input->worker_pid = gantry_channel_worker_get_pid(worker);
    send_config(member, input->input);
}

static void
on_refused(GantryListener *listener, const char *text, gpointer user_data)
{
    g_warning("worker socket: %s", text);
}

static void
on_ended(GantryWorkerUnits *units, const char *input_id, const char *text, gpointer user_data)
{
    Crew *crew = user_data;
    Member *member = g_hash_table_lookup(crew->members, input_id);

    if (member == NULL)
        return;
    restart_policy_exited(&member->policy, boot_now_us());
    crew->ports.note(input_id, text, crew->ports.user_data);
}

static void
on_failed(GantryWorkerUnits *units, const char *input_id, const GError *error, gpointer user_data)
{
    Crew *crew = user_data;
    Member *member = g_hash_table_lookup(crew->members, input_id);

    if (member == NULL)
        return;
    restart_policy_start_failed(&member->policy, boot_now_us());
    crew->ports.note(input_id, error->message, crew->ports.user_data);
}

static GantryWorkerUnits *
make_units(const Settings *settings, GError **error)
{
    g_autofree char *folder = g_build_filename(settings->state_folder, "run", "workers", NULL);
    g_autofree char *socket = g_build_filename(settings->state_folder, "run", "workers.sock", NULL);
    g_autofree char *logs = g_build_filename(settings->state_folder, "log", NULL);
    const char *const argv[] = {
        settings->workers_program, "--input", "%i", "--socket", socket, "--state",
        settings->state_folder,    NULL};

    if (settings->workers_mode == WORKERS_SPAWN) {
        GantryWorkerSpawn *spawn = gantry_worker_spawn_new(argv, folder, logs, error);

        return spawn != NULL ? GANTRY_WORKER_UNITS(spawn) : NULL;
    }
    g_autoptr(GError) reason = NULL;
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &reason);

    if (bus == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "reaching systemd: %s",
                    reason->message);
        return NULL;
    }
    return GANTRY_WORKER_UNITS(gantry_worker_systemd_new(bus));
}

/* The user that the units of workers run as. */
static bool
find_worker_user(uid_t *ret_uid)
{
    const struct passwd *user = getpwnam(WORKER_USER);

    if (user == NULL)
        return false;
    *ret_uid = user->pw_uid;
    return true;
}

Crew *
crew_new(const Settings *settings,
         const HwProfile *profile,
         Records *records,
         const CrewPorts *ports,
         GError **error)
{
    g_autofree char *socket = g_build_filename(settings->state_folder, "run", "workers.sock", NULL);
    uid_t uids[2] = {geteuid()};
    ListenerOptions options = {.path = socket, .uids = uids, .n_uids = 1};
    g_autoptr(GantryWorkerUnits) units = make_units(settings, error);

    if (settings->workers_mode == WORKERS_SYSTEMD && find_worker_user(&uids[1])) {
        options.n_uids = 2;
        options.mode = 0666; /* the peer's user is what counts */
    }
    g_autoptr(GantryListener) listener =
        units != NULL ? gantry_listener_new(&options, error) : NULL;

    if (listener == NULL)
        return NULL;
    g_autofree char *root = recording_root(settings);
    Crew *crew = g_new0(Crew, 1);

    *crew = (Crew){.settings = settings,
                   .profile = profile,
                   .records = records,
                   .ports = *ports,
                   .recording_bytes = recording_budget(settings, root),
                   .recording_root = g_strdup(root),
                   .units = g_steal_pointer(&units),
                   .listener = g_steal_pointer(&listener),
                   .members = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, member_free)};
    g_signal_connect(crew->units, "ended", G_CALLBACK(on_ended), crew);
    g_signal_connect(crew->units, "failed", G_CALLBACK(on_failed), crew);
    g_signal_connect(crew->listener, "connected", G_CALLBACK(on_connected), crew);
    g_signal_connect(crew->listener, "refused", G_CALLBACK(on_refused), crew);
    return crew;
}

static void
stop_unit(Crew *crew, const char *input_id)
{
    g_autoptr(GError) error = NULL;

    if (!gantry_worker_units_stop(crew->units, input_id, &error) &&
        !g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND))
        crew->ports.note(input_id, error->message, crew->ports.user_data);
}

static gboolean
is_gone(gpointer key, gpointer value, gpointer user_data)
{
    Crew *crew = user_data;
    const InputRecord *input = records_find_input(crew->records, key);

    if (input != NULL && input->input->n_channels > 0)
        return FALSE;
    stop_unit(crew, key);
    return TRUE;
}

void
crew_set_inputs(Crew *crew, bool adopt, MonoUs now_us)
{
    const Inventory *inventory = crew->records->inventory;

    g_hash_table_foreach_remove(crew->members, is_gone, crew);
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        const InventoryInput *input = &inventory->inputs[i];
        Member *member = g_hash_table_lookup(crew->members, input->id);

        if (input->n_channels == 0)
            continue; /* all of its channels are switched off */
        if (member == NULL) {
            member = g_new0(Member, 1);
            member->crew = crew;
            member->input_id = g_strdup(input->id);
            restart_policy_init(&member->policy, adopt, now_us);
            g_hash_table_insert(crew->members, member->input_id, member);
        } else if (member->worker != NULL) {
            send_config(member, input);
        }
    }
    g_auto(GStrv) running = gantry_worker_units_list(crew->units);

    for (char **id = running; *id != NULL; id++) {
        if (!g_hash_table_contains(crew->members, *id))
            stop_unit(crew, *id);
    }
}

static void
start_member(Crew *crew, Member *member, MonoUs now_us)
{
    InputRecord *input = records_find_input(crew->records, member->input_id);
    g_autoptr(GError) error = NULL;

    if (input != NULL) {
        input->worker_restarts = member->policy.restarts;
        input_record_restarted(crew->records, input);
    }
    if (gantry_worker_units_start(crew->units, member->input_id, &error))
        return;
    restart_policy_start_failed(&member->policy, now_us);
    crew->ports.note(member->input_id, error->message, crew->ports.user_data);
}

static void
kill_member(Crew *crew, Member *member, MonoUs now_us)
{
    g_autoptr(GError) error = NULL;

    crew->ports.note(member->input_id, "the worker does not report and is killed",
                     crew->ports.user_data);
    if (gantry_worker_units_kill(crew->units, member->input_id, &error))
        return;
    if (g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND))
        restart_policy_exited(&member->policy, now_us);
    else
        crew->ports.note(member->input_id, error->message, crew->ports.user_data);
}

/* Tells a worker whose share of the disk has moved. */
static void
share_disk(Crew *crew, MonoUs now_us)
{
    const Inventory *inventory = crew->records->inventory;

    if (now_us < crew->shares_due_us || crew->recording_bytes == 0)
        return;
    crew->shares_due_us = now_us + SHARES_EVERY_US;
    if (now_us >= crew->sweep_due_us) {
        crew->sweep_due_us = now_us + SWEEP_EVERY_US;
        recording_sweep(crew->recording_root, inventory);
    }
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        Member *member = g_hash_table_lookup(crew->members, inventory->inputs[i].id);

        if (member != NULL && member->worker != NULL &&
            recording_share_moved(
                member->quota_bytes,
                recording_quota(crew->recording_bytes, crew->records, &inventory->inputs[i])))
            send_config(member, &inventory->inputs[i]);
    }
}

void
crew_step(Crew *crew, MonoUs now_us)
{
    const Inventory *inventory = crew->records->inventory;

    share_disk(crew, now_us);

    for (size_t i = 0; i < inventory->n_inputs && !crew->stopping; i++) {
        Member *member = g_hash_table_lookup(crew->members, inventory->inputs[i].id);

        if (member == NULL)
            continue;
        switch (restart_policy_step(&member->policy, &crew->gate, now_us)) {
        case WORKER_DO_START:
            start_member(crew, member, now_us);
            break;
        case WORKER_DO_KILL:
            kill_member(crew, member, now_us);
            break;
        case WORKER_DO_NOTHING:
            break;
        }
    }
}

MonoUs
crew_deadline_us(Crew *crew)
{
    GHashTableIter iter;
    gpointer value;
    MonoUs due_us = crew->recording_bytes > 0 ? crew->shares_due_us : US_NEVER;

    g_hash_table_iter_init(&iter, crew->members);
    while (!crew->stopping && g_hash_table_iter_next(&iter, NULL, &value))
        due_us = MIN(due_us, restart_policy_deadline_us(&((Member *)value)->policy, &crew->gate));
    return due_us;
}

bool
crew_is_silent(Crew *crew, const InputRecord *input, MonoUs now_us, MonoUs *ret_since_us)
{
    const Member *member = g_hash_table_lookup(crew->members, input->input->id);

    return member != NULL && restart_policy_is_silent(&member->policy, now_us, ret_since_us);
}

/* The connection of @input_id's worker. (transfer none) (nullable) */
static GantryChannelWorker *
connected_worker(Crew *crew, const char *input_id)
{
    const Member *member = g_hash_table_lookup(crew->members, input_id);

    return member != NULL ? member->worker : NULL;
}

bool
crew_send_depth(const char *input_id, const char *channel_id, Depth depth, gpointer crew)
{
    GantryChannelWorker *worker = connected_worker(crew, input_id);
    const MessageDepth message = {.channel_id = (char *)channel_id, .depth = (uint8_t)depth};
    g_autoptr(GError) error = NULL;

    return worker != NULL && gantry_channel_worker_send_depth(worker, &message, &error);
}

bool
crew_send_shot(const char *input_id, const char *channel_id, gpointer crew)
{
    GantryChannelWorker *worker = connected_worker(crew, input_id);
    const MessageShot message = {.channel_id = (char *)channel_id, .width = SHOT_WIDTH};
    g_autoptr(GError) error = NULL;

    return worker != NULL && gantry_channel_worker_send_shot(worker, &message, &error);
}

void
crew_stop_workers(Crew *crew)
{
    g_auto(GStrv) running = gantry_worker_units_list(crew->units);

    crew->stopping = true;
    for (char **id = running; *id != NULL; id++)
        stop_unit(crew, *id);
}

unsigned
crew_count_running(Crew *crew)
{
    g_auto(GStrv) running = gantry_worker_units_list(crew->units);

    return g_strv_length(running);
}

void
crew_free(Crew *crew)
{
    if (crew == NULL)
        return;
    g_signal_handlers_disconnect_by_data(crew->units, crew);
    g_signal_handlers_disconnect_by_data(crew->listener, crew);
    g_hash_table_unref(crew->members);
    g_object_unref(crew->listener);
    g_object_unref(crew->units);
    g_free(crew->recording_root);
    g_free(crew);
}
