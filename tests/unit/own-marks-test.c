/* Gaps in a sequence, and which of them are this box's own. */
#include <glib.h>

#include "pipelines/elements/own-marks.h"

#define DROP (100 * US_PER_SECOND)

static void
the_gap_before_the_datagram_behind_a_drop_is_ours_once(void)
{
    OwnMarks marks = {0};

    own_marks_add(&marks, DROP, false);
    g_assert_false(own_marks_take(&marks, DROP - 1));
    g_assert_true(own_marks_take(&marks, DROP));
    g_assert_false(own_marks_take(&marks, DROP));
}

static void
what_overtook_it_may_end_the_gap(void)
{
    OwnMarks marks = {0};

    own_marks_add(&marks, DROP, false);
    g_assert_true(own_marks_take(&marks, DROP + OWN_MARK_REORDER));
    own_marks_add(&marks, DROP, false);
    g_assert_false(own_marks_take(&marks, DROP + OWN_MARK_REORDER + 1));
}

static void
with_two_legs_the_other_one_may_end_it(void)
{
    OwnMarks marks = {0};

    own_marks_add(&marks, DROP, true);
    g_assert_true(own_marks_take(&marks, DROP - OWN_MARK_LEGS_APART));
    own_marks_add(&marks, DROP, true);
    g_assert_true(own_marks_take(&marks, DROP + OWN_MARK_LEGS_APART));
}

static void
of_too_many_the_oldest_gives_way(void)
{
    OwnMarks marks = {0};

    for (unsigned i = 0; i <= OWN_MARKS_MAX; i++)
        own_marks_add(&marks, DROP + i * US_PER_SECOND, false);
    g_assert_cmpuint(marks.n, ==, OWN_MARKS_MAX);
    g_assert_false(own_marks_take(&marks, DROP));
    g_assert_true(own_marks_take(&marks, DROP + US_PER_SECOND));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/own-marks/" #name, name)
    TEST(the_gap_before_the_datagram_behind_a_drop_is_ours_once);
    TEST(what_overtook_it_may_end_the_gap);
    TEST(with_two_legs_the_other_one_may_end_it);
    TEST(of_too_many_the_oldest_gives_way);
#undef TEST
    return g_test_run();
}
