/* What a worker cannot do once it is locked in, and what it still can. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/worker/sandbox.h"
#include "tests/element/escape.h"

/* Calls by number, so that this builds where the C library does not know them yet. */
#define CALL_PIDFD_OPEN     434
#define CALL_IO_URING_SETUP 425

/* ---- Files ---- */

static bool
opens(const char *folder, const char *name, int flags)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return open(path, flags | O_CLOEXEC, 0600) >= 0;
}

#define READS(function, name)                                                                      \
    static bool function(const EscapeWorld *world)                                                 \
    {                                                                                              \
        return opens(world->state, name, O_RDONLY);                                                \
    }
#define WRITES(function, name, flags)                                                              \
    static bool function(const EscapeWorld *world)                                                 \
    {                                                                                              \
        return opens(world->state, name, O_WRONLY | (flags));                                      \
    }

READS(read_inventory, "inventory/00000001.json")
READS(read_journal, "events/0000000000000001.log")
READS(read_secret, "secrets/mysql")
READS(read_other_config, "run/workers/two/config")
READS(read_other_segment, "segments/two/channel/1.ts")
READS(list_state, ".")
READS(list_workers, "run/workers")
WRITES(write_inventory, "inventory/00000002.json", O_CREAT)
WRITES(write_journal, "events/0000000000000001.log", O_APPEND)
WRITES(write_other_config, "run/workers/two/config", O_TRUNC)
WRITES(write_other_pid, "run/workers/two.pid", 0)
WRITES(write_beside, "run/workers/three", O_CREAT)

static bool
read_passwords(const EscapeWorld *world)
{
    return open("/etc/shadow", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
read_users(const EscapeWorld *world)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
remove_other_config(const EscapeWorld *world)
{
    g_autofree char *path = g_build_filename(world->state, "run/workers/two/config", NULL);

    return g_unlink(path) == 0;
}

static bool
move_other_config(const EscapeWorld *world)
{
    g_autofree char *from = g_build_filename(world->state, "run/workers/two/config", NULL);
    g_autofree char *to = g_build_filename(world->own, "stolen", NULL);

    return g_rename(from, to) == 0;
}

static bool
truncate_inventory(const EscapeWorld *world)
{
    g_autofree char *path = g_build_filename(world->state, "inventory/00000001.json", NULL);

    return truncate(path, 0) == 0;
}

static bool
open_inventory_to_all(const EscapeWorld *world)
{
    g_autofree char *path = g_build_filename(world->state, "inventory/00000001.json", NULL);

    return chmod(path, 0666) == 0;
}

static bool
link_to_a_secret(const EscapeWorld *world)
{
    g_autofree char *secret = g_build_filename(world->state, "secrets", "mysql", NULL);
    g_autofree char *path = g_build_filename(world->own, "link", NULL);

    return symlink(secret, path) == 0 || link(secret, path) == 0;
}

static bool
step_out_of_its_folder(const EscapeWorld *world)
{
    return opens(world->own, "../two/config", O_RDONLY) ||
           opens("/proc/self/root", world->state, O_RDONLY) ||
           opens("/proc/self/cwd", "../../etc/passwd", O_RDONLY);
}

static bool
make_a_device(const EscapeWorld *world)
{
    g_autofree char *path = g_build_filename(world->own, "memory", NULL);

    return mknod(path, S_IFCHR | 0600, makedev(1, 1)) == 0;
}

static bool
open_a_terminal(const EscapeWorld *world)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0 || open("/dev/ptmx", O_RDWR | O_CLOEXEC) >= 0;
}

static bool
read_memory_of_another(const EscapeWorld *world)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/mem", (int)world->neighbour);

    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
read_environment_of_another(const EscapeWorld *world)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/environ", (int)world->neighbour);

    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

/* ---- Processes ---- */

static bool
start_a_program(const EscapeWorld *world)
{
    return execl("/bin/true", "true", (char *)NULL) == 0;
}

static bool
start_a_program_in_memory(const EscapeWorld *world)
{
    const int fd = memfd_create("x", MFD_CLOEXEC);

    return fd >= 0 && syscall(SYS_execveat, fd, "", NULL, NULL, AT_EMPTY_PATH) == 0;
}

static bool
trace_another(const EscapeWorld *world)
{
    return ptrace(PTRACE_ATTACH, world->neighbour, NULL, NULL) == 0;
}

static bool
read_another(const EscapeWorld *world)
{
    char byte = 0;
    const struct iovec here = {&byte, 1}, there = {(void *)world, 1};

    return process_vm_readv(world->neighbour, &here, 1, &there, 1, 0) == 1;
}

static bool
kill_another(const EscapeWorld *world)
{
    return kill(world->neighbour, SIGKILL) == 0;
}

static bool
kill_a_thread_of_another(const EscapeWorld *world)
{
    return syscall(SYS_tgkill, world->neighbour, world->neighbour, SIGKILL) == 0;
}

static bool
kill_by_a_handle(const EscapeWorld *world)
{
    return syscall(CALL_PIDFD_OPEN, world->neighbour, 0) >= 0;
}

static bool
kill_by_a_descriptor(const EscapeWorld *world)
{
    int ends[2];

    return pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_SETOWN, world->neighbour) == 0;
}

