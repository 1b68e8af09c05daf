/* Making, keeping and giving away the reserve's files. */
#include "appliance/events/journal-reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
journal_make_file(const char *path, uint64_t size)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return -1;
    const int failure = posix_fallocate(fd, 0, (off_t)size);

    if (failure == 0)
        return fd;
    close(fd);
    (void)unlink(path);
    errno = failure;
    return -1;
}

static char *
path_of(const JournalReserve *reserve, unsigned number)
{
    return g_strdup_printf("%s/reserve-%u", reserve->folder, number);
}

static bool
is_there(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && about.st_size == RESERVE_FILE_BYTES;
}

void
journal_reserve_keep(JournalReserve *reserve, MonoUs now_us)
{
    unsigned there = 0;

    if (reserve->whole || now_us < reserve->due_us)
        return;
    reserve->due_us = now_us + RESERVE_RETRY_US;
    for (unsigned i = 0; i < RESERVE_FILES; i++) {
        g_autofree char *path = path_of(reserve, i);
        const int fd = is_there(path) ? -1 : journal_make_file(path, RESERVE_FILE_BYTES);

        if (fd >= 0)
            close(fd);
        there += fd >= 0 || is_there(path);
    }
    reserve->whole = there == RESERVE_FILES;
}

int
journal_reserve_take(JournalReserve *reserve, const char *path)
{
    reserve->whole = false;
    for (unsigned i = 0; i < RESERVE_FILES; i++) {
        g_autofree char *from = path_of(reserve, i);

        if (is_there(from) && rename(from, path) == 0)
            return open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    }
    errno = ENOSPC;
    return -1;
}
