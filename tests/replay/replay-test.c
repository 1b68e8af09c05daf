/* Recorded worker streams fed into the supervisor's decisions, at any speed and without a network:
 * a recording is written with the worker's own codec, read back as the supervisor reads it, and
 * what comes out of the journal is compared with what was put in. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/supervisor/ingest.h"
#include "appliance/workers/worker-recording.h"
#include "pipelines/contract/codec.h"

#define S US_PER_SECOND

typedef struct {
    char *folder;
    GString *recording;
    uint64_t sequence;
    Inventory *inventory;
    Records *records;
    AlarmBook *book;
    GantryEventLog *log;
    Ingest *ingest;
} Desk;

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
one_channel(void)
{
    static const char list[] = "id,name,address\none,One,udp://127.0.0.1:5000\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(ChannelList) parsed = channel_list_parse("list", list, strlen(list), NULL, &error);
    g_autoptr(Inventory) empty = inventory_new();

    g_assert_no_error(error);
    return inventory_with_channels(empty, parsed);
}

static void
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
    alarm_book_set_input(desk->book, "channel/one", "input/one");
    ingest_restore(desk->book, desk->log);
    const IngestPorts ports = {.records = desk->records,
                               .book = desk->book,
                               .log = desk->log,
                               .profile = alarm_profile_default(),
                               .health = ignore_health,
                               .changed = ignore_change};

    desk->ingest = ingest_new(&ports);
}

static void
desk_close(Desk *desk)
{
    ingest_free(desk->ingest);
    alarm_book_free(desk->book);
    records_free(desk->records);
    gantry_event_log_close(desk->log, 2 * S);
    g_clear_object(&desk->log);
}

static void
desk_init(Desk *desk)
{
    *desk = (Desk){.folder = g_dir_make_tmp("gantry-replay-XXXXXX", NULL),
                   .recording = g_string_new(NULL),
                   .inventory = one_channel()};
    desk_open(desk);
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

static void
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
static void
record_report(Desk *desk, MonoUs at_us, double cc_errors, double own_drops)
{
    MetricValue input[] = {{METRIC_PACKETS, 5000.0 * (double)(at_us / S)},
                           {METRIC_OWN_DROPS, own_drops}};
    MetricValue metrics[] = {{METRIC_BITRATE, 8e6}, {METRIC_CC_ERRORS, cc_errors}};
    FaultState fault = {.fault = FAULT_NO_PACKETS, .active = false, .since_us = 1};
    ChannelReport channel = {.channel_id = (char *)"one",
                             .metrics = metrics,
                             .n_metrics = 2,
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

static void
record_edge(Desk *desk, MonoUs at_us, FaultId fault, bool active, MonoUs since_us)
{
    Message message = {
        .kind = MESSAGE_EDGE,
        .edge = {.channel_id = (char *)"one",
                 .state = {.fault = (uint16_t)fault, .active = active, .since_us = since_us}}};

    record(desk, at_us, &message);
}

static void
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

static void
step_until(Desk *desk, MonoUs at_us)
{
    for (MonoUs due_us; (due_us = alarm_book_deadline_us(desk->book)) <= at_us;)
        ingest_step(desk->ingest, (AlarmNow){.us = due_us, .wall_us = due_us});
}

/* Feeds the whole recording as fast as it can be read, then lets time run on to @end_us. */
static void
replay(Desk *desk, MonoUs end_us)
{
    g_autofree char *path = g_build_filename(desk->folder, "one.rec", NULL);
    InputRecord *input = records_find_input(desk->records, "one");
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
        const AlarmNow now = {.us = entry.at_us, .wall_us = entry.at_us};

        g_assert_no_error(error);
        step_until(desk, entry.at_us);
        if (message->kind == MESSAGE_REPORT)
            ingest_report(desk->ingest, input, g_steal_pointer(&message), now);
        else if (message->kind == MESSAGE_EVIDENCE)
            ingest_evidence(desk->ingest, input, &message->evidence, now);
        else
            ingest_edge(desk->ingest, input, &message->edge, now);
        message_free(message);
        worker_record_clear(&entry);
    }
    g_assert_no_error(error);
    step_until(desk, end_us);
    g_string_truncate(desk->recording, 0);
}

/* Every event of the journal as "kind fault" lines. */
static char *
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

static void
a_stop_of_two_seconds_is_raised_one_second_after_the_last_packet(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, true, 100 * S + S / 4);
    record_edge(&desk, 102 * S + S / 2, FAULT_NO_PACKETS, false, 102 * S + S / 4);
    replay(&desk, 120 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);
    const Event *raised = events->pdata[0];

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    g_assert_cmpint(raised->at_us, ==, 101 * S + S / 4);
    g_assert_cmpstr(raised->channel_name, ==, "One");
    g_assert_cmpint(raised->severity, ==, SEVERITY_CRITICAL);
    desk_clear(&desk);
}

static void
a_glitch_below_the_raise_delay_leaves_no_trace(void)
{
    Desk desk;

    desk_init(&desk);
    record_edge(&desk, 100 * S, FAULT_NO_PACKETS, true, 100 * S - S / 5);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, false, 100 * S + S / 2);
    replay(&desk, 200 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "");
    desk_clear(&desk);
}

