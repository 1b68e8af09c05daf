/* The life of one worker as its supervisor sees it. */
#include "appliance/model/restart-policy.h"

#include <glib.h>

#define OWN_PAUSE_US (2 * US_PER_SECOND) /* a longer gap between two steps is our own */

static void
enter(RestartPolicy *policy, WorkerPhase phase, MonoUs now_us)
{
    policy->phase = phase;
    policy->entered_us = now_us;
}

void
restart_policy_init(RestartPolicy *policy, bool adopt, MonoUs now_us)
{
    *policy = (RestartPolicy){
        .phase = adopt ? WORKER_ADOPTING : WORKER_HELD,
        .entered_us = now_us,
        .due_us = adopt ? now_us + WORKER_ADOPT_WAIT_US : now_us,
        .heard_us = now_us,
        .quiet_us = now_us,
        .stepped_us = now_us,
    };
}

void
restart_policy_reported(RestartPolicy *policy, MonoUs now_us)
{
    if (policy->phase == WORKER_KILLING) /* the last words of one that is to end */
        return;
    policy->heard_us = now_us;
    policy->proven = true;
    if (policy->phase == WORKER_RUNNING)
        return;
    enter(policy, WORKER_RUNNING, now_us);
    policy->good_us = now_us;
}

/* Good running forgives: one failure for each WORKER_FORGIVE_ONE_US, all after WORKER_FORGIVE_US.
 */
static void
forgive(RestartPolicy *policy, int64_t good_us)
{
    const int64_t pardons = good_us / WORKER_FORGIVE_ONE_US;

    if (good_us >= WORKER_FORGIVE_US || pardons >= policy->failures)
        policy->failures = 0;
    else
        policy->failures -= (unsigned)MAX(pardons, 0);
}

static int64_t
hold_off_us(unsigned failures)
{
    const unsigned doublings =
        failures > WORKER_FREE_FAILURES ? failures - WORKER_FREE_FAILURES : 0;

    if (doublings >= 6) /* 1 s doubled six times is above the limit */
        return WORKER_HOLD_OFF_MAX_US;
    return MIN(WORKER_HOLD_OFF_MIN_US << doublings, WORKER_HOLD_OFF_MAX_US);
}

void
restart_policy_exited(RestartPolicy *policy, MonoUs now_us)
{
    if (policy->phase == WORKER_HELD)
        return;
    if (policy->phase == WORKER_RUNNING) {
        forgive(policy, now_us - policy->good_us);
        policy->quiet_us = now_us;
    }
    policy->failures = MIN(policy->failures + 1, 1000u);
    policy->due_us = now_us + hold_off_us(policy->failures);
    enter(policy, WORKER_HELD, now_us);
}

void
restart_policy_start_failed(RestartPolicy *policy, MonoUs now_us)
{
    restart_policy_exited(policy, now_us);
}

void
restart_policy_pardon(RestartPolicy *policy, MonoUs now_us)
{
    policy->failures = 0;
    if (policy->phase == WORKER_HELD)
        policy->due_us = now_us;
}

/* When @policy's silence ends in a kill. */
static MonoUs
patience_us(const RestartPolicy *policy)
{
    if (policy->phase == WORKER_STARTING)
        return policy->entered_us + WORKER_START_LIMIT_US;
    return policy->heard_us + WORKER_KILL_AFTER_US;
}

static WorkerAction
kill_worker(RestartPolicy *policy, MonoUs now_us)
{
    if (policy->phase == WORKER_RUNNING) {
        forgive(policy, policy->heard_us - policy->good_us);
        policy->quiet_us = policy->heard_us;
    }
    enter(policy, WORKER_KILLING, now_us);
    policy->due_us = now_us + WORKER_KILL_AGAIN_US;
    return WORKER_DO_KILL;
}

static WorkerAction
start_worker(RestartPolicy *policy, StartGate *gate, MonoUs now_us)
{
    if (now_us < gate->next_us)
        return WORKER_DO_NOTHING;
    gate->next_us = now_us + WORKER_START_SPACING_US;
    if (policy->starts > 0 || policy->proven)
        policy->restarts++;
    policy->starts++;
    enter(policy, WORKER_STARTING, now_us);
    return WORKER_DO_START;
}

/* Our own pause (a suspended machine, a busy disk) must not look like the worker's silence. */
static void
excuse_pause(RestartPolicy *policy, MonoUs now_us)
{
    const int64_t gap_us = now_us - policy->stepped_us;

    policy->stepped_us = now_us;
    if (gap_us <= OWN_PAUSE_US)
        return;
    policy->heard_us = MIN(policy->heard_us + gap_us, now_us);
    if (policy->phase == WORKER_STARTING)
        policy->entered_us = MIN(policy->entered_us + gap_us, now_us);
}

WorkerAction
restart_policy_step(RestartPolicy *policy, StartGate *gate, MonoUs now_us)
{
    excuse_pause(policy, now_us);
    switch (policy->phase) {
    case WORKER_ADOPTING:
    case WORKER_HELD:
        return now_us >= policy->due_us ? start_worker(policy, gate, now_us) : WORKER_DO_NOTHING;
    case WORKER_STARTING:
    case WORKER_RUNNING:
        return now_us >= patience_us(policy) ? kill_worker(policy, now_us) : WORKER_DO_NOTHING;
    case WORKER_KILLING:
        if (now_us < policy->due_us)
            return WORKER_DO_NOTHING;
        policy->due_us = now_us + WORKER_KILL_AGAIN_US;
        return WORKER_DO_KILL;
    }
    return WORKER_DO_NOTHING;
}

MonoUs
restart_policy_deadline_us(const RestartPolicy *policy, const StartGate *gate)
{
    switch (policy->phase) {
    case WORKER_ADOPTING:
    case WORKER_HELD:
        return MAX(policy->due_us, gate->next_us);
    case WORKER_STARTING:
    case WORKER_RUNNING:
        return patience_us(policy);
    case WORKER_KILLING:
        return policy->due_us;
    }
    return US_NEVER;
}

bool
restart_policy_is_silent(const RestartPolicy *policy, MonoUs now_us, MonoUs *ret_since_us)
{
    const bool first_try = !policy->proven && policy->failures == 0;
    const bool reports =
        policy->phase == WORKER_RUNNING && now_us - policy->heard_us < WORKER_LOST_AFTER_US;

    if (reports || (first_try && policy->phase != WORKER_KILLING))
        return false;
    *ret_since_us = policy->phase == WORKER_RUNNING ? policy->heard_us : policy->quiet_us;
    return true;
}
