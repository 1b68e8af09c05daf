/* The alarm book: masks, the monitor's own faults, restarts and operators, as tables of steps. */
#include <glib.h>
#include <string.h>

#include "appliance/model/alarm-book.h"
#include "pipelines/base/error.h"

#define CHANNEL "channel/one"
#define INPUT   "input/one"
#define S(x)    ((MonoUs)((x) * (double)US_PER_SECOND))
#define WALL0   INT64_C(1700000000000000)

typedef struct {
    AlarmBook *book;
    GPtrArray *transitions;
    unsigned ids;
} Fixture;

static char *
count_id(gpointer user_data)
{
    Fixture *fixture = user_data;

    return g_strdup_printf("00000000-0000-4000-8000-%012u", ++fixture->ids);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    const AlarmPolicy no_reminders = {.shelf_max_us = S(8 * 3600), .positions = 1};

    fixture->book = alarm_book_new(alarm_profile_default(), count_id, fixture);
    alarm_book_set_policy(fixture->book, &no_reminders); /* alarm-acts-test.c has those */
    fixture->transitions = alarm_transitions_new();
    alarm_book_set_input(fixture->book, CHANNEL, INPUT);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    alarm_book_free(fixture->book);
    g_ptr_array_unref(fixture->transitions);
}

static AlarmNow
at(double seconds)
{
    return (AlarmNow){.us = S(seconds), .wall_us = WALL0 + S(seconds)};
}

typedef enum { OBSERVE, STEP } Act;

typedef struct {
    double at_s;
    Act act;
    FaultId fault; /* of CHANNEL, or of INPUT for the box's own */
    bool faulty;
    double since_s;     /* 0: now */
    const char *expect; /* transitions so far since the last step, as "+no-packets -no-packets" */
} Step;

static char *
describe(Fixture *fixture)
{
    static const char marks[] = "+~-AUC";
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < fixture->transitions->len; i++) {
        const AlarmTransition *t = g_ptr_array_index(fixture->transitions, i);

        g_string_append_printf(text, "%s%c%s", i > 0 ? " " : "", marks[t->change],
                               fault_info(t->fault)->name);
    }
    g_ptr_array_set_size(fixture->transitions, 0);
    return g_string_free(text, FALSE);
}

static void
observe(Fixture *fixture, FaultId fault, bool faulty, MonoUs since_us, AlarmNow now)
{
    const bool own = fault >= FAULT_WORKER_LOST;
    const Observation observation = {
        .resource = own ? INPUT : CHANNEL,
        .fault = fault,
        .faulty = faulty,
        .since_us = since_us,
        .cause_scope = own ? CAUSE_MONITOR : CAUSE_INPUT,
    };

    alarm_book_observe(fixture->book, &observation, now, fixture->transitions);
}

static void
play(Fixture *fixture, const Step *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        const Step *step = &steps[i];

        g_test_message("step %zu at %g s", i, step->at_s);
        if (step->act == OBSERVE)
            observe(fixture, step->fault, step->faulty, S(step->since_s), at(step->at_s));
        else
            alarm_book_step(fixture->book, at(step->at_s), fixture->transitions);
        g_autofree char *got = describe(fixture);

        g_assert_cmpstr(got, ==, step->expect);
    }
}

#define PLAY(steps) play(fixture, steps, G_N_ELEMENTS(steps))

static void
a_fault_is_raised_at_its_time_and_cleared_at_its_time(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_NO_PACKETS, true, 9.8, ""},
        {10.7, STEP, 0, 0, 0, ""},
        {10.8, STEP, 0, 0, 0, "+no-packets"},
        {20.0, OBSERVE, FAULT_NO_PACKETS, false, 20.0, ""},
        {24.9, STEP, 0, 0, 0, ""},
        {25.0, STEP, 0, 0, 0, "-no-packets"},
    };
    PLAY(steps);
}

