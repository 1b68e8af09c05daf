/* Every kind of receiver, end to end: events through journal, outbox and libcurl to servers that
 * are as strict as the real ones. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "pipelines/base/clock.h"
#include "tests/services/private-servers.h"
#include "tests/services/receiver-rig.h"
#include "tests/services/sink-waits.h"
#include "tests/services/store-events.h"

#define WAIT_US RECEIVER_RIG_WAIT_US

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
append(ReceiverRig *rig, EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    Event *event = store_loud_event(kind, alarm, alarm_seq);

    event_set(&event->channel_name, "<!channel> *K\"anal* ]\\ ä");
    (void)gantry_event_log_append(rig->log, event);
}

static const char *
body_text(JsonNode *node, const char *name)
{
    JsonObject *what = json_object_get_object_member(json_node_get_object(node), "what");

    return json_object_get_string_member(json_object_get_object_member(what, "body"), name);
}

/* From the event to the receiver's having it, for the first message of each kind. */
static void
assert_in_time(ReceiverRig *rig, WallUs raised_us)
{
    for (size_t i = 0; i < RECEIVER_SETUPS; i++) {
        g_autoptr(GPtrArray) list = receiver_rig_taken(rig, receiver_setups[i].logged);
        JsonObject *first = json_node_get_object(list->pdata[0]);
        const double at_s = json_object_get_double_member(first, "at");
        const double delay_s = at_s - (double)raised_us / US_PER_SECOND;

        g_test_message("%s: %.3f s", receiver_setups[i].logged, delay_s);
        g_assert_cmpfloat(delay_s, <, 8.0); /* 2, where nothing else runs */
    }
}

/* The most messages of @kind that one minute saw. */
static unsigned
busiest_minute(ReceiverRig *rig, const char *kind)
{
    g_autoptr(GPtrArray) list = receiver_rig_taken(rig, kind);
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
every_kind_takes_the_life_of_an_alarm(ReceiverRig *rig, gconstpointer unused)
{
    GantryReceiver *receivers[RECEIVER_SETUPS];

    if (rig->ports == NULL)
        return;
    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        receivers[i] = receiver_rig_add(rig, &receiver_setups[i], NULL);
    const WallUs raised_us = wall_now_us();

    append(rig, EVENT_ALARM_RAISED, 1, 1);
    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        receiver_rig_wait_taken(rig, receiver_setups[i].logged, 1);
    receiver_rig_wait_taken(rig, "email", 2);
    receiver_rig_wait_taken(rig, "syslog", 3);
    assert_in_time(rig, raised_us);
    append(rig, EVENT_ALARM_ACK, 1, 2);
    receiver_rig_wait_taken(rig, "pagerduty", 2);
    append(rig, EVENT_ALARM_CLEARED, 1, 3);
    receiver_rig_wait_taken(rig, "pagerduty", 3);
    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        say_attempts(receivers[i]);
    receiver_rig_wait_taken(rig, "jsm", 3);
    receiver_rig_wait_taken(rig, "alertmanager", 2);
    receiver_rig_wait_taken(rig, "email", 6);
    receiver_rig_wait_taken(rig, "syslog", 9);
    g_autoptr(GPtrArray) refused = receiver_rig_taken(rig, "refused");
    g_autoptr(GPtrArray) pages = receiver_rig_taken(rig, "pagerduty");

    g_assert_cmpuint(refused->len, ==, 0);
    g_assert_cmpstr(body_text(pages->pdata[0], "event_action"), ==, "trigger");
    g_assert_cmpstr(body_text(pages->pdata[1], "event_action"), ==, "acknowledge");
    g_assert_cmpstr(body_text(pages->pdata[2], "event_action"), ==, "resolve");
    g_assert_cmpstr(body_text(pages->pdata[0], "dedup_key"), ==,
                    body_text(pages->pdata[2], "dedup_key"));
    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        receiver_rig_drop(receivers[i]);
}

static void
a_mail_is_one_mail_encrypted_and_whole(ReceiverRig *rig, gconstpointer unused)
{
    if (rig->ports == NULL)
        return;
    GantryReceiver *receiver = receiver_rig_add(rig, &receiver_setups[7], NULL);

    append(rig, EVENT_ALARM_RAISED, 1, 1);
    receiver_rig_wait_taken(rig, "email", 1);
    g_autoptr(GPtrArray) mails = receiver_rig_taken(rig, "email");
    JsonObject *mail = json_object_get_object_member(json_node_get_object(mails->pdata[0]), "what");

    g_assert_true(json_object_get_boolean_member(mail, "tls"));
    g_assert_cmpstr(json_object_get_string_member(mail, "from"), ==, "gantry@example.com");
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(mail, "to")), ==, 2);
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(mail, "defects")), ==, 0);
    g_assert_nonnull(
        strstr(json_object_get_string_member(mail, "subject"), "<!channel> *K\"anal* ]\\ ä"));
    g_assert_nonnull(strstr(json_object_get_string_member(mail, "text"), "The picture is black"));
    receiver_rig_drop(receiver);
}

