/* Alarms of the past, and their stories, read back from a real MariaDB. */
#include "appliance/stores/history-reader-mysql.h"
#include "appliance/stores/store-thread.h"
#include "tests/services/history-rig.h"
#include "tests/services/store-events.h"

typedef struct {
    HistoryReader reader;
    bool answered;
    GString *alarms;     /* last digits of the alarms' ids, in order */
    GString *kinds;      /* of events, in order */
    GString *deliveries; /* receiver, status, answer */
    char *note;          /* of the first event */
    char *channel_name;  /* of the first event */
} Answer;

static void
take_answer(const HistoryResult *result, gpointer user_data)
{
    Answer *answer = user_data;

    g_assert_no_error(result->error);
    for (guint i = 0; i < result->events->len; i++) {
        const Event *event = g_ptr_array_index(result->events, i);

        g_string_append_printf(answer->alarms, "%s ",
                               event->alarm_id + strlen(event->alarm_id) - 2);
        g_string_append_printf(answer->kinds, "%s ", event_kind_name(event->kind));
        if (i == 0) {
            answer->note = g_strdup(event->note);
            answer->channel_name = g_strdup(event->channel_name);
        }
    }
    for (guint i = 0; result->deliveries != NULL && i < result->deliveries->len; i++) {
        const HistoryDelivery *delivery = g_ptr_array_index(result->deliveries, i);

        g_string_append_printf(answer->deliveries, "%s %d %s, ", delivery->receiver,
                               delivery->status, delivery->answer);
    }
    answer->answered = true;
}

static bool
has_answer(gpointer user_data)
{
    return ((Answer *)user_data)->answered;
}

static void
answer_clear(Answer *answer)
{
    g_string_free(answer->alarms, TRUE);
    g_string_free(answer->kinds, TRUE);
    g_string_free(answer->deliveries, TRUE);
    g_free(answer->note);
    g_free(answer->channel_name);
}

static void
answer_init(Answer *answer)
{
    answer->answered = false;
    answer->alarms = g_string_new(NULL);
    answer->kinds = g_string_new(NULL);
    answer->deliveries = g_string_new(NULL);
    answer->note = answer->channel_name = NULL;
}

static WallUs
minute(unsigned number)
{
    return INT64_C(1795170000) * US_PER_SECOND + number * 60 * US_PER_SECOND;
}

/* Alarm @number was raised at minute @number, and cleared a minute later if it is even. */
static void
append(HistoryRig *rig, unsigned number, Severity severity, const char *text)
{
    for (unsigned seq = 1; seq <= (number % 2 == 0 ? 2u : 1u); seq++) {
        Event *event =
            store_loud_event(seq == 1 ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED, number, seq);

        event->severity = severity;
        event->raised_wall_us = minute(number);
        event->cleared_wall_us = seq == 2 ? minute(number + 1) : 0;
        event_set(&event->text, text);
        (void)gantry_event_log_append(rig->log, event);
    }
}

static void
append_all(HistoryRig *rig)
{
    Snapshot *snapshot = snapshot_new();

    snapshot->channels = g_new0(ChannelView, 1);
    snapshot->n_channels = 1;
    snapshot->channels[0] = (ChannelView){.id = g_strdup("ch-3"),
                                          .input_id = g_strdup("i"),
                                          .name = g_strdup("Übersee"),
                                          .short_name = g_strdup("Ü"),
                                          .group = g_strdup("G"),
                                          .address = g_strdup("udp://239.0.0.1:5000"),
                                          .interface = g_strdup("")};
    gantry_history_writer_set_channels(rig->writer, snapshot);
    snapshot_unref(snapshot);
    append(rig, 1, SEVERITY_MINOR, "The picture is black");
    append(rig, 2, SEVERITY_MAJOR, "Loss of 50%");
    append(rig, 3, SEVERITY_CRITICAL, "Loss of 500 packets");
    append(rig, 4, SEVERITY_CRITICAL, "No packets arrive");
    append(rig, 5, SEVERITY_WARNING, "It's loud");
    g_assert_true(history_rig_wait_done(rig));
}

/* The alarms that @search finds, as text. Returns: (transfer full) */
static char *
found(Answer *answer, const AlarmSearch *search)
{
    char *alarms;

    answer_init(answer);
    answer->reader.alarms(answer->reader.self, search, take_answer, answer);
    g_assert_true(wait_until(has_answer, answer, HISTORY_RIG_WAIT_US));
    alarms = g_strdup(answer->alarms->str);
    answer_clear(answer);
    return alarms;
}

