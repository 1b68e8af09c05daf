/* Segments on a disk that is short, full, slow or gone, and a worker that is killed. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipelines/elements/elements.h"
#include "tests/element/segments-rig.h"

#define SKIPPED 77

static void
test_the_quota_is_kept_and_the_oldest_go(void)
{
    SegmentsRig rig = segments_rig_new(1);

    rig.limits.quota_bytes = 3 << 20;
    segments_rig_start(&rig);
    for (unsigned i = 0; i < 30; i++) {
        segments_rig_send(&rig, SEGMENTS_RIG_6_S / 2);
        segments_rig_settle(&rig);
        g_assert_cmpuint(segments_rig_bytes(&rig, "one"), <=, rig.limits.quota_bytes);
    }
    const SegmentFigures figures = segments_rig_figures(&rig);

    g_assert_cmpuint(rig.sent->len, >, 2 * rig.limits.quota_bytes);
    g_assert_cmpuint(figures.lost_packets, ==, 0);
    g_assert_cmpuint(figures.folder.deleted, >, 0);
    segments_rig_stop(&rig);
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");
    const SegmentEntry *last = &g_array_index(entries, SegmentEntry, entries->len - 1);

    g_assert_cmpint(rig.now_us - last->end_us, <=, US_PER_SECOND);
    segments_rig_end(&rig);
}

static void
test_the_length_is_kept(void)
{
    SegmentsRig rig = segments_rig_new(1);

    rig.limits.length_us = 20 * US_PER_SECOND;
    segments_rig_start(&rig);
    segments_rig_send(&rig, 10 * SEGMENTS_RIG_6_S);
    segments_rig_settle(&rig);
    g_assert_cmpint(segments_rig_figures(&rig).folder.stored_us, >=, 14 * US_PER_SECOND);
    g_assert_cmpint(segments_rig_figures(&rig).folder.stored_us, <=, 27 * US_PER_SECOND);
    segments_rig_end(&rig);
}

/* The index is a pipe that nobody writes to: whoever opens it hangs, as with a disk that does not
 * answer. */
static void
test_a_hung_disk_costs_packets_of_segments_and_no_time(void)
{
    SegmentsRig rig = segments_rig_new(1);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);
    g_autofree char *index = g_build_filename(folder, SEGMENT_INDEX_FILE, NULL);
    int64_t slowest_us = 0;

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(mkfifo(index, 0600), ==, 0);
    segments_rig_start(&rig);
    while (segments_rig_figures(&rig).lost_packets == 0) {
        const MonoUs before_us = segments_rig_now_us();

        segments_rig_send(&rig, 25);
        slowest_us = MAX(slowest_us, segments_rig_now_us() - before_us);
        g_assert_cmpuint(rig.sent->len, <, 64u << 20);
    }
    g_assert_cmpint(slowest_us, <, 2 * US_PER_SECOND); /* making the pictures takes most of it */
    g_assert_cmpuint(rig.sent->len, >, 2u << 20);
    g_assert_cmpint(segments_rig_figures(&rig).waiting_us, >, 0);
    const int fd = open(index, O_WRONLY | O_CLOEXEC); /* the disk answers again */

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(g_unlink(index), ==, 0);
    close(fd);
    segments_rig_settle(&rig);
    segments_rig_send(&rig, 3 * SEGMENTS_RIG_6_S);
    segments_rig_stop(&rig);
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");
    unsigned holes = 0;

    for (guint i = 0; i < entries->len; i++)
        holes += g_array_index(entries, SegmentEntry, i).lost_packets > 0;
    g_assert_cmpuint(holes, ==, 1);
    g_assert_cmpuint(g_array_index(entries, SegmentEntry, entries->len - 1).lost_packets, ==, 0);
    segments_rig_end(&rig);
}

static void
test_the_end_does_not_wait_for_a_hung_disk(void)
{
    SegmentsRig rig = segments_rig_new(1);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);
    g_autofree char *index = g_build_filename(folder, SEGMENT_INDEX_FILE, NULL);

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(mkfifo(index, 0600), ==, 0);
    segments_rig_start(&rig);
    segments_rig_send(&rig, 25);
    const MonoUs before_us = segments_rig_now_us();

    segments_rig_stop(&rig);
    g_assert_cmpint(segments_rig_now_us() - before_us, <, 4 * US_PER_SECOND);
    const int fd = open(index, O_WRONLY | O_CLOEXEC); /* lets the thread go */

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    segments_rig_end(&rig);
}

static bool
write_map(const char *path, unsigned id)
{
    g_autofree char *text = g_strdup_printf("0 %u 1", id);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return good;
}

/* Lets this process, a child, mount what nobody else sees. Returns: whether it may */
static bool
may_mount(void)
{
    const unsigned user = geteuid();
    const bool root = user == 0;

    if (unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) != 0)
        return false;
    if (!root && !write_map("/proc/self/uid_map", user))
        return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* In a child with a file system of its own. Returns: exit status; SKIPPED without the right to */
