/* Workers as our own processes: started once, found again, never mistaken for another process. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/workers/process-identity.h"
#include "appliance/workers/worker-spawn.h"
#include "pipelines/base/error.h"

typedef struct {
    char *folder;
    char *pids;
    char *logs;
    char *ended; /* text of the last end */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("spawn-XXXXXX", NULL);
    fixture->pids = g_build_filename(fixture->folder, "pids", NULL);
    fixture->logs = g_build_filename(fixture->folder, "logs", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_autofree char *log = g_build_filename(fixture->logs, "one.log", NULL);

    (void)g_unlink(log);
    (void)g_rmdir(fixture->logs);
    g_assert_cmpint(g_rmdir(fixture->pids), ==, 0); /* no pid file is left */
    g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
    g_free(fixture->folder);
    g_free(fixture->pids);
    g_free(fixture->logs);
    g_free(fixture->ended);
}

static void
on_ended(GantryWorkerUnits *units, const char *input_id, const char *text, Fixture *fixture)
{
    g_assert_cmpstr(input_id, ==, "one");
    g_assert_null(fixture->ended);
    fixture->ended = g_strdup(text);
}

static GantryWorkerUnits *
units_of(Fixture *fixture, const char *script)
{
    g_autoptr(GError) error = NULL;
    const char *const argv[] = {"/bin/sh", "-c", script, "%i", NULL};
    GantryWorkerSpawn *spawn = gantry_worker_spawn_new(argv, fixture->pids, fixture->logs, &error);

    g_assert_no_error(error);
    g_signal_connect(spawn, "ended", G_CALLBACK(on_ended), fixture);
    return GANTRY_WORKER_UNITS(spawn);
}

static void
start(GantryWorkerUnits *units)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(gantry_worker_units_start(units, "one", &error));
    g_assert_no_error(error);
}

static void
wait_for_end(Fixture *fixture)
{
    while (fixture->ended == NULL)
        g_main_context_iteration(NULL, TRUE);
}

static void
a_worker_leads_its_own_session_and_is_started_once(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GantryWorkerUnits) units = units_of(fixture, "exec sleep 100");

    start(units);
    const GPid pid = gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(units), "one");

    start(units);
    g_assert_cmpint(gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(units), "one"), ==, pid);
    g_assert_cmpint(getsid(pid), ==, pid);
    g_assert_cmpint(getpgid(pid), ==, pid);
    g_assert_true(gantry_worker_units_is_worker(units, "one", (uint32_t)pid));
    g_assert_false(gantry_worker_units_is_worker(units, "one", (uint32_t)getpid()));
    g_assert_false(gantry_worker_units_is_worker(units, "two", (uint32_t)pid));
    g_auto(GStrv) list = gantry_worker_units_list(units);

    g_assert_cmpuint(g_strv_length(list), ==, 1);
    g_assert_cmpstr(list[0], ==, "one");
    g_assert_true(gantry_worker_units_kill(units, "one", NULL));
    wait_for_end(fixture);
    g_assert_cmpstr(fixture->ended, ==, "killed by signal 9");
}

static void
a_worker_asked_to_stop_may_end_in_its_own_way(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GantryWorkerUnits) units =
        units_of(fixture, "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");
    g_autofree char *log = g_build_filename(fixture->logs, "one.log", NULL);
    g_autofree char *said = NULL;

    start(units);
    while (said == NULL || said[0] == '\0') {
        g_clear_pointer(&said, g_free);
        (void)g_file_get_contents(log, &said, NULL, NULL);
        g_usleep(1000);
    }
    g_assert_true(gantry_worker_units_stop(units, "one", NULL));
    wait_for_end(fixture);
    g_assert_cmpstr(fixture->ended, ==, "exited with status 3");
    g_assert_false(gantry_worker_units_stop(units, "one", NULL));
}

