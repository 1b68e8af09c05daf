/* What the analyser's own files share; for nobody else. */
#pragma once

#include "pipelines/ts/ts-analyser-rules.h"
#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-indicators.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si.h"
#include "pipelines/ts/ts-std.h"
#include "pipelines/ts/ts-sync.h"

struct TsAnalyser {
    TsSync sync;
    TsCounters counters; /* those that no PID, table or TsSync counts */
    TsTables tables;
    TsSi si;                                         /* all tables, by section */
    TsRules rules;                                   /* what must come again */
    TsIndicatorState indicators[TS_INDICATOR_COUNT]; /* of the whole stream; sums over the PIDs */
    TsPid *pids[TS_PID_COUNT];                       /* owned, NULL before its first packet */
    TsSections *first_sections;                      /* owned; by TsSections.next */
    uint16_t order[TS_PID_COUNT];                    /* PIDs as they came; @n_pids entries */
    size_t n_pids;
    uint64_t n_stray_errors; /* times that a PID without a table wanted figures of its own */
    uint8_t wanted[TS_PID_COUNT / 8]; /* bit set: of the visitor */
    uint8_t named[TS_PID_COUNT / 8];  /* bit set: PIDs that PAT and PMTs refer to (3.4) */
    TsLevel level;
    TsVisitor visitor; /* (nullable) */
    void *user_data;   /* no-ref; of @visitor */
    TsTap tap;         /* (nullable) */
    void *tap_data;    /* no-ref; of @tap */

    TsStd std;
    size_t n_clocks; /* PIDs that have one */
    bool std_off;    /* ts_analyser_set_std() */
    uint64_t gaps; /* grows wherever packets of any PID may be missing: byte position is no time */

    bool started;       /* something was pushed */
    MonoUs now_us;      /* arrival of the piece at hand */
    MonoUs flow_us;     /* first arrival after a pause of TS_NO_PACKETS_US, or ever */
    MonoUs packet_us;   /* arrival of the last packet */
    MonoUs sync_us;     /* when sync was found last */
    MonoUs unsync_us;   /* when it was lost last */
    MonoUs second_us;   /* when the present window began */
    MonoUs look_us;     /* when ts-analyser-pids.c looks next */
    uint64_t then;      /* packets when it began */
    double bitrate_bps; /* of the last full second */
};

/* Clocks of PIDs beyond these are kept only where a service goes by them; others are counted as
 * refused. */
#define TS_CLOCKS_FREE_MAX 64u

/* Where sections of @pid are put together; NULL: no tables are expected there. */
static inline TsSections *
ts_sections_of(const TsAnalyser *analyser, uint16_t pid)
{
    return analyser->pids[pid] ? analyser->pids[pid]->sections : NULL;
}

/* Index of the packet at hand, from 0. */
static inline uint64_t
ts_packet_index(const TsAnalyser *analyser)
{
    return analyser->counters.packets > 0 ? analyser->counters.packets - 1 : 0;
}

/* From when on things are expected: the flow began, or sync was found. */
static inline MonoUs
ts_epoch_us(const TsAnalyser *analyser)
{
    return analyser->flow_us > analyser->sync_us ? analyser->flow_us : analyser->sync_us;
}

/* One error at the packet at hand. @pid: (nullable): whose it is, where the scope is TS_SCOPE_PID
 */
void ts_hit(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator);

/* The same error as told before goes on: its state stays, its count does not grow. */
void ts_still(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator);

/* There was something to judge. @pid: (nullable) */
void ts_judged(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator);

/* The PIDs of a service, each once. Returns: how many, at most TS_SERVICE_PIDS */
size_t ts_service_pids(const TsService *service, uint16_t ret_pids[TS_SERVICE_PIDS]);

/* The tables changed: the counters of a service whose PIDs are others now go on where they were. */
void ts_services_follow(TsAnalyser *analyser);

/* What is kept of @number, made when it is not there yet. */
TsPid *ts_pid_of(TsAnalyser *analyser, uint16_t number);

/* ts-analyser-pids.c: PIDs that do not come (1.6), and that nobody refers to (3.4). */
void ts_pids_follow(TsAnalyser *analyser); /* the tables changed */
void ts_pids_look(TsAnalyser *analyser);   /* a datagram came at @look_us or later */

/* ts-analyser-sections.c: sections of tables. */
void ts_sections_begin(TsAnalyser *analyser); /* expects the tables that have a fixed PID */
void ts_sections_end(TsAnalyser *analyser);   /* frees what it made */
/* A packet with payload of a PID where sections are expected. */
void ts_sections_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* Looks for tables that are missing, at most every TS_LOOK_US: call it as often as is easy. */
void ts_sections_tick(TsAnalyser *analyser, MonoUs now_us);
/* Gives services the names and numbers that other tables have for them, without waiting for the
 * next look. */
void ts_sections_settle(TsAnalyser *analyser);
/* Whether a CA descriptor, the CAT or the MGT names @pid. */
bool ts_sections_name_pid(const TsAnalyser *analyser, uint16_t pid);

/* ts-analyser-rules.c: the table rules of TR 101 290. */
/* A packet with payload of a PID where sections are expected. */
void ts_rules_packet(TsAnalyser *analyser, TsPid *pid, bool scrambled);
/* A good section came: may its table be there? */
void ts_rules_place(TsAnalyser *analyser, uint16_t pid, uint8_t table_id);
/* A good section came, @seen so by the watch: was it in time? */
void ts_rules_section(TsAnalyser *analyser, uint16_t pid, uint8_t table_id, const TsSeen *seen);
/* Looks for what is missing. */
void ts_rules_look(TsAnalyser *analyser);

/* ts-analyser-es.c: elementary streams. */
void ts_es_follow(TsAnalyser *analyser); /* the tables changed */
/* The first packet of @pid came. */
void ts_es_meet(TsAnalyser *analyser, TsPid *pid);
void ts_es_finish(TsAnalyser *analyser); /* the stream ended */
void ts_es_end(TsAnalyser *analyser);    /* frees what is not of a PID */
void ts_es_tick(TsAnalyser *analyser);   /* a second passed */
/* A packet with a PCR; not damaged, not a duplicate. */
void ts_es_clock(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* A packet of a PID with @system; not damaged, not a duplicate. */
void ts_es_system(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* A packet of a PID with @es that carries nothing new: a duplicate, or one without payload. */
void ts_es_filler(TsAnalyser *analyser, TsPid *pid);
/* A packet with payload of a PID with @es; not damaged, not a duplicate. */
void ts_es_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* A section of a component made of sections; its CRC is not checked. */
void ts_es_section(TsAnalyser *analyser, TsPid *pid, const uint8_t *section, size_t size);
