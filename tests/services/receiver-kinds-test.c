/* Every kind of receiver, end to end: events through journal, outbox and libcurl to servers that
 * are as strict as the real ones. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "appliance/alerts/alerts.h"
#include "pipelines/base/clock.h"
#include "tests/services/http-peer.h"
#include "tests/services/private-servers.h"
#include "tests/services/store-events.h"

#define WAIT_US (15 * US_PER_SECOND)
#define KEY     "0123456789abcdef0123456789abcdef"
#define TOKEN   "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"

typedef struct {
    char *folder;
    char *certificate;
    GSubprocess *fakes;
    JsonNode *ports;
    GantryEventLog *log;
    GantryAlerts *alerts;
} Fixture;

/* One kind as it is set up here. */
typedef struct {
    const char *id;
    ReceiverKind kind;
    const char *scheme;
    const char *port; /* name of it */
    const char *path;
    const char *secret;
    const char *to;
    const char *logged; /* kind in the log of the fakes */
} Setup;

static const Setup setups[] = {
    {"webhook", RECEIVER_WEBHOOK, "http", "http", "/webhook", "", "", "webhook"},
    {"slack", RECEIVER_SLACK, "http", "http", "/slack", "", "", "slack"},
    {"teams", RECEIVER_TEAMS, "http", "http", "/teams", "", "", "teams"},
    {"pagerduty", RECEIVER_PAGERDUTY, "http", "http", "/pagerduty", KEY, "", "pagerduty"},
    {"jsm", RECEIVER_JSM, "http", "http", "/jsm", "secret-key", "", "jsm"},
    {"alertmanager", RECEIVER_ALERTMANAGER, "http", "http", "/", "", "", "alertmanager"},
    {"telegram", RECEIVER_TELEGRAM, "http", "http", "", TOKEN, "-100", "telegram"},
    {"email", RECEIVER_EMAIL, "smtp", "smtp", "", "", "noc@example.com,b@example.com", "email"},
    {"emails", RECEIVER_EMAIL, "smtps", "smtps", "", "", "noc@example.com", "email"},
    {"syslog-udp", RECEIVER_SYSLOG, "udp", "udp", "", "", "", "syslog"},
    {"syslog-tcp", RECEIVER_SYSLOG, "tcp", "tcp", "", "", "", "syslog"},
    {"syslog-tls", RECEIVER_SYSLOG, "tls", "tls", "", "", "", "syslog"},
};

static bool
start_fakes(Fixture *fixture)
{
    g_autofree char *script = g_test_build_filename(G_TEST_DIST, "fake-receivers.py", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;

    fixture->certificate = http_peer_certificate(fixture->folder, "peer.pem", "IP:127.0.0.1");
    fixture->fakes =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error,
                         "/usr/bin/python3", script, fixture->folder, fixture->certificate, NULL);
    g_assert_no_error(error);
    g_autoptr(GDataInputStream) out =
        g_data_input_stream_new(g_subprocess_get_stdout_pipe(fixture->fakes));

    line = g_data_input_stream_read_line(out, NULL, NULL, NULL);
    fixture->ports = line != NULL ? json_from_string(line, NULL) : NULL;
    return fixture->ports != NULL;
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-kinds-XXXXXX", NULL);
    g_autofree char *journal = g_build_filename(fixture->folder, "journal", NULL);
    g_autofree char *outbox = g_build_filename(fixture->folder, "outbox", NULL);
    const AlertsSettings settings = {.folder = outbox,
                                     .monitor_id = "box-1",
                                     .boot_id = "boot-1",
                                     .public_url = "https://gantry.example"};

    fixture->log = store_event_log(journal);
    fixture->alerts = gantry_alerts_new(fixture->log, &settings);
    if (!start_fakes(fixture))
        g_test_skip("the package python3-aiosmtpd is not installed");
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    gantry_alerts_stop(fixture->alerts, US_PER_SECOND);
    gantry_event_log_close(fixture->log, US_PER_SECOND);
    release_object(fixture->alerts);
    release_object(fixture->log);
    g_subprocess_force_exit(fixture->fakes);
    g_object_unref(fixture->fakes);
    g_clear_pointer(&fixture->ports, json_node_unref);
    remove_folder(fixture->folder);
    g_free(fixture->certificate);
    g_free(fixture->folder);
}

