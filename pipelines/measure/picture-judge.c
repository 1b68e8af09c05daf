/* A run a look: it begins, it holds when it is long enough, it ends. */
#include "pipelines/measure/picture-judge.h"

#include <string.h>

static FreezeKind
freeze_of(const PictureJudge *judge, LookKind look)
{
    if (look == LOOK_NO_PTS)
        return FREEZE_NO_PTS;
    if (look != LOOK_STILL)
        return FREEZE_NONE;
    return judge->exact >= judge->pairs * JUDGE_EXACT_SHARE ? FREEZE_EXACT : FREEZE_NOISE;
}

static void
end_span(PictureJudge *judge, LookKind look, MonoUs at_us)
{
    if (judge->n_spans == JUDGE_SPANS) {
        judge->spans_lost++;
        return;
    }
    judge->spans[judge->n_spans++] = (PictureSpan){
        .look = look,
        .freeze = freeze_of(judge, look),
        .start_us = judge->conditions[look].since_us,
        .end_us = at_us,
    };
}

/* @from_us: when what is seen began, if it is new. */
static void
step(PictureJudge *judge,
     const JudgeRule *rule,
     LookKind look,
     bool seen,
     const MonoUs from_to_us[2])
{
    JudgeRun *run = &judge->runs[look];
    Condition *condition = &judge->conditions[look];
    const MonoUs at_us = from_to_us[1];

    if (!seen && condition->active)
        end_span(judge, look, at_us);
    if (seen && !run->on)
        run->from_us = from_to_us[0];
    run->on = seen;
    if (seen && at_us - run->from_us >= rule->hold_us[look])
        (void)condition_set(condition, true, run->from_us);
    else if (!seen || !condition->known)
        (void)condition_set(condition, false, at_us);
}

static void
forget(PictureJudge *judge, LookKind look, MonoUs end_us)
{
    if (judge->conditions[look].active)
        end_span(judge, look, end_us);
    judge->conditions[look] = (Condition){0};
    judge->runs[look] = (JudgeRun){0};
}

PictureRules
picture_rules_default(void)
{
    return (PictureRules){.luma = luma_rule_default(), .still_levels = STILL_BLOCK_LEVELS};
}

JudgeRule
picture_judge_rule(void)
{
    return (JudgeRule){
        .hold_us =
            {
                [LOOK_UNIFORM] = US_PER_SECOND / 2,
                [LOOK_BARS] = US_PER_SECOND / 2,
                [LOOK_SLATE] = US_PER_SECOND / 2,
                [LOOK_STILL] = 2 * US_PER_SECOND,
                [LOOK_NO_PTS] = 2 * US_PER_SECOND,
            },
        .gap_us = 15 * US_PER_SECOND,
    };
}

static void
look_for_gap(PictureJudge *judge, const JudgeRule *rule, MonoUs at_us)
{
    judge->interval_us = judge->look_us != 0 ? at_us - judge->look_us : 0;
    if (judge->interval_us <= rule->gap_us)
        return;
    for (LookKind look = LOOK_BLACK; look <= LOOK_STILL; look++)
        forget(judge, look, judge->look_us);
    judge->reference_us = 0;
    judge->interval_us = 0;
}

static void
remember_interval(PictureJudge *judge, MonoUs at_us)
{
    if (at_us - judge->window_us >= JUDGE_WINDOW_US) {
        judge->longest_us[1] = judge->longest_us[0];
        judge->longest_us[0] = 0;
        judge->window_us = at_us;
    }
    if (judge->interval_us > judge->longest_us[0])
        judge->longest_us[0] = judge->interval_us;
}

int64_t
picture_judge_resolution_us(const PictureJudge *judge)
{
    return judge->longest_us[0] > judge->longest_us[1] ? judge->longest_us[0]
                                                       : judge->longest_us[1];
}

/* Returns whether the picture is the reference from now on. */
static bool
judge_stillness(PictureJudge *judge, const JudgeRule *rule, const PictureLook *look)
{
    const bool compared = look->compared && judge->reference_us != 0;
    const bool still = compared && look->still != STILL_MOVING;
    const MonoUs from_to_us[2] = {judge->reference_us, look->at_us};

    if (compared)
        step(judge, rule, LOOK_STILL, still, from_to_us);
    if (still) {
        judge->pairs++;
        judge->exact += look->repeats;
        return false;
    }
    judge->pairs = 0;
    judge->exact = 0;
    judge->reference_us = look->at_us;
    return true;
}

bool
picture_judge_look(PictureJudge *judge, const JudgeRule *rule, const PictureLook *look)
{
    const MonoUs at_us[2] = {look->at_us, look->at_us};

    if (look->damaged)
        return false;
    look_for_gap(judge, rule, look->at_us);
    remember_interval(judge, look->at_us);
    judge->look_us = look->at_us;
    judge->looks++;
    step(judge, rule, LOOK_BLACK, look->black, at_us);
    step(judge, rule, LOOK_UNIFORM, look->uniform, at_us);
    step(judge, rule, LOOK_BARS, look->bars, at_us);
    step(judge, rule, LOOK_SLATE, look->slate, at_us);
    return judge_stillness(judge, rule, look);
}

void
picture_judge_clock(PictureJudge *judge, const JudgeRule *rule, MonoUs pts_us, MonoUs now_us)
{
    const bool late = now_us - pts_us >= rule->hold_us[LOOK_NO_PTS];
    const MonoUs from_to_us[2] = {pts_us, late ? now_us : pts_us};

    if (pts_us != 0)
        step(judge, rule, LOOK_NO_PTS, late, from_to_us);
}

void
picture_judge_stop(PictureJudge *judge, MonoUs at_us)
{
    for (LookKind look = LOOK_BLACK; look <= LOOK_NO_PTS; look++)
        forget(judge, look, at_us != 0 ? at_us : judge->look_us);
    judge->reference_us = 0;
    judge->look_us = 0;
    judge->interval_us = 0;
    judge->longest_us[0] = judge->longest_us[1] = 0;
}

bool
picture_judge_take_span(PictureJudge *judge, PictureSpan *ret_span)
{
    if (judge->n_spans == 0)
        return false;
    *ret_span = judge->spans[0];
    judge->n_spans--;
    memmove(judge->spans, judge->spans + 1, judge->n_spans * sizeof judge->spans[0]);
    return true;
}

Condition
picture_judge_frozen(const PictureJudge *judge, FreezeKind *ret_kind)
{
    const Condition *still = &judge->conditions[LOOK_STILL];
    const Condition *no_pts = &judge->conditions[LOOK_NO_PTS];

    *ret_kind = FREEZE_NONE;
    if (no_pts->active) {
        *ret_kind = FREEZE_NO_PTS;
        return still->active && still->since_us < no_pts->since_us ? *still : *no_pts;
    }
    if (still->active)
        *ret_kind = freeze_of(judge, LOOK_STILL);
    return *still;
}

bool
picture_judge_in_doubt(const PictureJudge *judge)
{
    for (LookKind look = LOOK_BLACK; look <= LOOK_STILL; look++) {
        if (judge->runs[look].on)
            return true;
    }
    return false;
}

const char *
freeze_kind_name(FreezeKind kind)
{
    switch (kind) {
    case FREEZE_NONE:
        return "none";
    case FREEZE_EXACT:
        return "exact";
    case FREEZE_NOISE:
        return "noise";
    case FREEZE_NO_PTS:
        return "no-pts";
    }
    return "none";
}
