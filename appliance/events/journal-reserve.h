/* Room on the disk that is the alarms' alone: files with their blocks taken, of which one becomes
 * the next segment, by a rename, when the disk has no room or no inode for a new one. Nobody else
 * can take that room meanwhile. For the journal's thread alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define RESERVE_FILES      2u
#define RESERVE_FILE_BYTES (4u * 1024 * 1024) /* about 8,000 events each */
#define RESERVE_RETRY_US   (10 * US_PER_SECOND)

typedef struct {
    const char *folder; /* no-ref */
    bool whole;         /* all files are there; all-zero but @folder is the initial state */
    MonoUs due_us;      /* when to try to make what is missing */
} JournalReserve;

/* Makes what is missing, if it is due. */
void journal_reserve_keep(JournalReserve *reserve, MonoUs now_us);

/* Makes one of the files the file at @path: RESERVE_FILE_BYTES of zeroes.
 * Returns: a descriptor to read and write it; -1 if none is left or the disk fails, with errno */
int journal_reserve_take(JournalReserve *reserve, const char *path);

/* A new file of @size zeroes with its blocks taken. Returns: a descriptor; -1 with errno */
int journal_make_file(const char *path, uint64_t size);
