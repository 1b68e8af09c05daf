/* EIT: what is on now and next, and what a section of the schedule covers. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

typedef struct {
    TsNowNext *items; /* owned; @count entries, grows */
    size_t count;
    size_t room;
} TsProgrammes; /* all-zero is the initial state */

void ts_programmes_clear(TsProgrammes *programmes); /* frees what it owns */

/* Takes section 0 or 1 of an EIT present/following (0x4e, 0x4f). */
void ts_programmes_take(TsProgrammes *programmes,
                        const TsSectionHead *head,
                        MonoUs arrival_us,
                        TsSiRefused *refused);

/* Of this transport stream. Returns: (transfer none) (nullable) */
const TsNowNext *ts_programmes_find(const TsProgrammes *programmes, uint16_t service_id);

/* Reads what a section of the schedule (0x50 to 0x6f) covers into its watch entry. */
void ts_schedule_take(TsWatchedSection *section, const TsSectionHead *head);

/* Sums up the schedule of a service of this transport stream, over all its tables.
 * Returns: false if none came */
bool ts_schedule_sum(const TsTableWatch *watch, uint16_t service_id, TsSchedule *ret_schedule);