static void
a_transition_tells_the_whole_alarm_at_the_time_it_fell_due(Fixture *fixture, gconstpointer unused)
{
    const Observation observation = {
        CHANNEL, FAULT_NO_PACKETS,         true, S(9.8), SEVERITY_CLEARED, CAUSE_NETWORK, 4,
        2.5,     "Nothing arrives on eth1"};

    alarm_book_observe(fixture->book, &observation, at(10), fixture->transitions);
    alarm_book_step(fixture->book, at(11.5), fixture->transitions);
    g_assert_cmpuint(fixture->transitions->len, ==, 1);
    const AlarmTransition *raised = g_ptr_array_index(fixture->transitions, 0);

    g_assert_cmpint(raised->at_us, ==, S(10.8));
    g_assert_cmpint(raised->wall_us, ==, WALL0 + S(10.8));
    g_assert_cmpint(raised->raised_wall_us, ==, WALL0 + S(10.8));
    g_assert_cmpint(raised->cleared_wall_us, ==, 0);
    g_assert_cmpint(raised->severity, ==, SEVERITY_CRITICAL);
    g_assert_cmpint(raised->cause_scope, ==, CAUSE_NETWORK);
    g_assert_cmpstr(raised->resource, ==, CHANNEL);
    g_assert_cmpstr(raised->text, ==, "Nothing arrives on eth1");
    g_assert_cmpstr(raised->incident_id, ==, raised->alarm_id);
    g_assert_cmpuint(raised->alarm_seq, ==, 1);
}

static void
a_consequence_is_no_news_while_its_cause_stands(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_VIDEO_MISSING, true, 0, ""},
        {10.1, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {11.1, STEP, 0, 0, 0, "+no-packets"},
        {14.0, STEP, 0, 0, 0, ""},
        {15.0, OBSERVE, FAULT_VIDEO_MISSING, true, 10.0, ""},
        /* The cause goes; the consequence does not, and is judged from then on. */
        {20.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {25.0, STEP, 0, 0, 0, "-no-packets"},
        {27.9, STEP, 0, 0, 0, ""},
        {28.0, STEP, 0, 0, 0, "+video-missing"},
    };
    PLAY(steps);
}

static void
a_cause_that_is_only_pending_holds_its_consequence_back(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_AUDIO_MISSING, true, 0, ""},
        {12.5, OBSERVE, FAULT_SYNC_LOST, true, 0, ""},
        {13.0, STEP, 0, 0, 0, ""},
        {13.1, OBSERVE, FAULT_AUDIO_MISSING, true, 10.0, ""},
        {13.2, OBSERVE, FAULT_SYNC_LOST, false, 0, "+audio-missing"},
    };
    PLAY(steps);
}

static void
a_standing_alarm_is_neither_cleared_nor_worse_behind_its_cause(Fixture *fixture,
                                                               gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_PICTURE_BLACK, true, 0, ""},
        {15.0, STEP, 0, 0, 0, "+picture-black"},
        {16.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {17.0, STEP, 0, 0, 0, "+no-packets"},
        {17.5, OBSERVE, FAULT_PICTURE_BLACK, false, 0, ""},
        {30.0, STEP, 0, 0, 0, ""},
        {31.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {36.0, STEP, 0, 0, 0, "-no-packets"},
        {38.9, STEP, 0, 0, 0, ""},
        {39.0, STEP, 0, 0, 0, "-picture-black"},
    };
    PLAY(steps);
}

static void
time_behind_a_cause_does_not_make_an_alarm_worse(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_PICTURE_BLACK, true, 0, ""},
        {15.0, STEP, 0, 0, 0, "+picture-black"},
        {16.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {17.0, STEP, 0, 0, 0, "+no-packets"},
        {31.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {36.0, STEP, 0, 0, 0, "-no-packets"},
        {37.0, OBSERVE, FAULT_PICTURE_BLACK, true, 10.0, ""},
        {50.9, STEP, 0, 0, 0, ""},
        {51.0, STEP, 0, 0, 0, "~picture-black"},
    };
    PLAY(steps);
}

