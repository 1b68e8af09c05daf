/* Who is told: a table of policies and events, and the hours of a week. */
#include "appliance/model/notify-policy.h"

#include <string.h>

#include "pipelines/base/error.h"

typedef struct {
    NotifyPolicy policy;
    NotifyFacts facts;
    bool announced;
    NotifyVerdict verdict;
} Case;

static void
check(const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_test_message("case %zu", i);
        g_assert_cmpint(notify_decide(&cases[i].policy, &cases[i].facts, cases[i].announced), ==,
                        cases[i].verdict);
    }
}

static void
severity_impact_and_place_decide(void)
{
    char *mine[] = {(char *)"a", (char *)"b", NULL};
    char *sport[] = {(char *)"sport", NULL};
    const Case cases[] = {
        /* severity */
        {{.min_severity = SEVERITY_MAJOR}, {"channel/a", "", SEVERITY_MINOR}, false, NOTIFY_NEVER},
        {{.min_severity = SEVERITY_MAJOR}, {"channel/a", "", SEVERITY_MAJOR}, false, NOTIFY_TELL},
        {{.min_severity = SEVERITY_MAJOR}, {"channel/a", "", SEVERITY_MINOR}, true, NOTIFY_TELL},
        /* impact */
        {{.impacts = 1u << IMPACT_OFF_AIR},
         {"channel/a", "", SEVERITY_MAJOR, IMPACT_QUALITY},
         false,
         NOTIFY_NEVER},
        {{.impacts = 1u << IMPACT_OFF_AIR},
         {"channel/a", "", SEVERITY_MAJOR, IMPACT_OFF_AIR},
         false,
         NOTIFY_TELL},
        /* channels and groups; what is no channel's is for everybody but a broadcaster */
        {{.channels = mine}, {"channel/c", "", SEVERITY_MAJOR}, false, NOTIFY_NEVER},
        {{.channels = mine}, {"channel/b", "", SEVERITY_MAJOR}, false, NOTIFY_TELL},
        {{.groups = sport}, {"channel/c", "sport", SEVERITY_MAJOR}, false, NOTIFY_TELL},
        {{.groups = sport}, {"channel/c", "news", SEVERITY_MAJOR}, false, NOTIFY_NEVER},
        {{.groups = sport}, {"group/news", "", SEVERITY_MAJOR}, false, NOTIFY_NEVER},
        {{.groups = sport}, {"box", "", SEVERITY_MAJOR}, false, NOTIFY_TELL},
        {{.scoped = true, .channels = mine}, {"box", "", SEVERITY_CRITICAL}, false, NOTIFY_NEVER},
        {{.scoped = true, .channels = mine},
         {"nic/eth1", "", SEVERITY_CRITICAL},
         true,
         NOTIFY_NEVER},
        {{.scoped = true, .channels = mine},
         {"channel/c", "", SEVERITY_CRITICAL},
         true,
         NOTIFY_NEVER},
        {{.scoped = true, .channels = mine}, {"channel/a", "", SEVERITY_MAJOR}, false, NOTIFY_TELL},
        {{.scoped = true}, {"channel/a", "", SEVERITY_CRITICAL}, false, NOTIFY_NEVER},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
quiet_and_escalation_decide(void)
{
    char *mine[] = {(char *)"a", (char *)"b", NULL};
    const Case cases[] = {
        /* quiet: the parent speaks, but not to a broadcaster */
        {{0}, {"channel/a", "", SEVERITY_MAJOR, IMPACT_NONE, QUIET_MEMBER}, false, NOTIFY_QUIET},
        {{0}, {"channel/a", "", SEVERITY_MAJOR, IMPACT_NONE, QUIET_SHELVED}, true, NOTIFY_TELL},
        {{0},
         {"channel/a", "", SEVERITY_MAJOR, IMPACT_NONE, QUIET_SHELVED, .is_update = true},
         true,
         NOTIFY_QUIET},
        {{.scoped = true, .channels = mine},
         {"channel/a", "", SEVERITY_MAJOR, IMPACT_NONE, QUIET_MEMBER},
         false,
         NOTIFY_TELL},
        {{.scoped = true, .channels = mine},
         {"channel/a", "", SEVERITY_MAJOR, IMPACT_NONE, QUIET_MAINTENANCE},
         false,
         NOTIFY_QUIET},
        /* escalation */
        {{.level = 2}, {"channel/a", "", SEVERITY_CRITICAL}, false, NOTIFY_NEVER},
        {{.level = 2},
         {"channel/a", "", SEVERITY_CRITICAL, .is_reminder = true, .reminder = 1},
         false,
         NOTIFY_NEVER},
        {{.level = 2},
         {"channel/a", "", SEVERITY_CRITICAL, .is_reminder = true, .reminder = 2},
         false,
         NOTIFY_TELL},
        {{.level = 2}, {"channel/a", "", SEVERITY_CRITICAL}, true, NOTIFY_TELL},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
hours_open_and_close_over_midnight_and_over_the_weeks_end(void)
{
    static const struct {
        const char *hours;
        unsigned day, hour, minute;
        unsigned opens_in_min;
    } cases[] = {
        {"mon-fri 08:00-18:00", 0, 8, 0, 0},    {"mon-fri 08:00-18:00", 0, 7, 59, 1},
        {"mon-fri 08:00-18:00", 0, 18, 0, 840}, {"mon-fri 08:00-18:00", 4, 18, 0, 3720},
        {"mon-sun 22:00-06:00", 3, 23, 0, 0},   {"mon-sun 22:00-06:00", 3, 5, 59, 0},
        {"mon-sun 22:00-06:00", 3, 6, 0, 960},  {"sun 22:00-06:00", 0, 1, 0, 0},
        {"sat-mon 10:00-11:00", 6, 10, 30, 0},  {"sat-mon 10:00-11:00", 1, 10, 0, 5760},
        {"sat 00:00-24:00", 5, 12, 0, 0},       {"sat 00:00-24:00", 6, 0, 0, 8640},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        NotifyPolicy policy = {.n_hours = 1};
        g_autoptr(GError) error = NULL;

        g_assert_true(notify_hours_parse(cases[i].hours, &policy.hours[0], &error));
        g_autofree char *again = notify_hours_format(&policy.hours[0]);

        if (strstr(cases[i].hours, "24:00") == NULL && strstr(cases[i].hours, "mon-sun") == NULL)
            g_assert_cmpstr(again, ==, cases[i].hours);
        g_test_message("%s", cases[i].hours);
        g_assert_cmpuint(notify_opens_in_min(&policy, cases[i].day * 1440 + cases[i].hour * 60 +
                                                          cases[i].minute),
                         ==, cases[i].opens_in_min);
    }
}

static void
hours_that_are_none_are_refused(void)
{
    static const char *const bad[] = {"",
                                      "mon",
                                      "08:00-18:00",
                                      "mon 8-18",
                                      "mo-fr 08:00-18:00",
                                      "mon-fri 24:00-25:00",
                                      "mon 08:60-09:00",
                                      "mon-tue-wed 08:00-09:00",
                                      "mon 08:00-18:00 "};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        NotifyHours hours;
        g_autoptr(GError) error = NULL;

        g_assert_false(notify_hours_parse(bad[i], &hours, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
}

static void
every_hour_of_a_week_reads_back(void)
{
    for (unsigned days = 1; days <= 7; days++) {
        for (unsigned first = 0; first < 7; first++) {
            NotifyHours hours = {.from_min = 600, .to_min = 700}, again = {0};

            for (unsigned i = 0; i < days; i++)
                hours.days |= (uint8_t)(1u << ((first + i) % 7));
            g_autofree char *text = notify_hours_format(&hours);

            g_assert_true(notify_hours_parse(text, &again, NULL));
            g_assert_cmpuint(again.days, ==, hours.days);
            g_assert_cmpuint(again.from_min, ==, hours.from_min);
            g_assert_cmpuint(again.to_min, ==, hours.to_min);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notify-policy/severity-impact-and-place-decide",
                    severity_impact_and_place_decide);
    g_test_add_func("/notify-policy/quiet-and-escalation-decide", quiet_and_escalation_decide);
    g_test_add_func("/notify-policy/hours-open-and-close-over-midnight-and-over-the-weeks-end",
                    hours_open_and_close_over_midnight_and_over_the_weeks_end);
    g_test_add_func("/notify-policy/hours-that-are-none-are-refused",
                    hours_that_are_none_are_refused);
    g_test_add_func("/notify-policy/every-hour-of-a-week-reads-back",
                    every_hour_of_a_week_reads_back);
    return g_test_run();
}