static GantryReceiver *
add(Fixture *fixture, const Setup *setup, const NotifyPolicy *policy)
{
    const gint64 port =
        json_object_get_int_member(json_node_get_object(fixture->ports), setup->port);
    g_autofree char *url =
        g_strdup_printf("%s://127.0.0.1:%d%s", setup->scheme, (int)port, setup->path);
    g_autofree char *secret = g_build_filename(fixture->folder, setup->id, NULL);
    const ReceiverAccess access = {.id = setup->id,
                                   .kind = setup->kind,
                                   .url = url,
                                   .secret_file = setup->secret[0] != '\0' ? secret : "",
                                   .ca_file = fixture->certificate,
                                   .to = setup->to,
                                   .from = "gantry@example.com",
                                   .allow_private = true,
                                   .policy = policy};
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(secret, setup->secret, -1, NULL));
    GantryReceiver *receiver = gantry_alerts_add(fixture->alerts, &access, &error);

    g_assert_no_error(error);
    return receiver;
}

static void
drop(GantryReceiver *receiver)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(receiver), 0);
    g_object_unref(receiver);
}

/* What the fakes took of @kind. Returns: (transfer full) (element-type JsonNode) */
static GPtrArray *
taken(Fixture *fixture, const char *kind)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
    g_autofree char *path = g_build_filename(fixture->folder, "received.jsonl", NULL);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return list;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        JsonNode *node = json_from_string(lines[i], NULL);

        if (node != NULL &&
            strcmp(json_object_get_string_member(json_node_get_object(node), "kind"), kind) == 0)
            g_ptr_array_add(list, node);
        else
            g_clear_pointer(&node, json_node_unref);
    }
    return list;
}

typedef struct {
    Fixture *fixture;
    const char *kind;
    guint count;
} Wanted;

static bool
has_taken(gpointer user_data)
{
    const Wanted *wanted = user_data;
    g_autoptr(GPtrArray) list = taken(wanted->fixture, wanted->kind);

    return list->len >= wanted->count;
}

static void
wait_taken(Fixture *fixture, const char *kind, guint count)
{
    Wanted wanted = {.fixture = fixture, .kind = kind, .count = count};

    g_test_message("%s", kind);
    g_assert_true(wait_until(has_taken, &wanted, WAIT_US));
}

/* What was answered, for whoever has to find out why a test fails. */
static void
say_attempts(GantryReceiver *receiver)
{
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, 5);

    for (guint i = 0; i < attempts->len; i++) {
        const Attempt *attempt = attempts->pdata[i];

        g_test_message("%s %s %d %s", gantry_receiver_get_id(receiver), attempt->what,
                       attempt->status, attempt->answer);
    }
}

static void
append(Fixture *fixture, EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    Event *event = store_loud_event(kind, alarm, alarm_seq);

    event_set(&event->channel_name, "<!channel> *K\"anal* ]\\ ä");
    (void)gantry_event_log_append(fixture->log, event);
}

static const char *
body_text(JsonNode *node, const char *name)
{
    JsonObject *what = json_object_get_object_member(json_node_get_object(node), "what");

    return json_object_get_string_member(json_object_get_object_member(what, "body"), name);
}

/* From the event to the receiver's having it, for the first message of each kind. */
static void
assert_in_time(Fixture *fixture, WallUs raised_us)
{
    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++) {
        g_autoptr(GPtrArray) list = taken(fixture, setups[i].logged);
        JsonObject *first = json_node_get_object(list->pdata[0]);
        const double at_s = json_object_get_double_member(first, "at");
        const double delay_s = at_s - (double)raised_us / US_PER_SECOND;

        g_test_message("%s: %.3f s", setups[i].logged, delay_s);
        g_assert_cmpfloat(delay_s, <, 2.0);
    }
}

/* The most messages of @kind that one minute saw. */
static unsigned
busiest_minute(Fixture *fixture, const char *kind)
{
    g_autoptr(GPtrArray) list = taken(fixture, kind);
    unsigned most = 0;

    for (guint i = 0; i < list->len; i++) {
        const double from =
            json_object_get_double_member(json_node_get_object(list->pdata[i]), "at");
        unsigned n = 0;

        for (guint k = i; k < list->len; k++)
            n += json_object_get_double_member(json_node_get_object(list->pdata[k]), "at") <
                 from + 60;
        most = MAX(most, n);
    }
    return most;
}