static void
an_alarm_that_lasts_grows_worse_once(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_PICTURE_BLACK, true, 0, ""},
        {15.0, STEP, 0, 0, 0, "+picture-black"},
        {24.9, STEP, 0, 0, 0, ""},
        {25.0, STEP, 0, 0, 0, "~picture-black"},
        {99.0, OBSERVE, FAULT_PICTURE_BLACK, true, 0, ""},
    };
    PLAY(steps);
    g_assert_cmpint(alarm_book_worst(fixture->book, CHANNEL, NULL), ==, SEVERITY_MAJOR);
}

static void
a_silent_worker_makes_its_channels_unknown_not_faulty(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {10.5, OBSERVE, FAULT_WORKER_LOST, true, 0, ""},
        {11.0, STEP, 0, 0, 0, ""},
        {13.5, STEP, 0, 0, 0, "+worker-lost"},
        {20.0, OBSERVE, FAULT_WORKER_LOST, false, 0, ""},
        /* Nothing is known of the channel before its worker says so again. */
        {21.0, STEP, 0, 0, 0, "-worker-lost"},
        {30.0, STEP, 0, 0, 0, ""},
        {31.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {32.0, STEP, 0, 0, 0, "+no-packets"},
    };
    PLAY(steps);
}

static void
an_open_alarm_outlives_the_loss_of_its_worker(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {11.0, STEP, 0, 0, 0, "+no-packets"},
        {20.0, OBSERVE, FAULT_WORKER_LOST, true, 0, ""},
        {23.0, STEP, 0, 0, 0, "+worker-lost"},
        {30.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {30.0, OBSERVE, FAULT_WORKER_LOST, false, 0, ""},
        {31.0, STEP, 0, 0, 0, "-worker-lost"},
        {35.9, STEP, 0, 0, 0, ""},
        {36.0, STEP, 0, 0, 0, "-no-packets"},
    };
    PLAY(steps);
}

static void
own_loss_hides_what_it_can_feign_and_nothing_else(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {10.0, OBSERVE, FAULT_OWN_LOSS, true, 0, "+own-loss"},
        {10.0, OBSERVE, FAULT_CONTINUITY, true, 0, ""},
        {11.0, OBSERVE, FAULT_NO_PACKETS, true, 0, ""},
        {12.0, STEP, 0, 0, 0, "+no-packets"},
        {20.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {20.0, OBSERVE, FAULT_CONTINUITY, false, 0, ""},
        {20.0, OBSERVE, FAULT_OWN_LOSS, false, 10.0, ""},
        {25.0, STEP, 0, 0, 0, "-no-packets"},
        {70.0, STEP, 0, 0, 0, "-own-loss"},
    };
    PLAY(steps);
}

static void
severity_on_the_evidence_counts_and_only_grows(Fixture *fixture, gconstpointer unused)
{
    Observation observation = {.resource = CHANNEL,
                               .fault = FAULT_CONTINUITY,
                               .faulty = true,
                               .severity = SEVERITY_WARNING};

    alarm_book_observe(fixture->book, &observation, at(10), fixture->transitions);
    g_assert_cmpint(alarm_book_worst(fixture->book, CHANNEL, NULL), ==, SEVERITY_WARNING);
    observation.severity = SEVERITY_MAJOR;
    alarm_book_observe(fixture->book, &observation, at(11), fixture->transitions);
    observation.severity = SEVERITY_WARNING;
    alarm_book_observe(fixture->book, &observation, at(12), fixture->transitions);
    g_assert_cmpint(alarm_book_worst(fixture->book, CHANNEL, NULL), ==, SEVERITY_MAJOR);
    g_autofree char *got = describe(fixture);

    g_assert_cmpstr(got, ==, "+continuity ~continuity");
}

