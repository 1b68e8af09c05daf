/* A new channel's first day, with the desk that keeps it: quiet, learned, over restarts, and ended.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/supervisor/profile-desk.h"
#include "pipelines/base/clock.h"
#include "tests/replay/desk.h"

typedef struct {
    Desk desk;
    ProfileDesk *profiles;
    char *state;
} Fixture;

static AlarmNow
at(int64_t seconds)
{
    return (AlarmNow){.us = seconds * S, .wall_us = seconds * S};
}

static ChannelRecord *
one(Fixture *fixture)
{
    return records_find_channel(fixture->desk.records, "one");
}

/* What the supervisor does with a new generation, less the disk. */
static void
adopt(Inventory *inventory, gpointer user_data)
{
    Fixture *fixture = user_data;

    inventory_unref(fixture->desk.inventory);
    fixture->desk.inventory = inventory;
    records_set_inventory(fixture->desk.records, inventory);
    profile_desk_follow(fixture->profiles, at(2000));
}

static void
open_profiles(Fixture *fixture)
{
    const ProfilePorts ports = {.records = fixture->desk.records,
                                .book = fixture->desk.book,
                                .ingest = fixture->desk.ingest,
                                .state_folder = fixture->state,
                                .adopt = adopt,
                                .user_data = fixture};

    fixture->profiles = profile_desk_new(&ports);
    profile_desk_follow(fixture->profiles, at(1000));
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    desk_init(&fixture->desk);
    fixture->state = g_dir_make_tmp("gantry-learned-XXXXXX", NULL);
    open_profiles(fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *file = g_build_filename(fixture->state, "learned.json", NULL);

    g_autofree char *folder = g_build_filename(fixture->state, "fault-history", NULL);
    g_autofree char *history = g_build_filename(folder, "one", NULL);

    profile_desk_free(fixture->profiles);
    (void)g_remove(history);
    (void)g_rmdir(folder);
    (void)g_remove(file);
    (void)g_rmdir(fixture->state);
    g_free(fixture->state);
    desk_clear(&fixture->desk);
}

static void
black(Fixture *fixture, int64_t from_s)
{
    const Observation observation = {.resource = "channel/one",
                                     .fault = FAULT_PICTURE_BLACK,
                                     .faulty = true,
                                     .since_us = from_s * S};

    ingest_observe(fixture->desk.ingest, &observation, at(from_s));
    ingest_step(fixture->desk.ingest, at(from_s + 6));
}

static AlarmQuiet
quiet_of_the_alarm(Fixture *fixture)
{
    g_autoptr(Snapshot) views = snapshot_new();

    views->alarms = alarm_book_views(fixture->desk.book, &views->n_alarms);
    g_assert_cmpuint(views->n_alarms, ==, 1);
    return views->alarms[0].quiet;
}

static void
a_new_channel_is_quiet_until_its_day_is_over(Fixture *fixture, gconstpointer unused)
{
    g_assert_false(one(fixture)->channel->commissioned);
    black(fixture, 1010);
    g_assert_cmpint(quiet_of_the_alarm(fixture), ==, QUIET_COMMISSIONING);
    one(fixture)->learning.watched_us = LEARN_US - 1;
    profile_desk_step(fixture->profiles, at(1020));
    g_assert_false(one(fixture)->channel->commissioned);
    one(fixture)->learning.watched_us = LEARN_US;
    profile_desk_step(fixture->profiles, at(1030));
    g_assert_true(one(fixture)->channel->commissioned);
    g_assert_cmpint(quiet_of_the_alarm(fixture), ==, QUIET_NONE);
    /* And once only. */
    const Inventory *after = fixture->desk.inventory;

    profile_desk_step(fixture->profiles, at(1040));
    g_assert_true(fixture->desk.inventory == after);
}

static void
what_was_learned_outlives_the_process(Fixture *fixture, gconstpointer unused)
{
    const Limits limits = limits_shipped();

    one(fixture)->learning.watched_us = 7 * 3600 * S;
    one(fixture)->learning.video = true;
    for (unsigned i = 0; i < 1800; i++)
        (void)rate_median_add(&one(fixture)->rate, 8e6, &limits, i * S);
    profile_desk_free(g_steal_pointer(&fixture->profiles));
    desk_close(&fixture->desk);
    desk_open(&fixture->desk);
    open_profiles(fixture);
    g_assert_cmpint(one(fixture)->learning.watched_us, ==, 7 * 3600 * S);
    g_assert_true(one(fixture)->learning.video);
    g_assert_cmpfloat(one(fixture)->rate.median_bps, ==, 8e6);
}

static void
a_damaged_file_begins_anew(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *file = g_build_filename(fixture->state, "learned.json", NULL);

    profile_desk_free(g_steal_pointer(&fixture->profiles));
    g_assert_true(g_file_set_contents(file, "{\"format\":1,", -1, NULL));
    desk_close(&fixture->desk);
    desk_open(&fixture->desk);
    open_profiles(fixture);
    g_assert_cmpint(one(fixture)->learning.watched_us, ==, 0);
    g_assert_false(one(fixture)->channel->commissioned);
}

static void
reopen(Fixture *fixture, const char *damage)
{
    g_autofree char *file = g_build_filename(fixture->state, "fault-history", "one", NULL);

    profile_desk_free(g_steal_pointer(&fixture->profiles));
    if (damage != NULL)
        g_assert_true(g_file_set_contents(file, damage, -1, NULL));
    desk_close(&fixture->desk);
    desk_open(&fixture->desk);
    open_profiles(fixture);
}

static void
what_was_seen_outlives_the_process(Fixture *fixture, gconstpointer unused)
{
    const MonoUs now_us = boot_now_us();

    fault_history_state(channel_record_history(one(fixture)), FAULT_PICTURE_BLACK, true, 0,
                        now_us - 20 * S, now_us - 20 * S);
    fault_history_state(channel_record_history(one(fixture)), FAULT_PICTURE_BLACK, false, 0,
                        now_us - S, now_us - S);
    reopen(fixture, NULL);
    g_assert_nonnull(one(fixture)->history);
    g_assert_cmpuint(one(fixture)->history->n, >=, 2);
    g_assert_cmpint(fault_history_edge(one(fixture)->history, 0)->at_us, ==, now_us - 20 * S);
}

static void
damaged_histories_are_told_and_begun_anew(Fixture *fixture, gconstpointer unused)
{
    fault_history_state(channel_record_history(one(fixture)), FAULT_PICTURE_BLACK, true, 0, S, S);
    reopen(fixture, "nonsense");
    g_assert_null(one(fixture)->history);
    profile_desk_step(fixture->profiles, at(1020));
    g_autofree char *lines = story(&fixture->desk); /* waits for the journal */
    g_autoptr(GPtrArray) events = gantry_event_log_read(fixture->desk.log, 0, 100);
    unsigned told = 0;

    for (guint i = 0; i < events->len; i++)
        told += strstr(event_at(events, i)->text, "was damaged on disk") != NULL ? 1 : 0;
    g_assert_cmpuint(told, ==, 1);
}

#define ADD(name, test)                                                                            \
    g_test_add("/commissioning-replay/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    ADD("day", a_new_channel_is_quiet_until_its_day_is_over);
    ADD("restart", what_was_learned_outlives_the_process);
    ADD("seen", what_was_seen_outlives_the_process);
    ADD("seen-damage", damaged_histories_are_told_and_begun_anew);
    ADD("damage", a_damaged_file_begins_anew);
    return g_test_run();
}
