/* The journal on a real disk: committed in groups, read back, repaired, numbered for ever. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/events/event-log.h"
#include "appliance/events/segment.h"
#include "pipelines/base/error.h"

#define WAIT_US (60 * US_PER_SECOND)

typedef struct {
    char *folder;
} Fixture;

static const EventLogLimits small = {.segment_bytes = 64 * 1024, .max_segments = 2};

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-journal-XXXXXX", NULL);
    g_assert_nonnull(fixture->folder);
}

static void
remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_folder(path);
        else
            g_unlink(path);
    }
    g_rmdir(folder);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    remove_folder(fixture->folder);
    g_free(fixture->folder);
}

static GantryEventLog *
open_log(const char *folder, const EventLogLimits *limits)
{
    g_autoptr(GError) error = NULL;
    GantryEventLog *log = gantry_event_log_open(folder, limits, &error);

    g_assert_no_error(error);
    return log;
}

static void
close_log(GantryEventLog **log)
{
    gantry_event_log_close(*log, WAIT_US);
    g_clear_object(log);
}

static uint64_t
append(GantryEventLog *log, const char *text)
{
    Event *event = event_new(EVENT_BOX, 1, 1);

    event_set(&event->text, text);
    return gantry_event_log_append(log, event);
}

static void
append_many(GantryEventLog *log, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf("event %u", i);

        append(log, text);
    }
}

typedef struct {
    GMutex lock;
    GCond changed;
    uint64_t visible;
} Seen;

static void
on_visible(uint64_t visible_seq, gpointer user_data)
{
    Seen *seen = user_data;

    g_mutex_lock(&seen->lock);
    seen->visible = visible_seq;
    g_cond_broadcast(&seen->changed);
    g_mutex_unlock(&seen->lock);
}

static void
wait_visible(GantryEventLog *log, uint64_t seq)
{
    Seen seen = {0};
    EventLogStatus status;

    g_mutex_init(&seen.lock);
    g_cond_init(&seen.changed);
    const guint id = gantry_event_log_listen(log, on_visible, &seen);

    gantry_event_log_get_status(log, &status);
    g_mutex_lock(&seen.lock);
    const int64_t due_us = g_get_monotonic_time() + WAIT_US;

    while (MAX(seen.visible, status.visible_seq) < seq)
        g_assert_true(g_cond_wait_until(&seen.changed, &seen.lock, due_us));
    g_mutex_unlock(&seen.lock);
    gantry_event_log_unlisten(log, id);
    g_mutex_clear(&seen.lock);
    g_cond_clear(&seen.changed);
}

/* Asserts that reading in steps of @step gives sequences @from to @to without a gap. */
static void
assert_reads(GantryEventLog *log, uint64_t from, uint64_t to, size_t step)
{
    uint64_t next = from;

    while (next <= to) {
        g_autoptr(GPtrArray) events = gantry_event_log_read(log, next - 1, step);

        g_assert_cmpuint(events->len, >, 0);
        for (guint i = 0; i < events->len; i++)
            g_assert_cmpuint(((Event *)g_ptr_array_index(events, i))->seq, ==, next++);
    }
    g_autoptr(GPtrArray) rest = gantry_event_log_read(log, to, 10);

    g_assert_cmpuint(next, ==, to + 1);
    g_assert_cmpuint(rest->len, ==, 0);
}

static char *
only_segment(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    char *found = NULL;

    while ((name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, ".segment")) {
            g_assert_null(found);
            found = g_build_filename(folder, name, NULL);
        }
    }
    g_assert_nonnull(found);
    return found;
}

static void
events_come_back_after_reopening_with_the_next_number(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);
    g_autofree char *id = g_strdup(gantry_event_log_get_id(log));

    g_assert_true(g_uuid_string_is_valid(id));
    g_assert_cmpuint(append(log, "one"), ==, 1);
    append_many(log, 9);
    close_log(&log);

    log = open_log(fixture->folder, &small);
    g_assert_cmpstr(gantry_event_log_get_id(log), ==, id);
    assert_reads(log, 1, 10, 3);
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 0, 1);

    g_assert_cmpstr(((Event *)g_ptr_array_index(events, 0))->text, ==, "one");
    g_assert_cmpuint(append(log, "eleven"), ==, 11);
    wait_visible(log, 11);
    assert_reads(log, 1, 11, 100);
    close_log(&log);
}

static void
a_crowd_of_events_is_committed_in_groups(Fixture *fixture, gconstpointer unused)
{
    /* A disk that other programs keep busy is not called late. */
    const EventLogLimits roomy = {.segment_bytes = 1024 * 1024, .late_after_us = WAIT_US};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &roomy);
    EventLogStatus status;

    append_many(log, 3000);
    wait_visible(log, 3000);
    gantry_event_log_get_status(log, &status);
    g_assert_cmpuint(status.durable_seq, ==, 3000);
    g_assert_false(status.late);
    g_assert_cmpuint(status.failed_commits, ==, 0);
    assert_reads(log, 1, 3000, 1000);
    close_log(&log);
}

static gpointer
append_200(gpointer log)
{
    append_many(log, 200);
    return NULL;
}

