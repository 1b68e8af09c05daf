/* All tables beyond PAT, PMT and SDT actual: what they say, and when every section came. Pure. */
#pragma once

#include "pipelines/ts/ts-events.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-si-networks.h"
#include "pipelines/ts/ts-si-programmes.h"
#include "pipelines/ts/ts-si-services.h"
#include "pipelines/ts/ts-si-types.h"
#include "pipelines/ts/ts-table-watch.h"

#define TS_SILENT_US                                                                               \
    (10 * US_PER_SECOND) /* silent changes of one table are told at most so often */

typedef struct {
    TsTableWatch watch;
    TsEvents events;
    TsNetworks networks;
    TsOtherServices other_services;
    TsProgrammes programmes;
    TsTime time;         /* @told is 0 before the first */
    TsCat *cat;          /* owned; (nullable): no CAT yet */
    TsAtsc *atsc;        /* owned; (nullable): no MGT or VCT yet */
    TsSiRefused refused; /* but @not_followed, which the watch has */
} TsSi;                  /* all-zero is the initial state */

void ts_si_clear(TsSi *si); /* frees what it owns */

/**
 * ts_si_watch:
 * @head: of a good section, current, of any table that is not a stuffing table
 * @epoch_us: times from before are not compared
 *
 * Follows when it came. Where the stream is, @si->events knows.
 */
void
ts_si_watch(TsSi *si, uint16_t pid, const TsSectionHead *head, MonoUs epoch_us, TsSeen *ret_seen);

/* Reads a section that says something new. Returns: whether names or numbers of services changed */
bool
ts_si_take(TsSi *si, uint16_t pid, const TsSectionHead *head, MonoUs epoch_us, const TsSeen *seen);

/* Tells what the watch saw of versions; @told: a better event was added for the same section. */
void ts_si_tell(TsSi *si, const TsSectionHead *head, uint16_t pid, const TsSeen *seen, bool told);

/* Drops what tables told that the watch has forgotten. Returns: whether numbers of services may
 * have changed */
bool ts_si_forget(TsSi *si);

/* Gives services their channel numbers, and names by the VCT where no SDT has any.
 * Returns: whether any changed */
bool ts_si_label(TsSi *si, TsTables *tables);

/* "PAT", "EIT schedule actual", ... for people; "table" for one that is not known. Never NULL. */
const char *ts_table_name(uint8_t table_id);
