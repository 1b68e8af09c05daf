/* Reading the analyser's tables: repetition times, changes, networks, programmes, times, channels.
 *
 * Pointers are valid until the next push or tick. What did not come is absent: false, NULL or 0
 * entries, never a value. */
#pragma once

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-events.h"
#include "pipelines/ts/ts-si-types.h"
#include "pipelines/ts/ts-table-watch.h"

/* One table, as it came. Intervals are by arrival; a gap of the stream is none. */
typedef struct {
    TsTableKey key;
    bool has_version;      /* it has the long header: the next two are given */
    uint8_t version;       /* as it came last */
    uint8_t last;          /* last_section_number */
    uint64_t sections;     /* that came, good ones */
    uint64_t versions;     /* changes of version */
    uint64_t silent;       /* sections that changed under the same version */
    uint64_t first_packet; /* index of the packet that ended the first section, from 0 */
    uint64_t last_packet;  /* the same of the last */
    MonoUs last_us;        /* arrival of the last section */
    uint64_t intervals;    /* between two of the same section_number; 0: the next five mean nothing
                            */
    int64_t min_us;
    int64_t avg_us;
    int64_t max_us;
    uint64_t min_packets; /* of the whole stream, between two of the same section_number */
    uint64_t max_packets;
    uint64_t spacings; /* between any two of its sections; 0: the next two mean nothing */
    int64_t spacing_min_us;
    int64_t spacing_max_us;
} TsTableInfo;

/* Writes up to @max tables in order of PID, table_id, extension into @ret_tables.
 * Returns: how many there are, which may exceed @max */
size_t ts_analyser_tables(const TsAnalyser *analyser, TsTableInfo *ret_tables, size_t max);

/* "PAT", "EIT schedule actual", ... for people; "table" for one that is not known. Never NULL. */
const char *ts_table_name(uint8_t table_id);

/* Writes up to @max events with a number above @after_number (0: from the first) into @ret_events,
 * ascending. Numbers that are missing after @after_number were dropped.
 * Returns: how many it wrote */
size_t ts_analyser_events(const TsAnalyser *analyser,
                          uint64_t after_number,
                          TsEvent *ret_events,
                          size_t max);

/* NIT actual and other, and bouquets, as they came. Returns: (transfer none): NULL beyond the last
 */
const TsNetwork *ts_analyser_network_at(const TsAnalyser *analyser, size_t index);

/* Services of other transport streams. Returns: (transfer none): NULL beyond the last */
const TsOtherService *ts_analyser_other_service_at(const TsAnalyser *analyser, size_t index);

/* What is on now and next on a service of this stream.
 * @service_id: 0 for the first of the PAT. Returns: (transfer none) (nullable): no EIT came */
const TsNowNext *ts_analyser_now_next(const TsAnalyser *analyser, uint16_t service_id);
/* All that is known, of other streams, too. Returns: (transfer none): NULL beyond the last */
const TsNowNext *ts_analyser_now_next_at(const TsAnalyser *analyser, size_t index);

/* What the EIT schedule of a service of this stream covers.
 * @service_id: 0 for the first of the PAT. Returns: false if none came */
bool
ts_analyser_schedule(const TsAnalyser *analyser, uint16_t service_id, TsSchedule *ret_schedule);

/* Returns: (transfer none) (nullable): no CAT came */
const TsCat *ts_analyser_cat(const TsAnalyser *analyser);

/* The time told last, by TDT, TOT or STT. Returns: (transfer none) (nullable): none was told */
const TsTime *ts_analyser_time(const TsAnalyser *analyser);

/* MGT and virtual channels. Returns: (transfer none) (nullable): none came */
const TsAtsc *ts_analyser_atsc(const TsAnalyser *analyser);

void ts_analyser_si_refused(const TsAnalyser *analyser, TsSiRefused *ret_refused);
