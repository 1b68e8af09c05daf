/* Stands in front of the C library (LD_PRELOAD) and lets calls about files and sockets fail.
 *
 *   GANTRY_FAIL_AT=N        the N-th call of this process fails, from 1; 0: none, calls are counted
 *   GANTRY_FAIL_TALLY=FILE  where the number of calls is written at the end of the process
 *   GANTRY_FAIL_UNDER=DIR   instead: every call fails that would change something below DIR ...
 *   GANTRY_FAIL_WHILE=FILE  ... while FILE exists
 *   GANTRY_FAIL_ERRNO=N     with this number; 5 (EIO) if not given; sockets ECONNRESET with FAIL_AT
 *
 * Only regular files, folders and sockets count: pipes and event descriptors do not fail. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static atomic_ulong calls; /* lint: allow global, because a C library call has no object */

static const char *
setting(const char *name)
{
    const char *text = getenv(name);

    return text != NULL ? text : "";
}

/* 0 for what is no number. By hand: no library may be called from here that makes calls itself. */
static unsigned long
number_of(const char *text)
{
    unsigned long number = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (unsigned long)(*text - '0');
    return number;
}

static int
chosen_errno(int otherwise)
{
    const unsigned long number = number_of(setting("GANTRY_FAIL_ERRNO"));

    return number != 0 ? (int)number : otherwise;
}

/* What this process starts is not concerned. */
__attribute__((constructor)) static void
keep_to_oneself(void)
{
    (void)unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void
write_tally(void)
{
    const char *path = setting("GANTRY_FAIL_TALLY");
    char text[32];

    if (*path == '\0')
        return;
    const int fd = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int n = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));

    if (fd < 0)
        return;
    (void)!REAL(write)(fd, text, (size_t)n);
    REAL(close)(fd);
}

/* Whether this is the call that shall fail. */
static bool
is_the_one(void)
{
    const unsigned long at = number_of(setting("GANTRY_FAIL_AT"));

    return atomic_fetch_add(&calls, 1) + 1 == at;
}

static bool
is_failing_folder(const char *path)
{
    const char *under = setting("GANTRY_FAIL_UNDER"), *while_there = setting("GANTRY_FAIL_WHILE");
    const size_t size = strlen(under);

    return size > 0 && path != NULL && strncmp(path, under, size) == 0 &&
           (path[size] == '/' || path[size] == '\0') && REAL(access)(while_there, F_OK) == 0;
}

/* Whether a call that names @path shall fail; @changes: it would change something. */
static bool
fails_at_path(const char *path, bool changes)
{
    if (!is_the_one() && !(changes && is_failing_folder(path)))
        return false;
    errno = chosen_errno(EIO);
    return true;
}

/* Whether a call on @fd shall fail. */
static bool
fails_at_fd(int fd, bool changes)
{
    struct stat about;
    char link[64], path[4096];

    if (fstat(fd, &about) != 0)
        return false;
    if (S_ISSOCK(about.st_mode)) {
        if (!is_the_one())
            return false;
        errno = chosen_errno(ECONNRESET);
        return true;
    }
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return false;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t n = REAL(readlink)(link, path, sizeof path - 1);

    path[n > 0 ? n : 0] = '\0';
    return fails_at_path(path, changes);
}

static bool
opens_to_change(int flags)
{
    return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
}

#define OPEN_MODE(flags)                                                                           \
    mode_t mode = 0;                                                                               \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                  \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode = va_arg(list, mode_t);                                                               \
        va_end(list);                                                                              \
    }