static void
every_kind_takes_the_life_of_an_alarm(Fixture *fixture, gconstpointer unused)
{
    GantryReceiver *receivers[G_N_ELEMENTS(setups)];

    if (fixture->ports == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++)
        receivers[i] = add(fixture, &setups[i], NULL);
    const WallUs raised_us = wall_now_us();

    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++)
        wait_taken(fixture, setups[i].logged, 1);
    wait_taken(fixture, "email", 2);
    wait_taken(fixture, "syslog", 3);
    assert_in_time(fixture, raised_us);
    append(fixture, EVENT_ALARM_ACK, 1, 2);
    wait_taken(fixture, "pagerduty", 2);
    append(fixture, EVENT_ALARM_CLEARED, 1, 3);
    wait_taken(fixture, "pagerduty", 3);
    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++)
        say_attempts(receivers[i]);
    wait_taken(fixture, "jsm", 3);
    wait_taken(fixture, "alertmanager", 2);
    wait_taken(fixture, "email", 6);
    wait_taken(fixture, "syslog", 9);
    g_autoptr(GPtrArray) refused = taken(fixture, "refused");
    g_autoptr(GPtrArray) pages = taken(fixture, "pagerduty");

    g_assert_cmpuint(refused->len, ==, 0);
    g_assert_cmpstr(body_text(pages->pdata[0], "event_action"), ==, "trigger");
    g_assert_cmpstr(body_text(pages->pdata[1], "event_action"), ==, "acknowledge");
    g_assert_cmpstr(body_text(pages->pdata[2], "event_action"), ==, "resolve");
    g_assert_cmpstr(body_text(pages->pdata[0], "dedup_key"), ==,
                    body_text(pages->pdata[2], "dedup_key"));
    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++)
        drop(receivers[i]);
}

static void
a_mail_is_one_mail_encrypted_and_whole(Fixture *fixture, gconstpointer unused)
{
    if (fixture->ports == NULL)
        return;
    GantryReceiver *receiver = add(fixture, &setups[7], NULL);

    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    wait_taken(fixture, "email", 1);
    g_autoptr(GPtrArray) mails = taken(fixture, "email");
    JsonObject *mail = json_object_get_object_member(json_node_get_object(mails->pdata[0]), "what");

    g_assert_true(json_object_get_boolean_member(mail, "tls"));
    g_assert_cmpstr(json_object_get_string_member(mail, "from"), ==, "gantry@example.com");
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(mail, "to")), ==, 2);
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(mail, "defects")), ==, 0);
    g_assert_nonnull(
        strstr(json_object_get_string_member(mail, "subject"), "<!channel> *K\"anal* ]\\ ä"));
    g_assert_nonnull(strstr(json_object_get_string_member(mail, "text"), "The picture is black"));
    drop(receiver);
}

/* A broadcaster's receiver: its own channels, whatever else happens. */
static void
a_broadcaster_hears_of_its_own_channels_alone(Fixture *fixture, gconstpointer unused)
{
    char *mine[] = {(char *)"ch-2", NULL};
    const NotifyPolicy policy = {.scoped = true, .channels = mine};
    Event *parent = store_loud_event(EVENT_ALARM_RAISED, 9, 1);
    Event *member = store_loud_event(EVENT_ALARM_RAISED, 2, 1);

    if (fixture->ports == NULL) {
        event_unref(parent);
        event_unref(member);
        return;
    }
    GantryReceiver *receiver = add(fixture, &setups[0], &policy);

    event_set(&parent->resource, "nic/eth1");
    event_set(&parent->channel_name, "");
    parent->members = 60;
    member->quiet = QUIET_MEMBER;
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    (void)gantry_event_log_append(fixture->log, parent);
    (void)gantry_event_log_append(fixture->log, member);
    wait_taken(fixture, "webhook", 1);
    g_usleep(1500000);
    g_autoptr(GPtrArray) hooks = taken(fixture, "webhook");
    g_autofree char *text = json_to_string(hooks->pdata[0], FALSE);

    g_assert_cmpuint(hooks->len, ==, 1);
    g_assert_nonnull(strstr(text, "channel/ch-2"));
    drop(receiver);
}

static void
members_that_join_in_time_are_never_told(Fixture *fixture, gconstpointer unused)
{
    if (fixture->ports == NULL)
        return;
    GantryReceiver *receiver = add(fixture, &setups[0], NULL);
    g_autofree char *incident = store_event_alarm_id(100);

    for (unsigned alarm = 1; alarm <= 60; alarm++)
        append(fixture, EVENT_ALARM_RAISED, alarm, 1);
    Event *parent = store_loud_event(EVENT_ALARM_RAISED, 100, 1);

    event_set(&parent->resource, "nic/eth1");
    parent->members = 60;
    (void)gantry_event_log_append(fixture->log, parent);
    for (unsigned alarm = 1; alarm <= 60; alarm++) {
        Event *joined = store_loud_event(EVENT_ALARM_JOINED, alarm, 2);

        joined->quiet = QUIET_MEMBER;
        event_set(&joined->incident_id, incident);
        (void)gantry_event_log_append(fixture->log, joined);
    }
    wait_taken(fixture, "webhook", 1);
    g_usleep(1500000);
    g_autoptr(GPtrArray) hooks = taken(fixture, "webhook");

    g_assert_cmpuint(hooks->len, ==, 1);
    drop(receiver);
}

