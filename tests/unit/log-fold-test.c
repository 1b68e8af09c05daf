/* A line that comes a hundred thousand times a second fills no disk, and is not hushed up. */
#include <glib.h>
#include <string.h>

#include "pipelines/base/log-fold.h"

static void
lines_of_an_ordinary_day_all_pass(void)
{
    LogFold fold = {0};
    char note[LOG_FOLD_NOTE_BYTES];

    for (unsigned i = 0; i < 2000; i++) {
        g_autofree char *text =
            g_strdup_printf("line of %c%c", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26));

        g_assert_true(log_fold_take(&fold, text, i * US_PER_SECOND / 20, note));
        g_assert_cmpstr(note, ==, "");
    }
}

static void
the_same_line_with_other_figures_is_counted_and_said(void)
{
    LogFold fold = {0};
    char note[LOG_FOLD_NOTE_BYTES];
    unsigned passed = 0;

    for (unsigned i = 0; i < 100000; i++) {
        g_autofree char *text = g_strdup_printf("lost %u packets", i);

        passed += log_fold_take(&fold, text, 1 + i * 10, note) ? 1 : 0;
    }
    g_assert_cmpuint(passed, ==, 1);
    g_assert_true(log_fold_take(&fold, "another", 2 * US_PER_SECOND, note));
    g_assert_cmpstr(note, ==, "the line before came 99999 times more");
}

static void
a_flood_of_different_lines_is_limited_and_said(void)
{
    LogFold fold = {0};
    char note[LOG_FOLD_NOTE_BYTES];
    unsigned passed = 0;

    for (unsigned i = 0; i < 100000; i++) {
        char text[] = "aaaaa";

        for (unsigned digit = 0, rest = i; digit < 5; digit++, rest /= 26)
            text[digit] = (char)('a' + rest % 26);
        passed += log_fold_take(&fold, text, 1 + i * 10, note) ? 1 : 0;
    }
    g_assert_cmpuint(passed, >=, LOG_FOLD_BURST);
    g_assert_cmpuint(passed, <=, LOG_FOLD_BURST + LOG_FOLD_PER_S + 1);
    g_assert_true(log_fold_take(&fold, "another", 10 * US_PER_SECOND, note));
    g_assert_nonnull(strstr(note, "lines were left out"));
}

static void
a_line_that_never_ends_is_said_every_ten_seconds(void)
{
    LogFold fold = {0};
    char note[LOG_FOLD_NOTE_BYTES];
    unsigned notes = 0;

    for (unsigned i = 0; i < 6000; i++) {
        (void)log_fold_take(&fold, "again", 1 + i * US_PER_SECOND / 100, note);
        notes += note[0] != '\0' ? 1 : 0;
    }
    g_assert_cmpuint(notes, >=, 5);
    g_assert_cmpuint(notes, <=, 6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log-fold/ordinary", lines_of_an_ordinary_day_all_pass);
    g_test_add_func("/log-fold/same", the_same_line_with_other_figures_is_counted_and_said);
    g_test_add_func("/log-fold/different", a_flood_of_different_lines_is_limited_and_said);
    g_test_add_func("/log-fold/endless", a_line_that_never_ends_is_said_every_ten_seconds);
    return g_test_run();
}
