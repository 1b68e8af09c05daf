/* The journal on a disk that hangs, refuses, or is full.
 *
 * fdatasync() below stands in front of the C library's: it can hang or fail on request, and else
 * does what it says. Everything else is the real thing. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/events/event-log.h"

#define WAIT_US (60 * US_PER_SECOND)

static GMutex disk_lock;    /* lint: allow global, because a C library call has no object */
static GCond disk_changed;  /* lint: allow global, as above */
static bool disk_hangs;     /* lint: allow global, as above */
static unsigned disk_fails; /* lint: allow global, as above; calls that are still to fail */

int
fdatasync(int fd)
{
    g_mutex_lock(&disk_lock);
    while (disk_hangs)
        g_cond_wait(&disk_changed, &disk_lock);
    const bool fails = disk_fails > 0;

    disk_fails -= fails;
    g_mutex_unlock(&disk_lock);
    errno = EIO;
    return fails ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static void
set_disk(bool hangs, unsigned fails)
{
    g_mutex_lock(&disk_lock);
    disk_hangs = hangs;
    disk_fails = fails;
    g_cond_broadcast(&disk_changed);
    g_mutex_unlock(&disk_lock);
}

typedef struct {
    char *folder;
    GantryEventLog *log;
    GMutex lock;
    GCond changed;
    uint64_t visible;
} Fixture;

static const EventLogLimits limits = {.segment_bytes = 64 * 1024, .late_after_us = 200 * US_PER_MS};

static void
on_visible(uint64_t visible_seq, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_mutex_lock(&fixture->lock);
    fixture->visible = visible_seq;
    g_cond_broadcast(&fixture->changed);
    g_mutex_unlock(&fixture->lock);
}

static void
open_log_with(Fixture *fixture, const EventLogLimits *with)
{
    g_autoptr(GError) error = NULL;

    fixture->log = gantry_event_log_open(fixture->folder, with, &error);
    g_assert_no_error(error);
    gantry_event_log_listen(fixture->log, on_visible, fixture);
}

static void
open_log(Fixture *fixture)
{
    open_log_with(fixture, &limits);
}

static void
close_log(Fixture *fixture)
{
    gantry_event_log_close(fixture->log, WAIT_US);
    g_clear_object(&fixture->log);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-faults-XXXXXX", NULL);
    g_mutex_init(&fixture->lock);
    g_cond_init(&fixture->changed);
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
    set_disk(false, 0);
    remove_folder(fixture->folder);
    g_free(fixture->folder);
    g_mutex_clear(&fixture->lock);
    g_cond_clear(&fixture->changed);
}

static void
append_kind(Fixture *fixture, EventKind kind, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        Event *event = event_new(kind, 1, 1);

        event_set(&event->text, "something happened");
        gantry_event_log_append(fixture->log, event);
    }
}

static void
append(Fixture *fixture, unsigned count)
{
    append_kind(fixture, EVENT_ALARM_RAISED, count);
}

static void
wait_visible(Fixture *fixture, uint64_t seq)
{
    const int64_t due_us = g_get_monotonic_time() + WAIT_US;

    g_mutex_lock(&fixture->lock);
    while (fixture->visible < seq)
        g_assert_true(g_cond_wait_until(&fixture->changed, &fixture->lock, due_us));
    g_mutex_unlock(&fixture->lock);
}

/* A disk that other programs keep busy takes an event after it was shown. */
static void
wait_durable(Fixture *fixture, uint64_t seq)
{
    const int64_t due_us = g_get_monotonic_time() + WAIT_US;
    EventLogStatus status;

    wait_visible(fixture, seq);
    for (;; g_usleep(1000)) {
        gantry_event_log_get_status(fixture->log, &status);
        if (status.durable_seq >= seq)
            return;
        g_assert_cmpint(g_get_monotonic_time(), <, due_us);
    }
}

/* Closes, opens again, and asserts that exactly @count events are on disk. */
static void
assert_kept(Fixture *fixture, uint64_t count)
{
    close_log(fixture);
    open_log(fixture);
    uint64_t next = 1;

    while (next <= count) {
        g_autoptr(GPtrArray) events = gantry_event_log_read(fixture->log, next - 1, 1000);

        g_assert_cmpuint(events->len, >, 0);
        for (guint i = 0; i < events->len; i++)
            g_assert_cmpuint(((Event *)events->pdata[i])->seq, ==, next++);
    }
    g_assert_cmpuint(next, ==, count + 1);
    close_log(fixture);
}