/* Row 55, shortened: down while 500 alarms begin and end, then up. */
static void
after_an_outage_people_get_digests_and_machines_the_latest(Fixture *fixture, gconstpointer unused)
{
    if (fixture->ports == NULL)
        return;
    g_autofree char *down = g_build_filename(fixture->folder, "down", NULL);
    GantryReceiver *machine = add(fixture, &setups[0], NULL);
    GantryReceiver *chat = add(fixture, &setups[1], NULL);
    GantryReceiver *pager = add(fixture, &setups[3], NULL);

    g_assert_true(g_file_set_contents(down, "", 0, NULL));
    for (unsigned alarm = 1; alarm <= 500; alarm++)
        append(fixture, EVENT_ALARM_RAISED, alarm, 1);
    g_usleep(2000000);
    for (unsigned alarm = 1; alarm <= 250; alarm++)
        append(fixture, EVENT_ALARM_CLEARED, alarm, 2);
    g_usleep(1000000);
    g_assert_cmpint(g_remove(down), ==, 0);
    const MonoUs up = boot_now_us();
    Wanted wanted = {.fixture = fixture, .kind = "webhook", .count = 500};

    g_assert_true(wait_until(has_taken, &wanted, 60 * US_PER_SECOND));
    wanted = (Wanted){.fixture = fixture, .kind = "pagerduty", .count = 2};
    g_assert_true(wait_until(has_taken, &wanted, 60 * US_PER_SECOND));
    wanted = (Wanted){.fixture = fixture, .kind = "slack", .count = 1};
    g_assert_true(wait_until(has_taken, &wanted, 60 * US_PER_SECOND));
    g_test_message("500 latest states after %d s", (int)((boot_now_us() - up) / US_PER_SECOND));
    g_assert_cmpint(boot_now_us() - up, <, 60 * US_PER_SECOND);
    g_autoptr(GPtrArray) refused = taken(fixture, "refused");
    g_autoptr(GPtrArray) messages = taken(fixture, "slack");
    g_autoptr(GPtrArray) pages = taken(fixture, "pagerduty");
    unsigned digests = 0;

    for (guint i = 0; i < messages->len; i++)
        digests += strstr(body_text(messages->pdata[i], "text"), "Many alarms") != NULL;
    g_assert_cmpuint(refused->len, ==, 0); /* PagerDuty's fake counts 100 a minute */
    g_assert_cmpuint(digests, ==, 1);
    g_assert_cmpuint(messages->len, <=, 25);
    g_assert_cmpuint(pages->len, <=, 25);
    drop(machine);
    drop(chat);
    drop(pager);
}

typedef struct {
    Fixture *fixture;
    const char *action;
} DigestWanted;

static bool
has_paged_digest(gpointer user_data)
{
    const DigestWanted *wanted = user_data;
    g_autoptr(GPtrArray) pages = taken(wanted->fixture, "pagerduty");

    for (guint i = 0; i < pages->len; i++) {
        if (strcmp(body_text(pages->pdata[i], "dedup_key"), "gantry-digest-pagerduty") == 0 &&
            strcmp(body_text(pages->pdata[i], "event_action"), wanted->action) == 0)
            return true;
    }
    return false;
}

/* A flood lasts ten minutes; a pager that was begun anew has not seen it, but knows the digest. */
static void
the_digest_of_a_flood_is_resolved_at_its_end(Fixture *fixture, gconstpointer unused)
{
    DigestWanted opened = {fixture, "trigger"}, ended = {fixture, "resolve"};

    if (fixture->ports == NULL)
        return;
    GantryReceiver *pager = add(fixture, &setups[3], NULL);

    for (unsigned alarm = 1; alarm <= 40; alarm++)
        append(fixture, EVENT_ALARM_RAISED, alarm, 1);
    g_assert_true(wait_until(has_paged_digest, &opened, WAIT_US));
    for (unsigned alarm = 1; alarm < 40; alarm++)
        append(fixture, EVENT_ALARM_CLEARED, alarm, 2);
    g_usleep(1500000);
    drop(pager);
    pager = add(fixture, &setups[3], NULL);
    g_usleep(1500000);
    g_assert_false(has_paged_digest(&ended)); /* one of its alarms stands */
    append(fixture, EVENT_ALARM_CLEARED, 40, 2);
    drop(pager);
    pager = add(fixture, &setups[3], NULL);
    g_assert_true(wait_until(has_paged_digest, &ended, WAIT_US));
    drop(pager);
}

