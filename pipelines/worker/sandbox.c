/* Landlock, seccomp and limits. */
#include "pipelines/worker/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pipelines/base/error.h"

#define OPEN_FILES_MAX 160 /* a segment is open for each channel of a multiplex */
/* Rights over files that each version of Landlock knows: all bits below these. */
#define RIGHTS_ABI_1 13
#define RIGHTS_ABI_2 14
#define RIGHTS_ABI_3 15

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE                                                                                      \
    (READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                          \
     LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define WRITE_BELOW (WRITE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)
#define FILE_READ   LANDLOCK_ACCESS_FS_READ_FILE
#define FILE_WRITE  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

typedef struct {
    const char *path;
    uint64_t rights;
} PathRule;

/* What measuring needs to see. The libraries are loaded already; tables of character sets and time
 * zones may still be. */
static const PathRule path_rules[] = {
    {"/usr/lib", READ},        {"/usr/share/zoneinfo", READ}, {"/etc/localtime", FILE_READ},
    {"/proc/self", READ},      {"/proc/sys/net", READ},       {"/sys/devices/system/cpu", READ},
    {"/dev/null", FILE_WRITE}, {"/dev/urandom", FILE_READ},
};

/* What measuring needs to do, found by running it; one group a line. */
static const char *const allowed_calls[] = {
    "brk mmap munmap mremap mprotect madvise membarrier",
    "futex rseq set_robust_list gettid getpid tgkill exit exit_group prctl sched_yield",
    "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall alarm setitimer",
    "sched_getaffinity sched_setaffinity sched_getattr sched_setattr getuid geteuid getgid getegid",
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday getrandom getrusage",
    "poll ppoll epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 pipe2 uname sysinfo",
    /* Sockets; of which families, see allow_sockets(). */
    "socketpair bind connect setsockopt getsockopt getsockname getpeername shutdown",
    "recvmsg recvmmsg recvfrom sendmsg sendto",
    /* Files; which ones, see Landlock. */
    "openat close read readv write writev pread64 pwrite64 lseek fstat newfstatat statx access",
    "faccessat faccessat2 fcntl fallocate ftruncate fsync fdatasync rename renameat renameat2",
    "unlink unlinkat fchmod readlink readlinkat getdents64 flock umask prlimit64",
    /* Segments: their folders, how full the disk is, what of them stays in memory. */
    "mkdir mkdirat rmdir chmod fchmodat truncate statfs fstatfs fadvise64",
};

static bool
fail(const char *what, int number, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "sandbox: %s: %s", what,
                g_strerror(number));
    return false;
}

static bool
allow_path(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = rights};
    bool added = false;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT;
    added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(rule.parent_fd);
    return added;
}

static bool
confine_files(const char *state, const char *segments, GError **error)
{
    g_autofree char *workers = g_build_filename(state, "run", "workers", NULL);
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    const unsigned rights = abi >= 3 ? RIGHTS_ABI_3 : abi == 2 ? RIGHTS_ABI_2 : RIGHTS_ABI_1;
    const struct landlock_ruleset_attr handled = {.handled_access_fs = (UINT64_C(1) << rights) - 1};

    if (abi < 1)
        return true;
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);

    if (ruleset < 0)
        return fail("making Landlock rules", errno, error);
    bool good = allow_path(ruleset, workers, WRITE & handled.handled_access_fs);

    if (segments != NULL)
        good = good && allow_path(ruleset, segments, WRITE_BELOW & handled.handled_access_fs);
    for (size_t i = 0; i < G_N_ELEMENTS(path_rules); i++)
        good = good && allow_path(ruleset, path_rules[i].path, path_rules[i].rights);
    good = good && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    const int number = errno;

    close(ruleset);
    return good || fail("confining files by Landlock", number, error);
}

static int
allow_sockets(scmp_filter_ctx filter)
{
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
    int result = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(families) && result == 0; i++)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
    return result;
}

/* Threads, but no namespaces. The flags of clone3() lie in memory, where a filter cannot see them:
 * it is answered as if the kernel were too old, and the C library then uses clone(). */
static int
allow_threads(scmp_filter_ctx filter)
{
    const scmp_datum_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    const int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                        SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces, 0));

    return result != 0 ? result
                       : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/* The number of an interface is asked for by ioctl(). The C library also asks whether a file is a
 * terminal: it is not. */
static int
allow_ioctls(scmp_filter_ctx filter)
{
    const int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                        SCMP_A1(SCMP_CMP_EQ, SIOCGIFINDEX));

    return result != 0 ? result
                       : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 1,
                                          SCMP_A1(SCMP_CMP_NE, SIOCGIFINDEX));
}

static int
allow_calls(scmp_filter_ctx filter, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, " ", -1);
    int result = 0;

    for (size_t i = 0; each[i] != NULL && result == 0; i++) {
        const int call = seccomp_syscall_resolve_name(each[i]);

        /* Not every architecture has every call. */
        if (call >= 0)
            result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    }
    return result;
}

static int
fill_filter(scmp_filter_ctx filter)
{
    int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(allowed_calls) && result == 0; i++)
        result = allow_calls(filter, allowed_calls[i]);
    if (result == 0)
        result = allow_sockets(filter);
    if (result == 0)
        result = allow_threads(filter);
    if (result == 0)
        result = allow_ioctls(filter);
    return result;
}

static bool
confine_calls(GError **error)
{
    const bool log = g_getenv(SANDBOX_LOG_VARIABLE) != NULL;
    scmp_filter_ctx filter = seccomp_init(log ? SCMP_ACT_LOG : SCMP_ACT_KILL_PROCESS);

    if (filter == NULL)
        return fail("making a seccomp filter", ENOMEM, error);
    int result = fill_filter(filter);

    if (result == 0)
        result = seccomp_load(filter);
    seccomp_release(filter);
    return result == 0 || fail("loading the seccomp filter", -result, error);
}

bool
sandbox_enter(const char *state, const char *segments, GError **error)
{
    const struct rlimit files = {OPEN_FILES_MAX, OPEN_FILES_MAX};
    const struct rlimit nothing = {0, 0};

    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)setrlimit(RLIMIT_CORE, &nothing);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail("giving up new privileges", errno, error);
    return confine_files(state, segments, error) && confine_calls(error);
}
