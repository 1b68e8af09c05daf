/* Workers: adopted, started, killed, held off, forgiven. Time is a table of steps. */
#include <glib.h>

#include "appliance/model/restart-policy.h"

#define S(x) ((MonoUs)((x) * (double)US_PER_SECOND))

typedef struct {
    double at_s;
    char happens; /* 'r' reported, 'x' exited, ' ' nothing */
    WorkerAction action;
} Step;

static void
play(RestartPolicy *policy, const Step *steps, size_t n_steps)
{
    StartGate gate = {0};

    for (size_t i = 0; i < n_steps; i++) {
        const MonoUs now_us = S(steps[i].at_s);

        g_test_message("step %zu at %g s", i, steps[i].at_s);
        if (steps[i].happens == 'r')
            restart_policy_reported(policy, now_us);
        if (steps[i].happens == 'x')
            restart_policy_exited(policy, now_us);
        g_assert_cmpint(restart_policy_step(policy, &gate, now_us), ==, steps[i].action);
    }
}

#define PLAY(policy, steps) play(policy, steps, G_N_ELEMENTS(steps))

static void
a_worker_that_outlived_the_supervisor_is_adopted(void)
{
    static const Step steps[] = {
        {100.0, ' ', WORKER_DO_NOTHING},
        {101.5, 'r', WORKER_DO_NOTHING},
        {102.5, 'r', WORKER_DO_NOTHING},
    };
    RestartPolicy policy;

    restart_policy_init(&policy, true, S(100));
    PLAY(&policy, steps);
    g_assert_cmpint(policy.phase, ==, WORKER_RUNNING);
    g_assert_cmpuint(policy.starts, ==, 0);
}

static void
a_missing_worker_is_started_after_the_wait_for_hellos(void)
{
    static const Step steps[] = {
        {100.0, ' ', WORKER_DO_NOTHING},
        {101.9, ' ', WORKER_DO_NOTHING},
        {102.0, ' ', WORKER_DO_START},
        {103.0, 'r', WORKER_DO_NOTHING},
    };
    RestartPolicy policy;
    MonoUs since_us;

    restart_policy_init(&policy, true, S(100));
    PLAY(&policy, steps);
    g_assert_cmpuint(policy.restarts, ==, 0);
    g_assert_false(restart_policy_is_silent(&policy, S(103), &since_us));
}

static void
a_killed_worker_is_back_after_a_second_and_not_called_lost_before_three(void)
{
    static const Step steps[] = {
        {100.0, ' ', WORKER_DO_START},   {101.0, 'r', WORKER_DO_NOTHING},
        {102.8, 'x', WORKER_DO_NOTHING}, {103.7, ' ', WORKER_DO_NOTHING},
        {103.8, ' ', WORKER_DO_START},
    };
    RestartPolicy policy;
    MonoUs since_us = 0;

    restart_policy_init(&policy, false, S(100));
    PLAY(&policy, steps);
    g_assert_true(restart_policy_is_silent(&policy, S(104), &since_us));
    g_assert_cmpint(since_us, ==, S(102.8));
    restart_policy_reported(&policy, S(105));
    g_assert_false(restart_policy_is_silent(&policy, S(105), &since_us));
    g_assert_cmpuint(policy.restarts, ==, 1);
}

static void
a_frozen_worker_is_lost_after_three_seconds_and_killed_within_eight(void)
{
    static const Step steps[] = {
        {100.0, ' ', WORKER_DO_START},   {101.0, 'r', WORKER_DO_NOTHING},
        {102.0, ' ', WORKER_DO_NOTHING}, {103.9, ' ', WORKER_DO_NOTHING},
        {105.5, ' ', WORKER_DO_NOTHING}, {106.9, ' ', WORKER_DO_NOTHING},
        {107.0, ' ', WORKER_DO_KILL},    {108.0, ' ', WORKER_DO_NOTHING},
        {109.0, ' ', WORKER_DO_KILL},    {109.1, 'x', WORKER_DO_NOTHING},
        {110.1, ' ', WORKER_DO_START},
    };
    RestartPolicy policy;
    MonoUs since_us = 0;

    restart_policy_init(&policy, false, S(100));
    play(&policy, steps, 3);
    g_assert_false(restart_policy_is_silent(&policy, S(103.9), &since_us));
    g_assert_true(restart_policy_is_silent(&policy, S(104), &since_us));
    g_assert_cmpint(since_us, ==, S(101));
    restart_policy_init(&policy, false, S(100));
    PLAY(&policy, steps);
}

static void
a_crash_loop_is_held_off_for_up_to_a_minute_and_never_given_up(void)
{
    static const double hold_off_s[] = {1, 1, 1, 1, 2, 4, 8, 16, 32, 60, 60, 60};
    RestartPolicy policy;
    StartGate gate = {0};
    double now_s = 100;

    restart_policy_init(&policy, false, S(now_s));
    for (size_t i = 0; i < G_N_ELEMENTS(hold_off_s); i++) {
        g_assert_cmpint(restart_policy_step(&policy, &gate, S(now_s)), ==, WORKER_DO_START);
        restart_policy_exited(&policy, S(now_s));
        g_assert_cmpint(restart_policy_deadline_us(&policy, &gate), ==, S(now_s + hold_off_s[i]));
        now_s += hold_off_s[i];
    }
    restart_policy_pardon(&policy, S(now_s - 30));
    g_assert_cmpint(policy.due_us, ==, S(now_s - 30));
}

