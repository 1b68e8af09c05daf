/* A recorded worker's stream: what the supervisor makes of it live, and what a simulation of the
 * same and of other profiles says of it afterwards. */
#include <string.h>

#include "appliance/model/profile-simulate.h"
#include "tests/replay/desk.h"

#define END (2000 * S)

static void
set_up(Desk *desk, gconstpointer unused)
{
    desk_init(desk);
}

static void
tear_down(Desk *desk, gconstpointer unused)
{
    desk_clear(desk);
}

static void
black(Desk *desk, int64_t from_s, int64_t lasts_s)
{
    record_edge(desk, from_s * S, FAULT_PICTURE_BLACK, true, from_s * S);
    record_edge(desk, (from_s + lasts_s) * S, FAULT_PICTURE_BLACK, false, (from_s + lasts_s) * S);
}

/* Half an hour with 4, 7 and 20 s of black and a burst of lost packets. */
static void
record_half_an_hour(Desk *desk)
{
    static const struct {
        int64_t from_s;
        int64_t lasts_s;
    } dark[] = {{1150, 4}, {1300, 7}, {1500, 20}};
    double errors = 0;
    size_t next = 0;

    for (int64_t at_s = 1000; at_s < 1900; at_s++) {
        if (next < G_N_ELEMENTS(dark) && dark[next].from_s == at_s) {
            black(desk, at_s, dark[next].lasts_s);
            at_s += dark[next++].lasts_s + 1;
        }
        errors += at_s >= 1700 && at_s < 1706 ? 3 : 0;
        record_report(desk, at_s * S, errors, 0);
    }
}

static unsigned
count_raised(Desk *desk)
{
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk->log, 0, 1000);
    unsigned raised = 0;

    for (guint i = 0; i < events->len; i++)
        raised += event_at(events, i)->kind == EVENT_ALARM_RAISED;
    return raised;
}

static Simulation
try(Desk *desk, const char *profile)
{
    const ChannelRecord *channel = records_find_channel(desk->records, "one");
    const ProfileWant want = {.profile = profile};
    g_autoptr(ProfileBook) book = profile_book_empty();
    g_autoptr(AlarmProfile) table = profile_book_resolve(book, &want);

    return profile_simulate(channel->history, table, HISTORY_SPAN_US, END);
}

static void
the_present_profile_would_have_raised_what_it_did_raise(Desk *desk, gconstpointer unused)
{
    g_autofree char *told = NULL;

    record_half_an_hour(desk);
    replay(desk, END);
    told = story(desk);
    g_test_message("%s", told);
    const Simulation same = try(desk, "default");

    g_assert_cmpuint(count_raised(desk), ==, 3); /* 7 s, 20 s, the burst */
    g_assert_cmpuint(same.alarms, ==, 3);
    g_assert_cmpuint(same.by_severity[SEVERITY_MAJOR], ==, 2);
    g_assert_cmpuint(same.standing, ==, 0);
}

static void
another_profile_would_have_raised_more_or_less(Desk *desk, gconstpointer unused)
{
    record_half_an_hour(desk);
    replay(desk, END);
    g_assert_cmpuint(try(desk, "news").alarms, ==, 4);
    g_assert_cmpuint(try(desk, "hd-general").alarms, ==, 2);
    g_assert_cmpuint(try(desk, "radio").alarms, ==, 1);
    g_assert_cmpuint(try(desk, "backup-feed").alarms, ==, 1);
}

static void
what_stays_under_an_alarm_is_in_the_journal_as_a_note(Desk *desk, gconstpointer unused)
{
    g_autofree char *told = NULL;

    record_half_an_hour(desk);
    replay(desk, END);
    told = story(desk);
    g_assert_nonnull(strstr(told, "alarm-noted picture-black"));
}

/* An hour in which nothing is wrong, as often as a day has hours: no profile raises anything. */
static void
a_quiet_day_raises_nothing_with_any_shipped_profile(Desk *desk, gconstpointer unused)
{
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);

    for (int64_t at_s = 1000; at_s < 1900; at_s++)
        record_report(desk, at_s * S, 0, 0);
    replay(desk, END);
    for (size_t i = 0; i < n; i++)
        g_assert_cmpuint(try(desk, shipped[i].id).alarms, ==, 0);
    g_assert_cmpuint(count_raised(desk), ==, 0);
}

#define ADD(name, test) g_test_add("/profile-replay/" name, Desk, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    ADD("same", the_present_profile_would_have_raised_what_it_did_raise);
    ADD("other", another_profile_would_have_raised_more_or_less);
    ADD("notes", what_stays_under_an_alarm_is_in_the_journal_as_a_note);
    ADD("quiet", a_quiet_day_raises_nothing_with_any_shipped_profile);
    return g_test_run();
}