static void
loss_of_the_box_itself_is_never_the_channels_fault(void)
{
    Desk desk;

    desk_init(&desk);
    for (int second = 0; second < 20; second++)
        record_report(&desk, (100 + second) * S, second >= 5 ? 40.0 * second : 0,
                      second >= 5 ? second : 0);
    replay(&desk, 119 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised own-loss\n");
    desk_clear(&desk);
}

static void
the_same_errors_without_own_loss_are_the_channels(void)
{
    Desk desk;

    desk_init(&desk);
    for (int second = 0; second < 20; second++)
        record_report(&desk, (100 + second) * S, second >= 5 ? 40.0 * second : 0, 0);
    replay(&desk, 119 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\nalarm-updated continuity\n");
    desk_clear(&desk);
}

static const Event *
event_at(GPtrArray *events, guint index)
{
    g_assert_cmpuint(index, <, events->len);
    return events->pdata[index];
}

static void
a_loss_is_blamed_on_whom_the_evidence_names(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_INPUT, "12 packets missing; damaged");
    record_report(&desk, 101 * S, 1, 0);
    replay(&desk, 102 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_INPUT);
    g_assert_nonnull(strstr(event_at(events, 0)->text, "12 packets missing; damaged"));
    desk_clear(&desk);
}

static void
old_evidence_blames_nobody_for_a_new_loss(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_INPUT, "12 packets missing; damaged");
    record_report(&desk, 200 * S, 1, 0);
    replay(&desk, 201 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_NETWORK);
    g_assert_null(strstr(event_at(events, 0)->text, "damaged"));
    desk_clear(&desk);
}

static void
a_loss_below_the_socket_is_this_boxs_own(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_MONITOR, "3 frames did not fit");
    record_report(&desk, 101 * S, 4, 0);
    replay(&desk, 110 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised own-loss\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_MONITOR);
    g_assert_nonnull(strstr(event_at(events, 0)->text, "3 frames did not fit"));
    desk_clear(&desk);
}

static void
a_second_sender_is_named_in_the_alarm(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_SECOND_SOURCE, CAUSE_NETWORK,
                    "10.0.0.5:1 and 10.0.0.6:1");
    record_edge(&desk, 101 * S, FAULT_SECOND_SOURCE, true, 101 * S);
    replay(&desk, 103 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised second-source\n");
    g_assert_nonnull(strstr(event_at(events, 0)->text, "10.0.0.5:1 and 10.0.0.6:1"));
    desk_clear(&desk);
}

static void
packets_missing_after_an_outage_are_no_second_alarm(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, true, 100 * S + S / 4);
    record_edge(&desk, 104 * S, FAULT_NO_PACKETS, false, 104 * S);
    for (int second = 5; second < 30; second++)
        record_report(&desk, (100 + second) * S, 6, 0);
    replay(&desk, 130 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    desk_clear(&desk);
}

static void
what_waited_while_the_supervisor_stood_still_is_judged_by_its_own_time(void)
{
    InputRecord input = {0};
    Message report = {.kind = MESSAGE_REPORT, .report = {.at_us = 100 * S}};
    const Message late_edge = {.kind = MESSAGE_EDGE, .edge = {.state = {.since_us = 103 * S}}};
    const Message old_edge = {.kind = MESSAGE_EDGE, .edge = {.state = {.since_us = 90 * S}}};
    const AlarmNow now = {.us = 110 * S, .wall_us = 1110 * S};

    g_assert_cmpint(input_record_hear(&input, &report, now).us, ==, 100 * S);
    g_assert_cmpint(input_record_hear(&input, &old_edge, now).us, ==, 100 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).us, ==, 103 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).wall_us, ==, 1103 * S);
    report.report.at_us = 110 * S;
    g_assert_cmpint(input_record_hear(&input, &report, now).us, ==, 110 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).us, ==, 110 * S);
}

static void
an_alarm_that_stands_over_a_restart_is_neither_lost_nor_doubled(void)
{
    Desk desk;

    desk_init(&desk);
    record_edge(&desk, 100 * S, FAULT_NO_PACKETS, true, 100 * S);
    replay(&desk, 110 * S);
    desk_close(&desk);
    desk_open(&desk);
    record_edge(&desk, 120 * S, FAULT_NO_PACKETS, true, 100 * S);
    replay(&desk, 130 * S);
    g_autofree char *standing = story(&desk);

    g_assert_cmpstr(standing, ==, "alarm-raised no-packets\n");
    record_edge(&desk, 131 * S, FAULT_NO_PACKETS, false, 131 * S);
    replay(&desk, 150 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    desk_clear(&desk);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* A raised alarm is logged as a warning: here that is what shall happen. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    g_test_add_func("/replay/stop",
                    a_stop_of_two_seconds_is_raised_one_second_after_the_last_packet);
    g_test_add_func("/replay/glitch", a_glitch_below_the_raise_delay_leaves_no_trace);
    g_test_add_func("/replay/own-loss", loss_of_the_box_itself_is_never_the_channels_fault);
    g_test_add_func("/replay/blame", a_loss_is_blamed_on_whom_the_evidence_names);
    g_test_add_func("/replay/old-evidence", old_evidence_blames_nobody_for_a_new_loss);
    g_test_add_func("/replay/below-the-socket", a_loss_below_the_socket_is_this_boxs_own);
    g_test_add_func("/replay/second-sender", a_second_sender_is_named_in_the_alarm);
    g_test_add_func("/replay/channel-loss", the_same_errors_without_own_loss_are_the_channels);
    g_test_add_func("/replay/after-outage", packets_missing_after_an_outage_are_no_second_alarm);
    g_test_add_func("/replay/backlog",
                    what_waited_while_the_supervisor_stood_still_is_judged_by_its_own_time);
    g_test_add_func("/replay/restart",
                    an_alarm_that_stands_over_a_restart_is_neither_lost_nor_doubled);
    return g_test_run();
}
