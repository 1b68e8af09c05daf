/* A real HTTP server over made-up facts: 60 channels, their pictures and levels, two alarms. The
 * command port, a seam made for this, is answered here. Driven by lines on stdin, so that tests can
 * be written in any language: "raise ID SEQ", "clear ID SEQ", "flood COUNT SEQ" (alarms in a row),
 * "hold" (no more snapshots), "accounts", "certificate" (read it anew), "quit". Started with the
 * control path and one of "accounts", "none" (no account yet) and "late" (accounts on that word).
 * Prints one line of JSON at the start: {"port":N,"code":"...","control":"..."}; then "done" for
 * each line that was obeyed. */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "appliance/http/http-server.h"
#include "appliance/stores/evidence-store.h"
#include "appliance/stores/segment-archive.h"
#include "appliance/stores/thumbnail-index.h"
#include "pipelines/base/error.h"
#include "tests/services/http-people.h"
#include "tests/services/http-profiles.h"
#include "tests/services/http-site.h"
#include "tests/services/http-structure.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#define N_CHANNELS  60
#define N_ALARMS    2
#define JOURNAL_MAX 1000                                  /* events kept for reading */
#define FLOOD_STEP  500                                   /* events published every 5 ms */
#define ARCHIVE_US  (INT64_C(1795176000) * US_PER_SECOND) /* 2026-11-20 12:00 UTC */

typedef struct {
    GantryHttpServer *server;
    GMainLoop *loop;
    uint64_t seq;
    MonoUs since_us; /* of every channel's state */
    WallUs since_wall_us;
    bool held;
    bool late; /* accounts are published on "accounts" only */
    bool acked;
    unsigned watches;    /* times that somebody looked at a channel; the PTS of every shot */
    uint64_t flood_next; /* sequence of the next event of a flood */
    uint64_t flood_end;
    AccountBook *book;
    GPtrArray *journal; /* Event */
    GMutex lock;        /* over @acked, @journal and @book: the port is called on another thread */
    GBytes *picture;
    EvidenceStore *evidence; /* of alarm-1, on disk beside the control socket */
} Fixture;

static int64_t
clock_us(clockid_t id)
{
    struct timespec at = {0};

    (void)clock_gettime(id, &at);
    return at.tv_sec * US_PER_SECOND + at.tv_nsec / 1000;
}

static const StreamNote notes[] = {
    {1, NOTE_TABLES, 1, 1, 256, PTS90_MODULUS, (char *)(uintptr_t) "PMT changed: <b>"},
    {2, NOTE_SPLICE, 2, 2, 500, 90000, (char *)(uintptr_t) "splice_insert out"},
};

static void
fill_channel(ChannelView *channel, unsigned i, const Fixture *fixture, const Snapshot *snapshot)
{
    const MonoUs now_us = snapshot->at_us;
    const WallUs wall_us = snapshot->wall_us;

    *channel = (ChannelView){
        .id = g_strdup_printf("channel-%02u", i + 1),
        .input_id = g_strdup_printf("input-%02u", i + 1),
        .name = g_strdup_printf("Channel %u \"HD\" <b>", i + 1),
        .short_name = g_strdup_printf("CH%02u", i + 1),
        .group = g_strdup("Test"),
        .address = g_strdup_printf("udp://239.1.1.%u:5000", i + 1),
        .interface = g_strdup(""),
        .service_id = (uint16_t)(i + 1),
        .state = i == 0 ? CHANNEL_FAULT : CHANNEL_OK,
        .since_us = fixture->since_us,
        .since_wall_us = fixture->since_wall_us,
        .severity = i == 0 ? SEVERITY_CRITICAL : SEVERITY_CLEARED,
        .state_text = g_strdup(i == 0 ? "No packets arrive" : ""),
        .reported_us = now_us,
        .bitrate_bps = 8e6 + i,
        .cc_errors = i,
        .packets = 1000000,
        .wire = WIRE_OK,
        .wire_text = g_strdup("7 packets a datagram"),
        .service_name = g_strdup("Service"),
        .video = g_strdup("H.264 1920x1080 25p"),
        .audio = g_strdup("AAC 2.0"),
        .depth = DEPTH_EVERY_KEY,
        .sampling_interval_s = 1,
        .profile = g_strdup("default"),
        .limits = limits_shipped(),
        .worker_pid = 1000 + i,
        .worker_cores = 0.01 * i,
        .structure = i == 1 ? http_structure_make(now_us, wall_us) : NULL,
        .thumbnail_captured_us = now_us - US_PER_SECOND,
        .thumbnail_captured_wall_us = wall_us - US_PER_SECOND,
        .thumbnail_stale_after_us = 6 * US_PER_SECOND,
        .metrics = g_new0(MetricValue, 2),
        .n_metrics = 2,
        .pids = g_new0(PidReport, 1),
        .n_pids = 1,
    };
    channel->metrics[0] = (MetricValue){METRIC_BITRATE, 8e6 + i};
    channel->metrics[1] = (MetricValue){METRIC_CC_ERRORS, i};
    channel->pids[0] = (PidReport){256, 0x1b, 900000, i, 7000000};
    channel->indicators = g_new0(IndicatorReport, 2);
    channel->n_indicators = 2;
    channel->indicators[0] = (IndicatorReport){1, false, 0, 0};
    channel->indicators[1] = (IndicatorReport){5, true, i + 1, now_us - US_PER_SECOND};
    channel->notes = note_list_append(NULL, notes, G_N_ELEMENTS(notes));
    http_structure_fill_media(channel, now_us);
}

