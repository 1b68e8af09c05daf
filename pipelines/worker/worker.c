/* The worker: takes a configuration, looks five times a second, says what it saw. */
#include "pipelines/worker/worker-private.h"

#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "pipelines/base/clock.h"
#include "pipelines/base/cpu-set.h"
#include "pipelines/base/error.h"
#include "pipelines/contract/codec.h"
#include "pipelines/elements/elements.h"
#include "pipelines/worker/depth.h"
#include "pipelines/worker/keep-segments.h"
#include "pipelines/worker/life.h"
#include "pipelines/worker/link.h"
#include "pipelines/worker/loss-watch.h"
#include "pipelines/worker/picture-evidence.h"
#include "pipelines/worker/raw-ear.h"
#include "pipelines/worker/record.h"
#include "pipelines/worker/report.h"
#include "pipelines/worker/sandbox.h"
#include "pipelines/worker/saved-config.h"
#include "pipelines/worker/second-source.h"
#include "pipelines/worker/wire-watch.h"

#define TICK_MS           200u
#define TICKS_A_REPORT    5u
#define TICKS_A_STRUCTURE 25u                 /* 5 s; a multiple of a report */
#define FIRST_STRUCTURE   10u                 /* by then the tables have come */
#define LOOP_STUCK_US     (3 * US_PER_SECOND) /* the measuring thread does not turn */
#define CONFIG_PATIENCE_S 2u                  /* then the last configuration is used */

static double
rate_of(const EsVideo *coded)
{
    return coded->known && coded->rate_den > 0 ? (double)coded->rate_num / coded->rate_den : 0;
}

/* What shows a fault of the picture comes before the edge that tells of it. */
static void
show_picture(Worker *worker, size_t index, const FaultState *state)
{
    const ServiceReading *service = &worker->reading.services[index];
    g_autofree char *text = NULL;

    if (state->active)
        text =
            picture_evidence_text(state, &service->picture, &service->video, worker_config(worker));
    if (text != NULL)
        worker_tell_evidence(worker, index,
                             (MessageEvidence){.fault = state->fault,
                                               .cause = CAUSE_INPUT,
                                               .from_us = state->since_us,
                                               .until_us = worker->reading.now_us,
                                               .text = text});
}

static void
judge_service(Worker *worker, size_t index)
{
    ServiceReading *service = &worker->reading.services[index];
    FaultState edges[STATES_MAX];
    ChannelFacts facts = {
        .now_us = worker->reading.now_us,
        .seen_us = worker->reading.seen_us,
        .started_us = worker->measuring_us,
        .source = &worker->reading.source,
        .indicators = service->indicators,
        .ip = &worker->reading.ip,
        .ts = &service->state,
        .video = &service->video,
        .picture = &service->picture,
        .signalled_hz = rate_of(&service->format.coded),
        .interlaced = service->format.coded.interlaced,
        .ancillary = &service->ancillary,
        .sampling = depth_sampling(worker_config(worker)->services[index].depth),
        .limits = &worker->limits[index],
    };

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++)
        if (service->audios[slot].es.pid != 0)
            facts.audios[slot] =
                (AudioFacts){&service->audios[slot].sound, &service->audios[slot].es,
                             service->audios[slot].skew_us};
    const size_t n_edges = channel_states_judge(&worker->states[index], &facts, edges);

    for (size_t i = 0; i < n_edges; i++)
        show_picture(worker, index, &edges[i]);
    worker_tell_edges(worker, index, edges, n_edges);
}

static void
watch_wire(Worker *worker)
{
    WireFacts facts = {
        .now_us = worker->reading.now_us,
        .source = &worker->reading.source,
        .synced = worker->reading.synced,
        .absent_service = -1,
    };

    for (size_t i = 0; i < worker->reading.n_services; i++) {
        if (worker->states[i].conditions[FAULT_SERVICE_ABSENT].active)
            facts.absent_service = worker_config(worker)->services[i].service_id;
    }
    if (wire_watch_step(worker->wire, &facts))
        worker_tell_finding(worker);
}

