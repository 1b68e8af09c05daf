/* Recording messages with the worker's codec, and replaying them into the supervisor's decisions.
 */
#include "tests/replay/desk.h"

#include <glib/gstdio.h>
#include <string.h>

#include "appliance/workers/worker-recording.h"
#include "pipelines/contract/codec.h"

static char *
make_id(gpointer user_data)
{
    return g_uuid_string_random();
}

static void
ignore_health(const HealthRow *row, gpointer user_data)
{
}

static void
ignore_change(gpointer user_data)
{
}

static Inventory *
one_channel(const char *id)
{
    g_autofree char *list = g_strdup_printf("id,name,address\n%s,One,udp://127.0.0.1:5000\n", id);
    g_autoptr(GError) error = NULL;
    g_autoptr(ChannelList) parsed = channel_list_parse("list", list, strlen(list), NULL, &error);
    g_autoptr(Inventory) empty = inventory_new();

    g_assert_no_error(error);
    return inventory_with_channels(empty, parsed);
}

ChannelRecord *
desk_channel(Desk *desk)
{
    return desk->records->channels[0];
}

void
desk_open(Desk *desk)
{
    const EventLogLimits limits = {0};
    g_autofree char *journal = g_build_filename(desk->folder, "journal", NULL);
    g_autoptr(GError) error = NULL;

    desk->log = gantry_event_log_open(journal, &limits, &error);
    g_assert_no_error(error);
    desk->records = records_new();
    records_set_inventory(desk->records, desk->inventory);
    desk->book = alarm_book_new(alarm_profile_default(), make_id, NULL);
    alarm_book_set_input(desk->book, desk_channel(desk)->resource,
                         desk_channel(desk)->input->resource);
    ingest_restore(desk->book, NULL, desk->log);
    g_autofree char *evidence = g_build_filename(desk->folder, "evidence", NULL);
    const EvidenceStoreSettings kept = {.folder = evidence, .reserve_bytes = 1};

    desk->evidence = evidence_store_new(&kept);
    const IngestPorts ports = {.records = desk->records,
                               .book = desk->book,
                               .log = desk->log,
                               .evidence = desk->evidence,
                               .health = ignore_health,
                               .changed = ignore_change};

    desk->ingest = ingest_new(&ports);
    ingest_follow_inventory(desk->ingest, (AlarmNow){0});
}

void
desk_close(Desk *desk)
{
    ingest_free(desk->ingest);
    evidence_store_stop(desk->evidence, 2 * S);
    alarm_book_free(desk->book);
    records_free(desk->records);
    gantry_event_log_close(desk->log, 2 * S);
    g_clear_object(&desk->log);
}

void
desk_init_for(Desk *desk, const char *id)
{
    *desk = (Desk){.folder = g_dir_make_tmp("gantry-replay-XXXXXX", NULL),
                   .recording = g_string_new(NULL),
                   .inventory = one_channel(id)};
    desk_open(desk);
}

void
desk_init(Desk *desk)
{
    desk_init_for(desk, "one");
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_tree(child);
    }
    g_remove(path);
}

void
desk_clear(Desk *desk)
{
    desk_close(desk);
    inventory_unref(desk->inventory);
    g_string_free(desk->recording, TRUE);
    remove_tree(desk->folder);
    g_free(desk->folder);
}

static void
put_le(GString *to, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        g_string_append_c(to, (char)(value >> 8 * i));
}

static void
record(Desk *desk, MonoUs at_us, Message *message)
{
    g_autoptr(GError) error = NULL;

    message->sequence = ++desk->sequence;
    g_autoptr(GBytes) datagram = message_encode(message, &error);

    g_assert_no_error(error);
    put_le(desk->recording, g_bytes_get_size(datagram), 4);
    put_le(desk->recording, (uint64_t)at_us, 8);
    g_string_append_len(desk->recording, g_bytes_get_data(datagram, NULL),
                        (gssize)g_bytes_get_size(datagram));
}

/* One report at @at_us: continuity errors and own drops so far, and whether packets come. */
void
record_report(Desk *desk, MonoUs at_us, double cc_errors, double own_drops)
{
    MetricValue input[] = {{METRIC_PACKETS, 5000.0 * (double)(at_us / S)},
                           {METRIC_OWN_DROPS, own_drops}};
    MetricValue metrics[] = {{METRIC_BITRATE, 8e6},
                             {METRIC_CC_ERRORS, cc_errors},
                             {METRIC_LUMA_MEAN, 0.01 * (double)(at_us / S % 100)}};
    FaultState fault = {.fault = FAULT_NO_PACKETS, .active = false, .since_us = 1};
    ChannelReport channel = {.channel_id = (char *)"one",
                             .metrics = metrics,
                             .n_metrics = 3,
                             .faults = &fault,
                             .n_faults = 1};
    Message message = {.kind = MESSAGE_REPORT,
                       .report = {.at_us = at_us,
                                  .metrics = input,
                                  .n_metrics = 2,
                                  .channels = &channel,
                                  .n_channels = 1}};

    record(desk, at_us, &message);
}

void
record_edge(Desk *desk, MonoUs at_us, FaultId fault, bool active, MonoUs since_us)
{
    Message message = {
        .kind = MESSAGE_EDGE,
        .edge = {.channel_id = (char *)"one",
                 .state = {.fault = (uint16_t)fault, .active = active, .since_us = since_us}}};

    record(desk, at_us, &message);
}