static void
fill_alarm(AlarmView *alarm, unsigned i, const Fixture *fixture)
{
    *alarm = (AlarmView){
        .id = g_strdup_printf("alarm-%u", i + 1),
        .incident_id = g_strdup_printf("alarm-%u", i + 1),
        .resource = g_strdup_printf("channel/channel-%02u", i + 1),
        .fault = FAULT_NO_PACKETS,
        .severity = SEVERITY_CRITICAL,
        .cause_scope = CAUSE_NETWORK,
        .text = g_strdup("No packets for 3 s"),
        .raised_wall_us = fixture->since_wall_us - 60 * US_PER_SECOND,
        .cleared_wall_us = i == 0 ? 0 : fixture->since_wall_us - 30 * US_PER_SECOND,
        .changed_wall_us = fixture->since_wall_us - 30 * US_PER_SECOND,
        .operator_state = fixture->acked && i == 0 ? OPERATOR_ACK : OPERATOR_NONE,
        .owner = g_strdup(fixture->acked && i == 0 ? "local" : ""),
        .note = g_strdup(""),
        .count = 1,
        .event_seq = i + 1,
        .evidence = i == 0,
    };
}

/* Evidence of alarm-1 that began at @since_us: no picture at the beginning, three seconds of luma.
 */
static void
keep_evidence(Fixture *fixture, const char *control, WallUs since_us)
{
    g_autofree char *beside = g_path_get_dirname(control);
    g_autofree char *folder = g_build_filename(beside, "evidence", NULL);
    const EvidenceStoreSettings settings = {.folder = folder, .reserve_bytes = 1};
    EvidenceRecord *record = evidence_record_new("alarm-1");
    const EvidencePlace places[] = {EVIDENCE_BEFORE, EVIDENCE_AFTER};

    fixture->evidence = evidence_store_new(&settings);
    record->fault = FAULT_PICTURE_BLACK;
    record->since_us = since_us;
    record->raised_us = since_us + 5 * US_PER_SECOND;
    record->complete = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        EvidencePicture *picture = &record->pictures[places[i]];

        picture->there = true;
        picture->offset_us = i == 0 ? -US_PER_SECOND / 2 : 10 * US_PER_SECOND;
        picture->captured_wall_us = since_us + picture->offset_us;
        picture->pts = i == 0 ? 90000 : PTS90_MODULUS;
        picture->jpeg = g_bytes_ref(fixture->picture);
    }
    evidence_set(&record->pictures[EVIDENCE_AT].reason, "No picture was taken while it lasted");
    record->first_offset_us = -US_PER_SECOND;
    record->n_seconds = 3;
    record->n_series = 1;
    record->series = g_new0(EvidenceSeries, 1);
    record->series[0] = (EvidenceSeries){METRIC_LUMA_MEAN, {0.5F, NAN, 0.0F}};
    g_assert_true(evidence_store_put(fixture->evidence, record));
}