static void
another_finding_is_an_update_but_another_figure_is_not(Fixture *fixture, gconstpointer unused)
{
    Observation observation = {.resource = CHANNEL,
                               .fault = FAULT_NO_PACKETS,
                               .faulty = true,
                               .since_us = S(5),
                               .reason = 3,
                               .text = "Not joined"};

    alarm_book_observe(fixture->book, &observation, at(10), fixture->transitions);
    observation.text = "Not joined for 2 s";
    alarm_book_observe(fixture->book, &observation, at(12), fixture->transitions);
    observation.reason = 4;
    observation.text = "Nothing on the wire";
    alarm_book_observe(fixture->book, &observation, at(13), fixture->transitions);
    alarm_book_observe(fixture->book, &observation, at(21), fixture->transitions);
    alarm_book_observe(fixture->book, &observation, at(22), fixture->transitions);
    g_autofree char *got = describe(fixture);
    const char *text;

    g_assert_cmpstr(got, ==, "+no-packets ~no-packets");
    alarm_book_worst(fixture->book, CHANNEL, &text);
    g_assert_cmpstr(text, ==, "Nothing on the wire");
}

static void
the_deadline_is_the_next_instant_at_which_something_falls_due(Fixture *fixture,
                                                              gconstpointer unused)
{
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, US_NEVER);
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10));
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(15));
    observe(fixture, FAULT_NO_PACKETS, true, 0, at(11));
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(12));
    alarm_book_step(fixture->book, at(12), fixture->transitions);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, US_NEVER);
    observe(fixture, FAULT_NO_PACKETS, false, 0, at(20));
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(25));
}

/* A second book that has read what the first one told. */
static AlarmBook *
restarted(Fixture *fixture)
{
    AlarmBook *book = alarm_book_new(alarm_profile_default(), count_id, fixture);

    alarm_book_set_input(book, CHANNEL, INPUT);
    for (guint i = 0; i < fixture->transitions->len; i++)
        alarm_book_replay(book, g_ptr_array_index(fixture->transitions, i), i + 1);
    g_ptr_array_set_size(fixture->transitions, 0);
    alarm_book_free(fixture->book);
    fixture->book = book;
    return book;
}

static void
after_a_restart_what_still_stands_is_not_raised_again(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {3.0, STEP, 0, 0, 0, ""},
        {4.0, OBSERVE, FAULT_NO_PACKETS, true, 1.0, ""},
        {9.0, OBSERVE, FAULT_NO_PACKETS, false, 0, ""},
        {14.0, STEP, 0, 0, 0, "-no-packets"},
        {90.0, STEP, 0, 0, 0, ""},
    };

    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    restarted(fixture);
    g_assert_true(alarm_book_is_open(fixture->book, CHANNEL, FAULT_NO_PACKETS));
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 1);
    g_assert_cmpuint(alarm_book_oldest_event(fixture->book), ==, 1);
    PLAY(steps); /* of another boot: its clock began anew */
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
    g_assert_cmpuint(alarm_book_oldest_event(fixture->book), ==, 0);
}

static void
after_a_restart_it_is_known_what_nobody_tells_of(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    observe(fixture, FAULT_PICTURE_BLACK, true, S(5), at(10));
    g_assert_false(alarm_book_is_unheard(fixture->book, CHANNEL, FAULT_NO_PACKETS));
    restarted(fixture);
    g_assert_true(alarm_book_is_unheard(fixture->book, CHANNEL, FAULT_NO_PACKETS));
    g_assert_false(alarm_book_is_unheard(fixture->book, CHANNEL, FAULT_SOUND_SILENT));
    observe(fixture, FAULT_NO_PACKETS, true, 0, at(200));
    g_assert_false(alarm_book_is_unheard(fixture->book, CHANNEL, FAULT_NO_PACKETS));
}

static void
after_a_restart_what_is_gone_is_cleared_once(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100.0, OBSERVE, FAULT_NO_PACKETS, false, 50.0, "-no-packets"},
        {101.0, OBSERVE, FAULT_NO_PACKETS, false, 50.0, ""},
    };

    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    restarted(fixture);
    PLAY(steps);
    restarted(fixture);
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
}

