/* What the analyser's own files share; for nobody else. */
#pragma once

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-indicators.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-std.h"
#include "pipelines/ts/ts-sync.h"

struct TsAnalyser {
    TsSync sync;
    TsCounters counters; /* those that no PID, table or TsSync counts */
    TsTables tables;
    TsIndicatorState indicators[TS_INDICATOR_COUNT]; /* of the whole stream; sums over the PIDs */
    TsPid *pids[TS_PID_COUNT];                       /* owned, NULL before its first packet */
    TsSections *sections[TS_PID_COUNT];              /* owned, NULL where no tables are expected */
    uint16_t order[TS_PID_COUNT];                    /* PIDs as they came; @n_pids entries */
    size_t n_pids;
    uint8_t wanted[TS_PID_COUNT / 8]; /* bit set: of the visitor */
    TsVisitor visitor;                /* (nullable) */
    void *user_data;                  /* no-ref; of @visitor */

    TsStd std;
    bool std_off;  /* ts_analyser_set_std() */
    uint64_t gaps; /* grows wherever packets of any PID may be missing: byte position is no time */

    bool started;       /* something was pushed */
    MonoUs now_us;      /* arrival of the piece at hand */
    MonoUs flow_us;     /* first arrival after a pause of TS_NO_PACKETS_US, or ever */
    MonoUs packet_us;   /* arrival of the last packet */
    MonoUs sync_us;     /* when sync was found last */
    MonoUs unsync_us;   /* when it was lost last */
    MonoUs second_us;   /* when the present window began */
    uint64_t then;      /* packets when it began */
    double bitrate_bps; /* of the last full second */
};

/* Index of the packet at hand, from 0. */
static inline uint64_t
ts_packet_index(const TsAnalyser *analyser)
{
    return analyser->counters.packets > 0 ? analyser->counters.packets - 1 : 0;
}

/* One error at the packet at hand. @pid: (nullable): whose it is, where the scope is TS_SCOPE_PID
 */
void ts_hit(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator);

/* There was something to judge, right or wrong, on @pid. */
void ts_judged(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator);

/* ts-analyser-sections.c: sections of tables. */
void ts_sections_begin(TsAnalyser *analyser); /* expects the tables that have a fixed PID */
void ts_sections_end(TsAnalyser *analyser);   /* frees what it made */
/* A packet with payload, not scrambled, of a PID where sections are expected. */
void ts_sections_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);

/* ts-analyser-es.c: elementary streams. */
void ts_es_follow(TsAnalyser *analyser); /* the tables changed */
/* The first packet of @pid came. */
void ts_es_meet(TsAnalyser *analyser, TsPid *pid);
void ts_es_end(TsAnalyser *analyser);  /* frees what is not of a PID */
void ts_es_tick(TsAnalyser *analyser); /* a second passed */
/* A packet with a PCR; not damaged, not a duplicate. */
void ts_es_clock(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* A packet of a PID with @system; not damaged, not a duplicate. */
void ts_es_system(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
/* A packet of a PID with @es that carries nothing new: a duplicate, or one without payload. */
void ts_es_filler(TsAnalyser *analyser, TsPid *pid);
/* A section of a PID where sections are expected, of any table, CRC not yet checked. */
void ts_es_section(TsAnalyser *analyser, TsPid *pid, const uint8_t *section, size_t size);
/* A packet with payload of a PID with @es; not damaged, not a duplicate. */
void ts_es_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header);