/* Whose doing it is comes before the counter that tells of it. */
static void
watch_losses(Worker *worker)
{
    loss_watch_step(worker->losses, &worker->reading);
    for (size_t i = 0; i < worker->reading.n_services; i++) {
        const LossVerdict *verdict = loss_watch_news(worker->losses, i);

        if (verdict == NULL)
            continue;
        worker_tell_evidence(worker, i,
                             (MessageEvidence){.fault = FAULT_CONTINUITY,
                                               .cause = (uint8_t)verdict->cause,
                                               .from_us = verdict->from_us,
                                               .until_us = verdict->until_us,
                                               .text = (char *)verdict->text});
    }
}

/* Proof of work for systemd: the main loop turns, and so does the measuring thread. */
static void
feed_watchdog(const Worker *worker)
{
    const MonoUs turned_us = MAX(worker->reading.source.turned_us, worker->measuring_us);

    if (worker->graph == NULL || boot_now_us() - turned_us < LOOP_STUCK_US)
        (void)sd_notify(0, "WATCHDOG=1");
}

static gboolean
feed_while_idle(gpointer user_data)
{
    feed_watchdog(user_data);
    return G_SOURCE_CONTINUE;
}

/* Meters of sound appear with their streams: they are told once a second. */
static void
limit_sounds(Worker *worker)
{
    for (unsigned i = 0; i < worker->reading.n_services; i++) {
        const SoundLimits limits = {.silence_dbfs = worker->limits[i].values[LIMIT_SILENCE_LEVEL],
                                    .true_peak_dbtp = worker->limits[i].values[LIMIT_TRUE_PEAK]};

        for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
            GantrySoundMeter *meter = graph_sound(worker->graph, i, slot);

            if (meter != NULL)
                gantry_sound_meter_set_limits(meter, &limits);
        }
    }
}

/* What is measured by programme begins anew where the EIT says that another one is on. */
static void
follow_programmes(Worker *worker)
{
    for (unsigned i = 0; i < worker->reading.n_services; i++) {
        const int32_t before = worker->programmes[i], now = worker->reading.services[i].programme;

        if (now < 0 || now == before)
            continue;
        worker->programmes[i] = now;
        for (unsigned slot = 0; before >= 0 && slot < ES_AUDIO_MAX; slot++) {
            GantrySoundMeter *meter = graph_sound(worker->graph, i, slot);

            if (meter != NULL)
                gantry_sound_meter_begin_programme(meter);
        }
    }
}

static gboolean
tick(gpointer user_data)
{
    Worker *worker = user_data;
    const bool whole = worker->ticks % TICKS_A_REPORT == 0;
    const bool structure = worker->ticks % TICKS_A_STRUCTURE == FIRST_STRUCTURE;

    worker->ticks++;
    reading_take(&worker->reading, worker->graph, worker_config(worker), boot_now_us(),
                 structure ? READING_STRUCTURE
                 : whole   ? READING_WHOLE
                           : READING_STATES);
    worker_tell_senders(worker);
    for (size_t i = 0; i < worker->reading.n_services; i++) {
        judge_service(worker, i);
        worker_tell_levels(worker, i);
        worker_tell_thumbnail(worker, i);
        worker_tell_notes(worker, i);
        if (structure)
            worker_tell_structure(worker, i);
    }
    watch_wire(worker);
    if (whole) {
        limit_sounds(worker);
        follow_programmes(worker);
        watch_losses(worker);
        worker_tell_report(worker);
        life_check_room();
        feed_watchdog(worker);
    }
    return G_SOURCE_CONTINUE;
}