static bool
slow_another_down(const EscapeWorld *world)
{
    const struct rlimit none = {0, 0};

    return prlimit(world->neighbour, RLIMIT_NOFILE, &none, NULL) == 0;
}

static bool
pin_another(const EscapeWorld *world)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(0, &set);
    return sched_setaffinity(world->neighbour, sizeof set, &set) == 0;
}

static bool
schedule_another(const EscapeWorld *world)
{
    const struct sched_param idle = {0};

    return sched_setscheduler(world->neighbour, SCHED_IDLE, &idle) == 0;
}

static bool
start_a_process(const EscapeWorld *world)
{
    return unshare(CLONE_FILES) == 0;
}

/* ---- The kernel ---- */

static bool
make_a_namespace(const EscapeWorld *world)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool
start_in_a_namespace(const EscapeWorld *world)
{
    const long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);

    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool
mount_something(const EscapeWorld *world)
{
    return mount("none", world->own, "tmpfs", 0, NULL) == 0;
}

static bool
load_bpf(const EscapeWorld *world)
{
    return syscall(SYS_bpf, 0, NULL, 0) >= 0 || errno != EPERM;
}

static bool
handle_page_faults(const EscapeWorld *world)
{
    return syscall(SYS_userfaultfd, 0) >= 0;
}

static bool
use_io_uring(const EscapeWorld *world)
{
    return syscall(CALL_IO_URING_SETUP, 1, NULL) >= 0 || errno == EFAULT;
}

static bool
use_keys(const EscapeWorld *world)
{
    return syscall(SYS_keyctl, 0, -3, 0) >= 0;
}

static bool
write_and_run_memory(const EscapeWorld *world)
{
    return mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool
run_written_memory(const EscapeWorld *world)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool
be_traced_by_anyone(const EscapeWorld *world)
{
    return prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0) == 0;
}

static bool
type_into_a_terminal(const EscapeWorld *world)
{
    return ioctl(STDIN_FILENO, TIOCSTI, "x") == 0;
}

static bool
raise_its_limits(const EscapeWorld *world)
{
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

    return setrlimit(RLIMIT_DATA, &all) == 0;
}

/* ---- Sockets ---- */

#define SOCKET_OF(function, family, type, protocol)                                                \
    static bool function(const EscapeWorld *world)                                                 \
    {                                                                                              \
        return socket(family, type, protocol) >= 0;                                                \
    }

SOCKET_OF(listen_to_the_wire, AF_PACKET, SOCK_RAW, ETH_P_ALL)
SOCKET_OF(speak_to_the_kernel, AF_NETLINK, SOCK_RAW, 0)
SOCKET_OF(make_raw_datagrams, AF_INET, SOCK_RAW, IPPROTO_UDP)
SOCKET_OF(call_by_tcp, AF_INET, SOCK_STREAM, 0)
SOCKET_OF(call_by_tcp_6, AF_INET6, SOCK_STREAM, 0)
SOCKET_OF(call_by_unix_stream, AF_UNIX, SOCK_STREAM, 0)
SOCKET_OF(use_ciphers, AF_ALG, SOCK_SEQPACKET, 0)
SOCKET_OF(call_the_host, AF_VSOCK, SOCK_DGRAM, 0)