/* The first receiver, which is to come, was there before all events: it takes them at once, and a
 * disk that takes one of them long before the others is no delay between them. */
static void
know(ReceiverRig *rig)
{
    g_autofree char *name = g_strconcat("receiver-", receiver_setups[0].id, NULL);

    gantry_event_log_set_cursor(rig->log, name, 0);
}

/* A broadcaster's receiver: its own channels, whatever else happens. */
static void
a_broadcaster_hears_of_its_own_channels_alone(ReceiverRig *rig, gconstpointer unused)
{
    char *mine[] = {(char *)"ch-2", NULL};
    const NotifyPolicy policy = {.scoped = true, .channels = mine};
    Event *parent = store_loud_event(EVENT_ALARM_RAISED, 9, 1);
    Event *member = store_loud_event(EVENT_ALARM_RAISED, 2, 1);

    if (rig->ports == NULL) {
        event_unref(parent);
        event_unref(member);
        return;
    }
    event_set(&parent->resource, "nic/eth1");
    event_set(&parent->channel_name, "");
    parent->members = 60;
    member->quiet = QUIET_MEMBER;
    know(rig);
    append(rig, EVENT_ALARM_RAISED, 1, 1);
    (void)gantry_event_log_append(rig->log, parent);
    (void)gantry_event_log_append(rig->log, member);
    g_assert_true(wait_durable(rig->log));
    GantryReceiver *receiver = receiver_rig_add(rig, &receiver_setups[0], &policy);

    receiver_rig_wait_taken(rig, "webhook", 1);
    g_usleep(1500000);
    g_autoptr(GPtrArray) hooks = receiver_rig_taken(rig, "webhook");
    g_autofree char *text = json_to_string(hooks->pdata[0], FALSE);

    g_assert_cmpuint(hooks->len, ==, 1);
    g_assert_nonnull(strstr(text, "channel/ch-2"));
    receiver_rig_drop(receiver);
}

static void
members_that_join_in_time_are_never_told(ReceiverRig *rig, gconstpointer unused)
{
    if (rig->ports == NULL)
        return;
    g_autofree char *incident = store_event_alarm_id(100);

    know(rig);
    for (unsigned alarm = 1; alarm <= 60; alarm++)
        append(rig, EVENT_ALARM_RAISED, alarm, 1);
    Event *parent = store_loud_event(EVENT_ALARM_RAISED, 100, 1);

    event_set(&parent->resource, "nic/eth1");
    parent->members = 60;
    (void)gantry_event_log_append(rig->log, parent);
    for (unsigned alarm = 1; alarm <= 60; alarm++) {
        Event *joined = store_loud_event(EVENT_ALARM_JOINED, alarm, 2);

        joined->quiet = QUIET_MEMBER;
        event_set(&joined->incident_id, incident);
        (void)gantry_event_log_append(rig->log, joined);
    }
    g_assert_true(wait_durable(rig->log));
    GantryReceiver *receiver = receiver_rig_add(rig, &receiver_setups[0], NULL);

    receiver_rig_wait_taken(rig, "webhook", 1);
    g_usleep(1500000);
    g_autoptr(GPtrArray) hooks = receiver_rig_taken(rig, "webhook");

    g_assert_cmpuint(hooks->len, ==, 1);
    receiver_rig_drop(receiver);
}

