/* Copies and pointers of what the sections told. */
#include "pipelines/ts/ts-analyser-si.h"

#include <stdlib.h>

#include "pipelines/ts/ts-analyser-private.h"

static TsTableInfo
info_of(const TsWatchedTable *table)
{
    const TsIntervals *repetition = &table->repetition;

    return (TsTableInfo){
        .key = table->key,
        .has_version = table->has_version,
        .version = table->version,
        .last = table->last,
        .sections = table->sections,
        .versions = table->versions,
        .silent = table->silent,
        .first_packet = table->first_packet,
        .last_packet = table->last_packet,
        .last_us = table->last_us,
        .intervals = repetition->count,
        .min_us = repetition->min_us,
        .avg_us = repetition->count > 0 ? repetition->sum_us / (int64_t)repetition->count : 0,
        .max_us = repetition->max_us,
        .min_packets = table->packets_min,
        .max_packets = table->packets_max,
        .spacings = table->spacing.count,
        .spacing_min_us = table->spacing.min_us,
        .spacing_max_us = table->spacing.max_us,
    };
}

/* PID, table_id, extension, and what else tells tables apart, as one number to sort by. */
static uint64_t
rank(const TsTableKey *key)
{
    return (uint64_t)key->pid << 24 | (uint64_t)key->table_id << 16 | key->extension;
}

static int
compare(const void *a, const void *b)
{
    const TsWatchedTable *const *one = a, *const *two = b;
    const uint64_t rank_one = rank(&(*one)->key), rank_two = rank(&(*two)->key);

    if (rank_one != rank_two)
        return rank_one < rank_two ? -1 : 1;
    return ((*one)->key.more > (*two)->key.more) - ((*one)->key.more < (*two)->key.more);
}

size_t
ts_analyser_tables(const TsAnalyser *analyser, TsTableInfo *ret_tables, size_t max)
{
    const TsTableWatch *watch = &analyser->si.watch;
    const TsWatchedTable *sorted[TS_WATCH_TABLES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < watch->n_tables; i++)
        if (watch->tables[i].sections > 0)
            sorted[count++] = &watch->tables[i];
    qsort(sorted, count, sizeof sorted[0], compare);
    for (size_t i = 0; i < count && i < max; i++)
        ret_tables[i] = info_of(sorted[i]);
    return count;
}

size_t
ts_analyser_events(const TsAnalyser *analyser,
                   uint64_t after_number,
                   TsEvent *ret_events,
                   size_t max)
{
    return ts_events_read(&analyser->si.events, after_number, ret_events, max);
}

const TsNetwork *
ts_analyser_network_at(const TsAnalyser *analyser, size_t index)
{
    const TsNetworks *networks = &analyser->si.networks;

    return index < networks->count ? networks->items[index] : NULL;
}

const TsOtherService *
ts_analyser_other_service_at(const TsAnalyser *analyser, size_t index)
{
    const TsOtherServices *services = &analyser->si.other_services;

    return index < services->count ? &services->items[index] : NULL;
}

/* 0 stands for the first service of the PAT; stays 0 where there is none. */
static uint16_t
resolve(const TsAnalyser *analyser, uint16_t service_id)
{
    const TsListed *listed = ts_tables_find(&analyser->tables, service_id);

    return service_id == 0 && listed ? listed->service.service_id : service_id;
}

const TsNowNext *
ts_analyser_now_next(const TsAnalyser *analyser, uint16_t service_id)
{
    return ts_programmes_find(&analyser->si.programmes, resolve(analyser, service_id));
}

const TsNowNext *
ts_analyser_now_next_at(const TsAnalyser *analyser, size_t index)
{
    const TsProgrammes *programmes = &analyser->si.programmes;

    return index < programmes->count ? &programmes->items[index] : NULL;
}

bool
ts_analyser_schedule(const TsAnalyser *analyser, uint16_t service_id, TsSchedule *ret_schedule)
{
    return ts_schedule_sum(&analyser->si.watch, resolve(analyser, service_id), ret_schedule);
}

const TsCat *
ts_analyser_cat(const TsAnalyser *analyser)
{
    return analyser->si.cat;
}

const TsTime *
ts_analyser_time(const TsAnalyser *analyser)
{
    return analyser->si.time.told > 0 ? &analyser->si.time : NULL;
}

const TsAtsc *
ts_analyser_atsc(const TsAnalyser *analyser)
{
    return analyser->si.atsc;
}

void
ts_analyser_si_refused(const TsAnalyser *analyser, TsSiRefused *ret_refused)
{
    *ret_refused = analyser->si.refused;
    ret_refused->not_followed = analyser->si.watch.not_followed;
}