void
record_evidence(Desk *desk, MonoUs at_us, FaultId fault, CauseScope cause, const char *text)
{
    Message message = {.kind = MESSAGE_EVIDENCE,
                       .evidence = {.channel_id = (char *)"one",
                                    .fault = (uint16_t)fault,
                                    .cause = (uint8_t)cause,
                                    .from_us = at_us - S,
                                    .until_us = at_us,
                                    .text = (char *)text}};

    record(desk, at_us, &message);
}

/* A picture whose bytes all are @fill, so that it is known again. */
void
record_picture(Desk *desk, MonoUs captured_us, char fill)
{
    uint8_t jpeg[64];
    Message message = {.kind = MESSAGE_THUMBNAIL,
                       .thumbnail = {.channel_id = (char *)"one",
                                     .captured_us = captured_us,
                                     .wall_us = captured_us,
                                     .pts = (uint64_t)(captured_us / 100 * 9),
                                     .width = 320,
                                     .height = 180,
                                     .jpeg = jpeg,
                                     .jpeg_size = sizeof jpeg}};

    memset(jpeg, fill, sizeof jpeg);
    jpeg[0] = 0xff; /* as every JPEG begins */
    jpeg[1] = 0xd8;
    record(desk, captured_us, &message);
}

void
desk_run_to(Desk *desk, MonoUs at_us)
{
    for (MonoUs due_us; (due_us = alarm_book_deadline_us(desk->book)) <= at_us;)
        ingest_step(desk->ingest, (AlarmNow){.us = due_us, .wall_us = due_us});
    ingest_gather(desk->ingest, at_us);
}

static void
take_picture(Desk *desk, const MessageThumbnail *thumbnail)
{
    g_autoptr(GBytes) jpeg = g_bytes_new(thumbnail->jpeg, thumbnail->jpeg_size);

    ingest_picture(desk->ingest, desk_channel(desk), thumbnail, jpeg, thumbnail->captured_us);
}

/* Anything but a report. */
static void
take_other(Desk *desk, const Message *message, AlarmNow now)
{
    InputRecord *input = desk_channel(desk)->input;

    if (message->kind == MESSAGE_EVIDENCE)
        ingest_evidence(desk->ingest, input, &message->evidence, now);
    else if (message->kind == MESSAGE_THUMBNAIL)
        take_picture(desk, &message->thumbnail);
    else if (message->kind == MESSAGE_EDGE)
        ingest_edge(desk->ingest, input, &message->edge, now);
}

void
desk_feed(Desk *desk, Message *message, MonoUs at_us)
{
    const AlarmNow now = {.us = at_us, .wall_us = at_us};

    desk_run_to(desk, at_us);
    if (message->kind == MESSAGE_REPORT) {
        ingest_report(desk->ingest, desk_channel(desk)->input, message, now);
        return;
    }
    take_other(desk, message, now);
    message_free(message);
}

void
desk_lend(Desk *desk, Message *message, MonoUs at_us)
{
    const AlarmNow now = {.us = at_us, .wall_us = at_us};

    desk_run_to(desk, at_us);
    if (message->kind != MESSAGE_REPORT) {
        take_other(desk, message, now);
        return;
    }
    /* The one before it is the lender's, not the records' to free. */
    desk_channel(desk)->input->reports[message->report.part] = NULL;
    ingest_report(desk->ingest, desk_channel(desk)->input, message, now);
}

void
desk_return(Desk *desk)
{
    memset(desk_channel(desk)->input->reports, 0, sizeof desk_channel(desk)->input->reports);
}

/* Feeds the whole recording as fast as it can be read, then lets time run on to @end_us. */
void
replay(Desk *desk, MonoUs end_us)
{
    g_autofree char *path = g_build_filename(desk->folder, "one.rec", NULL);
    g_auto(WorkerRecord) entry = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(
        g_file_set_contents(path, desk->recording->str, (gssize)desk->recording->len, NULL));
    g_autoptr(WorkerRecording) recording = worker_recording_open(path, &error);

    g_assert_no_error(error);
    while (worker_recording_next(recording, &entry, &error)) {
        gsize size = 0;
        const void *bytes = g_bytes_get_data(entry.datagram, &size);
        Message *message = message_decode(bytes, size, &error);

        g_assert_no_error(error);
        desk_feed(desk, message, entry.at_us);
        worker_record_clear(&entry);
    }
    g_assert_no_error(error);
    desk_run_to(desk, end_us);
    g_string_truncate(desk->recording, 0);
}

/* Every event of the journal as "kind fault" lines. */
char *
story(Desk *desk)
{
    EventLogStatus status;
    g_autoptr(GString) lines = g_string_new(NULL);

    do
        gantry_event_log_get_status(desk->log, &status);
    while (status.visible_seq < status.last_seq);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk->log, 0, 1000);

    for (guint i = 0; i < events->len; i++) {
        const Event *event = events->pdata[i];

        g_string_append_printf(lines, "%s %s\n", event_kind_name(event->kind),
                               fault_info(event->fault)->name);
    }
    return g_strdup(lines->str);
}

const Event *
event_at(GPtrArray *events, guint index)
{
    g_assert_cmpuint(index, <, events->len);
    return events->pdata[index];
}