static gboolean
publish(gpointer data)
{
    Fixture *fixture = (Fixture *)data;
    g_autoptr(Snapshot) snapshot = NULL;
    const MonoUs now_us = clock_us(CLOCK_BOOTTIME);
    const WallUs wall_us = clock_us(CLOCK_REALTIME);

    if (fixture->held)
        return G_SOURCE_CONTINUE;
    snapshot = snapshot_new();
    snapshot->seq = ++fixture->seq;
    snapshot->at_us = now_us;
    snapshot->wall_us = wall_us;
    snapshot->started_us = now_us - 100 * US_PER_SECOND;
    snapshot->clock_synced = TRUE;
    snapshot->figures = http_site_figures(wall_us);
    snapshot->depth = (DepthSummary){
        .budget_cores = 1.2, .spent_cores = 0.9, .n_present = N_CHANNELS, .n_at = {0, 50, 8, 2}};
    const SensorView busy = {.kind = (char *)"cpu", .name = (char *)"busy", .value = 0.5};

    snapshot->trend = sensor_trend_append(NULL, &busy, 1, now_us);
    snapshot->channels = g_new0(ChannelView, N_CHANNELS);
    snapshot->n_channels = N_CHANNELS;
    for (unsigned i = 0; i < N_CHANNELS; i++)
        fill_channel(&snapshot->channels[i], i, fixture, snapshot);
    snapshot->alarms = g_new0(AlarmView, N_ALARMS);
    snapshot->n_alarms = N_ALARMS;
    g_mutex_lock(&fixture->lock);
    for (unsigned i = 0; i < N_ALARMS; i++)
        fill_alarm(&snapshot->alarms[i], i, fixture);
    g_free(snapshot->profile_name);
    g_free(snapshot->profile_text);
    snapshot->profile_name = g_strdup("test");
    snapshot->profile_text = g_strdup("A made-up box");
    gantry_http_server_publish_snapshot(fixture->server, snapshot);
    g_mutex_unlock(&fixture->lock); /* an act that comes later is not shown before this */
    return G_SOURCE_CONTINUE;
}

static gboolean
publish_pictures(gpointer data)
{
    Fixture *fixture = (Fixture *)data;
    const float levels[2] = {-20.0F, -12.5F};

    for (unsigned i = 0; i < N_CHANNELS; i++) {
        g_autofree char *id = g_strdup_printf("channel-%02u", i + 1);
        const HttpThumbnail thumbnail = {
            .channel_id = id,
            .width = 192,
            .height = 108,
            .captured_us = clock_us(CLOCK_BOOTTIME),
            .captured_wall_us = clock_us(CLOCK_REALTIME),
            .pts = 900000,
            .jpeg = fixture->picture,
        };

        gantry_http_server_publish_thumbnail(fixture->server, &thumbnail);
        gantry_http_server_publish_levels(fixture->server, id, 2, levels, levels);
    }
    return G_SOURCE_CONTINUE;
}

/* One answer of the port, on its way back to the context that asked. */
typedef struct {
    CommandResult result;
    CommandDone done;
    gpointer user_data;
} Answer;

static gboolean
deliver(gpointer data)
{
    Answer *answer = (Answer *)data;

    answer->done(&answer->result, answer->user_data);
    return G_SOURCE_REMOVE;
}

static void
answer_free(gpointer data)
{
    command_result_clear(&((Answer *)data)->result);
    g_free(data);
}

static void
act_on_alarm(Fixture *fixture, const Command *command, CommandResult *result)
{
    const bool ack = command->kind == COMMAND_ALARM_ACK;

    if (!g_str_equal(command->target, "alarm-1"))
        result->error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "No such alarm.");
    else if (ack && fixture->acked)
        result->error =
            g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "Already acknowledged by \"local\".");
    else if (command->kind != COMMAND_ALARM_COMMENT)
        fixture->acked = ack;
}

static void
set_account(Fixture *fixture, const Command *command)
{
    AccountBook *book = account_book_with(fixture->book, command->account);

    gantry_http_server_publish_accounts(fixture->server, book);
    account_book_unref(fixture->book);
    fixture->book = book;
}

