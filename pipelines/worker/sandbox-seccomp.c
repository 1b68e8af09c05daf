/* seccomp: a list of what may be called, and with which arguments. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/worker/sandbox-parts.h"

#define SOCKET_TYPE    0xfu       /* of the type argument; the rest are flags */
#define ANONYMOUS_NAME 0x53564d41 /* PR_SET_VMA, which libraries give names to memory by */

/* What measuring needs to do, found by running it; one group a line. */
static const char *const allowed_calls[] = {
    "brk mremap munmap madvise membarrier",
    "futex rseq set_robust_list gettid getpid exit exit_group sched_yield",
    "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall alarm setitimer",
    "sched_getaffinity sched_getattr getuid geteuid getgid getegid",
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday getrandom getrusage",
    "poll ppoll epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 pipe2 uname sysinfo",
    /* Sockets; of which kinds, see allow_sockets(). */
    "bind connect setsockopt getsockopt getsockname getpeername shutdown",
    "recvmsg recvmmsg recvfrom sendmsg sendto",
    /* Files; which ones, see Landlock. */
    "openat close read readv write writev pread64 pwrite64 lseek fstat newfstatat statx access",
    "faccessat faccessat2 fallocate ftruncate fsync fdatasync rename renameat renameat2",
    "unlink unlinkat readlink readlinkat getdents64 flock umask",
    /* Segments: their folders, how full the disk is, what of them stays in memory. */
    "mkdir mkdirat rmdir statfs fstatfs fadvise64",
};

/* A call that is allowed, or answered without being made, if an argument is right. A call that no
 * rule speaks of ends the process. */
typedef struct {
    const char *call;
    uint32_t action;
    struct scmp_arg_cmp argument; /* the first one */
    struct scmp_arg_cmp second;   /* op 0: none */
} ArgumentRule;

#define ARGUMENT(n, compare, ...)                                                                  \
    {                                                                                              \
        (n), (compare), __VA_ARGS__                                                                \
    }
#define IS(n, value)     ARGUMENT(n, SCMP_CMP_EQ, (scmp_datum_t)(value), 0)
#define IS_NOT(n, value) ARGUMENT(n, SCMP_CMP_NE, (scmp_datum_t)(value), 0)
#define BITS(n, mask, value)                                                                       \
    ARGUMENT(n, SCMP_CMP_MASKED_EQ, (scmp_datum_t)(mask), (scmp_datum_t)(value))
#define ALLOW     SCMP_ACT_ALLOW
#define ANSWER(e) SCMP_ACT_ERRNO(e)

#define NAMESPACES                                                                                 \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET)