static void
after_a_restart_an_alarm_grows_worse_in_its_own_time(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {108.0, OBSERVE, FAULT_PICTURE_BLACK, true, 95.0, ""},
        {109.9, STEP, 0, 0, 0, ""},
        {110.0, STEP, 0, 0, 0, "~picture-black"},
    };

    observe(fixture, FAULT_PICTURE_BLACK, true, S(95), at(100));
    restarted(fixture);
    PLAY(steps);
}

static void
a_restart_keeps_what_people_did(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    const AlarmTransition *raised = g_ptr_array_index(fixture->transitions, 0);
    g_autofree char *id = g_strdup(raised->alarm_id);
    const OperatorAct act = {id, "anna", "on it"};

    g_assert_true(alarm_book_ack(fixture->book, &act, at(11), fixture->transitions, NULL));
    restarted(fixture);
    size_t n;
    AlarmView *views = alarm_book_views(fixture->book, &n);
    g_autoptr(Snapshot) snapshot = snapshot_new();

    snapshot->alarms = views;
    snapshot->n_alarms = n;
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpstr(views[0].id, ==, id);
    g_assert_cmpint(views[0].operator_state, ==, OPERATOR_ACK);
    g_assert_cmpstr(views[0].owner, ==, "anna");
    g_assert_cmpstr(views[0].note, ==, "on it");
    g_assert_cmpuint(views[0].event_seq, ==, 2);
    g_assert_cmpuint(alarm_book_oldest_event(fixture->book), ==, 1);
}

