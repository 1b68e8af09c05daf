/* Runs of the self-probe, as tables of what happens. */
#include <glib.h>
#include <string.h>

#include "appliance/model/self-probe.h"

#define S(seconds) ((MonoUs)((seconds) * (double)US_PER_SECOND))
#define EVERY      S(900)

static SelfProbe
resting(void)
{
    SelfProbe probe;

    self_probe_init(&probe, EVERY, S(10));
    self_probe_channel(&probe, true, S(12));
    g_assert_cmpint(probe.phase, ==, SELF_PROBE_RESTING);
    return probe;
}

static SelfProbe
silent(void)
{
    SelfProbe probe = resting();

    g_assert_true(self_probe_sends(&probe));
    g_assert_true(self_probe_step(&probe, S(12)));
    g_assert_false(self_probe_sends(&probe));
    self_probe_stopped(&probe, S(12.1));
    return probe;
}

static void
a_good_run_is_timed_from_the_last_datagram(void)
{
    SelfProbe probe = silent();

    self_probe_raised(&probe, S(13.4));
    g_assert_false(self_probe_sends(&probe));
    self_probe_received(&probe, S(13.9));
    g_assert_true(self_probe_sends(&probe));
    g_assert_cmpint(probe.verdict, ==, SELF_PROBE_PASSED);
    g_assert_cmpint(probe.to_journal_us, ==, S(1.3));
    g_assert_cmpint(probe.to_receiver_us, ==, S(1.8));
    g_assert_cmpstr(probe.text, ==,
                    "An alarm took 1.30 s from the wire to the journal and 1.80 s to a receiver");
    self_probe_cleared(&probe, S(20));
    g_assert_cmpint(probe.phase, ==, SELF_PROBE_RESTING);
    g_assert_cmpint(self_probe_deadline_us(&probe), ==, S(13.9) + EVERY);
    g_assert_false(self_probe_step(&probe, S(900)));
    g_assert_true(self_probe_step(&probe, S(914)));
    g_assert_cmpint(probe.phase, ==, SELF_PROBE_SILENT);
    g_assert_cmpuint(probe.runs, ==, 1);
    g_assert_false(self_probe_is_faulty(&probe));
}

static void
a_late_message_is_slow(void)
{
    SelfProbe probe = silent();

    self_probe_raised(&probe, S(13.4));
    self_probe_received(&probe, S(16.2));
    g_assert_cmpint(probe.verdict, ==, SELF_PROBE_SLOW);
    g_assert_true(self_probe_is_faulty(&probe));
    g_assert_cmpuint(probe.failures, ==, 0);
}

static void
each_step_that_does_not_come_is_named(void)
{
    static const struct {
        bool raised, received;
        const char *text;
    } rows[] = {
        {false, false, "no alarm stood in the journal"},
        {true, false, "its message did not arrive"},
        {true, true, "its alarm did not clear"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SelfProbe probe = silent();

        if (rows[i].raised)
            self_probe_raised(&probe, S(13));
        if (rows[i].received)
            self_probe_received(&probe, S(13));
        g_assert_false(self_probe_step(&probe, S(13)));
        g_assert_true(self_probe_step(&probe, self_probe_deadline_us(&probe)));
        g_assert_cmpint(probe.verdict, ==, SELF_PROBE_FAILED);
        g_assert_nonnull(strstr(probe.text, rows[i].text));
        g_assert_true(self_probe_sends(&probe));
        g_assert_true(self_probe_is_faulty(&probe));
    }
}

static void
a_channel_that_never_becomes_good_is_a_failure_that_is_told_again(void)
{
    SelfProbe probe;

    self_probe_init(&probe, EVERY, S(10));
    g_assert_true(self_probe_step(&probe, S(25)));
    g_assert_cmpint(probe.verdict, ==, SELF_PROBE_FAILED);
    g_assert_nonnull(strstr(probe.text, "not measured as good"));
    g_assert_true(self_probe_step(&probe, S(40)));
    g_assert_cmpuint(probe.failures, ==, 2);
}

static void
what_comes_out_of_turn_changes_nothing(void)
{
    SelfProbe probe = resting();

    self_probe_raised(&probe, S(13));
    self_probe_received(&probe, S(13));
    self_probe_cleared(&probe, S(13));
    self_probe_stopped(&probe, S(13));
    g_assert_cmpint(probe.phase, ==, SELF_PROBE_RESTING);
    g_assert_cmpuint(probe.runs, ==, 0);
    self_probe_channel(&probe, false, S(14));
    g_assert_cmpint(probe.phase, ==, SELF_PROBE_WARMING);
    g_assert_cmpstr(self_probe_verdict_name(probe.verdict), ==, "unknown");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/self-probe/good", a_good_run_is_timed_from_the_last_datagram);
    g_test_add_func("/self-probe/slow", a_late_message_is_slow);
    g_test_add_func("/self-probe/steps", each_step_that_does_not_come_is_named);
    g_test_add_func("/self-probe/never-good",
                    a_channel_that_never_becomes_good_is_a_failure_that_is_told_again);
    g_test_add_func("/self-probe/out-of-turn", what_comes_out_of_turn_changes_nothing);
    return g_test_run();
}
