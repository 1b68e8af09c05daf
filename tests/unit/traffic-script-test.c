/* Scripts of impairments, the words of requests, and the channel plan. */
#include <string.h>

#include "tests/traffic/plan.h"
#include "tests/traffic/script.h"

static void
script_lines_come_in_order_of_time(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) events = script_parse(
        "s", "# damage\n12.5 ch-03 loss 30 rate=0.2\n\n3 all stop 1 # all of them\n", &error);

    g_assert_no_error(error);
    g_assert_cmpuint(events->len, ==, 2);
    const ScriptEvent *first = &g_array_index(events, ScriptEvent, 0),
                      *second = &g_array_index(events, ScriptEvent, 1);

    g_assert_cmpint(first->at_us, ==, 3 * US_PER_SECOND);
    g_assert_cmpstr(first->what.channel, ==, "all");
    g_assert_cmpint(first->what.impairment.kind, ==, IMPAIR_STOP);
    g_assert_cmpint(second->what.duration_us, ==, 30 * US_PER_SECOND);
    g_assert_cmpfloat_with_epsilon(second->what.impairment.figure[0], 0.2, 1e-9);
}

static void
a_wrong_line_is_refused_with_its_place_and_the_nearest_word(void)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        {"1 ch-01 stop 5\n2 ch-01 freze 5\n", "s:2: unknown kind 'freze'; did you mean 'freeze'?"},
        {"x ch-01 stop 5", "s:1: 'x' is not a number of seconds"},
        {"1 ch-01 stop", "s:1: wanted: AT_SECONDS"},
        {"1 ch-01 stop -4", "s:1: '-4' is not a number of seconds"},
        {"1 ch-01 stop nan", "s:1: 'nan' is not a number of seconds"},
        {"1 ch-01 loss 5 rat=0.1", "s:1: unknown figure 'rat'; did you mean 'rate'?"},
        {"1 ch-01 loss 5 rate=1.5", "s:1: rate='1.5' is not a number from 0 to 1"},
        {"1 ch-01 black 5 rate=1", "s:1: 'rate=1': black takes no figures"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) events = script_parse("s", rows[i].text, &error);

        g_assert_null(events);
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, rows[i].said));
        g_assert_null(strchr(error->message, '\n'));
    }
}

static void
a_pid_may_be_named_or_given_as_a_number(void)
{
    static const struct {
        const char *pair;
        double pid;
    } rows[] = {{"pid=audio", 0x102}, {"pid=0x101", 0x101}, {"pid=17", 17}, {"pid=pmt", 0x100}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const words[] = {"ch-01", "pid-missing", "5", rows[i].pair, NULL};
        g_autoptr(GError) error = NULL;
        ScriptBreak what;

        g_assert_true(script_parse_break(words, &what, &error));
        g_assert_cmpfloat(what.impairment.figure[0], ==, rows[i].pid);
        script_break_clear(&what);
    }
}

static void
every_planned_channel_has_an_id_a_short_name_and_an_address_of_its_own(void)
{
    g_autoptr(GArray) plan = plan_make(PLAN_MAX, 21000);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *csv = plan_inventory(plan);
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);

    g_assert_cmpuint(plan->len, ==, PLAN_MAX);
    g_assert_cmpuint(g_strv_length(lines), ==, PLAN_MAX + 2);
    for (guint i = 0; i < plan->len; i++) {
        const PlanChannel *channel = &g_array_index(plan, PlanChannel, i);

        g_assert_true(g_hash_table_add(seen, (gpointer)channel->id));
        g_assert_cmpuint(strlen(channel->short_name), <=, 8);
        g_assert_cmpuint(channel->port, ==, 21000 + i);
        g_assert_cmpint(plan_is_multicast(channel), ==, strstr(lines[i + 1], ",lo,") != NULL);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traffic/script/order", script_lines_come_in_order_of_time);
    g_test_add_func("/traffic/script/refused",
                    a_wrong_line_is_refused_with_its_place_and_the_nearest_word);
    g_test_add_func("/traffic/script/pid", a_pid_may_be_named_or_given_as_a_number);
    g_test_add_func("/traffic/plan",
                    every_planned_channel_has_an_id_a_short_name_and_an_address_of_its_own);
    return g_test_run();
}
