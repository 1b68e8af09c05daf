/* Descriptors of segments. */
#include "appliance/stores/segment-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

int
segment_file_open(const char *path, struct stat *ret_file)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat file;

    if (fd < 0)
        return -1;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) {
        close(fd);
        errno = ENOENT;
        return -1;
    }
    if (ret_file != NULL)
        *ret_file = file;
    return fd;
}

int
segment_file_open_entry(const char *folder, const SegmentEntry *entry, struct stat *ret_file)
{
    char name[SEGMENT_NAME_BYTES];

    segment_name(entry->start_wall_us, name);
    g_autofree char *whole = g_build_filename(folder, name, NULL);
    g_autofree char *part = g_strconcat(whole, SEGMENT_PART_SUFFIX, NULL);
    const int fd = segment_file_open(entry->open ? part : whole, ret_file);

    /* It may have been completed since the index was read. */
    return fd < 0 && entry->open ? segment_file_open(whole, ret_file) : fd;
}
