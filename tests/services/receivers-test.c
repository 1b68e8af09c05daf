/* Delivery to real receivers that answer, refuse, hang and talk nonsense. */
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/alerts/alerts.h"
#include "appliance/alerts/webhook-sign.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "tests/services/http-peer.h"
#include "tests/services/private-servers.h"
#include "tests/services/sink-waits.h"
#include "tests/services/store-events.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

typedef struct {
    char *folder;
    HttpPeer *peer;
    GantryEventLog *log;
    GantryAlerts *alerts;
    gint outcomes[5];      /* by DeliveryOutcome; atomic */
    char last_answer[128]; /* of the last record */
    int last_status;
    GMutex lock;           /* of the two above */
    const char *path;      /* for conditions */
    GantryReceiver *asked; /* no-ref, likewise */
    guint count;
} Fixture;

static void
take_record(const DeliveryRecord *record, void *user_data)
{
    Fixture *fixture = user_data;

    g_mutex_lock(&fixture->lock);
    fixture->last_status = record->status;
    (void)g_strlcpy(fixture->last_answer, record->answer, sizeof fixture->last_answer);
    g_mutex_unlock(&fixture->lock);
    g_atomic_int_inc(&fixture->outcomes[record->outcome]);
}

static void
start_alerts(Fixture *fixture)
{
    g_autofree char *journal = g_build_filename(fixture->folder, "journal", NULL);
    g_autofree char *outbox = g_build_filename(fixture->folder, "outbox", NULL);
    const AlertsSettings settings = {.folder = outbox,
                                     .monitor_id = "box-1",
                                     .boot_id = "boot-1",
                                     .public_url = "https://gantry.example",
                                     .listener = take_record,
                                     .user_data = fixture};

    fixture->log = store_event_log(journal);
    fixture->alerts = gantry_alerts_new(fixture->log, &settings);
}

static void
stop_alerts(Fixture *fixture)
{
    gantry_alerts_stop(fixture->alerts, PATIENCE_US);
    gantry_event_log_close(fixture->log, PATIENCE_US);
    release_object(fixture->alerts);
    release_object(fixture->log);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-receivers-XXXXXX", NULL);
    fixture->peer = http_peer_new();
    g_mutex_init(&fixture->lock);
    start_alerts(fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    stop_alerts(fixture);
    http_peer_free(fixture->peer);
    remove_folder(fixture->folder);
    g_free(fixture->folder);
}

static const NotifyPolicy minor = {.min_severity = SEVERITY_MINOR};

static GantryReceiver *
add_url(Fixture *fixture, const char *id, const char *url)
{
    g_autofree char *secret = g_build_filename(fixture->folder, "secret", NULL);
    const ReceiverAccess access = {
        .id = id, .url = url, .secret_file = secret, .policy = &minor, .allow_private = true};
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(secret, SECRET "\n", -1, NULL));
    GantryReceiver *receiver = gantry_alerts_add(fixture->alerts, &access, &error);

    g_assert_no_error(error);
    return receiver;
}

static GantryReceiver *
add(Fixture *fixture, const char *id, const char *path)
{
    g_autofree char *url = http_peer_url(fixture->peer, path);

    return add_url(fixture, id, url);
}

/* A receiver lives as long as whoever asked for it wants its state. */
static void
drop(GantryReceiver **receiver)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(*receiver), 0);
    g_clear_object(receiver);
}

static MonoUs
append(Fixture *fixture, EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    const MonoUs now = boot_now_us();

    (void)gantry_event_log_append(fixture->log, store_loud_event(kind, alarm, alarm_seq));
    return now;
}

static bool
has_requests(gpointer user_data)
{
    Fixture *fixture = user_data;

    return http_peer_count(fixture->peer, fixture->path) >= fixture->count;
}

static bool
wait_requests(Fixture *fixture, const char *path, guint count, int64_t wait_us)
{
    fixture->path = path;
    fixture->count = count;
    return wait_until(has_requests, fixture, wait_us);
}

static bool
wait_state(GantryReceiver *receiver, const char *state)
{
    return wait_sink_state(GANTRY_EVENT_SINK(receiver), state);
}

/* It has delivered, and nothing waits, neither in its outbox nor in the journal. */
static bool
is_empty(gpointer user_data)
{
    const Fixture *fixture = user_data;
    ReceiverCounts counts;
    EventLogStatus log;
    EventSinkStatus sink;

    gantry_receiver_get_counts(fixture->asked, &counts);
    gantry_event_log_get_status(fixture->log, &log);
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(fixture->asked), &sink);
    return counts.pending == 0 && counts.delivered > 0 && sink.cursor == log.last_seq;
}