/* Row 55, shortened: down while 500 alarms begin and end, then up. */
static void
after_an_outage_people_get_digests_and_machines_the_latest(ReceiverRig *rig, gconstpointer unused)
{
    if (rig->ports == NULL)
        return;
    g_autofree char *down = g_build_filename(rig->folder, "down", NULL);
    GantryReceiver *machine = receiver_rig_add(rig, &receiver_setups[0], NULL);
    GantryReceiver *chat = receiver_rig_add(rig, &receiver_setups[1], NULL);
    GantryReceiver *pager = receiver_rig_add(rig, &receiver_setups[3], NULL);

    g_assert_true(g_file_set_contents(down, "", 0, NULL));
    for (unsigned alarm = 1; alarm <= 500; alarm++)
        append(rig, EVENT_ALARM_RAISED, alarm, 1);
    g_usleep(2000000);
    for (unsigned alarm = 1; alarm <= 250; alarm++)
        append(rig, EVENT_ALARM_CLEARED, alarm, 2);
    g_usleep(1000000);
    g_assert_cmpint(g_remove(down), ==, 0);
    const MonoUs up = boot_now_us();
    ReceiverWanted wanted = {.rig = rig, .kind = "webhook", .count = 500};

    g_assert_true(wait_until(receiver_rig_has_taken, &wanted, 3 * WAIT_US));
    wanted = (ReceiverWanted){.rig = rig, .kind = "pagerduty", .count = 2};
    g_assert_true(wait_until(receiver_rig_has_taken, &wanted, 3 * WAIT_US));
    wanted = (ReceiverWanted){.rig = rig, .kind = "slack", .count = 1};
    g_assert_true(wait_until(receiver_rig_has_taken, &wanted, 3 * WAIT_US));
    g_test_message("500 latest states after %d s", (int)((boot_now_us() - up) / US_PER_SECOND));
    g_assert_cmpint(boot_now_us() - up, <, 3 * WAIT_US); /* 60 s, where nothing else runs */
    g_autoptr(GPtrArray) refused = receiver_rig_taken(rig, "refused");
    g_autoptr(GPtrArray) messages = receiver_rig_taken(rig, "slack");
    g_autoptr(GPtrArray) pages = receiver_rig_taken(rig, "pagerduty");
    unsigned digests = 0;

    for (guint i = 0; i < messages->len; i++)
        digests += strstr(body_text(messages->pdata[i], "text"), "Many alarms") != NULL;
    g_assert_cmpuint(refused->len, ==, 0); /* PagerDuty's fake counts 100 a minute */
    g_assert_cmpuint(digests, ==, 1);
    g_assert_cmpuint(messages->len, <=, 25);
    g_assert_cmpuint(pages->len, <=, 25);
    receiver_rig_drop(machine);
    receiver_rig_drop(chat);
    receiver_rig_drop(pager);
}

typedef struct {
    ReceiverRig *rig;
    const char *action;
} DigestWanted;

static bool
has_paged_digest(gpointer user_data)
{
    const DigestWanted *wanted = user_data;
    g_autoptr(GPtrArray) pages = receiver_rig_taken(wanted->rig, "pagerduty");

    for (guint i = 0; i < pages->len; i++) {
        if (strcmp(body_text(pages->pdata[i], "dedup_key"), "gantry-digest-pagerduty") == 0 &&
            strcmp(body_text(pages->pdata[i], "event_action"), wanted->action) == 0)
            return true;
    }
    return false;
}