static int
fill_a_disk(void)
{
    if (!may_mount())
        return SKIPPED;
    SegmentsRig rig = segments_rig_new(1);
    int status = SKIPPED;

    if (mount("none", rig.folder, "tmpfs", 0, "size=6m") == 0) {
        g_autofree char *stuff = g_build_filename(rig.folder, "stuff", NULL);
        g_autofree char *bytes = g_malloc0(5u << 19);

        segments_rig_start(&rig);
        segments_rig_send(&rig, 4 * SEGMENTS_RIG_6_S);
        segments_rig_settle(&rig);
        /* Others fill the rest: the ring gives way instead of failing. */
        g_assert_true(g_file_set_contents(stuff, bytes, 5 << 19, NULL));
        segments_rig_send(&rig, 12 * SEGMENTS_RIG_6_S);
        segments_rig_settle(&rig);
        g_assert_cmpuint(segments_rig_figures(&rig).folder.deleted, >, 0);
        g_assert_cmpuint(segments_rig_figures(&rig).folder.written, >, 4);
        g_assert_cmpint(rig.now_us, >, 0);
        segments_rig_stop(&rig);
        g_autoptr(GArray) entries = segments_rig_index(&rig, "one");

        for (guint i = 0; i < entries->len; i++) {
            const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
            g_autoptr(GByteArray) segment = segments_rig_read(&rig, "one", entry);

            g_assert_cmpuint(segment->len % SEGMENT_PACKET_SIZE, ==, 0);
        }
        status = 0;
        (void)umount(rig.folder);
    }
    segments_rig_end(&rig);
    return status;
}

static int
exit_status_of(int (*run)(void))
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0)
        _exit(run());
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
test_a_full_disk_makes_the_ring_shorter(void)
{
    const int status = exit_status_of(fill_a_disk);

    if (status == SKIPPED)
        g_test_skip("no file system can be mounted here");
    else
        g_assert_cmpint(status, ==, 0);
}

static int
leave_no_reserve(void)
{
    if (!may_mount())
        return SKIPPED;
    SegmentsRig rig = segments_rig_new(1);
    int status = SKIPPED;

    if (mount("none", rig.folder, "tmpfs", 0, "size=6m") == 0) {
        rig.reserve_bytes = 5 << 20;
        segments_rig_start(&rig);
        segments_rig_send(&rig, 6 * SEGMENTS_RIG_6_S);
        segments_rig_settle(&rig);
        g_assert_cmpuint(segments_rig_bytes(&rig, "one"), <=, 2 << 20);
        g_assert_cmpuint(segments_rig_figures(&rig).folder.deleted, >, 0);
        segments_rig_stop(&rig);
        status = 0;
        (void)umount(rig.folder);
    }
    segments_rig_end(&rig);
    return status;
}

static void
test_the_reserve_of_the_disk_is_left_alone(void)
{
    const int status = exit_status_of(leave_no_reserve);

    if (status == SKIPPED)
        g_test_skip("no file system can be mounted here");
    else
        g_assert_cmpint(status, ==, 0);
}

static char *folder_of_child; /* lint: allow global, because a child inherits it */

static int
die_within_a_segment(void)
{
    SegmentsRig rig = segments_rig_new(1);

    g_free(rig.folder);
    rig.folder = g_strdup(folder_of_child);
    segments_rig_start(&rig);
    segments_rig_send(&rig, SEGMENTS_RIG_6_S + SEGMENTS_RIG_6_S / 2);
    segments_rig_settle(&rig);
    _exit(0); /* nothing is closed */
}

static void
test_what_a_killed_worker_left_is_completed(void)
{
    SegmentsRig rig = segments_rig_new(1);

    folder_of_child = rig.folder;
    g_assert_cmpint(exit_status_of(die_within_a_segment), ==, 0);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);

    rig.now_us += 30 * US_PER_SECOND;
    segments_rig_start(&rig);
    segments_rig_send(&rig, SEGMENTS_RIG_6_S);
    segments_rig_stop(&rig);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = NULL; (name = g_dir_read_name(dir)) != NULL;)
        g_assert_false(g_str_has_suffix(name, SEGMENT_PART_SUFFIX));
    g_autoptr(GArray) entries = segments_rig_index(&rig, "one");

    g_assert_cmpuint(entries->len, >=, 4);
    g_assert_true(g_array_index(entries, SegmentEntry, 1).key); /* known of what was not complete */
    g_assert_cmpuint(g_array_index(entries, SegmentEntry, 2).head_packets, ==, 2);
    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        g_autoptr(GByteArray) segment = segments_rig_read(&rig, "one", entry);

        g_assert_false(entry->open);
        g_assert_cmpint(entry->end_us, >=, entry->start_us);
    }
    segments_rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/segments-disk/the-quota-is-kept-and-the-oldest-go",
                    test_the_quota_is_kept_and_the_oldest_go);
    g_test_add_func("/segments-disk/the-length-is-kept", test_the_length_is_kept);
    g_test_add_func("/segments-disk/a-hung-disk-costs-packets-of-segments-and-no-time",
                    test_a_hung_disk_costs_packets_of_segments_and_no_time);
    g_test_add_func("/segments-disk/the-end-does-not-wait-for-a-hung-disk",
                    test_the_end_does_not_wait_for_a_hung_disk);
    g_test_add_func("/segments-disk/a-full-disk-makes-the-ring-shorter",
                    test_a_full_disk_makes_the_ring_shorter);
    g_test_add_func("/segments-disk/the-reserve-of-the-disk-is-left-alone",
                    test_the_reserve_of_the_disk_is_left_alone);
    g_test_add_func("/segments-disk/what-a-killed-worker-left-is-completed",
                    test_what_a_killed_worker_left_is_completed);
    return g_test_run();
}
