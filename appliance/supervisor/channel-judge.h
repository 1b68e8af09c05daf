/* What a channel's worker told, judged by the channel's own profile: kept in its history, learned
 * from, and fed to the alarm book. Used on the loop only. */
#pragma once

#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/records.h"

typedef struct {
    Ingest *ingest;  /* no-ref */
    AlarmBook *book; /* no-ref: that of @ingest */
} ChannelJudge;

/* Takes one state. @report: of a report, which comes once a second; else of an edge */
void channel_judge_state(const ChannelJudge *judge,
                         ChannelRecord *channel,
                         const FaultState *told,
                         bool report,
                         AlarmNow now);

/* Takes what counter @metric grew by in the last second: judges the faults that are counted by
 * error-seconds of it. */
void channel_judge_counter(const ChannelJudge *judge,
                           ChannelRecord *channel,
                           unsigned metric,
                           uint64_t growth,
                           AlarmNow now);

/* Judges the bit rate of the last second against what it usually is. */
void channel_judge_bitrate(const ChannelJudge *judge, ChannelRecord *channel, AlarmNow now);