int
open(const char *path, int flags, ...)
{
    OPEN_MODE(flags)
    return fails_at_path(path, opens_to_change(flags)) ? -1 : REAL(open)(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
    OPEN_MODE(flags)
    return fails_at_path(path, opens_to_change(flags)) ? -1 : REAL(open64)(path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
    OPEN_MODE(flags)
    return fails_at_path(path, opens_to_change(flags)) ? -1
                                                       : REAL(openat)(folder, path, flags, mode);
}

/* Calls on a descriptor: name, result, arguments as declared and as passed on. */
#define ON_FD(name, result, changes, declared, passed)                                             \
    result name declared                                                                           \
    {                                                                                              \
        return fails_at_fd(fd, changes) ? (result)-1 : REAL(name) passed;                          \
    }

ON_FD(read, ssize_t, false, (int fd, void *data, size_t size), (fd, data, size))
ON_FD(pread, ssize_t, false, (int fd, void *data, size_t n, off_t at), (fd, data, n, at))
ON_FD(pread64, ssize_t, false, (int fd, void *data, size_t n, off64_t at), (fd, data, n, at))
ON_FD(write, ssize_t, true, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(writev, ssize_t, true, (int fd, const struct iovec *parts, int n), (fd, parts, n))
ON_FD(pwrite, ssize_t, true, (int fd, const void *data, size_t n, off_t at), (fd, data, n, at))
ON_FD(pwrite64, ssize_t, true, (int fd, const void *data, size_t n, off64_t at), (fd, data, n, at))
ON_FD(fsync, int, true, (int fd), (fd))
ON_FD(fdatasync, int, true, (int fd), (fd))
ON_FD(ftruncate, int, true, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, int, true, (int fd, off64_t size), (fd, size))
ON_FD(connect, int, true, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size))
ON_FD(accept4,
      int,
      true,
      (int fd, struct sockaddr *from, socklen_t *size, int flags),
      (fd, from, size, flags))
ON_FD(bind, int, true, (int fd, const struct sockaddr *at, socklen_t size), (fd, at, size))
ON_FD(listen, int, true, (int fd, int backlog), (fd, backlog))
ON_FD(send,
      ssize_t,
      true,
      (int fd, const void *data, size_t size, int flags),
      (fd, data, size, flags))
ON_FD(
    sendmsg, ssize_t, true, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
ON_FD(recv, ssize_t, false, (int fd, void *data, size_t size, int flags), (fd, data, size, flags))
ON_FD(recvmsg, ssize_t, false, (int fd, struct msghdr *message, int flags), (fd, message, flags))

/* What fortified programs call instead. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
ssize_t __read_chk(int fd, void *data, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags);

int
__open_2(const char *path, int flags)
{
    return open(path, flags);
}

int
__open64_2(const char *path, int flags)
{
    return open64(path, flags);
}

ssize_t
__read_chk(int fd, void *data, size_t size, size_t room)
{
    return read(fd, data, size < room ? size : room);
}

ssize_t
__recv_chk(int fd, void *data, size_t size, size_t room, int flags)
{
    return recv(fd, data, size < room ? size : room, flags);
}

/* They give the number itself. */
int
posix_fallocate(int fd, off_t at, off_t size)
{
    return fails_at_fd(fd, true) ? errno : REAL(posix_fallocate)(fd, at, size);
}

int
posix_fallocate64(int fd, off64_t at, off64_t size)
{
    return fails_at_fd(fd, true) ? errno : REAL(posix_fallocate64)(fd, at, size);
}

int
rename(const char *from, const char *to)
{
    return fails_at_path(from, true) ? -1 : REAL(rename)(from, to);
}

int
mkdir(const char *path, mode_t mode)
{
    return fails_at_path(path, true) ? -1 : REAL(mkdir)(path, mode);
}

int
unlink(const char *path)
{
    return fails_at_path(path, true) ? -1 : REAL(unlink)(path);
}

int
socket(int domain, int type, int protocol)
{
    if (is_the_one()) {
        errno = chosen_errno(EMFILE);
        return -1;
    }
    return REAL(socket)(domain, type, protocol);
}

void *
mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (fd >= 0 && fails_at_fd(fd, false))
        return MAP_FAILED;
    return REAL(mmap)(at, size, protection, flags, fd, offset);
}
