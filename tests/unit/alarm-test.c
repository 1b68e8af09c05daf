/* One alarm's state machine, its delays, and its escalation. */
#include <glib.h>

#include "appliance/model/alarm-rules.h"

static const AlarmRule rule = {
    .raise_after_us = 3000,
    .severity = SEVERITY_WARNING,
    .escalate_after_us = 9000,
    .escalated = SEVERITY_MAJOR,
    .clear_after_us = 5000,
};

typedef struct {
    MonoUs now_us;
    bool faulty;
    MonoUs since_us;
    AlarmEvent event;
    MonoUs due_us;
} Step;

static void
play(const Step *steps, size_t n_steps)
{
    Alarm alarm = {0};

    for (size_t i = 0; i < n_steps; i++) {
        const AlarmInput input = {steps[i].faulty, steps[i].since_us};
        MonoUs due_us = 0;

        g_test_message("step %zu at %" G_GINT64_FORMAT " us", i, steps[i].now_us);
        g_assert_cmpint(alarm_step(&alarm, &rule, input, steps[i].now_us, &due_us), ==,
                        steps[i].event);
        g_assert_cmpint(due_us, ==, steps[i].due_us);
    }
}

#define PLAY(steps) play(steps, G_N_ELEMENTS(steps))

static void
a_glitch_shorter_than_the_raise_delay_is_never_published(void)
{
    static const Step steps[] = {
        {1000, true, 1000, ALARM_NO_EVENT, 0},  {3999, true, 1000, ALARM_NO_EVENT, 0},
        {4000, false, 4000, ALARM_NO_EVENT, 0}, {4001, true, 4001, ALARM_NO_EVENT, 0},
        {7000, true, 4001, ALARM_NO_EVENT, 0},  {7001, true, 4001, ALARM_EVENT_RAISED, 7001},
    };
    PLAY(steps);
}

static void
a_fault_that_persists_is_raised_once_worse_once_and_cleared_once(void)
{
    static const Step steps[] = {
        {1000, true, 1000, ALARM_NO_EVENT, 0},
        {4000, true, 1000, ALARM_EVENT_RAISED, 4000},
        {9999, true, 1000, ALARM_NO_EVENT, 0},
        {10500, true, 1000, ALARM_EVENT_ESCALATED, 10000},
        {20000, true, 1000, ALARM_NO_EVENT, 0},
        {21000, false, 20500, ALARM_NO_EVENT, 0},
        {26000, false, 20500, ALARM_EVENT_CLEARED, 25500},
        {26001, false, 20500, ALARM_NO_EVENT, 0},
    };
    PLAY(steps);
}

static void
a_relapse_while_clearing_restarts_the_clear_delay(void)
{
    static const Step steps[] = {
        {0, true, 0, ALARM_NO_EVENT, 0},
        {3000, true, 0, ALARM_EVENT_RAISED, 3000},
        {4000, false, 4000, ALARM_NO_EVENT, 0},
        {8000, true, 8000, ALARM_NO_EVENT, 0},
        {8500, false, 8500, ALARM_NO_EVENT, 0},
        {13499, false, 8500, ALARM_NO_EVENT, 0},
        {13500, false, 8500, ALARM_EVENT_CLEARED, 13500},
    };
    PLAY(steps);
}

static void
an_old_fault_is_raised_at_once_at_its_worse_severity(void)
{
    Alarm alarm = {0};
    MonoUs due_us = 0;

    g_assert_cmpint(alarm_step(&alarm, &rule, (AlarmInput){true, 1000}, 60000, &due_us), ==,
                    ALARM_EVENT_RAISED);
    g_assert_cmpint(due_us, ==, 4000);
    g_assert_cmpint(alarm_severity(&alarm, &rule), ==, SEVERITY_MAJOR);
    g_assert_cmpint(alarm_deadline_us(&alarm, &rule), ==, US_NEVER);
}

static void
evidence_is_not_believed_before_the_last_change_nor_after_now(void)
{
    static const Step steps[] = {
        {10000, true, 99999, ALARM_NO_EVENT, 0}, /* the future: counts from now */
        {13000, true, 99999, ALARM_EVENT_RAISED, 13000},
        {14000, false, 10, ALARM_NO_EVENT, 0}, /* before the fault began: from there */
        {15000, false, 10, ALARM_EVENT_CLEARED, 15000},
    };
    PLAY(steps);
}

static void
the_deadline_is_the_moment_the_event_falls_due(void)
{
    Alarm alarm = {0};
    MonoUs due_us;

    g_assert_cmpint(alarm_deadline_us(&alarm, &rule), ==, US_NEVER);
    alarm_step(&alarm, &rule, (AlarmInput){true, 100}, 150, &due_us);
    g_assert_cmpint(alarm_deadline_us(&alarm, &rule), ==, 3100);
    alarm_step(&alarm, &rule, (AlarmInput){true, 100}, 3100, &due_us);
    g_assert_cmpint(alarm_deadline_us(&alarm, &rule), ==, 9100);
    alarm_step(&alarm, &rule, (AlarmInput){false, 4000}, 4000, &due_us);
    g_assert_cmpint(alarm_deadline_us(&alarm, &rule), ==, 9000);
}

static void
the_shipped_profile_has_a_sound_rule_for_every_fault(void)
{
    const AlarmProfile *profile = alarm_profile_default();

    for (unsigned number = 1; number <= FAULT_NUMBER_MAX; number++) {
        const FaultRule *found = alarm_profile_rule(profile, number);
        const AlarmRule *alarm = &found->alarm;

        if (fault_info(number)->number == FAULT_NONE)
            continue;
        g_test_message("%s", fault_info(number)->name);
        g_assert_true(found != alarm_profile_rule(profile, FAULT_NUMBER_MAX));
        g_assert_cmpint(alarm->severity, >=, SEVERITY_WARNING);
        g_assert_cmpint(alarm->clear_after_us, >, 0);
        if (alarm->escalate_after_us != 0) {
            g_assert_cmpint(alarm->escalate_after_us, >, alarm->raise_after_us);
            g_assert_cmpint(alarm->escalated, >, alarm->severity);
        }
    }
    g_assert_cmpint(alarm_profile_rule(profile, FAULT_NO_PACKETS)->alarm.raise_after_us, ==,
                    US_PER_SECOND);
    g_assert_cmpint(alarm_profile_rule(profile, 9999)->alarm.severity, ==, SEVERITY_MINOR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alarm/glitch", a_glitch_shorter_than_the_raise_delay_is_never_published);
    g_test_add_func("/alarm/once",
                    a_fault_that_persists_is_raised_once_worse_once_and_cleared_once);
    g_test_add_func("/alarm/relapse", a_relapse_while_clearing_restarts_the_clear_delay);
    g_test_add_func("/alarm/old", an_old_fault_is_raised_at_once_at_its_worse_severity);
    g_test_add_func("/alarm/since", evidence_is_not_believed_before_the_last_change_nor_after_now);
    g_test_add_func("/alarm/deadline", the_deadline_is_the_moment_the_event_falls_due);
    g_test_add_func("/alarm/profile", the_shipped_profile_has_a_sound_rule_for_every_fault);
    return g_test_run();
}