static void
the_id_stands_in_the_arguments_and_output_goes_to_the_log(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GantryWorkerUnits) units = units_of(fixture, "echo $0 >&2");
    g_autofree char *log = g_build_filename(fixture->logs, "one.log", NULL);
    g_autofree char *said = NULL;

    start(units);
    wait_for_end(fixture);
    g_assert_true(g_file_get_contents(log, &said, NULL, NULL));
    g_assert_cmpstr(said, ==, "one\n");
}

static void
a_worker_inherits_no_descriptor(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GantryWorkerUnits) units = units_of(fixture, "exec ls /proc/self/fd");
    g_autofree char *log = g_build_filename(fixture->logs, "one.log", NULL);
    g_autofree char *said = NULL;
    const int leak = dup(STDERR_FILENO);

    g_assert_cmpint(leak, >, 2);
    start(units);
    wait_for_end(fixture);
    close(leak);
    g_assert_true(g_file_get_contents(log, &said, NULL, NULL));
    g_assert_cmpstr(said, ==, "0\n1\n2\n3\n"); /* 3 is the folder that ls reads */
}

static void
workers_outlive_their_starter_and_are_adopted(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GantryWorkerUnits) first = units_of(fixture, "exec sleep 100");

    start(first);
    const GPid pid = gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(first), "one");

    g_clear_object(&first);
    g_autoptr(GantryWorkerUnits) second = units_of(fixture, "exec sleep 200");

    g_assert_cmpint(gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(second), "one"), ==, pid);
    start(second);
    g_assert_cmpint(gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(second), "one"), ==, pid);
    g_assert_true(gantry_worker_units_kill(second, "one", NULL));
    wait_for_end(fixture);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
a_process_with_another_start_time_is_not_ours(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->pids, "one.pid", NULL);
    ProcessIdentity self = {0};

    g_assert_true(process_identity_read(getpid(), &self));
    self.starttime_ticks++;
    g_autofree char *text = process_identity_to_text(&self);

    g_assert_cmpint(g_mkdir(fixture->pids, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_autoptr(GantryWorkerUnits) units = units_of(fixture, "exit 0");

    g_assert_cmpint(gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(units), "one"), ==, 0);
    g_assert_false(gantry_worker_units_kill(units, "one", NULL));
    g_assert_cmpint(process_identity_open(&self), <, 0);
}

static void
damaged_pid_files_name_no_process(Fixture *fixture, gconstpointer data)
{
    static const char *const bad[] = {"", "12", "0 5", "1 5", "-4 5", "4 -5", "4 5 6", "x y"};
    ProcessIdentity identity = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(process_identity_from_text(bad[i], &identity));
    g_assert_true(process_identity_from_text("4 5\n", &identity));
    g_assert_cmpint(identity.pid, ==, 4);
    g_assert_cmpint(g_mkdir(fixture->pids, 0700), ==, 0);
}

static void
what_cannot_be_started_says_so(Fixture *fixture, gconstpointer data)
{
    const char *const argv[] = {"/nonexistent/gantry-channel", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GantryWorkerSpawn) units = gantry_worker_spawn_new(argv, fixture->pids, NULL, &error);

    g_assert_no_error(error);
    g_assert_false(gantry_worker_units_start(GANTRY_WORKER_UNITS(units), "one", &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE);
    g_clear_error(&error);
    g_assert_false(gantry_worker_units_start(GANTRY_WORKER_UNITS(units), "../one", &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/worker-spawn/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(a_worker_leads_its_own_session_and_is_started_once);
    TEST(a_worker_asked_to_stop_may_end_in_its_own_way);
    TEST(the_id_stands_in_the_arguments_and_output_goes_to_the_log);
    TEST(a_worker_inherits_no_descriptor);
    TEST(workers_outlive_their_starter_and_are_adopted);
    TEST(a_process_with_another_start_time_is_not_ours);
    TEST(damaged_pid_files_name_no_process);
    TEST(what_cannot_be_started_says_so);
#undef TEST
    return g_test_run();
}
