/* TR 101 290, 1.6 and 3.4: what a table names and does not come; what comes and no table names. */
#include <string.h>

#include "pipelines/ts/ts-analyser-private.h"

#define LOOK_US       (100 * US_PER_MS)
#define FIXED_PIDS    0x20u /* 0x00 to 0x1f: tables of ISO 13818-1 and DVB, and reserved */
#define ATSC_BASE_PID 0x1ffbu

G_STATIC_ASSERT(TS_COMPONENTS_MAX <= 64); /* TsListed.missing is a bit set */

static void
set_bit(uint8_t *set, uint16_t pid)
{
    set[pid / 8] |= (uint8_t)(1u << pid % 8);
}

static bool
has_bit(const uint8_t *set, uint16_t pid)
{
    return (set[pid / 8] & 1u << pid % 8) != 0;
}

/* PIDs of entitlement control messages. */
static void
name_scramblers(uint8_t *named, const TsCa *systems, size_t n_systems)
{
    for (size_t i = 0; i < n_systems; i++)
        set_bit(named, systems[i].pid);
}

void
ts_pids_follow(TsAnalyser *analyser)
{
    uint8_t *named = analyser->named;

    memset(named, 0, sizeof analyser->named);
    for (uint16_t pid = 0; pid < FIXED_PIDS; pid++)
        set_bit(named, pid);
    set_bit(named, ATSC_BASE_PID);
    set_bit(named, TS_PID_NULL);
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        set_bit(named, service->pmt_pid);
        set_bit(named, service->pcr_pid);
        name_scramblers(named, service->cas, service->n_cas);
        for (size_t n = 0; n < service->n_components; n++) {
            const TsComponent *component = &service->components[n];

            set_bit(named, component->pid);
            name_scramblers(named, component->ca, component->n_ca);
        }
    }
}

static MonoUs
later(MonoUs a, MonoUs b)
{
    return a > b ? a : b;
}

/* Tells each picture and sound that did not come for TS_PID_LIMIT_US, once until it comes again. */
static void
look_for_missing(TsAnalyser *analyser, TsListed *listed, MonoUs epoch_us)
{
    const TsService *service = &listed->service;

    if (listed->missing_us != listed->changed_us)
        listed->missing = 0;
    listed->missing_us = listed->changed_us;
    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];
        const uint64_t bit = UINT64_C(1) << i;

        if (component->kind != TS_KIND_VIDEO && component->kind != TS_KIND_AUDIO)
            continue;
        TsPid *pid = ts_pid_of(analyser, component->pid);
        const MonoUs since_us = later(pid->info.last_us, later(listed->changed_us, epoch_us));
        const bool missing = analyser->packet_us - since_us > TS_PID_LIMIT_US;

        if (missing && !(listed->missing & bit))
            ts_hit(analyser, pid, TS_INDICATOR_PID_MISSING);
        else if (missing)
            ts_still(analyser, pid, TS_INDICATOR_PID_MISSING);
        ts_judged(analyser, pid, TS_INDICATOR_PID_MISSING);
        listed->missing = missing ? listed->missing | bit : listed->missing & ~bit;
    }
}

/* Whether all that may refer to a PID was seen, or is late itself. */
static bool
tables_are_known(const TsAnalyser *analyser)
{
    if (!analyser->tables.pat_complete)
        return false;
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsListed *listed = analyser->tables.services[i];

        if (!listed->service.pmt_seen &&
            analyser->packet_us - listed->listed_us < 2 * US_PER_SECOND)
            return false;
    }
    return true;
}

static void
tell_stray(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator, unsigned bit)
{
    if (pid->strays & bit)
        ts_still(analyser, NULL, indicator);
    else
        ts_hit(analyser, NULL, indicator);
    pid->strays |= bit;
}

static void
look_at_stray(TsAnalyser *analyser, TsPid *pid)
{
    const bool comes = pid->info.packets != pid->packets_looked;

    pid->packets_looked = pid->info.packets;
    if (has_bit(analyser->named, pid->info.pid)) {
        pid->stray_us = 0;
        pid->strays = 0;
        return;
    }
    if (!comes)
        return;
    if (pid->stray_us < ts_epoch_us(analyser))
        pid->stray_us = analyser->packet_us;
    if (analyser->packet_us - pid->stray_us <= TS_STRAY_LIMIT_US)
        return;
    tell_stray(analyser, pid, TS_INDICATOR_UNREFERENCED, 1);
    if (ts_sections_name_pid(analyser, pid->info.pid))
        pid->strays &= ~2u;
    else
        tell_stray(analyser, pid, TS_INDICATOR_UNREFERENCED_2, 2);
}

void
ts_pids_look(TsAnalyser *analyser)
{
    const MonoUs epoch_us = ts_epoch_us(analyser);

    analyser->look_us = analyser->now_us + LOOK_US;
    if (!analyser->sync.synced)
        return;
    for (size_t i = 0; i < analyser->tables.n_services; i++)
        if (analyser->tables.services[i]->service.pmt_seen)
            look_for_missing(analyser, analyser->tables.services[i], epoch_us);
    if (analyser->level == TS_LEVEL_PRIORITY_1 || !tables_are_known(analyser))
        return;
    ts_judged(analyser, NULL, TS_INDICATOR_UNREFERENCED);
    ts_judged(analyser, NULL, TS_INDICATOR_UNREFERENCED_2);
    for (size_t i = 0; i < analyser->n_pids; i++)
        look_at_stray(analyser, analyser->pids[analyser->order[i]]);
}