static void
operators_act_once_and_on_what_exists(Fixture *fixture, gconstpointer unused)
{
    const OperatorAct unknown = {"nothing", "anna", NULL};
    g_autoptr(GError) error = NULL;

    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    g_autofree char *id =
        g_strdup(((AlarmTransition *)g_ptr_array_index(fixture->transitions, 0))->alarm_id);
    const OperatorAct act = {id, "anna", NULL}, empty = {id, "anna", ""};
    GPtrArray *to = fixture->transitions;

    g_assert_true(alarm_book_ack(fixture->book, &act, at(11), to, NULL));
    g_assert_true(alarm_book_ack(fixture->book, &act, at(12), to, NULL));
    g_assert_true(alarm_book_unack(fixture->book, &act, at(13), to, NULL));
    g_assert_true(alarm_book_unack(fixture->book, &act, at(14), to, NULL));
    g_autofree char *got = describe(fixture);

    g_assert_cmpstr(got, ==, "+no-packets Ano-packets Uno-packets");
    g_assert_false(alarm_book_ack(fixture->book, &unknown, at(15), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(alarm_book_comment(fixture->book, &empty, at(15), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_cmpuint(to->len, ==, 0);
}

static bool
never_exists(const char *resource, gpointer unused)
{
    return false;
}

static void
alarms_of_what_left_the_inventory_are_cleared(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    alarm_book_retain(fixture->book, never_exists, NULL, at(20), fixture->transitions);
    g_autofree char *got = describe(fixture);

    g_assert_cmpstr(got, ==, "+no-packets -no-packets");
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
    alarm_book_set_input(fixture->book, CHANNEL, INPUT); /* nothing dangles */
    observe(fixture, FAULT_NO_PACKETS, true, S(25), at(30));
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 1);
}

static void
cleared_entries_stay_for_a_day_and_are_bounded(Fixture *fixture, gconstpointer unused)
{
    size_t n;
    double now_s = 10;

    for (unsigned i = 0; i < ALARM_BOOK_MAX_CLEARED + 50; i++, now_s += 10) {
        observe(fixture, FAULT_NO_PACKETS, true, S(now_s - 2), at(now_s));
        observe(fixture, FAULT_NO_PACKETS, false, 0, at(now_s + 1));
        alarm_book_step(fixture->book, at(now_s + 7), fixture->transitions);
    }
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
    g_autoptr(Snapshot) full = snapshot_new();

    full->alarms = alarm_book_views(fixture->book, &full->n_alarms);
    g_assert_cmpuint(full->n_alarms, ==, ALARM_BOOK_MAX_CLEARED);
    g_assert_cmpint(full->alarms[0].raised_wall_us, >, full->alarms[1].raised_wall_us);
    alarm_book_step(fixture->book, at(now_s + 24 * 3600 + 10), fixture->transitions);
    AlarmView *views = alarm_book_views(fixture->book, &n);

    g_assert_cmpuint(n, ==, 0);
    g_free(views);
}

static void
all_that_stands_is_shown_however_much_it_is(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(Snapshot) full = snapshot_new();

    for (unsigned i = 0; i < ALARM_BOOK_MAX_CLEARED + 50; i++) {
        g_autofree char *resource = g_strdup_printf("channel/ch-%u", i);
        const Observation observation = {
            .resource = resource, .fault = FAULT_NO_PACKETS, .faulty = true, .since_us = S(5)};

        alarm_book_observe(fixture->book, &observation, at(10), fixture->transitions);
    }
    observe(fixture, FAULT_NO_PACKETS, true, S(5), at(10));
    observe(fixture, FAULT_NO_PACKETS, false, 0, at(11));
    alarm_book_step(fixture->book, at(17), fixture->transitions);
    full->alarms = alarm_book_views(fixture->book, &full->n_alarms);
    g_assert_cmpuint(full->n_alarms, ==, ALARM_BOOK_MAX_CLEARED + 50);
}

static void
an_unknown_fault_of_a_newer_worker_is_kept_apart(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, (FaultId)FAULT_NUMBER_MAX, true, S(1), at(10));
    g_autofree char *got = describe(fixture);

    g_assert_cmpstr(got, ==, "+unknown");
}

#define ADD(name, test) g_test_add("/alarm-book/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("delays", a_fault_is_raised_at_its_time_and_cleared_at_its_time);
    ADD("transition", a_transition_tells_the_whole_alarm_at_the_time_it_fell_due);
    ADD("mask", a_consequence_is_no_news_while_its_cause_stands);
    ADD("mask-pending", a_cause_that_is_only_pending_holds_its_consequence_back);
    ADD("mask-open", a_standing_alarm_is_neither_cleared_nor_worse_behind_its_cause);
    ADD("mask-time", time_behind_a_cause_does_not_make_an_alarm_worse);
    ADD("escalation", an_alarm_that_lasts_grows_worse_once);
    ADD("worker-lost", a_silent_worker_makes_its_channels_unknown_not_faulty);
    ADD("worker-lost-open", an_open_alarm_outlives_the_loss_of_its_worker);
    ADD("own-loss", own_loss_hides_what_it_can_feign_and_nothing_else);
    ADD("severity", severity_on_the_evidence_counts_and_only_grows);
    ADD("reason", another_finding_is_an_update_but_another_figure_is_not);
    ADD("deadline", the_deadline_is_the_next_instant_at_which_something_falls_due);
    ADD("restart-standing", after_a_restart_what_still_stands_is_not_raised_again);
    ADD("restart-unheard", after_a_restart_it_is_known_what_nobody_tells_of);
    ADD("restart-gone", after_a_restart_what_is_gone_is_cleared_once);
    ADD("restart-worse", after_a_restart_an_alarm_grows_worse_in_its_own_time);
    ADD("restart-people", a_restart_keeps_what_people_did);
    ADD("operators", operators_act_once_and_on_what_exists);
    ADD("retain", alarms_of_what_left_the_inventory_are_cleared);
    ADD("kept", cleared_entries_stay_for_a_day_and_are_bounded);
    ADD("standing", all_that_stands_is_shown_however_much_it_is);
    ADD("newer", an_unknown_fault_of_a_newer_worker_is_kept_apart);
    return g_test_run();
}
