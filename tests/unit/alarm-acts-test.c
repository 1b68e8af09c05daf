/* What people decide about alarms and what time makes of it, as tables of steps: a year of shelves,
 * reminders, planned work, restarts and clock steps. */
#include <glib.h>
#include <string.h>

#include "appliance/model/alarm-book.h"
#include "pipelines/base/error.h"

#define CHANNEL "channel/one"
#define S(x)    ((MonoUs)((x) * (double)US_PER_SECOND))
#define H       3600.0
#define WALL0   INT64_C(1700000000000000)

typedef struct {
    AlarmBook *book;
    GPtrArray *transitions;
    GPtrArray *journal; /* every transition so far, for restarts */
    unsigned ids;
    WallUs step_us; /* by which the wall clock was moved */
} Fixture;

typedef enum {
    FAULTY,
    HEALTHY,
    STEP,
    ACK,
    UNACK,
    ASSIGN,
    SHELVE,
    UNSHELVE,
    PLAN,
    UNPLAN,
    RESTART,
    CLOCK
} Act;

typedef struct {
    double at_s;
    Act act;
    double for_s;       /* of acknowledgement and shelf; of a clock step: how far, in s */
    const char *expect; /* transitions, as "raised! cleared": "!" where receivers hear of it */
} Step;

static char *
count_id(gpointer user_data)
{
    Fixture *fixture = user_data;

    return g_strdup_printf("alarm-%u", ++fixture->ids);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->book = alarm_book_new(alarm_profile_default(), count_id, fixture);
    fixture->transitions = alarm_transitions_new();
    fixture->journal = alarm_transitions_new();
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    alarm_book_free(fixture->book);
    g_ptr_array_unref(fixture->transitions);
    g_ptr_array_unref(fixture->journal);
}

static AlarmNow
at(const Fixture *fixture, double seconds)
{
    return (AlarmNow){.us = S(seconds), .wall_us = WALL0 + S(seconds) + fixture->step_us};
}

/* Moves what is new into the journal and names it. */
static char *
describe(Fixture *fixture)
{
    static const char *const names[] = {"raised",   "updated", "cleared",  "ack",
                                        "unack",    "comment", "shelved",  "unshelved",
                                        "assigned", "joined",  "reminded", "noted"};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < fixture->transitions->len; i++) {
        const AlarmTransition *t = g_ptr_array_index(fixture->transitions, i);

        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", names[t->change]);
        if (t->change == ALARM_CHANGE_REMINDED)
            g_string_append_printf(text, "%.0f", t->value);
        if (t->quiet == QUIET_NONE)
            g_string_append_c(text, '!');
    }
    while (fixture->transitions->len > 0)
        g_ptr_array_add(fixture->journal, g_ptr_array_steal_index(fixture->transitions, 0));
    return g_string_free(text, FALSE);
}

static void
observe(Fixture *fixture, bool faulty, AlarmNow now)
{
    const Observation observation = {.resource = CHANNEL,
                                     .fault = FAULT_NO_PACKETS,
                                     .faulty = faulty,
                                     .since_us = now.us - (faulty ? S(1) : S(20)), /* due now */
                                     .cause_scope = CAUSE_NETWORK};

    alarm_book_observe(fixture->book, &observation, now, fixture->transitions);
}

/* The process ends, and another one reads the journal. */
static void
restart(Fixture *fixture, AlarmNow now)
{
    alarm_book_free(fixture->book);
    fixture->book = alarm_book_new(alarm_profile_default(), count_id, fixture);
    for (guint i = 0; i < fixture->journal->len; i++)
        alarm_book_replay(fixture->book, fixture->journal->pdata[i], i + 1);
    alarm_book_resume(fixture->book, now);
}

