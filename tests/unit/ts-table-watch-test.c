/* Repetition times, versions and changes of tables, section by section. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-table-watch.h"

#define MS US_PER_MS

/* One section: what it says is @content, at @ms milliseconds. */
typedef struct {
    gint64 ms;
    guint8 version;
    guint8 number;
    guint8 last;
    guint8 content;
} Step;

static const TsTableKey nit = {.pid = 16, .extension = 1, .table_id = 0x40};

static TsSeen
take(TsTableWatch *watch, const TsTableKey *key, const Step *step, MonoUs epoch_us)
{
    guint8 section[13] = {key->table_id,
                          0xb0,
                          10,
                          (guint8)(key->extension >> 8),
                          (guint8)key->extension,
                          (guint8)(0xc1 | step->version << 1),
                          step->number,
                          step->last,
                          step->content};
    const guint32 crc = ts_crc32(section, 9);
    const TsWatchTime time = {
        .packet = (guint64)step->ms, .arrival_us = step->ms * MS, .epoch_us = epoch_us};
    TsSectionHead head;
    TsSeen seen;

    for (guint i = 0; i < 4; i++)
        section[9 + i] = (guint8)(crc >> (24 - 8 * i));
    g_assert_true(ts_section_head(section, sizeof section, &head));
    ts_table_watch_take(watch, key, &head, &time, &seen);
    return seen;
}

static void
a_repeated_section_is_nothing_new_and_its_interval_is_kept(void)
{
    TsTableWatch watch = {.n_tables = 0};
    const TsSeen first = take(&watch, &nit, &(Step){1000, 1, 0, 0, 7}, 0);
    const TsSeen second = take(&watch, &nit, &(Step){1500, 1, 0, 0, 7}, 0);
    const TsSeen third = take(&watch, &nit, &(Step){1800, 1, 0, 0, 7}, 0);

    g_assert_true(first.first && first.changed);
    g_assert_cmpint(first.since_us, ==, -1);
    g_assert_false(second.first || second.changed || second.new_version);
    g_assert_cmpint(second.since_us, ==, 500 * MS);
    g_assert_cmpuint(third.table->repetition.count, ==, 2);
    g_assert_cmpint(third.table->repetition.min_us, ==, 300 * MS);
    g_assert_cmpint(third.table->repetition.max_us, ==, 500 * MS);
    g_assert_cmpuint(third.table->packets_min, ==, 300);
    g_assert_cmpuint(third.table->sections, ==, 3);
    ts_table_watch_clear(&watch);
}

static void
sections_repeat_each_for_itself(void)
{
    TsTableWatch watch = {.n_tables = 0};
    TsSeen seen;

    for (gint64 round = 0; round < 3; round++)
        for (guint8 n = 0; n < 3; n++)
            seen = take(&watch, &nit, &(Step){round * 1000 + n * 10, 1, n, 2, n}, 0);
    g_assert_cmpuint(watch.n_tables, ==, 1);
    g_assert_cmpuint(watch.n_sections, ==, 3);
    g_assert_cmpint(seen.table->repetition.min_us, ==, 1000 * MS);
    g_assert_cmpint(seen.table->repetition.max_us, ==, 1000 * MS);
    g_assert_cmpint(seen.table->spacing.min_us, ==, 10 * MS);
    g_assert_cmpint(seen.table->spacing.max_us, ==, 980 * MS);
    ts_table_watch_clear(&watch);
}

static void
a_gap_of_the_stream_is_no_interval(void)
{
    TsTableWatch watch = {.n_tables = 0};

    take(&watch, &nit, &(Step){1000, 1, 0, 0, 7}, 0);
    const TsSeen seen = take(&watch, &nit, &(Step){60000, 1, 0, 0, 7}, 50000 * MS);

    g_assert_cmpint(seen.since_us, ==, -1);
    g_assert_cmpuint(seen.table->repetition.count, ==, 0);
    ts_table_watch_clear(&watch);
}

static void
a_new_version_is_told_once_for_all_its_sections(void)
{
    TsTableWatch watch = {.n_tables = 0};

    take(&watch, &nit, &(Step){0, 1, 0, 1, 7}, 0);
    take(&watch, &nit, &(Step){10, 1, 1, 1, 8}, 0);
    const TsSeen first = take(&watch, &nit, &(Step){20, 2, 0, 1, 9}, 0);
    const TsSeen second = take(&watch, &nit, &(Step){30, 2, 1, 1, 10}, 0);

    g_assert_true(first.new_version && first.told_now);
    g_assert_cmpuint(first.old_version, ==, 1);
    g_assert_false(second.new_version || second.told_now || second.version_only || second.silent);
    g_assert_true(second.changed);
    ts_table_watch_clear(&watch);
}