static bool
wait_empty(Fixture *fixture, GantryReceiver *receiver)
{
    fixture->asked = receiver;
    return wait_until(is_empty, fixture, PATIENCE_US);
}

static void
an_alarm_is_posted_at_once_and_signed(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/ok");
    g_autoptr(GBytes) key = webhook_key(SECRET, NULL);
    gint64 timestamp = 0;
    const MonoUs raised = append(fixture, EVENT_ALARM_RAISED, 1, 1);

    g_assert_true(wait_requests(fixture, "/ok", 1, PATIENCE_US));
    const HttpPeerRequest *request = http_peer_get(fixture->peer, "/ok", 0);

    g_test_message("posted after %d ms", (int)((request->at_us - raised) / US_PER_MS));
    g_assert_cmpint(request->at_us - raised, >=, 400 * US_PER_MS); /* time for its incident */
    g_assert_cmpint(request->at_us - raised, <,
                    3 * US_PER_SECOND); /* 0.9, where nothing else runs */
    g_assert_nonnull(strstr(request->body, "\"type\":\"channel.alarm.raised\""));
    g_assert_nonnull(strstr(request->body, request->id));
    g_assert_true(
        g_ascii_string_to_signed(request->timestamp, 10, 0, G_MAXINT64, &timestamp, NULL));
    g_autofree char *signature = webhook_sign(key, request->id, timestamp, request->body);

    g_assert_cmpstr(request->signature, ==, signature);
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_true(wait_state(receiver, "ok"));
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), ==, 1);
    drop(&receiver);
}

static void
receivers_that_hang_or_refuse_delay_no_other(Fixture *fixture, gconstpointer unused)
{
    static const char *const bad[] = {"/hang",      "/500",     "/404",
                                      "/midheader", "/endless", "/redirect"};
    GantryReceiver *receivers[G_N_ELEMENTS(bad) + 1];
    unsigned late = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        receivers[i] = add(fixture, bad[i] + 1, bad[i]);
    receivers[G_N_ELEMENTS(bad)] = add_url(fixture, "closed", "http://127.0.0.1:9/");
    GantryReceiver *good = add(fixture, "good", "/ok");

    for (unsigned alarm = 1; alarm <= 20; alarm++) {
        const MonoUs raised = append(fixture, EVENT_ALARM_RAISED, alarm, 1);

        g_assert_true(wait_requests(fixture, "/ok", alarm, PATIENCE_US));
        const int64_t delay = http_peer_get(fixture->peer, "/ok", alarm - 1)->at_us - raised;

        late += delay > US_PER_SECOND;
        g_assert_cmpint(delay, <, 8 * US_PER_SECOND); /* a hung one would cost 10 s */
    }
    g_test_message("%u of 20 after more than a second", late);
    g_assert_cmpuint(late, <=, 10); /* 1, where nothing else runs */
    g_assert_true(wait_state(receivers[1], "failing"));
    g_assert_true(wait_state(receivers[2], "refusing"));
    g_assert_true(wait_state(receivers[3], "failing"));
    g_assert_true(wait_state(receivers[5], "failing"));
    g_assert_true(wait_state(receivers[6], "failing"));
    g_assert_true(wait_state(receivers[4], "ok")); /* 200 is an answer, whatever the body */
    g_assert_true(wait_state(good, "ok"));
    g_assert_cmpuint(http_peer_count(fixture->peer, "/hang"), <=, RECEIVER_MAX_IN_FLIGHT);
    g_assert_cmpuint(http_peer_count(fixture->peer, "/ok"), ==, 20); /* no redirect was followed */
    for (size_t i = 0; i < G_N_ELEMENTS(receivers); i++)
        drop(&receivers[i]);
    drop(&good);
}

static void
a_newer_state_takes_the_place_of_an_undelivered_one(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/switch");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_state(receiver, "failing"));
    (void)append(fixture, EVENT_ALARM_UPDATED, 1, 2);
    (void)append(fixture, EVENT_ALARM_CLEARED, 1, 3);
    (void)append(fixture, EVENT_ALARM_RAISED, 2, 1);
    g_atomic_int_set(&fixture->peer->works, TRUE);
    g_assert_true(wait_empty(fixture, receiver));
    const guint n = http_peer_count(fixture->peer, "/switch");
    unsigned cleared = 0;

    for (guint i = 0; i < n; i++)
        cleared +=
            strstr(http_peer_get(fixture->peer, "/switch", i)->body, "alarm.cleared") != NULL;
    g_assert_cmpuint(cleared, >=, 1);
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_SUPERSEDED]), >=, 1);
    /* The update may have been under way when the receiver came back. */
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), >=, 2);
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), <=, 3);
    g_assert_true(wait_state(receiver, "ok"));
    drop(&receiver);
}

