/* CSV that spreadsheets read as what it is: text. */
#include "appliance/http/csv-writer.h"

#include <glib.h>
#include <math.h>

static void
texts_are_quoted_and_never_formulas(void)
{
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"plain", "plain"},
        {NULL, "\"\""},
        {"", "\"\""},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"a;b", "\"a;b\""},
        {"=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""},
        {"+1", "\"'+1\""},
        {"-2", "\"'-2\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\tx", "\"'\tx\""},
        {"\xff", "\xef\xbf\xbd"},
        {"Über", "Über"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        csv_text(out, rows[i].text);
        g_assert_cmpstr(out->str, ==, rows[i].written);
    }
}

static void
rows_hold_their_columns_also_when_the_first_is_empty(void)
{
    static const char *const names[] = {"a", "b", "c", NULL};
    g_autoptr(GString) out = g_string_new(NULL);

    csv_begin(out, names);
    csv_text(out, "");
    csv_time(out, INT64_C(1800000000) * US_PER_SECOND);
    csv_number(out, 12.345, 1);
    csv_end_row(out);
    csv_time(out, 0);
    csv_number(out, (double)NAN, 1);
    csv_number(out, -3, 0);
    csv_end_row(out);
    g_assert_cmpstr(out->str, ==,
                    "\xef\xbb\xbf"
                    "a,b,c\r\n\"\",2027-01-15T08:00:00Z,12.3\r\n\"\",\"\",-3\r\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/csv-writer/texts-are-quoted-and-never-formulas",
                    texts_are_quoted_and_never_formulas);
    g_test_add_func("/csv-writer/rows-hold-their-columns-also-when-the-first-is-empty",
                    rows_hold_their_columns_also_when_the_first_is_empty);
    return g_test_run();
}