static void
stop_measuring(Worker *worker)
{
    g_clear_handle_id(&worker->tick, g_source_remove);
    life_arm_dead_man();
    g_clear_pointer(&worker->graph, graph_free);
    life_disarm_dead_man();
    g_clear_pointer(&worker->wire, wire_watch_free);
    g_clear_pointer(&worker->losses, loss_watch_free);
    g_clear_pointer(&worker->states, g_free);
    g_clear_pointer(&worker->limits, g_free);
    g_clear_pointer(&worker->programmes, g_free);
    for (size_t i = 0; i < worker->reading.n_services; i++)
        message_structure_clear(&worker->reading.services[i].structure);
    g_clear_pointer(&worker->reading.services, g_free);
    worker->reading = (Reading){0};
    worker->senders[0] = '\0';
    if (worker->idle == 0)
        worker->idle = g_timeout_add_seconds(1, feed_while_idle, worker);
}

static void
apply_depths(Worker *worker)
{
    const MessageConfig *config = worker_config(worker);

    for (unsigned i = 0; i < config->n_services; i++) {
        gantry_es_cutter_set_sampling(worker->graph->cutter, i,
                                      depth_sampling(config->services[i].depth));
        gantry_picture_meter_set_period(worker->graph->services[i].picture,
                                        config->thumbnail_period_ms);
    }
}

/* What the meters of each service compare with. */
static void
apply_limits(Worker *worker)
{
    const MessageConfig *config = worker_config(worker);

    g_free(worker->limits);
    worker->limits = g_new0(Limits, config->n_services);
    for (unsigned i = 0; i < config->n_services; i++) {
        const ServiceConfig *service = &config->services[i];
        Limits *limits = &worker->limits[i];

        *limits = limits_shipped();
        for (size_t k = 0; k < service->n_limits; k++)
            (void)limits_set(limits, service->limits[k].limit, service->limits[k].value);
        const PictureRules rules = {.luma = {.dark = limits->values[LIMIT_BLACK_LEVEL],
                                             .black_share = limits->values[LIMIT_BLACK_SHARE]},
                                    .still_levels = limits->values[LIMIT_FREEZE_LEVEL]};

        gantry_picture_meter_set_rules(worker->graph->services[i].picture, &rules);
    }
}

static void
pin_to_cpus(const char *cpu_set)
{
    cpu_set_t set;

    if (cpu_set_parse(cpu_set, &set))
        (void)sched_setaffinity(0, sizeof set, &set);
}

/* Which pictures are slates, and what decodes. */
static void
apply_pictures(Worker *worker)
{
    const MessageConfig *config = worker_config(worker);
    SlatePrint slates[SLATES_MAX];

    G_STATIC_ASSERT(sizeof slates[0].bytes == SLATE_BYTES);
    for (size_t i = 0; i < config->n_slates; i++)
        memcpy(slates[i].bytes, config->slates[i].fingerprint, SLATE_BYTES);
    for (size_t i = 0; i < config->n_services; i++) {
        const GraphService *service = &worker->graph->services[i];

        gantry_picture_meter_set_slates(service->picture, slates, config->n_slates);
        gantry_key_decoder_set_backend(service->decoder, config->decode_backend);
    }
}

/* Begins to measure what worker->config says. */
static bool
start_measuring(Worker *worker, GError **error)
{
    const MessageConfig *config = worker_config(worker);
    Plan *plan = plan_new(config, error);

    if (plan == NULL)
        return false;
    worker->graph = graph_new(plan, error);
    if (worker->graph == NULL)
        return false;
    pin_to_cpus(config->cpu_set);
    if (worker->options.sandbox)
        sandbox_set_services(config->n_services);
    worker->measuring_us = boot_now_us();
    worker->wire = wire_watch_new(config, g_steal_pointer(&worker->ear), worker->measuring_us);
    worker->losses = loss_watch_new(worker->box, config);
    worker->states = g_new0(ChannelStates, config->n_services);
    worker->programmes = g_new(int32_t, config->n_services);
    worker->reading.services = g_new0(ServiceReading, config->n_services);
    worker->reading.n_services = config->n_services;
    for (size_t i = 0; i < config->n_services; i++)
        worker->programmes[i] = worker->reading.services[i].programme = -1;
    apply_depths(worker);
    apply_pictures(worker);
    apply_limits(worker);
    keep_segments_start(worker->graph, config, worker->segments);
    if (!graph_start(worker->graph, error))
        return false;
    worker->ticks = 1;
    worker->tick = g_timeout_add(TICK_MS, tick, worker);
    g_clear_handle_id(&worker->idle, g_source_remove);
    worker_tell_finding(worker);
    return true;
}

