/* Rules as sentences: every word of them follows from a figure of the rule. */
#include "appliance/model/alarm-rule-text.h"

#include <glib.h>

static void
rules_read_as_sentences(void)
{
    const AlarmProfile *profile = alarm_profile_default();
    const struct {
        FaultId fault;
        const char *text;
    } rows[] = {
        {FAULT_NO_PACKETS, "Raised as critical after 1 s; cleared after 5 s without it."},
        {FAULT_PICTURE_BLACK,
         "Raised as warning after 5 s, as major from 15 s on; cleared after 3 s without it."},
        {FAULT_CONTINUITY,
         "Raised as warning from 1 error-second within 10 s, as major from 5 within 1 min or from "
         "20 within 1 h; cleared after 1 min without it. Not judged while this box itself loses "
         "packets."},
        {FAULT_BLOCKINESS, "Measured and shown, never raised."},
        {FAULT_ALL_SILENT, "Raised as critical at once; cleared after 1 s without it."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = alarm_rule_text(profile, rows[i].fault);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void
limits_are_those_of_the_profile(void)
{
    g_autofree AlarmProfile *profile = g_memdup2(alarm_profile_default(), sizeof *profile);

    g_assert_true(limits_set(&profile->limits, LIMIT_SILENCE_LEVEL, -50));
    g_auto(GStrv) silence = alarm_rule_limits(profile, FAULT_SOUND_SILENT);
    g_auto(GStrv) none = alarm_rule_limits(profile, FAULT_NO_PACKETS);
    g_auto(GStrv) loudness = alarm_rule_limits(profile, FAULT_LOUDNESS);

    g_assert_cmpstr(
        silence[0], ==,
        "RMS of the loudest channel below which all is silent: -50 dBFS (silence-level)");
    g_assert_null(none[0]);
    g_assert_cmpuint(g_strv_length(loudness), ==, 3);
}

static void
spans_have_two_units_at_most(void)
{
    const struct {
        int64_t s;
        const char *text;
    } rows[] = {{0, "0 s"},          {59, "59 s"},        {60, "1 min"},
                {192, "3 min 12 s"}, {3600, "1 h"},       {7500, "2 h 5 min"},
                {86400, "1 d"},      {356399, "4 d 2 h"}, {-5, "0 s"}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = alarm_span_text(rows[i].s * US_PER_SECOND);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alarm-rule-text/rules-read-as-sentences", rules_read_as_sentences);
    g_test_add_func("/alarm-rule-text/limits-are-those-of-the-profile",
                    limits_are_those_of_the_profile);
    g_test_add_func("/alarm-rule-text/spans-have-two-units-at-most", spans_have_two_units_at_most);
    return g_test_run();
}
