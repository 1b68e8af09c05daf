/* Conditions and spans from looks at any sampling. */
#include <glib.h>

#include "pipelines/measure/picture-judge.h"

#define MS US_PER_MS

typedef struct {
    PictureJudge judge;
    JudgeRule rule;
    MonoUs at_us;
} Rig;

static Rig
rig_new(void)
{
    return (Rig){.rule = picture_judge_rule(), .at_us = 100 * US_PER_SECOND};
}

/* One look after @step_us. */
static gboolean
look(Rig *rig, int64_t step_us, PictureLook seen)
{
    rig->at_us += step_us;
    seen.at_us = rig->at_us;
    return picture_judge_look(&rig->judge, &rig->rule, &seen);
}

static PictureLook
moving(void)
{
    return (PictureLook){.compared = true, .still = STILL_MOVING};
}

static PictureLook
black(void)
{
    return (PictureLook){.black = true, .compared = true, .still = STILL_MOVING};
}

static PictureLook
still(StillVerdict verdict, gboolean repeats)
{
    return (PictureLook){.compared = true, .still = verdict, .repeats = repeats};
}

static void
black_holds_from_its_first_picture_to_the_first_that_is_not(void)
{
    Rig rig = rig_new();
    PictureSpan span;

    look(&rig, 40 * MS, moving());
    g_assert_true(rig.judge.conditions[LOOK_BLACK].known);
    look(&rig, 40 * MS, black());
    g_assert_true(rig.judge.conditions[LOOK_BLACK].active);
    const MonoUs from_us = rig.at_us;

    for (int i = 0; i < 5; i++)
        look(&rig, 40 * MS, black());
    g_assert_false(picture_judge_take_span(&rig.judge, &span));
    look(&rig, 40 * MS, moving());
    g_assert_true(picture_judge_take_span(&rig.judge, &span));
    g_assert_cmpint(span.look, ==, LOOK_BLACK);
    g_assert_cmpint(span.start_us, ==, from_us);
    g_assert_cmpint(span.end_us, ==, rig.at_us);
    g_assert_false(rig.judge.conditions[LOOK_BLACK].active);
}

static void
a_damaged_picture_changes_nothing(void)
{
    Rig rig = rig_new();
    PictureLook damaged = black();

    damaged.damaged = true;
    look(&rig, 40 * MS, moving());
    g_assert_false(look(&rig, 40 * MS, damaged));
    g_assert_false(rig.judge.conditions[LOOK_BLACK].active);
    g_assert_cmpuint(rig.judge.looks, ==, 1);
}

static void
key_frames_four_seconds_apart_freeze_at_the_first_repeat(void)
{
    Rig rig = rig_new();
    FreezeKind kind;

    look(&rig, 4000 * MS, moving());
    g_assert_true(look(&rig, 4000 * MS, moving()));
    const MonoUs from_us = rig.at_us;

    g_assert_false(look(&rig, 4000 * MS, still(STILL_EXACT, true)));
    g_assert_true(picture_judge_frozen(&rig.judge, &kind).active);
    g_assert_cmpint(picture_judge_frozen(&rig.judge, &kind).since_us, ==, from_us);
    g_assert_cmpint(kind, ==, FREEZE_EXACT);
    g_assert_cmpint(rig.judge.interval_us, ==, 4000 * MS);
}

static void
pictures_that_repeat_for_less_than_two_seconds_are_not_frozen(void)
{
    Rig rig = rig_new();
    PictureSpan span;
    FreezeKind kind;

    look(&rig, 40 * MS, moving());
    for (int i = 0; i < 49; i++)
        look(&rig, 40 * MS, still(STILL_EXACT, true));
    g_assert_false(picture_judge_frozen(&rig.judge, &kind).active);
    g_assert_true(picture_judge_in_doubt(&rig.judge));
    look(&rig, 40 * MS, moving());
    g_assert_false(picture_judge_in_doubt(&rig.judge));
    g_assert_false(picture_judge_take_span(&rig.judge, &span));
}

static void
a_freeze_that_was_coded_anew_is_noise_and_says_its_span(void)
{
    Rig rig = rig_new();
    PictureSpan span;
    FreezeKind kind;

    look(&rig, 40 * MS, moving());
    const MonoUs from_us = rig.at_us;

    for (int i = 0; i < 100; i++)
        look(&rig, 40 * MS, still(STILL_NOISE, i % 2 == 0));
    g_assert_true(picture_judge_frozen(&rig.judge, &kind).active);
    g_assert_cmpint(kind, ==, FREEZE_NOISE);
    look(&rig, 40 * MS, moving());
    g_assert_true(picture_judge_take_span(&rig.judge, &span));
    g_assert_cmpint(span.look, ==, LOOK_STILL);
    g_assert_cmpint(span.freeze, ==, FREEZE_NOISE);
    g_assert_cmpint(span.start_us, ==, from_us);
    g_assert_cmpint(span.end_us - span.start_us, ==, 101 * 40 * MS);
}