static void
four_threads_append_without_gap_or_double(Fixture *fixture, gconstpointer unused)
{
    const EventLogLimits roomy = {.segment_bytes = 1024 * 1024};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &roomy);
    GThread *threads[4];

    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("appender", append_200, log);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    close_log(&log);
    log = open_log(fixture->folder, &roomy);
    assert_reads(log, 1, 800, 64);
    close_log(&log);
}

static void
old_events_are_read_from_segments_and_new_ones_from_memory(Fixture *fixture, gconstpointer unused)
{
    const EventLogLimits limits = {.segment_bytes = 256 * 1024};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &limits);

    append_many(log, 7000); /* beyond what memory keeps */
    wait_visible(log, 7000);
    assert_reads(log, 1, 7000, 500);
    assert_reads(log, 6999, 7000, 500);
    close_log(&log);
}

static void
segments_go_once_every_cursor_has_passed_them(Fixture *fixture, gconstpointer unused)
{
    const EventLogLimits limits = {.segment_bytes = 64 * 1024, .max_segments = 1};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &limits);

    gantry_event_log_set_cursor(log, "slow", 0);
    append_many(log, 600); /* about three segments */
    close_log(&log);
    log = open_log(fixture->folder, &limits);
    assert_reads(log, 1, 600, 100);
    gantry_event_log_set_cursor(log, "slow", 600);
    gantry_event_log_close(log, WAIT_US);
    EventLogStatus status;
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 0, 1);

    gantry_event_log_get_status(log, &status);
    g_assert_cmpuint(status.unread, ==, 0);
    g_assert_cmpuint(((Event *)g_ptr_array_index(events, 0))->seq, >, 100);
    g_clear_object(&log);
}

static void
a_cursor_that_never_moves_cannot_fill_the_disk(Fixture *fixture, gconstpointer unused)
{
    const EventLogLimits limits = {.segment_bytes = 64 * 1024, .max_segments = 1};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &limits);
    EventLogStatus status;

    gantry_event_log_set_cursor(log, "dead", 0);
    append_many(log, 2500);
    gantry_event_log_close(log, WAIT_US);
    gantry_event_log_get_status(log, &status);
    g_clear_object(&log);
    log = open_log(fixture->folder, &limits);
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 0, 1);
    const uint64_t first = ((Event *)g_ptr_array_index(events, 0))->seq;

    g_assert_cmpuint(first, >, 1);
    g_assert_cmpuint(status.unread, ==, first - 1);
    close_log(&log);
}

/* Makes every file of the journal look as if it was last written in 2001. */
static unsigned
make_old(const char *folder)
{
    const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    unsigned n = 0;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        n += g_str_has_suffix(name, ".segment") ? 1 : 0;
        g_assert_cmpint(utimensat(AT_FDCWD, path, old, 0), ==, 0);
    }
    return n;
}

static void
a_segment_that_is_too_old_goes_once_every_cursor_has_passed_it(Fixture *fixture,
                                                               gconstpointer unused)
{
    const EventLogLimits limits = {.segment_bytes = 64 * 1024};
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &limits);

    gantry_event_log_set_cursor(log, "slow", 0);
    append_many(log, 1000); /* about three segments */
    close_log(&log);
    const unsigned before = make_old(fixture->folder);

    g_assert_cmpuint(before, >=, 3);
    log = open_log(fixture->folder, &limits);
    close_log(&log);
    g_assert_cmpuint(make_old(fixture->folder), ==, before); /* somebody has not read it */
    log = open_log(fixture->folder, &limits);
    gantry_event_log_set_cursor(log, "slow", 1000);
    close_log(&log);
    log = open_log(fixture->folder, &limits);
    close_log(&log);
    const unsigned left = make_old(fixture->folder);

    g_assert_cmpuint(left, <, before);
    g_assert_cmpuint(left, >=, before - 2); /* one at a time: the clock may be wrong */
}

static void
cursors_survive_and_hold_their_own_names(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);

    append_many(log, 20);
    g_assert_cmpuint(gantry_event_log_get_cursor(log, "mysql", 5), ==, 5);
    gantry_event_log_set_cursor(log, "mysql", 7);
    gantry_event_log_set_cursor(log, "redis", 20);
    gantry_event_log_set_cursor(log, "gone", 1);
    gantry_event_log_drop_cursor(log, "gone");
    close_log(&log);

    log = open_log(fixture->folder, &small);
    g_assert_cmpuint(gantry_event_log_get_cursor(log, "mysql", 5), ==, 7);
    g_assert_cmpuint(gantry_event_log_get_cursor(log, "redis", 5), ==, 20);
    g_assert_cmpuint(gantry_event_log_get_cursor(log, "gone", 5), ==, 5);
    close_log(&log);
}

static void
a_number_that_a_sink_has_seen_is_never_given_again(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);

    append_many(log, 3);
    gantry_event_log_set_cursor(log, "mysql", 40); /* saw undurable events, then the power went */
    close_log(&log);
    log = open_log(fixture->folder, &small);
    g_assert_cmpuint(append(log, "next"), ==, 41);
    wait_visible(log, 41);
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 3, 10);

    g_assert_cmpuint(events->len, ==, 1);
    close_log(&log);
}