static const EscapeAttempt file_attempts[] = {
    {"read /etc/shadow", read_passwords},
    {"read /etc/passwd", read_users},
    {"read the inventory", read_inventory},
    {"read the journal", read_journal},
    {"read a secret", read_secret},
    {"read another input's configuration", read_other_config},
    {"read another input's segments", read_other_segment},
    {"list the state folder", list_state},
    {"list the workers' folder", list_workers},
    {"write an inventory", write_inventory},
    {"write into the journal", write_journal},
    {"write another input's configuration", write_other_config},
    {"write another input's pid file", write_other_pid},
    {"write beside its folder", write_beside},
    {"remove another input's configuration", remove_other_config},
    {"move another input's configuration to its own", move_other_config},
    {"truncate the inventory", truncate_inventory},
    {"let all write the inventory", open_inventory_to_all},
    {"link to a secret", link_to_a_secret},
    {"step out of its folder", step_out_of_its_folder},
    {"make a device", make_a_device},
    {"open a terminal", open_a_terminal},
    {"read another's memory by /proc", read_memory_of_another},
    {"read another's environment", read_environment_of_another},
    {NULL, NULL},
};

static const EscapeAttempt process_attempts[] = {
    {"execve", start_a_program},
    {"memfd and execveat", start_a_program_in_memory},
    {"ptrace", trace_another},
    {"process_vm_readv", read_another},
    {"kill", kill_another},
    {"tgkill", kill_a_thread_of_another},
    {"pidfd_open", kill_by_a_handle},
    {"F_SETOWN", kill_by_a_descriptor},
    {"prlimit of another", slow_another_down},
    {"sched_setaffinity of another", pin_another},
    {"sched_setscheduler of another", schedule_another},
    {"unshare", start_a_process},
    {NULL, NULL},
};

static const EscapeAttempt kernel_attempts[] = {
    {"unshare of users", make_a_namespace},
    {"clone into a namespace", start_in_a_namespace},
    {"mount", mount_something},
    {"bpf", load_bpf},
    {"userfaultfd", handle_page_faults},
    {"io_uring", use_io_uring},
    {"keyctl", use_keys},
    {"mmap to write and run", write_and_run_memory},
    {"mprotect to run", run_written_memory},
    {"PR_SET_PTRACER", be_traced_by_anyone},
    {"TIOCSTI", type_into_a_terminal},
    {"setrlimit", raise_its_limits},
    {NULL, NULL},
};

static const EscapeAttempt socket_attempts[] = {
    {"AF_PACKET", listen_to_the_wire},
    {"AF_NETLINK", speak_to_the_kernel},
    {"raw IP", make_raw_datagrams},
    {"TCP", call_by_tcp},
    {"TCP over IPv6", call_by_tcp_6},
    {"Unix byte stream", call_by_unix_stream},
    {"AF_ALG", use_ciphers},
    {"AF_VSOCK", call_the_host},
    {NULL, NULL},
};

static void
test_all_is_denied(gconstpointer data)
{
    EscapeWorld world = escape_world_new();

    escape_all_denied(&world, data);
    escape_world_clear(&world);
}

/* So that a denial shows the sandbox, and not an attempt that never comes about. */
static void
test_others_do_get_at_them(void)
{
    static const EscapeAttempt outside[] = {
        {"read the inventory", read_inventory},
        {"read another input's configuration", read_other_config},
        {"write into the journal", write_journal},
        {"step out of its folder", step_out_of_its_folder},
        {"link to a secret", link_to_a_secret},
        {"read another's environment", read_environment_of_another},
        {"TCP", call_by_tcp},
        {"mmap to write and run", write_and_run_memory},
        {"F_SETOWN", kill_by_a_descriptor},
    };
    EscapeWorld world = escape_world_new();

    for (size_t i = 0; i < G_N_ELEMENTS(outside); i++) {
        g_test_message("%s", outside[i].name);
        g_assert_true(outside[i].attempt(&world));
    }
    escape_world_clear(&world);
}

/* ---- What it may ---- */

