/* The bytes of one journal segment. Pure: slices in, records out; fuzzed in tests/fuzz.
 *
 *      0                 8         12         16              24                40         64
 *     +-----------------+---------+----------+---------------+-----------------+----------+
 *     | "GNTRYJNL"      | version | CRC of   | first         | journal id      | zeroes   |
 *     |                 | u32 = 1 | the rest | sequence u64  | (UUID, 16 bytes)|          |
 *     +-----------------+---------+----------+---------------+-----------------+----------+
 *
 * then records, each at a multiple of 8, with ascending sequence numbers (gaps are allowed):
 *
 *      0         4         8                16
 *     +---------+---------+----------------+------------------------------+---------+
 *     | payload | CRC of  | sequence u64   | payload: one encoded Event   | zeroes  |
 *     | bytes   | 0-4 and |                |                              | to the  |
 *     | u32     | 8-end   |                |                              | next 8  |
 *     +---------+---------+----------------+------------------------------+---------+
 *
 * then zeroes to the preallocated size. Integers are little-endian, CRCs are CRC-32C (Castagnoli).
 *
 * A reader that meets bytes which are no record goes on at the next multiple of 8, so a damaged
 * middle costs the records it held and no others. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/events/event.h"

#define SEGMENT_VERSION             1u
#define SEGMENT_HEADER_BYTES        64u
#define SEGMENT_RECORD_HEADER_BYTES 16u
#define SEGMENT_MIN_BYTES           (64u * 1024u) /* room for the largest event */

typedef struct {
    uint64_t first_seq; /* sequence of its first record; those of the next segment's are above */
    uint8_t journal_id[16]; /* the same in every segment of a journal */
} SegmentHeader;

typedef struct {
    uint64_t seq;
    const uint8_t *payload; /* no-ref; within the slice that was walked */
    size_t size;            /* bytes of @payload */
} SegmentRecord;

/* A way through the records of a slice that begins at a record or behind the header. */
typedef struct {
    const uint8_t *data; /* no-ref */
    size_t size;
    size_t offset;      /* of the next byte to look at */
    size_t good_end;    /* behind the last record that was found */
    uint64_t after_seq; /* only records above count */
    size_t skipped;     /* bytes other than 0 that were no record */
} SegmentWalk;

uint32_t crc32c(uint32_t crc, const void *data, size_t size);

void segment_header_write(const SegmentHeader *header, uint8_t ret_bytes[SEGMENT_HEADER_BYTES]);

/* Returns false, and leaves @ret_header untouched, if @data does not begin with a sound header. */
bool segment_header_read(const void *data, size_t size, SegmentHeader *ret_header);

/* The journal's id as the text of a UUID. */
#define SEGMENT_ID_BYTES 37u
void segment_id_text(const uint8_t journal_id[16], char ret_text[SEGMENT_ID_BYTES]);

/* Bytes that a record with @payload_size bytes of payload takes. */
size_t segment_record_bytes(size_t payload_size);

/* Appends one record to @bytes. @size: 1 to EVENT_MAX_BYTES. */
void segment_record_append(GByteArray *bytes, uint64_t seq, const void *payload, size_t size);

/* Finds the next record. Returns false at the end of the slice. */
bool segment_walk_next(SegmentWalk *walk, SegmentRecord *ret_record);