/* A storm, shortened: 2,000 transitions in 12 s. Whoever keeps up hears every final state; nobody
 * hears more than he bears. */
static void
a_storm_exceeds_no_receivers_limit_and_loses_no_final_state(Fixture *fixture, gconstpointer unused)
{
    static const size_t told[] = {0, 1, 3, 6}; /* webhook, Slack, PagerDuty, Telegram */
    GantryReceiver *receivers[G_N_ELEMENTS(told)];

    if (fixture->ports == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++)
        receivers[i] = add(fixture, &setups[told[i]], NULL);
    for (unsigned n = 0; n < 2000; n++) {
        const unsigned alarm = 1 + n % 200, round = n / 200;

        append(fixture, round % 2 == 0 ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED, alarm,
               round + 1);
        g_usleep(6000);
    }
    g_autoptr(GHashTable) ended = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const MonoUs limit = boot_now_us() + WAIT_US;

    while (g_hash_table_size(ended) < 200 && boot_now_us() < limit) {
        g_autoptr(GPtrArray) hooks = taken(fixture, "webhook");

        for (guint i = 0; i < hooks->len; i++) {
            g_autofree char *text = json_to_string(hooks->pdata[i], FALSE);
            const char *resource = strstr(text, "channel/ch-");

            if (strstr(text, "\"seq\":10,") != NULL && strstr(text, "alarm.cleared") != NULL)
                g_hash_table_add(ended, g_strndup(resource, strcspn(resource, "\"")));
        }
        g_usleep(200000);
    }
    g_test_message("final states missing: %u", 200 - g_hash_table_size(ended));
    g_assert_cmpuint(g_hash_table_size(ended), ==, 200);
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
        const Setup *setup = &setups[told[i]];
        const ReceiverKindInfo *kind = receiver_kind_info(setup->kind);
        const unsigned most = busiest_minute(fixture, setup->logged);

        g_test_message("%s: %u messages in the busiest minute, %u allowed", setup->id, most,
                       kind->burst + kind->per_minute);
        g_assert_cmpuint(most, <=, kind->burst + kind->per_minute);
        drop(receivers[i]);
    }
}

static bool
has_refused(gpointer user_data)
{
    EventSinkStatus status;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(user_data), &status);
    return strcmp(status.state, "refusing") == 0;
}

/* A recipient that does not exist is a mistake of settings; what was answered is kept. */
static void
a_refused_mail_is_said_at_once_with_its_answer(Fixture *fixture, gconstpointer unused)
{
    const Setup setup = {"email", RECEIVER_EMAIL, "smtp", "smtp", "", "", "nobody@example.com", ""};

    if (fixture->ports == NULL)
        return;
    GantryReceiver *receiver = add(fixture, &setup, NULL);

    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(has_refused, receiver, WAIT_US));
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, 10);
    const Attempt *attempt = attempts->pdata[0];

    g_assert_cmpint(attempt->status, ==, 550);
    g_assert_nonnull(strstr(attempt->answer, "no such user"));
    g_assert_cmpint(attempt->outcome, ==, DELIVERY_FAILED);
    drop(receiver);
}

#define ADD(path, function)                                                                        \
    g_test_add("/receiver-kinds/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("every-kind-takes-the-life-of-an-alarm", every_kind_takes_the_life_of_an_alarm);
    ADD("a-mail-is-one-mail-encrypted-and-whole", a_mail_is_one_mail_encrypted_and_whole);
    ADD("a-broadcaster-hears-of-its-own-channels-alone",
        a_broadcaster_hears_of_its_own_channels_alone);
    ADD("members-that-join-in-time-are-never-told", members_that_join_in_time_are_never_told);
    ADD("after-an-outage-people-get-digests-and-machines-the-latest",
        after_an_outage_people_get_digests_and_machines_the_latest);
    ADD("the-digest-of-a-flood-is-resolved-at-its-end",
        the_digest_of_a_flood_is_resolved_at_its_end);
    ADD("a-storm-exceeds-no-receivers-limit-and-loses-no-final-state",
        a_storm_exceeds_no_receivers_limit_and_loses_no_final_state);
    ADD("a-refused-mail-is-said-at-once-with-its-answer",
        a_refused_mail_is_said_at_once_with_its_answer);
    return g_test_run();
}
