/* Who acknowledges an incident acknowledges its parts, and takes that back with it. */
#include "tests/unit/incident-rig.h"

#define N 60u

static void
act(Rig *rig, bool ack, const char *alarm_id, const char *actor, unsigned expected)
{
    const OperatorAct operator_act = {.alarm_id = alarm_id, .actor = actor, .note = "on it"};
    GPtrArray *transitions = alarm_transitions_new();
    const guint before = rig->journal->len;
    g_autoptr(GError) error = NULL;

    if (ack)
        (void)alarm_book_ack(rig->alarms, &operator_act, rig_now(rig), transitions, &error);
    else
        (void)alarm_book_unack(rig->alarms, &operator_act, rig_now(rig), transitions, &error);
    g_assert_no_error(error);
    rig_take(rig, transitions);
    g_assert_cmpuint(rig->journal->len - before, ==, expected);
}

static const AlarmTransition *
last(const Rig *rig, unsigned from_end)
{
    return rig->journal->pdata[rig->journal->len - 1 - from_end];
}

static void
set_up(Rig *rig)
{
    rig_init(rig);
    rig_add_sixty(rig, "nic/eth1", 0);
    rig_share(rig);
    rig_set_all(rig, 0, N, true, 0.1);
    rig_run(rig, 30);
}

static char *
parent_of(const Rig *rig)
{
    return g_strdup(rig_find(rig, "channel/c0", FAULT_NO_PACKETS)->incident_id);
}

static void
acknowledging_an_incident_acknowledges_its_parts_and_says_so_in_each(void)
{
    Rig rig;

    set_up(&rig);
    g_autofree char *parent = parent_of(&rig);

    act(&rig, true, parent, "eva", 1 + N);
    g_assert_cmpstr(last(&rig, N)->alarm_id, ==, parent);
    g_assert_cmpstr(last(&rig, N)->note, ==, "on it");
    for (unsigned i = 0; i < N; i++) {
        g_assert_cmpint(last(&rig, i)->change, ==, ALARM_CHANGE_ACK);
        g_assert_cmpint(last(&rig, i)->operator_state, ==, OPERATOR_ACK);
        g_assert_cmpstr(last(&rig, i)->owner, ==, "eva");
        g_assert_cmpstr(last(&rig, i)->note, ==, "With the incident that it is part of");
    }
    act(&rig, true, parent, "eva", 0);
    act(&rig, false, parent, "tom", 1 + N);
    g_assert_cmpint(last(&rig, 0)->change, ==, ALARM_CHANGE_UNACK);
    g_assert_cmpint(last(&rig, 0)->operator_state, ==, OPERATOR_NONE);
    rig_clear(&rig);
}

static void
what_somebody_else_has_stays_theirs(void)
{
    Rig rig;
    g_autofree char *own = NULL;

    set_up(&rig);
    g_autofree char *parent = parent_of(&rig);

    for (guint i = 0; i < rig.journal->len && own == NULL; i++) {
        const AlarmTransition *transition = rig.journal->pdata[i];

        if (g_str_equal(transition->resource, "channel/c3") &&
            transition->fault == FAULT_NO_PACKETS)
            own = g_strdup(transition->alarm_id);
    }
    act(&rig, true, own, "tom", 1);
    act(&rig, true, parent, "eva", N);
    act(&rig, false, parent, "eva", N);
    act(&rig, false, own, "tom", 1);
    rig_clear(&rig);
}

static void
an_acknowledgement_of_parts_outlives_a_restart(void)
{
    Rig rig;

    set_up(&rig);
    g_autofree char *parent = parent_of(&rig);

    act(&rig, true, parent, "eva", 1 + N);
    rig_restart(&rig);
    act(&rig, true, parent, "eva", 0);
    act(&rig, false, parent, "eva", 1 + N);
    rig_clear(&rig);
}

/* The last word on @resource's loss of packets. */
static const AlarmTransition *
last_of(const Rig *rig, const char *resource)
{
    for (guint i = rig->journal->len; i > 0; i--) {
        const AlarmTransition *transition = rig->journal->pdata[i - 1];

        if (g_str_equal(transition->resource, resource) && transition->fault == FAULT_NO_PACKETS)
            return transition;
    }
    return NULL;
}

/* Channels c55 to c59 fail while eva already sees to the rest. */
static void
set_up_late_ones(Rig *rig)
{
    rig_init(rig);
    rig_add_sixty(rig, "nic/eth1", 0);
    rig_share(rig);
    rig_set_all(rig, 0, N - 5, true, 0.1);
    rig_run(rig, 30);
    g_autofree char *parent = parent_of(rig);

    act(rig, true, parent, "eva", 1 + N - 5);
    rig_set_all(rig, N - 5, 5, true, 0.1);
    rig_run(rig, 30);
}

static void
what_joins_later_is_acknowledged_with_the_rest(void)
{
    Rig rig;

    set_up_late_ones(&rig);
    g_assert_cmpint(last_of(&rig, "channel/c57")->operator_state, ==, OPERATOR_ACK);
    g_assert_cmpstr(last_of(&rig, "channel/c57")->owner, ==, "eva");
    g_assert_cmpuint(rig.n_told, ==, 1);
    rig_clear(&rig);
}

static void
what_outlasts_the_incident_needs_somebody_of_its_own(void)
{
    Rig rig;

    set_up_late_ones(&rig);
    rig_set_all(&rig, 0, N - 2, false, 0.5);
    rig_run(&rig, 30);
    g_assert_cmpint(last_of(&rig, "channel/c59")->operator_state, ==, OPERATOR_NONE);
    g_assert_cmpint(last_of(&rig, "channel/c59")->change, ==, ALARM_CHANGE_UNACK);
    g_assert_cmpint(rig_find(&rig, "channel/c59", FAULT_NO_PACKETS)->quiet, ==, QUIET_NONE);
    g_assert_cmpuint(rig.n_told, ==, 4); /* the parent, its clear, and two */
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident-ack/parts",
                    acknowledging_an_incident_acknowledges_its_parts_and_says_so_in_each);
    g_test_add_func("/incident-ack/others", what_somebody_else_has_stays_theirs);
    g_test_add_func("/incident-ack/restart", an_acknowledgement_of_parts_outlives_a_restart);
    g_test_add_func("/incident-ack/late", what_joins_later_is_acknowledged_with_the_rest);
    g_test_add_func("/incident-ack/left", what_outlasts_the_incident_needs_somebody_of_its_own);
    return g_test_run();
}