static const ArgumentRule argument_rules[] = {
    /* Datagrams by IP, and by Unix sockets to gantryd, systemd and its journal. MariaDB, Redis,
       gantryd's web interface and the system bus speak by byte streams, which cannot be had. */
    {"socket", ALLOW, IS(0, AF_UNIX), BITS(1, SOCKET_TYPE, SOCK_SEQPACKET)},
    {"socket", ALLOW, IS(0, AF_UNIX), BITS(1, SOCKET_TYPE, SOCK_DGRAM)},
    {"socket", ALLOW, IS(0, AF_INET), BITS(1, SOCKET_TYPE, SOCK_DGRAM)},
    {"socket", ALLOW, IS(0, AF_INET6), BITS(1, SOCKET_TYPE, SOCK_DGRAM)},
    {"socketpair", ALLOW, IS(0, AF_UNIX), {0}},
    /* Threads, but no namespaces. The flags of clone3() lie in memory, where a filter cannot see
       them: it is answered as if the kernel were too old, and the C library then uses clone(). */
    {"clone", ALLOW, BITS(0, NAMESPACES, 0), {0}},
    {"clone3", ANSWER(ENOSYS), IS_NOT(0, 0), {0}},
    /* The number of an interface is asked for by ioctl(). The C library also asks whether a file is
       a terminal: it is not. */
    {"ioctl", ALLOW, IS(1, SIOCGIFINDEX), {0}},
    {"ioctl", ANSWER(ENOTTY), IS_NOT(1, SIOCGIFINDEX), {0}},
    /* Memory is written or run, not both. */
    {"mmap", ALLOW, BITS(2, PROT_EXEC, 0), {0}},
    {"mmap", ALLOW, BITS(2, PROT_WRITE | PROT_EXEC, PROT_EXEC), {0}},
    {"mmap", ANSWER(EPERM), BITS(2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC), {0}},
    {"mprotect", ALLOW, BITS(2, PROT_EXEC, 0), {0}},
    {"mprotect", ANSWER(EPERM), BITS(2, PROT_EXEC, PROT_EXEC), {0}},
    /* Descriptors, but nobody is told of them by a signal. */
    {"fcntl", ALLOW, IS(1, F_DUPFD), {0}},
    {"fcntl", ALLOW, IS(1, F_DUPFD_CLOEXEC), {0}},
    {"fcntl", ALLOW, IS(1, F_GETFD), {0}},
    {"fcntl", ALLOW, IS(1, F_SETFD), {0}},
    {"fcntl", ALLOW, IS(1, F_GETFL), {0}},
    {"fcntl", ALLOW, IS(1, F_SETFL), {0}},
    /* Of this process alone: a worker may have the user of gantryd. GLib hands the scheduling of
       one thread on to the next, which has it anyway. */
    {"prlimit64", ALLOW, IS(0, 0), {0}},
    {"sched_setaffinity", ALLOW, IS(0, 0), {0}},
    {"sched_setattr", ANSWER(0), IS_NOT(1, 0), {0}},
    {"prctl", ALLOW, IS(0, PR_SET_NAME), {0}},
    {"prctl", ALLOW, IS(0, PR_GET_NAME), {0}},
    {"prctl", ALLOW, IS(0, PR_CAPBSET_READ), {0}},
    {"prctl", ANSWER(EINVAL), IS(0, ANONYMOUS_NAME), {0}},
};

/* Not every architecture has every call. */
static int
add_rule(scmp_filter_ctx filter, const ArgumentRule *rule)
{
    const struct scmp_arg_cmp arguments[] = {rule->argument, rule->second};
    const int call = seccomp_syscall_resolve_name(rule->call);

    if (call < 0)
        return 0;
    return seccomp_rule_add_array(filter, rule->action, call, rule->second.op != 0 ? 2 : 1,
                                  arguments);
}

static int
allow_calls(scmp_filter_ctx filter, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, " ", -1);
    int result = 0;

    for (size_t i = 0; each[i] != NULL && result == 0; i++) {
        const int call = seccomp_syscall_resolve_name(each[i]);

        if (call >= 0)
            result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    }
    return result;
}

/* Signals to threads of this process: abort() uses one. */
static int
allow_own_signals(scmp_filter_ctx filter)
{
    const ArgumentRule rule = {"tgkill", ALLOW, IS(0, getpid()), {0}};

    return add_rule(filter, &rule);
}

static int
fill_filter(scmp_filter_ctx filter)
{
    int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(allowed_calls) && result == 0; i++)
        result = allow_calls(filter, allowed_calls[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(argument_rules) && result == 0; i++)
        result = add_rule(filter, &argument_rules[i]);
    return result != 0 ? result : allow_own_signals(filter);
}

bool
sandbox_confine_calls(GError **error)
{
    const bool log = g_getenv(SANDBOX_LOG_VARIABLE) != NULL;
    scmp_filter_ctx filter = seccomp_init(log ? SCMP_ACT_LOG : SCMP_ACT_KILL_PROCESS);

    if (filter == NULL)
        return sandbox_fail("making a seccomp filter", ENOMEM, error);
    int result = fill_filter(filter);

    if (result == 0)
        result = seccomp_load(filter);
    seccomp_release(filter);
    return result == 0 || sandbox_fail("loading the seccomp filter", -result, error);
}