static void
events_of_an_alarm_arrive_in_order(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/ok");

    for (uint32_t seq = 1; seq <= 20; seq++) {
        for (unsigned alarm = 1; alarm <= 8; alarm++)
            (void)append(fixture, seq % 2 == 1 ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED, alarm,
                         seq);
        g_usleep(2000);
    }
    g_assert_true(wait_empty(fixture, receiver));
    for (unsigned alarm = 1; alarm <= 8; alarm++) {
        g_autofree char *id = store_event_alarm_id(alarm);
        const guint n = http_peer_count(fixture->peer, "/ok");
        guint64 last = 0;

        for (guint i = 0; i < n; i++) {
            const char *body = http_peer_get(fixture->peer, "/ok", i)->body;
            const char *at = strstr(body, "\"seq\":");

            if (strstr(body, id) == NULL)
                continue;
            g_autofree char *digits = g_strndup(at + 6, strspn(at + 6, "0123456789"));
            guint64 seq = 0;

            g_assert_true(g_ascii_string_to_unsigned(digits, 10, 1, 100, &seq, NULL));

            g_assert_cmpuint(seq, >, last);
            last = seq;
        }
        g_assert_cmpuint(last, ==, 20); /* the last state always arrives */
    }
    drop(&receiver);
}

static void
what_was_not_delivered_survives_a_restart(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/switch");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    (void)append(fixture, EVENT_ALARM_RAISED, 2, 1);
    g_assert_true(wait_state(receiver, "failing"));
    g_clear_object(&receiver);
    stop_alerts(fixture);
    g_atomic_int_set(&fixture->peer->works, TRUE);
    memset(fixture->outcomes, 0, sizeof fixture->outcomes);
    start_alerts(fixture);
    receiver = add(fixture, "noc", "/switch");
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), ==, 2);
    drop(&receiver);
}

static void
what_was_delivered_is_not_sent_again_after_a_restart(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/ok");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_empty(fixture, receiver));
    g_clear_object(&receiver);
    stop_alerts(fixture);
    start_alerts(fixture);
    receiver = add(fixture, "noc", "/ok");
    (void)append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpuint(http_peer_count(fixture->peer, "/ok"), ==, 2);
    drop(&receiver);
}

static void
a_receiver_that_asks_for_patience_gets_it(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/429");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_requests(fixture, "/429", 2, PATIENCE_US));
    const int64_t gap = http_peer_get(fixture->peer, "/429", 1)->at_us -
                        http_peer_get(fixture->peer, "/429", 0)->at_us;

    g_assert_cmpint(gap, >=, 1 * US_PER_SECOND);
    g_assert_cmpint(gap, <, 4 * US_PER_SECOND); /* without patience it would be 4 at least */
    g_assert_cmpstr(http_peer_get(fixture->peer, "/429", 0)->id, ==,
                    http_peer_get(fixture->peer, "/429", 1)->id);
    drop(&receiver);
}

static void
a_failure_is_tried_again_after_five_seconds(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/500");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_requests(fixture, "/500", 2, PATIENCE_US));
    const int64_t gap = http_peer_get(fixture->peer, "/500", 1)->at_us -
                        http_peer_get(fixture->peer, "/500", 0)->at_us;

    g_assert_cmpint(gap, >=, 4 * US_PER_SECOND);
    g_assert_cmpint(gap, <=, 10 * US_PER_SECOND); /* 6, where nothing else runs */
    drop(&receiver);
}

