/* What the analyser's own files share; for nobody else. */
#pragma once

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-sync.h"

struct TsAnalyser {
    TsSync sync;
    TsCounters counters; /* those that no PID, table or TsSync counts */
    TsTables tables;
    TsPid *pids[TS_PID_COUNT];          /* owned, NULL before its first packet */
    TsSections *sections[TS_PID_COUNT]; /* owned, NULL where no tables are expected */
    uint16_t order[TS_PID_COUNT];       /* PIDs as they came; @n_pids entries */
    size_t n_pids;
    uint8_t wanted[TS_PID_COUNT / 8]; /* bit set: of the visitor */
    TsVisitor visitor;                /* (nullable) */
    void *user_data;                  /* no-ref; of @visitor */

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