static void
alarms_are_found_by_what_is_known_of_them(HistoryRig *rig, gconstpointer servers)
{
    static const char *const two[] = {"ch-2", "ch-5", NULL}, *const none[] = {NULL};
    const struct {
        AlarmSearch search;
        const char *found;
    } rows[] = {
        {{.to_us = minute(100), .max = 10}, "05 04 03 02 01 "},
        {{.to_us = minute(100), .max = 2}, "05 04 "},
        {{.to_us = minute(4), .max = 10}, "03 02 01 "},
        {{.from_us = minute(4), .to_us = minute(100), .max = 10}, "05 04 03 01 "},
        {{.to_us = minute(100), .severities = 1u << SEVERITY_CRITICAL, .max = 10}, "04 03 "},
        {{.to_us = minute(100), .channels = two, .max = 10}, "05 02 "},
        {{.to_us = minute(100), .channels = none, .max = 10}, ""},
        {{.to_us = minute(100), .text = "50%", .max = 10}, "02 "},
        {{.to_us = minute(100), .text = "it's", .max = 10}, "05 "},
        {{.to_us = minute(100), .text = "überSEE", .max = 10}, "03 "},
        {{.to_us = minute(100), .text = "ch-4", .max = 10}, "04 "},
        {{.to_us = minute(100), .text = "' OR 1=1 -- ", .max = 10}, ""},
        {{.to_us = minute(100),
          .after_us = minute(4),
          .after_id = "00000000-0000-4000-8000-000000000004",
          .max = 2},
         "03 02 "},
    };
    GantryHistoryReaderMysql *reader = gantry_history_reader_mysql_new(&rig->servers->mysql_access);
    Answer answer = {0};

    append_all(rig);
    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *alarms = found(&answer, &rows[i].search);

        g_assert_cmpstr(alarms, ==, rows[i].found);
    }
    gantry_history_reader_mysql_stop(reader, HISTORY_RIG_STOP_US);
    release_object(reader);
}

static void
append_comment(HistoryRig *rig, unsigned number, uint32_t seq, const char *note)
{
    Event *event = store_loud_event(EVENT_ALARM_COMMENT, number, seq);

    event_set(&event->actor, "anna");
    event_set(&event->note, note);
    event->raised_wall_us = minute(number);
    (void)gantry_event_log_append(rig->log, event);
}

static void
the_story_of_an_alarm_tells_what_happened_and_who_was_told(HistoryRig *rig, gconstpointer servers)
{
    g_autofree char *id = store_event_alarm_id(1);
    const DeliveryRecord record = {.receiver = "on-call",
                                   .event_id = "00000000-0000-4000-8000-00000000000e",
                                   .alarm_id = id,
                                   .seq = 1,
                                   .attempt = 1,
                                   .at_us = minute(1),
                                   .latency_us = 120 * US_PER_MS,
                                   .outcome = DELIVERY_OK,
                                   .status = 200,
                                   .answer = "ok <b>"};
    GantryHistoryReaderMysql *reader = gantry_history_reader_mysql_new(&rig->servers->mysql_access);
    const AlarmSearch search = {.to_us = minute(2), .max = 1};
    Answer answer = {0};

    append(rig, 1, SEVERITY_MINOR, "The picture is black");
    append_comment(rig, 1, 2, "first");
    append_comment(rig, 1, 3, "last");
    append(rig, 3, SEVERITY_MINOR, "Another one");
    gantry_history_writer_add_delivery(rig->writer, &record);
    g_assert_true(history_rig_wait_done(rig));
    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    do {
        answer_init(&answer);
        answer.reader.story(answer.reader.self, id, 100, take_answer, &answer);
        g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
        g_assert_cmpstr(answer.kinds->str, ==, "alarm-raised alarm-comment alarm-comment ");
        rig->expected = (gint64)answer.deliveries->len;
        if (rig->expected > 0)
            g_assert_cmpstr(answer.deliveries->str, ==, "on-call 200 ok <b>, ");
        answer_clear(&answer);
        g_usleep(50000);
    } while (rig->expected == 0);
    answer_init(&answer);
    answer.reader.alarms(answer.reader.self, &search, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
    g_assert_cmpstr(answer.note, ==, "last");
    answer_clear(&answer);
    gantry_history_reader_mysql_stop(reader, HISTORY_RIG_STOP_US);
    release_object(reader);
}

#define ADD(name, function)                                                                        \
    g_test_add("/history-alarms/" name, HistoryRig, servers, history_rig_set_up, function,         \
               history_rig_tear_down)

int
main(int argc, char **argv)
{
    static const char *const programs[] = {"mariadbd", "mariadb-install-db", NULL};
    int exit_status = 0;

    if (private_servers_missing(programs, &exit_status))
        return exit_status;
    g_test_init(&argc, &argv, NULL);
    PrivateServers *servers = private_servers_new();

    private_servers_start_mariadb(servers);
    ADD("alarms-are-found-by-what-is-known-of-them", alarms_are_found_by_what_is_known_of_them);
    ADD("the-story-of-an-alarm-tells-what-happened-and-who-was-told",
        the_story_of_an_alarm_tells_what_happened_and_who_was_told);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}
