/* Evidence of alarms on disk: STATE/evidence/ALARM/ with evidence.json, before.jpg, at.jpg,
 * after.jpg and clip/, the segments of the clip. The oldest give way beyond a quota. A thread of
 * its own; a slow or full disk loses evidence, counts it and says so. */
#pragma once

#include "appliance/events/event-sink.h"
#include "appliance/events/evidence-reader.h"

#define EVIDENCE_STORE_MAX_QUEUED 256u

typedef struct {
    const char *folder;   /* made if missing; copied */
    const char *segments; /* (nullable): that of the workers' rings, INPUT/CHANNEL below; copied */
    uint64_t quota_bytes; /* 0: 2 GiB */
    size_t max_alarms;    /* 0: 1,000 */
    uint64_t reserve_bytes; /* the disk's free space below which nothing is written; 0: 256 MiB */
} EvidenceStoreSettings;

typedef struct {
    char state[16]; /* "ok", "behind" (the queue dropped), "failing" (disk error), "down" (full) */
    char text[256]; /* one sentence; "" when ok */
    MonoUs changed_us;
    uint64_t written;      /* records written since the start; one alarm's several times */
    uint64_t dropped;      /* records lost to a full queue or disk since the start */
    uint64_t deleted;      /* alarms whose evidence gave way since the start */
    uint64_t stored_bytes; /* on disk */
    size_t alarms;         /* with evidence on disk */
} EvidenceStoreStatus;

typedef struct EvidenceStore EvidenceStore;

/* Starts the thread, which first lists what is there and finishes what an earlier process left
 * unfinished. Returns: (transfer full): ended by evidence_store_stop() */
EvidenceStore *evidence_store_new(const EvidenceStoreSettings *settings);

/* Queues @record (transfer full) to be written. A later one of the same alarm replaces one that
 * still waits. Any thread, never blocks. Returns: false if it was dropped */
bool evidence_store_put(EvidenceStore *store, EvidenceRecord *record);

/* Counts evidence that could not even be gathered. Any thread, never blocks. */
void evidence_store_count_lost(EvidenceStore *store);

/* Whether evidence of @alarm_id is on disk or on its way. Any thread, never blocks. */
bool evidence_store_has(EvidenceStore *store, const char *alarm_id);

/* @ret_reader: valid while the store lives. */
void evidence_store_get_reader(EvidenceStore *store, EvidenceReader *ret_reader);

void evidence_store_get_status(EvidenceStore *store, EvidenceStoreStatus *ret_status);

/* Writes what is queued for at most @wait_us, then ends the thread; a thread that hangs in the disk
 * frees its memory when it returns. (nullable) */
void evidence_store_stop(EvidenceStore *store, int64_t wait_us);
