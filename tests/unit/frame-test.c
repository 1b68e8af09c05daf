/* A picture of a terminal never leaves its edges. */
#include <glib.h>
#include <string.h>

#include "pipelines/probe/frame.h"
#include "pipelines/probe/text-columns.h"

static void
columns_count_wide_characters_twice_and_combining_ones_not_at_all(void)
{
    g_assert_cmpuint(text_columns("Ärger"), ==, 5);
    g_assert_cmpuint(text_columns("日本"), ==, 4);
    g_assert_cmpuint(text_columns("e\314\201"), ==, 1);
    g_assert_cmpuint(text_columns_fit("日本", 3), ==, 3);
}

static void
a_cell_has_exactly_its_width(void)
{
    static const struct {
        int width;
        const char *text, *cell;
    } cells[] = {
        {5, "abc", "abc  "}, {-5, "abc", "  abc"}, {3, "abcdef", "abc"},
        {3, "日本", "日 "},  {-3, "日本", " 日"},  {0, "abc", ""},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cells); i++) {
        GString *out = g_string_new(NULL);

        text_columns_append(out, cells[i].width, cells[i].text);
        g_assert_cmpstr(out->str, ==, cells[i].cell);
        g_string_free(out, TRUE);
    }
}

static void
a_line_ends_at_the_right_edge(void)
{
    g_autoptr(Frame) frame = frame_new(5, 3, FALSE);

    frame_put(frame, FRAME_HEAD, "abc");
    frame_put(frame, FRAME_PLAIN, "defgh");
    frame_put(frame, FRAME_PLAIN, "ijk");
    frame_end_line(frame);
    g_assert_cmpstr(frame_finish(frame), ==, "\033[Habcde\r\n\033[J");
}

static void
what_goes_below_the_last_line_is_left_out(void)
{
    g_autoptr(Frame) frame = frame_new(5, 2, FALSE);

    for (guint i = 0; i < 4; i++) {
        frame_printf(frame, FRAME_PLAIN, "%u", i);
        frame_end_line(frame);
    }
    g_assert_cmpuint(frame_room(frame), ==, 0);
    g_assert_cmpstr(frame_finish(frame), ==, "\033[H0\033[K\r\n1\033[K");
}

static void
styles_are_written_only_where_colours_are_wanted(void)
{
    g_autoptr(Frame) plain = frame_new(20, 1, FALSE);
    g_autoptr(Frame) coloured = frame_new(20, 1, TRUE);

    frame_put(plain, FRAME_ERROR, "x");
    frame_put(coloured, FRAME_ERROR, "x");
    g_assert_null(strstr(frame_finish(plain), "\033[1"));
    g_assert_nonnull(strstr(frame_finish(coloured), "\033[1;37;41mx\033[0m"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/columns",
                    columns_count_wide_characters_twice_and_combining_ones_not_at_all);
    g_test_add_func("/frame/cell", a_cell_has_exactly_its_width);
    g_test_add_func("/frame/edge", a_line_ends_at_the_right_edge);
    g_test_add_func("/frame/bottom", what_goes_below_the_last_line_is_left_out);
    g_test_add_func("/frame/styles", styles_are_written_only_where_colours_are_wanted);
    return g_test_run();
}