static void
a_hung_disk_delays_nobody_and_loses_nothing(Fixture *fixture, gconstpointer unused)
{
    EventLogStatus status;

    open_log(fixture);
    append(fixture, 1);
    wait_durable(fixture, 1);
    set_disk(true, 0);
    append(fixture, 3);
    wait_visible(fixture, 4);
    g_autoptr(GPtrArray) events = gantry_event_log_read(fixture->log, 0, 10);

    g_assert_cmpuint(events->len, ==, 4);
    g_assert_true(((Event *)events->pdata[0])->durable);
    g_assert_false(((Event *)events->pdata[1])->durable);
    gantry_event_log_get_status(fixture->log, &status);
    g_assert_true(status.late);
    g_assert_cmpuint(status.durable_seq, ==, 1);
    append(fixture, 5000); /* more than memory keeps of durable ones */
    wait_visible(fixture, 5004);
    g_autoptr(GPtrArray) all = gantry_event_log_read(fixture->log, 1, 10000);

    g_assert_cmpuint(all->len, ==, 5003);
    set_disk(false, 0);
    assert_kept(fixture, 5004);
}

static void
closing_does_not_wait_for_a_hung_disk(Fixture *fixture, gconstpointer unused)
{
    open_log(fixture);
    append(fixture, 1);
    wait_visible(fixture, 1);
    set_disk(true, 0);
    append(fixture, 1);
    const int64_t began_us = g_get_monotonic_time();

    gantry_event_log_close(fixture->log, 50 * US_PER_MS);
    g_assert_cmpint(g_get_monotonic_time() - began_us, <,
                    20 * US_PER_SECOND); /* the disk hangs on */
    GWeakRef gone;

    g_weak_ref_init(&gone, fixture->log);
    g_clear_object(&fixture->log);
    set_disk(false, 0);
    for (GantryEventLog *left; (left = g_weak_ref_get(&gone)) != NULL; g_usleep(1000))
        g_object_unref(left); /* until its thread has left the disk */
    g_weak_ref_clear(&gone);
}

static void
a_disk_that_refuses_is_asked_again_in_order(Fixture *fixture, gconstpointer unused)
{
    EventLogStatus status;

    open_log(fixture);
    append(fixture, 2);
    wait_visible(fixture, 2);
    set_disk(false, 4); /* so often that another segment is tried */
    append(fixture, 700);
    wait_visible(fixture, 702);
    for (const int64_t due_us = g_get_monotonic_time() + WAIT_US;;) {
        gantry_event_log_get_status(fixture->log, &status);
        if (status.failed_commits >= 1 || g_get_monotonic_time() > due_us)
            break;
        g_usleep(1000);
    }
    g_assert_cmpuint(status.failed_commits, >=, 1);
    assert_kept(fixture, 702);
}

static void
a_limit_on_file_sizes_stops_the_disk_but_not_the_alarms(Fixture *fixture, gconstpointer unused)
{
    struct rlimit before, tiny;
    EventLogStatus status;

    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    tiny = (struct rlimit){.rlim_cur = 16 * 1024, .rlim_max = before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tiny), ==, 0);
    open_log(fixture);
    append(fixture, 10);
    wait_visible(fixture, 10);
    gantry_event_log_get_status(fixture->log, &status);
    g_assert_cmpuint(status.durable_seq, ==, 0);
    g_assert_cmpuint(status.failed_commits, >, 0);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    assert_kept(fixture, 10);
}

/* Takes every free byte of @folder's file system. */
static void
fill(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "filler", NULL);
    g_autofree char *zeroes = g_malloc0(65536);
    FILE *file = g_fopen(path, "w");

    setvbuf(file, NULL, _IONBF, 0);
    for (size_t size = 65536; size >= 512; size /= 2) {
        while (fwrite(zeroes, size, 1, file) == 1)
            ;
    }
    fclose(file);
}

