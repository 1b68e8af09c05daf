/* Stands in front of the C library (LD_PRELOAD) and hurts one worker from inside, as a bug of its
 * own would.
 *
 *   GANTRY_HURT_INPUT=ID   the worker of this input; nobody else is concerned
 *   GANTRY_HURT_FILE=FILE  its first byte says how, whenever it is asked: see enum Hurt; 0: not at
 * all
 *
 * The file is mapped before the worker locks itself in, so it need not be reached afterwards. */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))
#define LEAK_BYTES                                                                                 \
    (8u << 20)            /* at a turn of the measuring thread, of which there are 5 a second      \
                           */
#define LEAK_FILES     10 /* the same */
#define PAGE_BYTES     4096u
#define PAUSE_US       20000u
#define COMMAND_LENGTH 4096

enum Hurt {
    HURT_NOT = 0,
    HURT_MAIN_LOOP = 'm', /* it does not turn any more */
    HURT_DATA_PATH = 'd', /* the measuring thread does not */
    HURT_CRASH = 'c',     /* it crashes when it starts */
    HURT_LEAK = 'l',      /* memory is not given back */
    HURT_FILES = 'f',     /* descriptors are not */
    HURT_SPIN = 's',      /* a thread turns for nothing */
};

static const _Atomic char *hurt; /* lint: allow global, because a C library call has no object */
static atomic_flag spinning = ATOMIC_FLAG_INIT; /* lint: allow global, the same */

static char
now(void)
{
    return hurt != NULL ? *hurt : (char)HURT_NOT;
}

/* Whether this process is the worker of @input. */
static bool
is_worker_of(const char *input)
{
    char command[COMMAND_LENGTH] = {0};
    const int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const ssize_t size = fd >= 0 ? read(fd, command, sizeof command - 1) : -1;

    if (fd >= 0)
        close(fd);
    if (size <= 0 || strstr(command, "gantry-channel") == NULL)
        return false;
    for (const char *word = command; word < command + size; word += strlen(word) + 1)
        if (strcmp(word, "--input") == 0)
            return strcmp(word + strlen(word) + 1, input) == 0;
    return false;
}

__attribute__((constructor)) static void
look(void)
{
    const char *input = getenv("GANTRY_HURT_INPUT"), *file = getenv("GANTRY_HURT_FILE");

    if (input == NULL || file == NULL || !is_worker_of(input))
        return;
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    void *page = fd >= 0 ? mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (fd >= 0)
        close(fd);
    if (page == MAP_FAILED)
        return;
    hurt = page;
    if (now() == HURT_CRASH)
        (void)raise(SIGSEGV);
}

static void
hold_while(char mode)
{
    while (now() == mode)
        usleep(PAUSE_US);
}

static void *
spin(void *unused)
{
    (void)unused;
    while (now() == HURT_SPIN)
        ;
    atomic_flag_clear(&spinning);
    return NULL;
}

static void
hurt_at_a_turn(void)
{
    pthread_t thread;
    volatile char *leak = NULL; /* so that it is written to */

    switch (now()) {
    case HURT_DATA_PATH:
        hold_while(HURT_DATA_PATH);
        break;
    case HURT_LEAK:
        leak = malloc(LEAK_BYTES);
        for (size_t i = 0; leak != NULL && i < LEAK_BYTES; i += PAGE_BYTES)
            leak[i] = 1;
        break;
    case HURT_FILES:
        for (int i = 0; i < LEAK_FILES; i++)
            (void)!fcntl(STDERR_FILENO, F_DUPFD, 0); /* the sandbox has no dup() */
        break;
    case HURT_SPIN:
        if (!atomic_flag_test_and_set(&spinning) && pthread_create(&thread, NULL, spin, NULL) == 0)
            (void)pthread_detach(thread);
        break;
    default:
        break;
    }
}

/* What the measuring thread waits by. */
int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *at, struct timespec *left)
{
    hurt_at_a_turn();
    return REAL(clock_nanosleep)(clock, flags, at, left);
}

/* What the main loop waits by. */
int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
    if (now() == HURT_MAIN_LOOP && syscall(SYS_gettid) == getpid())
        hold_while(HURT_MAIN_LOOP);
    return REAL(poll)(fds, n, timeout);
}