static void
forbidden_addresses_are_never_connected_to(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *names[] = {
        g_strdup_printf("http://localhost:%u/ok", fixture->peer->port),
        g_strdup_printf("http://2130706433:%u/ok", fixture->peer->port),
        g_strdup_printf("http://[::ffff:127.0.0.1]:%u/ok", fixture->peer->port),
    };
    static const char *const refused[] = {"file:///etc/passwd", "gopher://127.0.0.1/",
                                          "http://user:pass@127.0.0.1/", "127.0.0.1", ""};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *id = g_strdup_printf("r%zu", i);
        const ReceiverAccess access = {.id = id, .url = names[i]};
        g_autoptr(GantryReceiver) receiver = gantry_alerts_add(fixture->alerts, &access, NULL);

        g_assert_nonnull(receiver);
        (void)append(fixture, EVENT_ALARM_RAISED, (unsigned)i + 1, 1);
        g_assert_true(wait_state(receiver, "failing"));
        g_mutex_lock(&fixture->lock);
        g_assert_cmpstr(fixture->last_answer, ==, "the address is not allowed for a receiver");
        g_mutex_unlock(&fixture->lock);
        drop(&receiver);
        g_free(g_steal_pointer(&names[i]));
    }
    g_assert_cmpuint(http_peer_count(fixture->peer, "/ok"), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        const ReceiverAccess access = {.id = "bad", .url = refused[i], .allow_private = true};
        g_autoptr(GError) error = NULL;

        g_assert_null(gantry_alerts_add(fixture->alerts, &access, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
}

/* What stands on disk at one instant, as a power cut would leave it. */
static char *
copy_of_the_disk(Fixture *fixture)
{
    char *copy = g_strconcat(fixture->folder, "-copy", NULL);
    const char *const argv[] = {"cp", "-a", fixture->folder, copy, NULL};

    g_assert_true(g_spawn_sync(NULL, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, NULL, NULL));
    return copy;
}

static void
a_power_cut_loses_no_undelivered_alarm(Fixture *fixture, gconstpointer unused)
{
    GantryReceiver *receiver = add(fixture, "noc", "/switch");

    for (unsigned alarm = 1; alarm <= 100; alarm++)
        (void)append(fixture, EVENT_ALARM_RAISED, alarm, 1);
    g_assert_true(wait_state(receiver, "failing"));
    g_assert_true(wait_durable(fixture->log));
    g_usleep(2500000); /* the cursor is written behind, within a second */
    g_autofree char *before = fixture->folder;
    g_autofree char *copy = copy_of_the_disk(fixture);
    g_clear_object(&receiver);
    stop_alerts(fixture);
    g_atomic_int_set(&fixture->peer->works, TRUE);
    memset(fixture->outcomes, 0, sizeof fixture->outcomes);
    fixture->folder = g_steal_pointer(&copy);
    start_alerts(fixture);
    receiver = add(fixture, "noc", "/switch");
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), ==, 100);
    drop(&receiver);
    remove_folder(before);
}

static void
a_receiver_that_returns_hears_the_latest_of_everything(Fixture *fixture, gconstpointer unused)
{
    GantryReceiver *receiver = add(fixture, "noc", "/switch");

    for (unsigned alarm = 1; alarm <= 500; alarm++)
        (void)append(fixture, EVENT_ALARM_RAISED, alarm, 1);
    g_assert_true(wait_state(receiver, "failing"));
    for (unsigned alarm = 1; alarm <= 500; alarm++)
        (void)append(fixture, EVENT_ALARM_CLEARED, alarm, 2);
    g_atomic_int_set(&fixture->peer->works, TRUE);
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), >=, 500);
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_GIVEN_UP]), ==, 0);
    g_assert_true(wait_state(receiver, "ok"));
    drop(&receiver);
}

static GantryReceiver *
add_tls(Fixture *fixture, const char *id, HttpPeer *peer, const char *ca_file)
{
    g_autofree char *url = http_peer_url(peer, "/ok");
    const ReceiverAccess access = {.id = id, .url = url, .ca_file = ca_file, .allow_private = true};

    return gantry_alerts_add(fixture->alerts, &access, NULL);
}

static void
a_receiver_that_is_forgotten_begins_anew(Fixture *fixture, gconstpointer unused)
{
    GantryReceiver *receiver = add(fixture, "noc", "/switch");

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_state(receiver, "failing"));
    g_usleep(600000); /* the outbox is on disk by now */
    gantry_alerts_forget(fixture->alerts, receiver);
    g_clear_object(&receiver);
    g_atomic_int_set(&fixture->peer->works, TRUE);
    receiver = add(fixture, "noc", "/switch");
    (void)append(fixture, EVENT_ALARM_RAISED, 2, 1);
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpint(g_atomic_int_get(&fixture->outcomes[DELIVERY_OK]), ==, 1);
    drop(&receiver);
}