static bool
mount_small(Fixture *fixture, const char *options)
{
    if (mount("tmpfs", fixture->folder, "tmpfs", 0, options) == 0)
        return true;
    g_test_skip("needs root to mount a small tmpfs");
    return false;
}

static unsigned
reserve_files(Fixture *fixture)
{
    unsigned there = 0;

    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *path = g_strdup_printf("%s/reserve-%u", fixture->folder, i);

        there += g_file_test(path, G_FILE_TEST_EXISTS) ? 1 : 0;
    }
    return there;
}

/* Opens once, so that one event and the reserve are there, and closes. */
static void
make_reserve(Fixture *fixture)
{
    open_log(fixture);
    append(fixture, 1);
    close_log(fixture);
    g_assert_cmpuint(reserve_files(fixture), ==, 2);
}

static EventLogStatus
close_full_log(Fixture *fixture)
{
    EventLogStatus status;

    gantry_event_log_close(fixture->log, WAIT_US);
    gantry_event_log_get_status(fixture->log, &status);
    g_clear_object(&fixture->log);
    return status;
}

static void
a_full_disk_still_takes_alarms_from_the_reserve(Fixture *fixture, gconstpointer unused)
{
    if (!mount_small(fixture, "size=12m"))
        return;
    make_reserve(fixture);
    fill(fixture->folder);
    open_log(fixture);
    append(fixture, 3000); /* far more than is left of the first segment */
    const EventLogStatus status = close_full_log(fixture);

    g_assert_cmpuint(status.durable_seq, ==, 3001);
    g_assert_true(status.full);
    g_assert_cmpuint(status.gave_way, ==, 0);
    g_assert_cmpuint(reserve_files(fixture), ==, 1);
    open_log(fixture);
    assert_kept(fixture, 3001);
    g_assert_cmpint(umount2(fixture->folder, MNT_DETACH), ==, 0);
}

static void
notes_and_audit_give_way_to_alarms_on_a_full_disk(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *filler = g_build_filename(fixture->folder, "filler", NULL);
    const EventLogLimits patient = {.segment_bytes = 64 * 1024, .late_after_us = WAIT_US};
    unsigned alarms = 0, others = 0;

    if (!mount_small(fixture, "size=20m"))
        return;
    make_reserve(fixture);
    fill(fixture->folder);
    open_log_with(fixture, &patient);
    append(fixture, 500); /* fills the first segment: the reserve is begun */
    wait_visible(fixture, 501);
    for (unsigned i = 0; i < 200; i++) {
        append_kind(fixture, EVENT_AUDIT, 2);
        append_kind(fixture, EVENT_ALARM_NOTED, 1);
        append(fixture, 1);
        append_kind(fixture, EVENT_ALARM_CLEARED, 1);
    }
    wait_visible(fixture, 1501);
    g_autoptr(GPtrArray) seen = gantry_event_log_read(fixture->log, 501, 2000);

    g_assert_cmpuint(seen->len, ==, 1000); /* readers get all of them, while they run */
    for (guint i = 0; i < seen->len; i++) {
        const Event *event = seen->pdata[i];

        g_assert_true(event->durable == !event_gives_way(event));
    }
    const EventLogStatus status = close_full_log(fixture);

    g_assert_cmpuint(status.gave_way, ==, 600);
    g_assert_cmpint(g_unlink(filler), ==, 0);
    open_log(fixture);
    g_autoptr(GPtrArray) kept = gantry_event_log_read(fixture->log, 501, 2000);

    for (guint i = 0; i < kept->len; i++) {
        alarms += !event_gives_way(kept->pdata[i]);
        others += event_gives_way(kept->pdata[i]);
    }
    g_assert_cmpuint(alarms, ==, 400);
    g_assert_cmpuint(others, ==, 0);
    append_kind(fixture, EVENT_AUDIT, 1);
    g_assert_cmpuint(close_full_log(fixture).gave_way, ==, 0); /* there is room again */
    g_assert_cmpuint(reserve_files(fixture), ==, 2);
    g_assert_cmpint(umount2(fixture->folder, MNT_DETACH), ==, 0);
}

