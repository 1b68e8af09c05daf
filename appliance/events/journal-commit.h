/* One commit of the journal: as much of a batch as one segment takes, written and synced. While the
 * disk is full, what gives way to alarms is passed over. For the journal's thread alone. */
#pragma once

#include "appliance/events/segment-writer.h"

typedef struct {
    uint64_t last;     /* sequence that is settled; 0: the disk took nothing, bring it all again */
    uint64_t gave_way; /* events up to it that were not written */
} JournalCommit;

/* @batch: (element-type Event): not empty, by sequence. May wait for the disk for ever. */
JournalCommit journal_commit(SegmentWriter *writer, GPtrArray *batch);