static void
certificates_are_verified(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *right = http_peer_certificate(fixture->folder, "right.pem", "IP:127.0.0.1");
    g_autofree char *wrong =
        http_peer_certificate(fixture->folder, "wrong.pem", "DNS:else.example");
    HttpPeer *right_peer = http_peer_new_tls(right);
    HttpPeer *wrong_peer = http_peer_new_tls(wrong);
    GantryReceiver *trusted = add_tls(fixture, "trusted", right_peer, right);
    GantryReceiver *unknown = add_tls(fixture, "unknown", right_peer, NULL);
    GantryReceiver *other_name = add_tls(fixture, "other-name", wrong_peer, wrong);

    (void)append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_empty(fixture, trusted));
    g_assert_true(wait_state(unknown, "failing"));
    g_assert_true(wait_state(other_name, "failing"));
    g_assert_cmpuint(http_peer_count(right_peer, "/ok"), ==, 1);
    g_assert_cmpuint(http_peer_count(wrong_peer, "/ok"), ==, 0);
    drop(&trusted);
    drop(&unknown);
    drop(&other_name);
    http_peer_free(right_peer);
    http_peer_free(wrong_peer);
}

typedef struct {
    bool done;
    bool ok;
    char *text;
} Tested;

static void
take_test(bool ok, const char *text, gpointer user_data)
{
    Tested *tested = user_data;

    tested->done = true;
    tested->ok = ok;
    g_free(tested->text);
    tested->text = g_strdup(text);
}

static bool
is_done(gpointer user_data)
{
    return ((Tested *)user_data)->done;
}

static void
a_test_message_says_what_the_receiver_answered(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) good = add(fixture, "good", "/ok");
    g_autoptr(GantryReceiver) bad = add(fixture, "bad", "/500");
    Tested tested = {0};

    gantry_alerts_test(fixture->alerts, "good", take_test, &tested);
    g_assert_true(wait_until(is_done, &tested, PATIENCE_US));
    g_assert_true(tested.ok);
    g_assert_nonnull(strstr(http_peer_get(fixture->peer, "/ok", 0)->body, "gantry.test"));
    tested.done = false;
    gantry_alerts_test(fixture->alerts, "bad", take_test, &tested);
    g_assert_true(wait_until(is_done, &tested, PATIENCE_US));
    g_assert_false(tested.ok);
    g_assert_nonnull(strstr(tested.text, "500"));
    tested.done = false;
    gantry_alerts_test(fixture->alerts, "nobody", take_test, &tested);
    g_assert_true(wait_until(is_done, &tested, PATIENCE_US));
    g_assert_false(tested.ok);
    g_free(tested.text);
    drop(&good);
    drop(&bad);
}

static void
milder_alarms_are_not_sent(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryReceiver) receiver = add(fixture, "noc", "/ok");
    Event *mild = store_loud_event(EVENT_ALARM_RAISED, 1, 1);

    mild->severity = SEVERITY_WARNING;
    (void)gantry_event_log_append(fixture->log, mild);
    (void)append(fixture, EVENT_ALARM_RAISED, 2, 1);
    g_assert_true(wait_empty(fixture, receiver));
    g_assert_cmpuint(http_peer_count(fixture->peer, "/ok"), ==, 1);
    drop(&receiver);
}

#define ADD(path, function)                                                                        \
    g_test_add("/receivers/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("an-alarm-is-posted-at-once-and-signed", an_alarm_is_posted_at_once_and_signed);
    ADD("receivers-that-hang-or-refuse-delay-no-other",
        receivers_that_hang_or_refuse_delay_no_other);
    ADD("a-newer-state-takes-the-place-of-an-undelivered-one",
        a_newer_state_takes_the_place_of_an_undelivered_one);
    ADD("events-of-an-alarm-arrive-in-order", events_of_an_alarm_arrive_in_order);
    ADD("what-was-not-delivered-survives-a-restart", what_was_not_delivered_survives_a_restart);
    ADD("what-was-delivered-is-not-sent-again-after-a-restart",
        what_was_delivered_is_not_sent_again_after_a_restart);
    ADD("a-power-cut-loses-no-undelivered-alarm", a_power_cut_loses_no_undelivered_alarm);
    ADD("a-receiver-that-returns-hears-the-latest-of-everything",
        a_receiver_that_returns_hears_the_latest_of_everything);
    ADD("a-receiver-that-is-forgotten-begins-anew", a_receiver_that_is_forgotten_begins_anew);
    ADD("certificates-are-verified", certificates_are_verified);
    ADD("a-receiver-that-asks-for-patience-gets-it", a_receiver_that_asks_for_patience_gets_it);
    ADD("a-failure-is-tried-again-after-five-seconds", a_failure_is_tried_again_after_five_seconds);
    ADD("forbidden-addresses-are-never-connected-to", forbidden_addresses_are_never_connected_to);
    ADD("a-test-message-says-what-the-receiver-answered",
        a_test_message_says_what_the_receiver_answered);
    ADD("milder-alarms-are-not-sent", milder_alarms_are_not_sent);
    return g_test_run();
}