/* A flood lasts ten minutes; a pager that was begun anew has not seen it, but knows the digest. */
static void
the_digest_of_a_flood_is_resolved_at_its_end(ReceiverRig *rig, gconstpointer unused)
{
    DigestWanted opened = {rig, "trigger"}, ended = {rig, "resolve"};

    if (rig->ports == NULL)
        return;
    GantryReceiver *pager = receiver_rig_add(rig, &receiver_setups[3], NULL);

    for (unsigned alarm = 1; alarm <= 40; alarm++)
        append(rig, EVENT_ALARM_RAISED, alarm, 1);
    g_assert_true(wait_until(has_paged_digest, &opened, WAIT_US));
    for (unsigned alarm = 1; alarm < 40; alarm++)
        append(rig, EVENT_ALARM_CLEARED, alarm, 2);
    g_usleep(1500000);
    receiver_rig_drop(pager);
    pager = receiver_rig_add(rig, &receiver_setups[3], NULL);
    g_usleep(1500000);
    g_assert_false(has_paged_digest(&ended)); /* one of its alarms stands */
    append(rig, EVENT_ALARM_CLEARED, 40, 2);
    receiver_rig_drop(pager);
    pager = receiver_rig_add(rig, &receiver_setups[3], NULL);
    g_assert_true(wait_until(has_paged_digest, &ended, WAIT_US));
    receiver_rig_drop(pager);
}

/* A storm, shortened: 2,000 transitions in 12 s. Whoever keeps up hears every final state; nobody
 * hears more than he bears. */
static void
a_storm_exceeds_no_receivers_limit_and_loses_no_final_state(ReceiverRig *rig, gconstpointer unused)
{
    static const size_t told[] = {0, 1, 3, 6}; /* webhook, Slack, PagerDuty, Telegram */
    GantryReceiver *receivers[G_N_ELEMENTS(told)];

    if (rig->ports == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++)
        receivers[i] = receiver_rig_add(rig, &receiver_setups[told[i]], NULL);
    for (unsigned n = 0; n < 2000; n++) {
        const unsigned alarm = 1 + n % 200, round = n / 200;

        append(rig, round % 2 == 0 ? EVENT_ALARM_RAISED : EVENT_ALARM_CLEARED, alarm, round + 1);
        g_usleep(6000);
    }
    g_autoptr(GHashTable) ended = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const MonoUs limit = boot_now_us() + WAIT_US;

    while (g_hash_table_size(ended) < 200 && boot_now_us() < limit) {
        g_autoptr(GPtrArray) hooks = receiver_rig_taken(rig, "webhook");

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
        const ReceiverSetup *setup = &receiver_setups[told[i]];
        const ReceiverKindInfo *kind = receiver_kind_info(setup->kind);
        const unsigned most = busiest_minute(rig, setup->logged);

        g_test_message("%s: %u messages in the busiest minute, %u allowed", setup->id, most,
                       kind->burst + kind->per_minute);
        g_assert_cmpuint(most, <=, kind->burst + kind->per_minute);
        receiver_rig_drop(receivers[i]);
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
a_refused_mail_is_said_at_once_with_its_answer(ReceiverRig *rig, gconstpointer unused)
{
    const ReceiverSetup setup = {"email", RECEIVER_EMAIL,       "smtp", "smtp", "",
                                 "",      "nobody@example.com", ""};

    if (rig->ports == NULL)
        return;
    GantryReceiver *receiver = receiver_rig_add(rig, &setup, NULL);

    append(rig, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(has_refused, receiver, WAIT_US));
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, 10);
    const Attempt *attempt = attempts->pdata[0];

    g_assert_cmpint(attempt->status, ==, 550);
    g_assert_nonnull(strstr(attempt->answer, "no such user"));
    g_assert_cmpint(attempt->outcome, ==, DELIVERY_FAILED);
    receiver_rig_drop(receiver);
}

#define ADD(path, function)                                                                        \
    g_test_add("/receiver-kinds/" path, ReceiverRig, NULL, receiver_rig_set_up, function,          \
               receiver_rig_tear_down)

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