static void
a_minute_of_good_running_forgives_everything(void)
{
    RestartPolicy policy;
    StartGate gate = {0};

    restart_policy_init(&policy, false, S(100));
    for (unsigned i = 0; i < 20; i++) {
        restart_policy_step(&policy, &gate, policy.due_us);
        restart_policy_exited(&policy, policy.due_us);
    }
    const MonoUs start_us = policy.due_us;

    g_assert_cmpint(restart_policy_step(&policy, &gate, start_us), ==, WORKER_DO_START);
    restart_policy_reported(&policy, start_us);
    restart_policy_reported(&policy, start_us + S(60));
    restart_policy_exited(&policy, start_us + S(60));
    g_assert_cmpint(policy.due_us, ==, start_us + S(61));
}

static void
a_worker_killed_once_a_minute_stays_at_one_second(void)
{
    RestartPolicy policy;
    StartGate gate = {0};
    double now_s = 100;

    restart_policy_init(&policy, false, S(now_s));
    for (unsigned i = 0; i < 100; i++) {
        restart_policy_step(&policy, &gate, S(now_s));
        restart_policy_reported(&policy, S(now_s + 1));
        now_s += 1 + (i % 2 == 0 ? 5 : 50);
        restart_policy_exited(&policy, S(now_s));
        g_assert_cmpint(policy.due_us - S(now_s), ==, S(1));
        now_s += 1;
    }
}

static void
sixty_that_died_at_once_start_within_five_seconds_one_after_the_other(void)
{
    RestartPolicy policies[60];
    StartGate gate = {0};
    MonoUs last_us = 0;
    unsigned started = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(policies); i++) {
        restart_policy_init(&policies[i], false, S(10));
        restart_policy_reported(&policies[i], S(99));
        restart_policy_exited(&policies[i], S(100));
    }
    for (MonoUs now_us = S(100); now_us < S(110); now_us += S(0.01)) {
        unsigned at_once = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(policies); i++)
            at_once += restart_policy_step(&policies[i], &gate, now_us) == WORKER_DO_START;
        g_assert_cmpuint(at_once, <=, 1);
        started += at_once;
        last_us = at_once > 0 ? now_us : last_us;
    }
    g_assert_cmpuint(started, ==, 60);
    g_assert_cmpint(last_us, <, S(105));
}

static void
our_own_pause_is_not_the_workers_silence(void)
{
    static const Step steps[] = {
        {100.0, ' ', WORKER_DO_START},
        {101.0, 'r', WORKER_DO_NOTHING},
        {131.0, ' ', WORKER_DO_NOTHING}, /* the machine slept */
        {132.0, 'r', WORKER_DO_NOTHING},
    };
    RestartPolicy policy;

    restart_policy_init(&policy, false, S(100));
    PLAY(&policy, steps);
}

static void
a_worker_that_starts_but_never_reports_is_killed(void)
{
    RestartPolicy policy;
    StartGate gate = {0};
    MonoUs since_us = 0;

    restart_policy_init(&policy, false, S(100));
    g_assert_cmpint(restart_policy_step(&policy, &gate, S(100)), ==, WORKER_DO_START);
    for (int i = 1; i < 15; i++)
        g_assert_cmpint(restart_policy_step(&policy, &gate, S(100 + i)), ==, WORKER_DO_NOTHING);
    g_assert_false(restart_policy_is_silent(&policy, S(114), &since_us));
    g_assert_cmpint(restart_policy_step(&policy, &gate, S(115)), ==, WORKER_DO_KILL);
    g_assert_true(restart_policy_is_silent(&policy, S(115), &since_us));
    g_assert_cmpint(since_us, ==, S(100));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/restart/adopted", a_worker_that_outlived_the_supervisor_is_adopted);
    g_test_add_func("/restart/missing", a_missing_worker_is_started_after_the_wait_for_hellos);
    g_test_add_func("/restart/killed",
                    a_killed_worker_is_back_after_a_second_and_not_called_lost_before_three);
    g_test_add_func("/restart/frozen",
                    a_frozen_worker_is_lost_after_three_seconds_and_killed_within_eight);
    g_test_add_func("/restart/loop",
                    a_crash_loop_is_held_off_for_up_to_a_minute_and_never_given_up);
    g_test_add_func("/restart/forgiven", a_minute_of_good_running_forgives_everything);
    g_test_add_func("/restart/chaos", a_worker_killed_once_a_minute_stays_at_one_second);
    g_test_add_func("/restart/sixty",
                    sixty_that_died_at_once_start_within_five_seconds_one_after_the_other);
    g_test_add_func("/restart/pause", our_own_pause_is_not_the_workers_silence);
    g_test_add_func("/restart/mute", a_worker_that_starts_but_never_reports_is_killed);
    return g_test_run();
}