static void
a_version_without_a_change_is_told_when_all_its_sections_came(void)
{
    TsTableWatch watch = {.n_tables = 0};

    take(&watch, &nit, &(Step){0, 1, 0, 1, 7}, 0);
    take(&watch, &nit, &(Step){10, 1, 1, 1, 8}, 0);
    const TsSeen first = take(&watch, &nit, &(Step){20, 2, 0, 1, 7}, 0);
    const TsSeen second = take(&watch, &nit, &(Step){30, 2, 1, 1, 8}, 0);
    const TsSeen again = take(&watch, &nit, &(Step){40, 2, 1, 1, 8}, 0);

    g_assert_false(first.changed || first.told_now || first.version_only);
    g_assert_true(second.version_only);
    g_assert_false(second.changed || again.version_only);
    ts_table_watch_clear(&watch);
}

static void
a_change_under_the_same_version_is_silent(void)
{
    TsTableWatch watch = {.n_tables = 0};

    take(&watch, &nit, &(Step){0, 1, 0, 0, 7}, 0);
    const TsSeen seen = take(&watch, &nit, &(Step){10, 1, 0, 0, 8}, 0);

    g_assert_true(seen.silent && seen.changed);
    g_assert_false(seen.told_now || seen.version_only);
    g_assert_cmpuint(seen.table->silent, ==, 1);
    ts_table_watch_clear(&watch);
}

static void
a_shorter_version_drops_the_sections_beyond_it(void)
{
    TsTableWatch watch = {.n_tables = 0};

    for (guint8 n = 0; n < 4; n++)
        take(&watch, &nit, &(Step){n, 1, n, 3, n}, 0);
    const TsSeen seen = take(&watch, &nit, &(Step){10, 2, 0, 1, 9}, 0);

    g_assert_nonnull(ts_table_watch_section(&watch, seen.table, 1));
    g_assert_null(ts_table_watch_section(&watch, seen.table, 2));
    g_assert_null(ts_table_watch_section(&watch, seen.table, 3));
    ts_table_watch_clear(&watch);
}

static bool
is_nit(const TsTableKey *key)
{
    return key->table_id == 0x40;
}

static void
a_sweep_forgets_what_is_gone_and_keeps_the_rest_in_order(void)
{
    const TsTableKey bat = {.pid = 17, .extension = 2, .table_id = 0x4a};
    const TsTableKey sdt = {.pid = 17, .extension = 2, .table_id = 0x46};
    TsTableWatch watch = {.n_tables = 0};

    for (guint8 n = 0; n < 3; n++) {
        take(&watch, &nit, &(Step){0, 1, n, 2, n}, 0);
        take(&watch, &bat, &(Step){0, 1, n, 2, n}, 0);
        take(&watch, &sdt, &(Step){200000, 1, n, 2, n}, 0);
    }
    ts_table_watch_sweep(&watch, 400 * US_PER_SECOND, is_nit);
    g_assert_cmpuint(watch.n_tables, ==, 2);
    g_assert_cmpuint(watch.n_sections, ==, 6);
    g_assert_false(take(&watch, &nit, &(Step){400000, 1, 2, 2, 2}, 0).first);
    g_assert_false(take(&watch, &sdt, &(Step){400000, 1, 1, 2, 1}, 0).first);
    g_assert_true(take(&watch, &bat, &(Step){400000, 1, 0, 2, 0}, 0).first);
    ts_table_watch_clear(&watch);
}

static void
beyond_its_bound_sections_are_counted_and_room_is_made_of_old_ones(void)
{
    TsTableWatch watch = {.n_tables = 0};
    TsTableKey key = {.pid = 18, .table_id = 0x50};

    for (guint i = 0; i < TS_WATCH_TABLES_MAX + 10; i++) {
        key.extension = (guint16)i;
        take(&watch, &key, &(Step){1, 1, 0, 0, 7}, 0);
    }
    g_assert_cmpuint(watch.n_tables, ==, TS_WATCH_TABLES_MAX);
    g_assert_cmpuint(watch.not_followed, ==, 10);
    const TsSeen refused = take(&watch, &key, &(Step){2, 1, 0, 0, 7}, 0);

    g_assert_true(refused.changed);
    g_assert_null(refused.table);
    const TsSeen taken = take(&watch, &key, &(Step){400000, 1, 0, 0, 7}, 0);

    g_assert_nonnull(taken.table);
    g_assert_cmpuint(watch.n_tables, ==, 1);
    ts_table_watch_clear(&watch);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/watch/repeat", a_repeated_section_is_nothing_new_and_its_interval_is_kept);
    g_test_add_func("/ts/watch/sections", sections_repeat_each_for_itself);
    g_test_add_func("/ts/watch/gap", a_gap_of_the_stream_is_no_interval);
    g_test_add_func("/ts/watch/version", a_new_version_is_told_once_for_all_its_sections);
    g_test_add_func("/ts/watch/version-only",
                    a_version_without_a_change_is_told_when_all_its_sections_came);
    g_test_add_func("/ts/watch/silent", a_change_under_the_same_version_is_silent);
    g_test_add_func("/ts/watch/shorter", a_shorter_version_drops_the_sections_beyond_it);
    g_test_add_func("/ts/watch/sweep", a_sweep_forgets_what_is_gone_and_keeps_the_rest_in_order);
    g_test_add_func("/ts/watch/bound",
                    beyond_its_bound_sections_are_counted_and_room_is_made_of_old_ones);
    return g_test_run();
}