static void
do_act(Fixture *fixture, const Step *step, AlarmNow now)
{
    g_autofree char *id = g_strdup_printf("alarm-%u", fixture->ids);
    const OperatorAct act = {.alarm_id = id,
                             .actor = "anna",
                             .note = "known",
                             .owner = "bert",
                             .for_us = S(step->for_s)};
    GPtrArray *to = fixture->transitions;
    AlarmBook *book = fixture->book;

    switch (step->act) {
    case FAULTY:
    case HEALTHY:
        observe(fixture, step->act == FAULTY, now);
        break;
    case STEP:
        alarm_book_step(book, now, to);
        break;
    case ACK:
        g_assert_true(alarm_book_ack(book, &act, now, to, NULL));
        break;
    case UNACK:
        g_assert_true(alarm_book_unack(book, &act, now, to, NULL));
        break;
    case ASSIGN:
        g_assert_true(alarm_book_assign(book, &act, now, to, NULL));
        break;
    case SHELVE:
        g_assert_true(alarm_book_shelve(book, &act, now, to, NULL));
        break;
    case UNSHELVE:
        g_assert_true(alarm_book_unshelve(book, &act, now, to, NULL));
        break;
    case PLAN:
    case UNPLAN:
        alarm_book_set_planned(book, CHANNEL, step->act == PLAN, "new encoder", now, to);
        break;
    case RESTART:
        restart(fixture, now);
        break;
    case CLOCK:
        fixture->step_us += S(step->for_s);
        break;
    }
}

static void
play(Fixture *fixture, const Step *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        g_test_message("step %zu at %g s", i, steps[i].at_s);
        do_act(fixture, &steps[i], at(fixture, steps[i].at_s));
        g_autofree char *got = describe(fixture);

        g_assert_cmpstr(got, ==, steps[i].expect);
    }
}

#define PLAY(steps) play(fixture, steps, G_N_ELEMENTS(steps))

static const AlarmTransition *
last(const Fixture *fixture)
{
    return g_ptr_array_index(fixture->journal, fixture->journal->len - 1);
}

static void
an_acknowledgement_with_an_end_is_taken_back_by_the_box(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {110, ACK, 1 * H, "ack!"},
        {110 + 1 * H - 1, STEP, 0, ""},
        {110 + 1 * H, STEP, 0, "unack!"},
    };
    PLAY(steps);
    g_assert_cmpstr(last(fixture)->actor, ==, "");
    g_assert_cmpstr(last(fixture)->note, ==, "Its time is over");
    g_assert_cmpstr(last(fixture)->owner, ==, "");
    g_assert_cmpint(last(fixture)->until_wall_us, ==, 0);
}

static void
an_acknowledgement_ends_at_its_time_after_a_restart(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},    {110, ACK, 1 * H, "ack!"},
        {1000, RESTART, 0, ""},         {1001, FAULTY, 0, ""},
        {110 + 1 * H - 1, STEP, 0, ""}, {110 + 1 * H, STEP, 0, "unack!"},
    };
    PLAY(steps);
}

static void
a_timed_shelf_keeps_every_raise_of_the_same_quiet(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},    {110, SHELVE, 2 * H, "shelved"},
        {200, HEALTHY, 0, "cleared!"},  {300, FAULTY, 0, "raised"},
        {400, HEALTHY, 0, "cleared"},   {500, FAULTY, 0, "raised"},
        {110 + 2 * H - 1, STEP, 0, ""}, {110 + 2 * H, STEP, 0, "unshelved! updated!"},
        {9000, HEALTHY, 0, "cleared!"}, {9100, FAULTY, 0, "raised!"},
    };
    PLAY(steps);
}

static void
a_one_shot_shelf_ends_when_the_alarm_clears(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {110, SHELVE, 0, "shelved"},
        {200, HEALTHY, 0, "cleared! unshelved!"},
        {300, FAULTY, 0, "raised!"},
    };
    PLAY(steps);
}

static void
a_one_shot_shelf_ends_at_the_sites_maximum_at_the_latest(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {110, SHELVE, 0, "shelved"},
        {110 + 8 * H - 1, STEP, 0, ""},
        {110 + 8 * H, STEP, 0, "unshelved! updated!"},
    };
    PLAY(steps);
}

static void
a_shelf_of_what_has_cleared_ends_with_an_event_too(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},     {200, HEALTHY, 0, "cleared!"},
        {210, SHELVE, 1 * H, "shelved"}, {300, FAULTY, 0, "raised"},
        {400, HEALTHY, 0, "cleared"},    {210 + 1 * H, STEP, 0, "unshelved!"},
    };
    PLAY(steps);
}