/* Of the configuration that is kept. Returns: (transfer full) */
static char *
config_path(const Worker *worker)
{
    g_autofree char *folder = life_folder(worker->options.state, worker->options.input_id);

    return g_build_filename(folder, "config", NULL);
}

static void
save_config(Worker *worker, const Message *message)
{
    g_autofree char *path = config_path(worker);
    g_autoptr(GError) error = NULL;

    if (!saved_config_write(path, message, &error))
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "GANTRY_INPUT", "%s",
                         worker->options.input_id, "MESSAGE",
                         "The configuration is not kept for the next start: %s", error->message);
}

/* Takes @message (transfer full), a Config. */
static void
configure(Worker *worker, Message *message)
{
    const bool running = worker->graph != NULL;
    const bool same = running && config_same_pipelines(worker_config(worker), &message->config);
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&worker->patience, g_source_remove);
    if (running && !same)
        stop_measuring(worker);
    g_clear_pointer(&worker->config, message_free);
    worker->config = message;
    if (same) {
        apply_depths(worker);
        apply_pictures(worker);
        apply_limits(worker);
        keep_segments_follow(worker->graph, worker_config(worker));
        return;
    }
    if (start_measuring(worker, &error))
        return;
    stop_measuring(worker);
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "GANTRY_INPUT", "%s",
                     worker->options.input_id, "MESSAGE", "Cannot measure this input: %s",
                     error->message);
}

static void
link_connected(void *user_data)
{
    Worker *worker = user_data;
    const Message hello = {
        .kind = MESSAGE_HELLO,
        .hello = {.version = CONTRACT_VERSION,
                  .input_id = (char *)worker->options.input_id,
                  .pid = (uint32_t)getpid(),
                  .build = (char *)GANTRY_VERSION,
                  .started_us = worker->started_us},
    };

    worker_link_send_first(worker->link, &hello);
    if (worker->graph == NULL)
        return;
    worker_tell_finding(worker);
    worker_tell_report(worker);
}

/* Index of the service that carries @channel_id; -1: none does. */
static int
find_service(const Worker *worker, const char *channel_id)
{
    for (size_t i = 0; worker->graph != NULL && i < worker_config(worker)->n_services; i++)
        if (g_strcmp0(worker_channel(worker, i), channel_id) == 0)
            return (int)i;
    return -1;
}

static void
set_depth(Worker *worker, const MessageDepth *wish)
{
    const int index = find_service(worker, wish->channel_id);

    if (index < 0)
        return;
    worker->config->config.services[index].depth = wish->depth;
    gantry_es_cutter_set_sampling(worker->graph->cutter, (unsigned)index,
                                  depth_sampling(wish->depth));
}

static void
take_shot(Worker *worker, const MessageShot *wish)
{
    const int index = find_service(worker, wish->channel_id);

    if (index < 0)
        return;
    gantry_picture_meter_want_shot(worker->graph->services[index].picture);
    gantry_es_cutter_want_key(worker->graph->cutter, (unsigned)index);
}