static void
give_samples(const Command *command, CommandResult *result)
{
    const size_t n = (size_t)((command->to_us - command->from_us) / US_PER_SECOND);

    result->series = (CommandSeries){n, g_new(MonoUs, n + 1), g_new(double, n + 1),
                                     g_new(double, n + 1), g_new(double, n + 1)};
    for (size_t i = 0; i < n; i++) {
        result->series.at_us[i] = command->from_us + (MonoUs)i * US_PER_SECOND;
        result->series.minimum[i] = (double)i;
        result->series.maximum[i] = (double)i + 2;
        result->series.mean[i] = (double)i + 1;
    }
}

static void
give_shot(Fixture *fixture, const Command *command, CommandResult *result)
{
    if (command->kind == COMMAND_CHANNEL_WATCH) {
        fixture->watches++;
        return;
    }
    if (g_str_equal(command->target, "channel-09"))
        result->error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_TIMEOUT, "No picture came.");
    else
        result->picture = (CommandPicture){.jpeg = g_bytes_ref(fixture->picture),
                                           .captured_us = clock_us(CLOCK_BOOTTIME),
                                           .captured_wall_us = clock_us(CLOCK_REALTIME),
                                           .pts = fixture->watches};
}

static void
answer_soon(Answer *answer)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_callback(source, deliver, answer, answer_free);
    g_source_attach(source, g_main_context_get_thread_default());
}

static void
submit(gpointer self, Command *submitted, CommandDone done, gpointer user_data)
{
    Fixture *fixture = self;
    g_autoptr(Command) command = submitted;
    const Answer blank = {.done = done, .user_data = user_data};
    Answer *answer = g_memdup2(&blank, sizeof blank);

    g_mutex_lock(&fixture->lock);
    switch (command->kind) {
    case COMMAND_ALARM_ACK:
    case COMMAND_ALARM_UNACK:
    case COMMAND_ALARM_COMMENT:
    case COMMAND_ALARM_ASSIGN:
    case COMMAND_ALARM_SHELVE:
    case COMMAND_ALARM_UNSHELVE:
        act_on_alarm(fixture, command, &answer->result);
        break;
    case COMMAND_ACCOUNT_SET:
        set_account(fixture, command);
        break;
    case COMMAND_SAMPLES:
        give_samples(command, &answer->result);
        break;
    case COMMAND_ALARM_RULE:
    case COMMAND_PROFILES:
    case COMMAND_PROFILE_SET:
    case COMMAND_PROFILE_DELETE:
    case COMMAND_GROUP_PROFILE:
    case COMMAND_PROFILE_SIMULATE:
    case COMMAND_PROPOSAL:
    case COMMAND_PROPOSAL_ACCEPT:
        http_profiles_answer(command, &answer->result);
        break;
    case COMMAND_SITE_SHOW:
    case COMMAND_ACCOUNT_ERASE:
    case COMMAND_RECEIVER_SHOW:
    case COMMAND_RECEIVER_ATTEMPTS:
        http_site_answer(command, &answer->result);
        break;
    case COMMAND_CHANNEL_WATCH:
    case COMMAND_CHANNEL_SHOT:
        give_shot(fixture, command, &answer->result);
        break;
    case COMMAND_ACCOUNT_REMOVE:
    case COMMAND_TOKEN_SET:
    case COMMAND_TOKEN_REMOVE:
    case COMMAND_AUDIT:
    case COMMAND_CONFIG:
    case COMMAND_SITE_SET:
    case COMMAND_SITE_REMOVE:
    case COMMAND_CHANNELS_CHECK:
    case COMMAND_RECEIVER_SET:
    case COMMAND_RECEIVER_REMOVE:
    case COMMAND_RECEIVER_TEST:
    case COMMAND_RECEIVER_REPLAY:
        break;
    }
    g_mutex_unlock(&fixture->lock);
    answer_soon(answer);
}