static void
a_shelf_outlives_a_restart_and_still_ends(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {110, SHELVE, 2 * H, "shelved"},
        {200, HEALTHY, 0, "cleared!"},
        {300, RESTART, 0, ""},
        {310, FAULTY, 0, "raised"},
        {320, RESTART, 0, ""},
        {330, FAULTY, 0, ""},
        {340, HEALTHY, 0, "cleared"},
        {350, RESTART, 0, ""},
        {110 + 2 * H - 1, STEP, 0, ""},
        {110 + 2 * H, STEP, 0, "unshelved!"},
        {9000, RESTART, 0, ""},
        {9100, FAULTY, 0, "raised!"},
    };
    PLAY(steps);
}

static void
a_clock_that_jumps_neither_ends_nor_prolongs_a_shelf(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},    {110, SHELVE, 2 * H, "shelved"},
        {200, CLOCK, 1 * H, ""},        {210, STEP, 0, ""},
        {300, CLOCK, -3 * H, ""},       {310, STEP, 0, ""},
        {400, CLOCK, -1.7e9, ""},       {410, STEP, 0, ""}, /* 1970 */
        {500, CLOCK, 1.7e9 + 4e8, ""},  {510, STEP, 0, ""}, /* behind 2038 */
        {110 + 2 * H - 1, STEP, 0, ""}, {110 + 2 * H, STEP, 0, "unshelved! updated!"},
    };
    PLAY(steps);
}

/* The journal knows the wall time alone: of a clock that went back meanwhile nothing lasts longer
 * than it was given for, of one that went on it ends at once. */
static void
a_restart_behind_a_clock_step_still_ends_a_shelf(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},      {110, SHELVE, 2 * H, "shelved"},
        {200, CLOCK, -1e9, ""},           {210, RESTART, 0, ""},
        {210 + 2 * H - 1, STEP, 0, ""},   {220 + 2 * H, STEP, 0, "unshelved! updated!"},
        {9000, SHELVE, 2 * H, "shelved"}, {9100, CLOCK, 2e9, ""},
        {9110, RESTART, 0, ""},           {9111, STEP, 0, "unshelved! updated!"},
    };
    PLAY(steps);
}

/* 365 days: each night the alarm comes at 1:00, is shelved for 4 h, clears and comes again, and
 * goes at 3:00. Every shelf has one end, and nobody is told of what happens under it. */
static void
a_year_of_shelves_has_as_many_ends(Fixture *fixture, gconstpointer unused)
{
    unsigned shelved = 0, unshelved = 0, told = 0;

    for (unsigned day = 0; day < 365; day++) {
        const double begin_s = day * 24 * H + 1 * H;
        const Step night[] = {
            {begin_s, FAULTY, 0, "raised!"},          {begin_s + 60, SHELVE, 4 * H, "shelved"},
            {begin_s + 600, HEALTHY, 0, "cleared!"},  {begin_s + 1200, FAULTY, 0, "raised"},
            {begin_s + 2 * H, HEALTHY, 0, "cleared"}, {begin_s + 60 + 4 * H, STEP, 0, "unshelved!"},
        };
        play(fixture, night, G_N_ELEMENTS(night));
    }
    for (guint i = 0; i < fixture->journal->len; i++) {
        const AlarmTransition *t = fixture->journal->pdata[i];

        shelved += t->change == ALARM_CHANGE_SHELVED ? 1 : 0;
        unshelved += t->change == ALARM_CHANGE_UNSHELVED ? 1 : 0;
        told += t->change == ALARM_CHANGE_RAISED && t->quiet == QUIET_NONE ? 1 : 0;
    }
    g_assert_cmpuint(shelved, ==, 365);
    g_assert_cmpuint(unshelved, ==, 365);
    g_assert_cmpuint(told, ==, 365);
}