static bool
write_own_file(const EscapeWorld *world)
{
    g_autofree char *path = g_build_filename(world->own, "config", NULL);

    return g_file_set_contents_full(path, "x", 1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static bool
write_a_segment(const EscapeWorld *world)
{
    g_autofree char *folder = g_build_filename(world->segments, "channel", NULL);

    return g_mkdir(folder, 0750) == 0 && opens(folder, "1.ts", O_WRONLY | O_CREAT | O_TRUNC) &&
           opens(folder, "1.ts", O_WRONLY | O_TRUNC);
}

static bool
open_a_udp_socket(const EscapeWorld *world)
{
    return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0;
}

static gpointer
give_back(gpointer data)
{
    return data;
}

static bool
start_a_thread(const EscapeWorld *world)
{
    GThread *thread = g_thread_new("test", give_back, (gpointer)world);

    return g_thread_join(thread) != NULL;
}

static bool
take_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED;
}

static bool
take_much_memory(const EscapeWorld *world)
{
    return take_memory(SANDBOX_MEMORY_BYTES / 2);
}

static bool
take_too_much_memory(const EscapeWorld *world)
{
    return take_memory(SANDBOX_MEMORY_BYTES + 1);
}

static bool
take_memory_of_three(const EscapeWorld *world)
{
    sandbox_set_services(3);
    return take_memory(SANDBOX_MEMORY_BYTES + SANDBOX_MEMORY_SERVICE_BYTES);
}

static const EscapeAttempt allowed[] = {
    {"write its configuration", write_own_file},
    {"write a segment", write_a_segment},
    {"open a UDP socket", open_a_udp_socket},
    {"start a thread", start_a_thread},
    {"take memory", take_much_memory},
    {"take more for more services", take_memory_of_three},
};

static void
test_measuring_goes_on(void)
{
    EscapeWorld world = escape_world_new();

    for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++) {
        g_test_message("%s", allowed[i].name);
        g_assert_cmpint(escape_outcome(&world, &allowed[i]), ==, ESCAPE_ALLOWED);
    }
    escape_world_clear(&world);
}

static void
test_memory_is_limited(void)
{
    static const EscapeAttempt attempt = {"take too much memory", take_too_much_memory};
    EscapeWorld world = escape_world_new();

    g_assert_cmpint(escape_outcome(&world, &attempt), ==, ESCAPE_REFUSED);
    escape_world_clear(&world);
}

/* Whether a line of /proc/self/status reads so. */
static bool
status_says(const char *line)
{
    g_autofree char *text = NULL;

    return g_file_get_contents("/proc/self/status", &text, NULL, NULL) &&
           strstr(text, line) != NULL;
}

static bool
has_nothing(const EscapeWorld *world)
{
    return status_says("\nCapInh:\t0000000000000000\n") &&
           status_says("\nCapPrm:\t0000000000000000\n") &&
           status_says("\nCapEff:\t0000000000000000\n") &&
           (geteuid() != 0 || status_says("\nCapBnd:\t0000000000000000\n")) &&
           status_says("\nCapAmb:\t0000000000000000\n") && status_says("\nNoNewPrivs:\t1\n") &&
           status_says("\nSeccomp:\t2\n");
}

static void
test_it_has_no_privileges_whoever_started_it(void)
{
    static const EscapeAttempt attempt = {"have no privileges", has_nothing};
    EscapeWorld world = escape_world_new();

    g_assert_cmpint(escape_outcome(&world, &attempt), ==, ESCAPE_ALLOWED);
    escape_world_clear(&world);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/sandbox/files-of-others-are-out-of-reach", file_attempts,
                         test_all_is_denied);
    g_test_add_data_func("/sandbox/other-processes-are-out-of-reach", process_attempts,
                         test_all_is_denied);
    g_test_add_data_func("/sandbox/the-kernel-gives-no-way-out", kernel_attempts,
                         test_all_is_denied);
    g_test_add_data_func("/sandbox/sockets-are-for-datagrams-alone", socket_attempts,
                         test_all_is_denied);
    g_test_add_func("/sandbox/others-do-get-at-them", test_others_do_get_at_them);
    g_test_add_func("/sandbox/measuring-goes-on", test_measuring_goes_on);
    g_test_add_func("/sandbox/memory-is-limited", test_memory_is_limited);
    g_test_add_func("/sandbox/it-has-no-privileges-whoever-started-it",
                    test_it_has_no_privileges_whoever_started_it);
    return g_test_run();
}