static GPtrArray *
read_journal(gpointer self, uint64_t after, size_t max)
{
    Fixture *fixture = (Fixture *)self;
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&fixture->lock);

    for (guint i = 0; i < fixture->journal->len && events->len < max; i++) {
        Event *event = (Event *)fixture->journal->pdata[i];

        if (event->seq > after)
            g_ptr_array_add(events, event_ref(event));
    }
    return events;
}

static void
publish_event(Fixture *fixture, EventKind kind, const char *alarm, uint64_t seq)
{
    const WallUs wall_us = clock_us(CLOCK_REALTIME);
    Event *event = event_new(kind, clock_us(CLOCK_BOOTTIME), wall_us);

    event->seq = seq;
    event->durable = true;
    event_set(&event->alarm_id, alarm);
    event_set(&event->incident_id, alarm);
    event_set(&event->resource, "channel/channel-07");
    event_set(&event->channel_name, "Channel 7");
    event_set(&event->text, "No packets for 3 s");
    event->fault = FAULT_NO_PACKETS;
    event->severity = SEVERITY_CRITICAL;
    event->cause_scope = CAUSE_NETWORK;
    event->raised_wall_us = wall_us;
    event->cleared_wall_us = kind == EVENT_ALARM_CLEARED ? wall_us : 0;
    g_mutex_lock(&fixture->lock);
    g_ptr_array_add(fixture->journal, event_ref(event));
    if (fixture->journal->len > JOURNAL_MAX)
        g_ptr_array_remove_index(fixture->journal, 0);
    g_mutex_unlock(&fixture->lock);
    gantry_http_server_publish_event(fixture->server, event);
    event_unref(event);
}

static gboolean
flood(gpointer data)
{
    Fixture *fixture = (Fixture *)data;

    for (unsigned i = 0; i < FLOOD_STEP && fixture->flood_next < fixture->flood_end; i++)
        publish_event(fixture, EVENT_ALARM_RAISED, "alarm-flood", fixture->flood_next++);
    return fixture->flood_next < fixture->flood_end ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* What the words of one line ask for; @seq: the third of them as a number. */
static void
obey(Fixture *fixture, char **words, guint64 seq)
{
    guint64 count = 0;

    if (!g_str_equal(words[0], "flood")) {
        publish_event(fixture,
                      g_str_equal(words[0], "raise") ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED,
                      words[1], seq);
        return;
    }
    g_assert_true(g_ascii_string_to_unsigned(words[1], 10, 1, G_MAXUINT32, &count, NULL));
    fixture->flood_next = seq;
    fixture->flood_end = seq + count;
    g_timeout_add(5, flood, fixture);
}

static gboolean
on_line(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    Fixture *fixture = (Fixture *)data;
    g_autofree char *line = NULL;
    g_auto(GStrv) words = NULL;
    guint64 seq = 0;

    if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(fixture->loop);
        return G_SOURCE_REMOVE;
    }
    words = g_strsplit(g_strstrip(line), " ", 3);
    if (g_strcmp0(words[0], "quit") == 0)
        g_main_loop_quit(fixture->loop);
    else if (g_strcmp0(words[0], "hold") == 0)
        fixture->held = true;
    else if (g_strcmp0(words[0], "certificate") == 0)
        gantry_http_server_reload_certificate(fixture->server);
    else if (g_strcmp0(words[0], "accounts") == 0)
        gantry_http_server_publish_accounts(fixture->server, fixture->book);
    else if (g_strv_length(words) == 3 &&
             g_ascii_string_to_unsigned(words[2], 10, 1, G_MAXUINT64, &seq, NULL))
        obey(fixture, words, seq);
    puts("done"); /* who asked need not guess how long it takes */
    fflush(stdout);
    return G_SOURCE_CONTINUE;
}

static void
run(Fixture *fixture, const char *control)
{
    g_autoptr(GIOChannel) input = g_io_channel_unix_new(0);
    g_autofree char *code = gantry_http_code_new();

    fixture->loop = g_main_loop_new(NULL, FALSE);
    publish(fixture);
    publish_pictures(fixture);
    if (!fixture->late)
        gantry_http_server_publish_accounts(fixture->server, fixture->book);
    gantry_http_server_add_code(fixture->server, code, 3600);
    g_timeout_add(200, publish, fixture);
    g_timeout_add(1000, publish_pictures, fixture);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_line, fixture);
    printf("{\"port\":%u,\"code\":\"%s\",\"control\":\"%s\",\"sanitized\":%s,\"tls_port\":%u}\n",
           gantry_http_server_get_port(fixture->server), code, control,
           SANITIZED ? "true" : "false", gantry_http_server_get_tls_port(fixture->server));
    fflush(stdout);
    g_main_loop_run(fixture->loop);
}