static void
what_may_not_be_shelved_says_why(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {{100, FAULTY, 0, "raised!"}};
    const OperatorAct without = {.alarm_id = "alarm-1", .actor = "anna", .note = ""};
    const OperatorAct too_long = {
        .alarm_id = "alarm-1", .actor = "anna", .note = "x", .for_us = S(8 * H + 1)};
    const OperatorAct unknown = {.alarm_id = "alarm-9", .actor = "anna", .note = "x"};
    const OperatorAct good = {.alarm_id = "alarm-1", .actor = "anna", .note = "x"};
    g_autoptr(GError) error = NULL;
    GPtrArray *to = fixture->transitions;

    PLAY(steps);
    g_assert_false(alarm_book_shelve(fixture->book, &without, at(fixture, 110), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_false(alarm_book_shelve(fixture->book, &too_long, at(fixture, 110), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "480 minutes"));
    g_clear_error(&error);
    g_assert_false(alarm_book_shelve(fixture->book, &unknown, at(fixture, 110), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_true(alarm_book_shelve(fixture->book, &good, at(fixture, 110), to, NULL));
    g_assert_false(alarm_book_ack(fixture->book, &good, at(fixture, 120), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
}

/* Renewing one's own is allowed, with another end. */
static void
what_somebody_acknowledged_is_refused_to_others(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {{100, FAULTY, 0, "raised!"}};
    const OperatorAct anna = {.alarm_id = "alarm-1", .actor = "anna", .note = "x"};
    const OperatorAct longer = {.alarm_id = "alarm-1", .actor = "anna", .for_us = S(60)};
    const OperatorAct bert = {.alarm_id = "alarm-1", .actor = "bert", .note = "x"};
    const OperatorAct to_bert = {.alarm_id = "alarm-1", .actor = "bert", .owner = "bert"};
    g_autoptr(GError) error = NULL;
    GPtrArray *to = fixture->transitions;

    PLAY(steps);
    g_assert_true(alarm_book_ack(fixture->book, &anna, at(fixture, 110), to, NULL));
    g_assert_false(alarm_book_ack(fixture->book, &bert, at(fixture, 114), to, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    g_assert_cmpstr(error->message, ==, "Already acknowledged by anna 4 s ago");
    g_assert_true(alarm_book_ack(fixture->book, &longer, at(fixture, 115), to, NULL));
    g_assert_true(alarm_book_assign(fixture->book, &to_bert, at(fixture, 116), to, NULL));
    g_assert_true(alarm_book_unack(fixture->book, &bert, at(fixture, 117), to, NULL));
    g_assert_true(alarm_book_ack(fixture->book, &bert, at(fixture, 118), to, NULL));
}

static void
nobody_who_acknowledges_is_reminded(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {100 + 599, STEP, 0, ""},
        {100 + 600, STEP, 0, "reminded1!"},
        {100 + 1200, STEP, 0, "reminded2!"},
        {100 + 1800, STEP, 0, "reminded3!"},
        {2000, ASSIGN, 0, "assigned!"},
        {100 + 2400, STEP, 0, "reminded4!"},
        {2600, ACK, 0, "ack!"},
        {9000, STEP, 0, ""},
        {9100, UNACK, 0, "unack!"},
        {9100 + 599, STEP, 0, ""},
        {9100 + 600, STEP, 0, "reminded1!"},
        {9800, HEALTHY, 0, "cleared!"},
        {20000, STEP, 0, ""},
    };
    PLAY(steps);
    g_autoptr(GPtrArray) notes = g_ptr_array_new();

    for (guint i = 0; i < fixture->journal->len; i++) {
        const AlarmTransition *t = fixture->journal->pdata[i];

        if (t->change == ALARM_CHANGE_REMINDED)
            g_ptr_array_add(notes, t->note);
    }
    g_assert_cmpstr(notes->pdata[1], ==, "Nobody has acknowledged it");
    g_assert_cmpstr(notes->pdata[2], ==, "Nobody has acknowledged it; escalated");
}

static void
reminders_go_on_behind_a_restart_and_end_after_a_day(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"}, {700, STEP, 0, "reminded1!"}, {900, RESTART, 0, ""},
        {901, FAULTY, 0, ""},        {1299, STEP, 0, ""},          {1300, STEP, 0, "reminded2!"},
    };
    unsigned number = 2;

    PLAY(steps);
    for (double at_s = 1400; at_s < 30 * H; at_s += 100) {
        alarm_book_step(fixture->book, at(fixture, at_s), fixture->transitions);
        number += fixture->transitions->len;
        g_free(describe(fixture));
    }
    g_assert_cmpuint(number, ==, 24 * 6); /* each ten minutes of the day */
}

static void
planned_work_is_quiet_and_what_stays_is_told_once(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, PLAN, 0, ""},
        {200, FAULTY, 0, "raised"},
        {5000, STEP, 0, ""},
        {6000, UNPLAN, 0, "updated!"},
        {6600, STEP, 0, "reminded1!"},
        {7000, HEALTHY, 0, "cleared!"},
        {8000, PLAN, 0, ""},
        {8100, FAULTY, 0, "raised"},
        {8200, HEALTHY, 0, "cleared"},
        {8300, UNPLAN, 0, ""},
    };
    PLAY(steps);
}

static void
what_was_told_before_planned_work_is_told_to_be_over(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {200, PLAN, 0, "updated"},
        {300, HEALTHY, 0, "cleared!"},
        {400, UNPLAN, 0, ""},
    };
    PLAY(steps);
}

static void
a_shelf_inside_planned_work_stays_when_the_work_ends(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, PLAN, 0, ""},
        {200, FAULTY, 0, "raised"},
        {300, SHELVE, 1 * H, "shelved"},
        {400, UNPLAN, 0, ""},
        {300 + 1 * H, STEP, 0, "unshelved! updated!"},
    };
    PLAY(steps);
}

static void
the_deadline_is_that_of_the_next_end(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {{100, FAULTY, 0, "raised!"}, {110, ACK, 1 * H, "ack!"}};

    PLAY(steps);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(110 + 1 * H));
    const AlarmPolicy never = {.shelf_max_us = S(1 * H), .positions = 1};
    static const Step more[] = {{200, UNACK, 0, "unack!"}};

    PLAY(more);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(800));
    alarm_book_set_policy(fixture->book, &never);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, US_NEVER);
}