static void
a_disk_without_inodes_still_takes_alarms(Fixture *fixture, gconstpointer unused)
{
    int fd = 0;

    if (!mount_small(fixture, "size=64m,nr_inodes=40"))
        return;
    make_reserve(fixture);
    for (unsigned i = 0; fd >= 0; i++) {
        g_autofree char *path = g_strdup_printf("%s/file-%u", fixture->folder, i);

        fd = g_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0)
            close(fd);
    }
    g_assert_cmpint(errno, ==, ENOSPC);
    open_log(fixture);
    append(fixture, 3000);
    const EventLogStatus status = close_full_log(fixture);

    g_assert_cmpuint(status.durable_seq, ==, 3001);
    g_assert_true(status.full);
    open_log(fixture);
    assert_kept(fixture, 3001);
    g_assert_cmpint(umount2(fixture->folder, MNT_DETACH), ==, 0);
}

/* In another process: appends for ever, and says on standard output what is durable. */
static int
append_until_killed(const char *folder)
{
    Fixture fixture = {.folder = (char *)folder};
    EventLogStatus status = {0};

    g_mutex_init(&fixture.lock);
    g_cond_init(&fixture.changed);
    open_log(&fixture);
    for (;;) {
        append(&fixture, 3);
        gantry_event_log_get_status(fixture.log, &status);
        wait_visible(&fixture, status.last_seq);
        gantry_event_log_get_status(fixture.log, &status);
        if (dprintf(STDOUT_FILENO, "%" G_GUINT64_FORMAT "\n", status.durable_seq) < 0)
            return 1;
    }
}

/* Runs such a process until it has said @lines lines and has more than @before on disk, kills it,
 * and returns the last number. */
static uint64_t
kill_while_appending(const char *folder, unsigned lines, uint64_t before)
{
    const char *const argv[] = {"/proc/self/exe", "--append", folder, NULL};
    g_autoptr(GError) error = NULL;
    char line[32];
    uint64_t durable = 0;
    GPid pid;
    int out;

    g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                             NULL, &out, NULL, &error);
    g_assert_no_error(error);
    FILE *file = fdopen(out, "r");

    for (unsigned i = 0; (i < lines || durable <= before) && fgets(line, sizeof line, file) != NULL;
         i++)
        g_assert_true(
            g_ascii_string_to_unsigned(g_strstrip(line), 10, 0, G_MAXINT64, &durable, NULL));
    kill(pid, SIGKILL);
    while (fgets(line, sizeof line, file) != NULL) /* what it still said before it died */
        g_ascii_string_to_unsigned(g_strstrip(line), 10, 0, G_MAXINT64, &durable, NULL);
    fclose(file);
    waitpid(pid, NULL, 0);
    g_spawn_close_pid(pid);
    return durable;
}

static void
what_was_called_durable_survives_kill_9(Fixture *fixture, gconstpointer unused)
{
    uint64_t before = 0;

    for (unsigned round = 0; round < 8; round++) {
        const uint64_t durable = kill_while_appending(fixture->folder, 5 + 7 * round, before);
        uint64_t next = 1;

        g_assert_cmpuint(durable, >, before);
        open_log(fixture);
        g_autoptr(GPtrArray) events = gantry_event_log_read(fixture->log, 0, 100000);

        for (guint i = 0; i < events->len; i++)
            g_assert_cmpuint(((Event *)events->pdata[i])->seq, ==, next++);
        g_assert_cmpuint(next - 1, >=, durable);
        before = next - 1;
        close_log(fixture);
    }
}

#define ADD(name, test)                                                                            \
    g_test_add("/event-log-faults/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    if (argc == 3 && g_strcmp0(argv[1], "--append") == 0)
        return append_until_killed(argv[2]);
    g_test_init(&argc, &argv, NULL);
    ADD("hung", a_hung_disk_delays_nobody_and_loses_nothing);
    ADD("hung-close", closing_does_not_wait_for_a_hung_disk);
    ADD("refuses", a_disk_that_refuses_is_asked_again_in_order);
    ADD("limit", a_limit_on_file_sizes_stops_the_disk_but_not_the_alarms);
    ADD("full", a_full_disk_still_takes_alarms_from_the_reserve);
    ADD("gives-way", notes_and_audit_give_way_to_alarms_on_a_full_disk);
    ADD("inodes", a_disk_without_inodes_still_takes_alarms);
    ADD("killed", what_was_called_durable_survives_kill_9);
    return g_test_run();
}