static void
nothing_is_claimed_across_a_gap(void)
{
    Rig rig = rig_new();
    PictureSpan span;

    look(&rig, 40 * MS, moving());
    look(&rig, 40 * MS, black());
    const MonoUs from_us = rig.at_us;

    look(&rig, 40 * MS, black());
    const MonoUs last_us = rig.at_us;

    g_assert_true(look(&rig, rig.rule.gap_us + 1, black()));
    g_assert_true(picture_judge_take_span(&rig.judge, &span));
    g_assert_cmpint(span.start_us, ==, from_us);
    g_assert_cmpint(span.end_us, ==, last_us);
    g_assert_cmpint(rig.judge.conditions[LOOK_BLACK].since_us, ==, rig.at_us);
    g_assert_cmpint(rig.judge.interval_us, ==, 0);
}

static void
no_new_pts_is_a_freeze_of_its_own_kind(void)
{
    Rig rig = rig_new();
    const MonoUs pts_us = rig.at_us;
    PictureSpan span;
    FreezeKind kind;

    look(&rig, 0, moving());
    picture_judge_clock(&rig.judge, &rig.rule, pts_us, pts_us + 1900 * MS);
    g_assert_false(picture_judge_frozen(&rig.judge, &kind).active);
    picture_judge_clock(&rig.judge, &rig.rule, pts_us, pts_us + 2100 * MS);
    g_assert_true(picture_judge_frozen(&rig.judge, &kind).active);
    g_assert_cmpint(picture_judge_frozen(&rig.judge, &kind).since_us, ==, pts_us);
    g_assert_cmpint(kind, ==, FREEZE_NO_PTS);
    picture_judge_clock(&rig.judge, &rig.rule, pts_us + 9000 * MS, pts_us + 9100 * MS);
    g_assert_false(picture_judge_frozen(&rig.judge, &kind).active);
    g_assert_true(picture_judge_take_span(&rig.judge, &span));
    g_assert_cmpint(span.freeze, ==, FREEZE_NO_PTS);
    g_assert_cmpint(span.start_us, ==, pts_us);
    g_assert_cmpint(span.end_us, ==, pts_us + 9000 * MS);
}

static void
the_end_of_a_stream_ends_what_holds(void)
{
    Rig rig = rig_new();
    PictureSpan span;

    look(&rig, 40 * MS, black());
    picture_judge_stop(&rig.judge, rig.at_us + 40 * MS);
    g_assert_true(picture_judge_take_span(&rig.judge, &span));
    g_assert_cmpint(span.end_us - span.start_us, ==, 40 * MS);
    g_assert_false(rig.judge.conditions[LOOK_BLACK].known);
}

static void
spans_without_room_are_counted(void)
{
    Rig rig = rig_new();

    for (guint i = 0; i < JUDGE_SPANS + 3; i++) {
        look(&rig, 40 * MS, black());
        look(&rig, 40 * MS, moving());
    }
    g_assert_cmpuint(rig.judge.n_spans, ==, JUDGE_SPANS);
    g_assert_cmpuint(rig.judge.spans_lost, ==, 3);
}

static void
the_resolution_is_that_of_the_longest_interval_of_late(void)
{
    Rig rig = rig_new();

    look(&rig, 40 * MS, moving());
    g_assert_cmpint(picture_judge_resolution_us(&rig.judge), ==, 0);
    for (int run = 0; run < 3; run++) { /* runs of pictures, 4 s apart */
        look(&rig, 4000 * MS, moving());
        look(&rig, 40 * MS, moving());
        look(&rig, 40 * MS, moving());
        g_assert_cmpint(picture_judge_resolution_us(&rig.judge), ==, 4000 * MS);
    }
    for (int i = 0; i < 500; i++)
        look(&rig, 40 * MS, moving());
    g_assert_cmpint(picture_judge_resolution_us(&rig.judge), ==, 40 * MS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/judge/black", black_holds_from_its_first_picture_to_the_first_that_is_not);
    g_test_add_func("/judge/damaged", a_damaged_picture_changes_nothing);
    g_test_add_func("/judge/keys", key_frames_four_seconds_apart_freeze_at_the_first_repeat);
    g_test_add_func("/judge/short", pictures_that_repeat_for_less_than_two_seconds_are_not_frozen);
    g_test_add_func("/judge/noise", a_freeze_that_was_coded_anew_is_noise_and_says_its_span);
    g_test_add_func("/judge/gap", nothing_is_claimed_across_a_gap);
    g_test_add_func("/judge/no-pts", no_new_pts_is_a_freeze_of_its_own_kind);
    g_test_add_func("/judge/stop", the_end_of_a_stream_ends_what_holds);
    g_test_add_func("/judge/bounded", spans_without_room_are_counted);
    g_test_add_func("/judge/resolution", the_resolution_is_that_of_the_longest_interval_of_late);
    return g_test_run();
}