/* Three pictures of channel-01, a minute apart, beside the control socket. Returns: (transfer full)
 */
static char *
make_archive(const char *control)
{
    g_autofree char *beside = g_path_get_dirname(control);
    char *folder = g_build_filename(beside, "thumbnails", NULL);

    for (unsigned i = 0; i < 3; i++) {
        const WallUs at_us = ARCHIVE_US + i * 60 * US_PER_SECOND + 250 * US_PER_MS;
        g_autofree char *below =
            thumbnail_path("channel-01", at_us, i == 2 ? PTS90_MODULUS : 90000 * i);
        g_autofree char *path = g_build_filename(folder, below, NULL);
        g_autofree char *hour = g_path_get_dirname(path);

        g_assert_cmpint(g_mkdir_with_parents(hour, 0700), ==, 0);
        g_assert_true(g_file_set_contents(path, "picture", 7, NULL));
    }
    return folder;
}

int
main(int argc, char **argv)
{
    const char *const listen[] = {"127.0.0.1", NULL};
    const char *mode = argc > 2 ? argv[2] : "none";
    Fixture fixture = {.journal = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref)};
    const CommandPort commands = {&fixture, submit};
    const JournalReader journal = {&fixture, read_journal};
    g_autofree char *folder = g_path_get_dirname(argc > 1 ? argv[1] : "control.sock");
    g_autofree char *recordings = g_build_filename(folder, "segments", NULL);
    const SegmentReader segments = segment_archive_reader(recordings);
    const HttpServerSettings settings = {.listen = listen,
                                         .control_path = argc > 1 ? argv[1] : "control.sock",
                                         .build = "test-1",
                                         .certificate = g_getenv("HTTP_CERTIFICATE"),
                                         .key = g_getenv("HTTP_KEY"),
                                         .probe_program = g_getenv("HTTP_PROBE"),
                                         .frame_ancestors = g_getenv("HTTP_FRAME_ANCESTORS"),
                                         .security_contact = g_getenv("HTTP_SECURITY_CONTACT")};
    EvidenceReader evidence;
    g_autofree char *archive = make_archive(settings.control_path);
    const PictureHistory pictures = {archive, thumbnail_index_list, thumbnail_index_read};
    const HttpServerPorts ports = {.commands = &commands,
                                   .journal = &journal,
                                   .pictures = &pictures,
                                   .evidence = &evidence,
                                   .segments = &segments};
    g_autoptr(GError) error = NULL;

    g_setenv(HTTP_TLS_PRIORITY_VARIABLE, HTTP_TLS_PRIORITY, FALSE);
    g_assert_cmpint(sodium_init(), >=, 0);
    g_mutex_init(&fixture.lock);
    fixture.since_us = clock_us(CLOCK_BOOTTIME);
    fixture.since_wall_us = clock_us(CLOCK_REALTIME);
    fixture.picture = g_bytes_new_take(g_malloc0(4096), 4096);
    keep_evidence(&fixture, settings.control_path, fixture.since_wall_us);
    evidence_store_get_reader(fixture.evidence, &evidence);
    fixture.late = g_str_equal(mode, "late");
    fixture.book = g_str_equal(mode, "none") ? account_book_new(0) : http_people_make();
    fixture.server = gantry_http_server_new(&settings, &ports);
    if (!gantry_http_server_start(fixture.server, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    run(&fixture, settings.control_path);
    gantry_http_server_free(fixture.server);
    evidence_store_stop(fixture.evidence, 60 * US_PER_SECOND);
    account_book_unref(fixture.book);
    g_ptr_array_unref(fixture.journal);
    g_bytes_unref(fixture.picture);
    g_main_loop_unref(fixture.loop);
    g_mutex_clear(&fixture.lock);
    return 0;
}