static bool
never_exists(const char *resource, gpointer unused)
{
    return false;
}

static void
a_shelf_of_what_left_the_inventory_ends(Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {100, FAULTY, 0, "raised!"},
        {110, SHELVE, 1 * H, "shelved"},
        {200, HEALTHY, 0, "cleared!"},
    };
    PLAY(steps);
    alarm_book_retain(fixture->book, never_exists, NULL, at(fixture, 300), fixture->transitions);
    g_autofree char *got = describe(fixture);

    g_assert_cmpstr(got, ==, "unshelved!");
}

#define ADD(name, test) g_test_add("/alarm-acts/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("ack-end", an_acknowledgement_with_an_end_is_taken_back_by_the_box);
    ADD("ack-restart", an_acknowledgement_ends_at_its_time_after_a_restart);
    ADD("shelf-timed", a_timed_shelf_keeps_every_raise_of_the_same_quiet);
    ADD("shelf-once", a_one_shot_shelf_ends_when_the_alarm_clears);
    ADD("shelf-maximum", a_one_shot_shelf_ends_at_the_sites_maximum_at_the_latest);
    ADD("shelf-cleared", a_shelf_of_what_has_cleared_ends_with_an_event_too);
    ADD("shelf-restart", a_shelf_outlives_a_restart_and_still_ends);
    ADD("shelf-clock", a_clock_that_jumps_neither_ends_nor_prolongs_a_shelf);
    ADD("shelf-restart-clock", a_restart_behind_a_clock_step_still_ends_a_shelf);
    ADD("shelf-year", a_year_of_shelves_has_as_many_ends);
    ADD("shelf-refused", what_may_not_be_shelved_says_why);
    ADD("shelf-left", a_shelf_of_what_left_the_inventory_ends);
    ADD("taken", what_somebody_acknowledged_is_refused_to_others);
    ADD("reminders", nobody_who_acknowledges_is_reminded);
    ADD("reminders-end", reminders_go_on_behind_a_restart_and_end_after_a_day);
    ADD("planned", planned_work_is_quiet_and_what_stays_is_told_once);
    ADD("planned-told", what_was_told_before_planned_work_is_told_to_be_over);
    ADD("planned-shelf", a_shelf_inside_planned_work_stays_when_the_work_ends);
    ADD("deadline", the_deadline_is_that_of_the_next_end);
    return g_test_run();
}