static void
link_received(const Message *message, void *user_data)
{
    Worker *worker = user_data;
    g_autoptr(GBytes) datagram = NULL;
    gsize size = 0;

    if (message->kind == MESSAGE_DEPTH)
        set_depth(worker, &message->depth);
    if (message->kind == MESSAGE_SHOT)
        take_shot(worker, &message->shot);
    if (message->kind != MESSAGE_CONFIG ||
        g_strcmp0(message->config.input_id, worker->options.input_id) != 0)
        return;
    datagram = message_encode(message, NULL);
    if (datagram == NULL)
        return;
    const void *data = g_bytes_get_data(datagram, &size);
    Message *copy = message_decode(data, size, NULL);

    if (copy == NULL)
        return;
    save_config(worker, copy);
    configure(worker, copy);
}

static void
message_encoded(GBytes *datagram, void *user_data)
{
    Worker *worker = user_data;

    if (worker->record != NULL && !record_add(worker->record, datagram, boot_now_us()))
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "GANTRY_INPUT", "%s",
                         worker->options.input_id, "MESSAGE",
                         "The recording ends: its file takes no more");
}

static gboolean
use_saved_config(gpointer user_data)
{
    Worker *worker = user_data;
    g_autofree char *path = config_path(worker);
    g_autoptr(GError) error = NULL;
    Message *config = NULL;

    worker->patience = 0;
    config = saved_config_read(path, &error);
    if (config != NULL)
        configure(worker, config);
    else if (!g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND))
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "GANTRY_INPUT", "%s",
                         worker->options.input_id, "MESSAGE",
                         "The kept configuration cannot be used: %s", error->message);
    return G_SOURCE_REMOVE;
}

static bool
lock_in(const Worker *worker, GError **error)
{
    g_autofree char *own = life_folder(worker->options.state, worker->options.input_id);
    const SandboxFolders folders = {own, worker->segments};

    return sandbox_enter(&folders, error);
}

Worker *
worker_new(const WorkerOptions *options, GError **error)
{
    const LinkCallbacks callbacks = {link_connected, link_received, message_encoded, NULL};
    LinkCallbacks bound = callbacks;
    g_autoptr(Message) config = NULL;
    Worker *worker = NULL;

    if (options->config != NULL && (config = saved_config_read(options->config, error)) == NULL)
        return NULL;
    if (!gantry_elements_init(error))
        return NULL;
    worker = g_new0(Worker, 1);
    worker->options = *options;
    worker->started_us = boot_now_us();
    bound.user_data = worker;
    if (options->record != NULL && (worker->record = record_new(options->record, error)) == NULL) {
        worker_free(worker, NULL);
        return NULL;
    }
    worker->ear = raw_ear_new();
    worker->box = box_counters_new("/proc", "/sys");
    worker->segments = keep_segments_folder(options->state, options->input_id);
    if (options->sandbox && !lock_in(worker, error)) {
        worker_free(worker, NULL);
        return NULL;
    }
    worker->link = worker_link_new(options->socket, &bound);
    worker->idle = g_timeout_add_seconds(1, feed_while_idle, worker);
    if (config != NULL)
        configure(worker, g_steal_pointer(&config));
    else
        worker->patience = g_timeout_add_seconds(CONFIG_PATIENCE_S, use_saved_config, worker);
    return worker;
}

void
worker_free(Worker *worker, const char *reason)
{
    if (worker == NULL)
        return;
    life_arm_dead_man();
    g_clear_handle_id(&worker->patience, g_source_remove);
    stop_measuring(worker);
    g_clear_handle_id(&worker->idle, g_source_remove);
    life_arm_dead_man();
    if (worker->link != NULL && reason != NULL) {
        const Message bye = {.kind = MESSAGE_BYE, .bye = {.reason = (char *)reason}};

        worker_link_send_edge(worker->link, &bye);
        worker_link_flush(worker->link);
    }
    worker_link_free(worker->link);
    raw_ear_free(worker->ear);
    box_counters_free(worker->box);
    record_free(worker->record);
    message_free(worker->config);
    g_free(worker->segments);
    g_free(worker);
}
