/* Runs of equal samples are timed; the belief follows a run that is long enough. */
#include "pipelines/measure/condition-timer.h"

static int64_t
needed_us(const ConditionTimer *timer, const ConditionRule *rule)
{
    return timer->seen ? rule->hold_us : rule->clear_us;
}

bool
condition_timer_sample(ConditionTimer *timer, const ConditionRule *rule, bool seen, MonoUs at_us)
{
    const bool broken =
        rule->gap_us != US_NEVER && at_us - timer->sample_us > rule->gap_us && timer->sampled;

    if (!timer->sampled || timer->seen != seen || broken)
        timer->run_us = at_us;
    timer->sampled = true;
    timer->seen = seen;
    timer->sample_us = at_us;
    if (at_us - timer->run_us < needed_us(timer, rule))
        return false;
    return condition_set(&timer->condition, seen, timer->run_us);
}

MonoUs
condition_timer_deadline(const ConditionTimer *timer, const ConditionRule *rule)
{
    const Condition *condition = &timer->condition;

    if (!timer->sampled || (condition->known && condition->active == timer->seen))
        return US_NEVER;
    return timer->run_us + needed_us(timer, rule);
}
