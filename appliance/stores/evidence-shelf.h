/* The folders of evidence on disk, oldest first, and what they weigh. For one thread; its functions
 * block on disk. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct EvidenceShelf EvidenceShelf;

/* Called for every record that is found. @pending: its clip is not decided yet */
typedef void (*EvidenceFound)(const char *alarm_id, WallUs since_us, bool pending, gpointer data);

/* Walks through @folder; what has no readable record is deleted, as a crash left it. Returns:
 * (transfer full): never %NULL; empty for a folder that cannot be read */
EvidenceShelf *evidence_shelf_read(const char *folder, EvidenceFound found, gpointer user_data);
void evidence_shelf_free(EvidenceShelf *shelf); /* (nullable) */

uint64_t evidence_shelf_bytes(const EvidenceShelf *shelf);
size_t evidence_shelf_count(const EvidenceShelf *shelf);

/* Weighs the folder of @alarm_id anew, which began at @since_us. */
void evidence_shelf_weigh(EvidenceShelf *shelf, const char *alarm_id, WallUs since_us);

/* Deletes the oldest folder but that of @keep. Returns: (transfer full) (nullable): its alarm;
 * %NULL if there is none to delete */
char *evidence_shelf_drop_oldest(EvidenceShelf *shelf, const char *keep);
