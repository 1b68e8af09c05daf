/* What a worker cannot do once it is locked in. Each attempt is made by a child of its own. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/if_ether.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipelines/elements/segment-folder.h"
#include "pipelines/worker/sandbox.h"

#define REFUSED 10 /* exit status: the attempt failed and the process lives */
#define ALLOWED 11
#define NO_CAGE 12

static void
remove_state(const char *state)
{
    static const char *const parts[] = {"run/workers/a.config",
                                        "inventory.json",
                                        "run/workers",
                                        "run",
                                        "segments/other",
                                        "segments/in/channel/20260131T120000123Z.ts",
                                        "segments/in/channel/index",
                                        "segments/in/channel",
                                        "segments/in",
                                        "segments",
                                        ""};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(state, parts[i], NULL);

        (void)g_remove(path);
    }
}

/* Runs @attempt in a sandboxed child. Returns: its exit status, or minus the signal that ended it.
 */
static int
outcome_of(bool (*attempt)(const char *state))
{
    g_autofree char *state = g_dir_make_tmp("gantry-sandbox-XXXXXX", NULL);
    g_autofree char *workers = g_build_filename(state, "run", "workers", NULL);
    g_autofree char *segments = g_build_filename(state, "segments", "in", NULL);
    int status = 0;

    g_assert_cmpint(g_mkdir_with_parents(workers, 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(segments, 0700), ==, 0);
    const pid_t child = fork();

    if (child == 0) {
        if (!sandbox_enter(state, segments, NULL))
            _exit(NO_CAGE);
        _exit(attempt(state) ? ALLOWED : REFUSED);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    remove_state(state);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool
read_passwords(const char *state)
{
    return open("/etc/shadow", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
write_elsewhere(const char *state)
{
    g_autofree char *path = g_build_filename(state, "inventory.json", NULL);

    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool
write_own_file(const char *state)
{
    g_autofree char *path = g_build_filename(state, "run", "workers", "a.config", NULL);

    return g_file_set_contents(path, "x", 1, NULL);
}

/* All that recording does to a disk: made, written, renamed, recovered, deleted. */
static bool
keep_a_segment(const char *state)
{
    g_autofree char *path = g_build_filename(state, "segments", "in", "channel", NULL);
    g_autofree SegmentBlock *block = g_malloc0(sizeof *block + SEGMENT_PACKET_SIZE);
    const SegmentLimits all = {US_PER_SECOND * 60, G_MAXINT64}, none = {0, 0};
    SegmentFolder *folder = segment_folder_new(path, 1);
    SegmentFolderStatus status;

    block->begins = true;
    block->size = SEGMENT_PACKET_SIZE;
    segment_folder_recover(folder);
    segment_folder_write(folder, block, &all);
    segment_folder_free(folder);
    folder = segment_folder_new(path, 1);
    segment_folder_recover(folder);
    segment_folder_write(folder, block, &all);
    segment_folder_end(folder, &none);
    segment_folder_status(folder, &status);
    segment_folder_free(folder);
    segment_folder_remove(path);
    return status.written == 1 && status.deleted == 2 && status.disk_errors == 0 &&
           !g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool
record_for_another_input(const char *state)
{
    g_autofree char *path = g_build_filename(state, "segments", "other", NULL);

    return g_mkdir(path, 0700) == 0;
}

static bool
start_a_program(const char *state)
{
    return execl("/bin/true", "true", (char *)NULL) == 0;
}

static bool
trace_another(const char *state)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool
listen_to_the_wire(const char *state)
{
    return socket(AF_PACKET, SOCK_RAW, ETH_P_ALL) >= 0;
}

static bool
make_a_namespace(const char *state)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool
open_a_udp_socket(const char *state)
{
    return socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}

static gpointer
give_back(gpointer data)
{
    return data;
}

static bool
start_a_thread(const char *state)
{
    GThread *thread = g_thread_new("test", give_back, (gpointer)state);

    return g_thread_join(thread) != NULL;
}

static void
test_files_of_others_are_out_of_reach(void)
{
    g_assert_cmpint(outcome_of(read_passwords), ==, REFUSED);
    g_assert_cmpint(outcome_of(write_elsewhere), ==, REFUSED);
    g_assert_cmpint(outcome_of(record_for_another_input), ==, REFUSED);
}

static void
test_its_own_folder_can_be_written(void)
{
    g_assert_cmpint(outcome_of(write_own_file), ==, ALLOWED);
    g_assert_cmpint(outcome_of(keep_a_segment), ==, ALLOWED);
}

static void
test_forbidden_calls_end_the_process(void)
{
    g_assert_cmpint(outcome_of(start_a_program), ==, -SIGSYS);
    g_assert_cmpint(outcome_of(trace_another), ==, -SIGSYS);
    g_assert_cmpint(outcome_of(listen_to_the_wire), ==, -SIGSYS);
    g_assert_cmpint(outcome_of(make_a_namespace), ==, -SIGSYS);
}

static void
test_measuring_goes_on(void)
{
    g_assert_cmpint(outcome_of(open_a_udp_socket), ==, ALLOWED);
    g_assert_cmpint(outcome_of(start_a_thread), ==, ALLOWED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sandbox/files-of-others-are-out-of-reach",
                    test_files_of_others_are_out_of_reach);
    g_test_add_func("/sandbox/its-own-folder-can-be-written", test_its_own_folder_can_be_written);
    g_test_add_func("/sandbox/forbidden-calls-end-the-process",
                    test_forbidden_calls_end_the_process);
    g_test_add_func("/sandbox/measuring-goes-on", test_measuring_goes_on);
    return g_test_run();
}
