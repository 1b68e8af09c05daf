/* The segment files of a journal's folder, oldest first: which there are, reading events from them,
 * deleting old ones. Every call may come from any thread; reading blocks on disk. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/events/event.h"
#include "appliance/events/segment.h"

typedef struct SegmentList SegmentList;

/* Looks through @folder. Files with a damaged header are renamed to *.bad and counted.
 * Returns: (transfer full): or %NULL with the error when the folder cannot be read */
SegmentList *segment_list_open(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void segment_list_free(SegmentList *list); /* (nullable) */

/* Damaged files that the opening found. */
unsigned segment_list_bad(const SegmentList *list);

/* The newest segment's path (transfer full) and header; %NULL if there is none. */
char *segment_list_newest(SegmentList *list, SegmentHeader *ret_header);

/* Takes note of a segment that begins with @first_seq; its name follows from it. */
void segment_list_add(SegmentList *list, uint64_t first_seq);
char *segment_list_path(const char *folder, uint64_t first_seq);

/* Appends to @events (element-type Event) those with a sequence above @after and at most @until,
 * oldest first, until it holds @max. What is damaged is left out.
 * Returns: false if the disk cannot be read now: what is missing comes with a later call */
bool
segment_list_read(SegmentList *list, uint64_t after, uint64_t until, size_t max, GPtrArray *events);

/* Deletes the oldest segments while there are more than @keep and all of their events are at most
 * @passed; beyond @hard_limit deletes them in any case.
 * Returns: events that were deleted although they were not passed */
uint64_t
segment_list_expire(SegmentList *list, unsigned keep, unsigned hard_limit, uint64_t passed);

/* Deletes the oldest segment if it was last written before @before_us of the wall clock, all of its
 * events are at most @passed, and it is not the newest. One a call, so that a wall clock that has
 * jumped costs little. Returns: whether it did */
bool segment_list_expire_aged(SegmentList *list, WallUs before_us, uint64_t passed);
