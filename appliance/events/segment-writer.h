/* Writes records to the newest segment file and makes new ones. For the journal's thread alone.
 *
 * Segments are preallocated, so that a full disk does not stop a commit in the middle of one. When
 * a new one finds no room, a file of the reserve becomes it (journal-reserve.h): alarms still go
 * down when everything else has filled the disk. Until the reserve is whole again the writer is
 * @strained, and only they shall be brought. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/events/journal-reserve.h"
#include "appliance/events/segment.h"
#include "pipelines/base/units.h"

#define SEGMENT_MAX_BAD_WRITES 3u /* in a row, then a new segment is tried */

typedef struct {
    char *folder;
    uint8_t journal_id[16];
    uint64_t segment_bytes;
    int fd; /* newest segment; -1: none is open */
    uint64_t first_seq;
    uint64_t offset; /* where the next record goes */
    uint64_t size;   /* allocated */
    bool fresh;      /* a new segment, of which the disk need not have anything yet */
    unsigned bad_writes;
    JournalReserve reserve;
    bool strained; /* the disk had no room for a segment; the reserve is not whole since */
} SegmentWriter;

typedef struct {
    uint64_t last_seq;   /* of the last sound record; first_seq - 1 without any */
    uint64_t torn_bytes; /* that stood behind it and were cut */
    uint64_t lost_bytes; /* damaged ones before it */
} SegmentTail;

/* @journal_id: of a journal that begins; segment_writer_resume() replaces it. */
void segment_writer_init(SegmentWriter *writer,
                         const char *folder,
                         uint64_t segment_bytes,
                         const uint8_t journal_id[16]);
void segment_writer_clear(SegmentWriter *writer);

/* Goes on with the segment at @path: finds its last sound record and cuts what is behind it.
 * Returns false if it cannot be read; if it only cannot be written, the next record begins a new
 * one. */
bool segment_writer_resume(SegmentWriter *writer,
                           const char *path,
                           const SegmentHeader *header,
                           SegmentTail *ret_tail);

/* Bytes of records that the next commit may bring at most; at least one record always fits. */
uint64_t segment_writer_room(const SegmentWriter *writer, uint64_t first_record_bytes);

/* Writes @records, whose first has sequence @first_seq, and waits until the disk has them. After a
 * failure the same records must be brought again. */
bool segment_writer_commit(SegmentWriter *writer,
                           const GByteArray *records,
                           uint64_t first_seq,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes the reserve if it is missing and due. */
void segment_writer_keep_reserve(SegmentWriter *writer, MonoUs now_us);