static void
two_processes_cannot_share_a_journal(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);
    g_autoptr(GError) error = NULL;

    g_assert_null(gantry_event_log_open(fixture->folder, &small, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    close_log(&log);
}

/* Offsets of the record with @seq in a whole segment. */
static void
find_record(const char *bytes, gsize size, uint64_t seq, size_t *ret_begin, size_t *ret_end)
{
    SegmentWalk walk = {(const uint8_t *)bytes, size, SEGMENT_HEADER_BYTES, 0, 0, 0};
    SegmentRecord record;

    while (segment_walk_next(&walk, &record)) {
        if (record.seq == seq) {
            *ret_begin = (size_t)(record.payload - walk.data) - SEGMENT_RECORD_HEADER_BYTES;
            *ret_end = walk.offset;
            return;
        }
    }
    g_assert_not_reached();
}

static void
a_tail_torn_at_any_byte_costs_only_the_torn_event(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);

    append_many(log, 3);
    close_log(&log);
    g_autofree char *path = only_segment(fixture->folder);
    g_autofree char *bytes = NULL;
    gsize size;
    size_t begin, end;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    find_record(bytes, size, 3, &begin, &end);
    for (size_t torn = begin + 1; torn < end; torn += 7) {
        SegmentWalk walk = {(const uint8_t *)bytes, torn, SEGMENT_HEADER_BYTES, 0, 0, 0};
        SegmentRecord record;
        uint64_t last = 0;

        while (segment_walk_next(&walk, &record))
            last = record.seq;
        g_assert_cmpuint(walk.good_end, ==, torn < end - 7 ? begin : walk.good_end);
        g_assert_cmpuint(last, >=, 2);
    }
    memset(bytes + begin + 20, 0, end - begin - 20); /* as a power cut leaves it */
    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));

    log = open_log(fixture->folder, &small);
    EventLogStatus status;

    gantry_event_log_get_status(log, &status);
    g_assert_nonnull(strstr(status.repaired, "torn"));
    assert_reads(log, 1, 2, 10);
    g_assert_cmpuint(append(log, "again"), ==, 3);
    close_log(&log);
    log = open_log(fixture->folder, &small);
    gantry_event_log_get_status(log, &status);
    g_assert_cmpstr(status.repaired, ==, "");
    assert_reads(log, 1, 3, 10);
    close_log(&log);
}

static void
a_damaged_middle_costs_only_what_it_held(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);

    append_many(log, 5);
    close_log(&log);
    g_autofree char *path = only_segment(fixture->folder);
    g_autofree char *bytes = NULL;
    gsize size;
    size_t begin, end;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    find_record(bytes, size, 3, &begin, &end);
    memset(bytes + begin, 0xee, end - begin);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));

    log = open_log(fixture->folder, &small);
    EventLogStatus status;
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 0, 10);

    gantry_event_log_get_status(log, &status);
    g_assert_nonnull(strstr(status.repaired, "middle"));
    g_assert_cmpuint(events->len, ==, 4);
    g_assert_cmpuint(((Event *)g_ptr_array_index(events, 2))->seq, ==, 4);
    g_assert_cmpuint(append(log, "six"), ==, 6);
    close_log(&log);
}

static void
a_file_that_is_no_segment_is_set_aside(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *path = g_build_filename(fixture->folder, "00000000000000000001.segment", NULL);
    g_autofree char *aside = g_strconcat(path, ".bad", NULL);

    g_assert_true(g_file_set_contents(path, "garbage", -1, NULL));
    g_autoptr(GantryEventLog) log = open_log(fixture->folder, &small);
    EventLogStatus status;

    gantry_event_log_get_status(log, &status);
    g_assert_nonnull(strstr(status.repaired, "aside"));
    g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(append(log, "one"), ==, 1);
    wait_visible(log, 1);
    assert_reads(log, 1, 1, 10);
    close_log(&log);
}

#define ADD(name, test) g_test_add("/event-log/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("reopen", events_come_back_after_reopening_with_the_next_number);
    ADD("groups", a_crowd_of_events_is_committed_in_groups);
    ADD("threads", four_threads_append_without_gap_or_double);
    ADD("memory", old_events_are_read_from_segments_and_new_ones_from_memory);
    ADD("expiry", segments_go_once_every_cursor_has_passed_them);
    ADD("hard-limit", a_cursor_that_never_moves_cannot_fill_the_disk);
    ADD("age", a_segment_that_is_too_old_goes_once_every_cursor_has_passed_it);
    ADD("cursors", cursors_survive_and_hold_their_own_names);
    ADD("numbers", a_number_that_a_sink_has_seen_is_never_given_again);
    ADD("lock", two_processes_cannot_share_a_journal);
    ADD("torn", a_tail_torn_at_any_byte_costs_only_the_torn_event);
    ADD("middle", a_damaged_middle_costs_only_what_it_held);
    ADD("aside", a_file_that_is_no_segment_is_set_aside);
    return g_test_run();
}
