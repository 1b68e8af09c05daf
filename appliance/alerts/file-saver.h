/* Writes files whole (temporary file, sync, rename, sync of the folder) on a thread of its own, so
 * that a hung disk delays no alarm. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct FileSaver FileSaver;

/* Called on the saver's thread for every file: must not block. */
typedef void (*FileSaved)(gpointer job, bool written, gpointer user_data);

FileSaver *file_saver_new(FileSaved saved, gpointer user_data);

/* Queues one file; its folder is made if missing. @job: handed to @saved. */
void file_saver_save(FileSaver *saver, const char *path, GBytes *bytes, gpointer job);

/* Deletes a file, after what was queued before. */
void file_saver_delete(FileSaver *saver, const char *path);

/* @idle: every file was reported as saved. Otherwise the thread may hang in the disk; it ends when
 * it returns, and @saver is left to it. (nullable) */
void file_saver_free(FileSaver *saver, bool idle);
