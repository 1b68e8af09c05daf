/* Opening of files that a worker wrote: no link is followed, nothing but a regular file is opened,
 * and no pipe is waited for. */
#pragma once

#include <sys/stat.h>

#include "pipelines/base/segment-index.h"

/* @ret_file: (nullable). Returns: a descriptor to read from, or -1 with errno */
int segment_file_open(const char *path, struct stat *ret_file);

/* The file of @entry in @folder, complete or still being written. Returns: as above */
int segment_file_open_entry(const char *folder, const SegmentEntry *entry, struct stat *ret_file);
