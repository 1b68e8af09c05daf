/* The index of recorded segments: what stands in the file "index" of a channel's folder, and how
 * the segments beside it are called. Pure.
 *
 * Written by a worker, read by gantryd, which takes it for text of a stranger. A line is
 *
 *   1 START_WALL END_WALL START END FIRST_PTS LAST_PTS PACKETS HEAD LOST KEY OPEN
 *
 * in decimal: microseconds (wall time, then boot clock), 90 kHz, packets, flags. A segment has a
 * line when it is begun (open) and another when it is complete; the last one holds. Lines that
 * cannot be read are skipped: a line may be torn by a power cut. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define SEGMENT_INDEX_FILE  "index"
#define SEGMENT_INDEX_MAX   (1u << 20) /* bytes that a reader takes of it */
#define SEGMENT_COUNT_MAX   2048u      /* segments of one channel */
#define SEGMENT_NAME_BYTES  32u        /* of a file's name, with the terminator */
#define SEGMENT_LINE_BYTES  256u       /* of one line, with newline and terminator */
#define SEGMENT_PART_SUFFIX ".part"    /* behind the name while it is being written */
#define SEGMENT_PACKET_SIZE 188u

typedef struct {
    WallUs start_wall_us;  /* label of @start_us; also names the file, in milliseconds */
    WallUs end_wall_us;    /* label of @end_us */
    MonoUs start_us;       /* arrival of the first packet, on the boot clock of that boot */
    MonoUs end_us;         /* arrival of the last packet */
    uint64_t first_pts;    /* 90 kHz, of the unit it begins with; PTS90_MODULUS: none */
    uint64_t last_pts;     /* of the last unit in it; the same */
    uint64_t packets;      /* of the file: 188 bytes each */
    uint32_t head_packets; /* of these, PAT and PMT that were put in front */
    uint64_t lost_packets; /* that the recorder had to leave out: a hole, if any */
    bool key;              /* it begins with a key frame */
    bool open;             /* still being written, or never completed */
} SegmentEntry;

/* "20260131T120000123Z.ts", of a time from 1970 to 9999. */
void segment_name(WallUs start_wall_us, char ret_name[SEGMENT_NAME_BYTES]);

/* Reads a name, with or without SEGMENT_PART_SUFFIX. Returns: false for any other */
bool segment_name_parse(const char *name, WallUs *ret_start_wall_us, bool *ret_part);

/* Writes @entry as a line with a newline. Returns: its bytes */
size_t segment_line(const SegmentEntry *entry, char ret_line[SEGMENT_LINE_BYTES]);

/* Reads @size bytes of lines. Returns: how many entries were written to @ret_entries, at most @max:
 * in order of their first line, the latest ones if there are more */
size_t segment_index_read(const char *text, size_t size, SegmentEntry *ret_entries, size_t max);
