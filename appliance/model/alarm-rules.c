/* The shipped profile, as a table. */
#include "appliance/model/alarm-rules.h"

#define S(seconds) ((int64_t)((seconds)*US_PER_SECOND))

/* Raised after @after seconds with @level, cleared after @clear seconds. */
#define ONE(after, level, clear)                                                                   \
    {                                                                                              \
        .raise_after_us = S(after), .severity = SEVERITY_##level, .clear_after_us = S(clear)       \
    }

/* The same, and worse from @then seconds on. */
#define TWO(after, level, then, worse, clear)                                                      \
    {                                                                                              \
        .raise_after_us = S(after), .severity = SEVERITY_##level, .escalate_after_us = S(then),    \
        .escalated = SEVERITY_##worse, .clear_after_us = S(clear)                                  \
    }

/* 1 error-second in 10 s warns; 5 in a minute or 20 in an hour are worse. */
#define SECONDS(counter, level)                                                                    \
    {                                                                                              \
        .metric = METRIC_##counter, .warning_count = 1, .warning_span_s = 10,                      \
        .worse = SEVERITY_##level, .worse_count = 5, .worse_span_s = 60, .long_count = 20,         \
        .long_span_s = 3600                                                                        \
    }

static const FaultRule unknown_rule = {.alarm = ONE(5, MINOR, 10)};

static const AlarmProfile default_profile =
    {
        .name = "default",
        .rules =
            {
                [FAULT_NO_PACKETS] = {ONE(1, CRITICAL, 5), {0}, false},
                [FAULT_SYNC_LOST] = {ONE(1, CRITICAL, 10), {0}, true},
                [FAULT_PAT_MISSING] = {ONE(1, CRITICAL, 10), {0}, true},
                [FAULT_SERVICE_ABSENT] = {ONE(1, CRITICAL, 10), {0}, false},
                [FAULT_PMT_MISSING] = {ONE(1, CRITICAL, 10), {0}, true},
                [FAULT_CONTINUITY] = {ONE(0, WARNING, 60), SECONDS(CC_ERRORS, MAJOR), true},
                [FAULT_VIDEO_MISSING] = {ONE(3, CRITICAL, 5), {0}, false},
                [FAULT_AUDIO_MISSING] = {ONE(3, MAJOR, 5), {0}, false},
                [FAULT_TRANSPORT_ERROR] = {ONE(0, WARNING, 60), SECONDS(TRANSPORT_ERRORS, MINOR),
                                           false},
                [FAULT_PCR_DISCONTINUITY] = {ONE(0, WARNING, 60),
                                             SECONDS(PCR_DISCONTINUITIES, MINOR), true},
                /* A worker holds this state for 10 s after an error: more than one late PCR makes
                   an alarm. */
                [FAULT_PCR_REPETITION] = {ONE(15, WARNING, 10), {0}, true},
                /* The same: an indicator is held for 10 s, one of a table for 30 s and more. */
                [FAULT_TABLE_CRC] = {ONE(15, MINOR, 10), {0}, true},
                [FAULT_PCR_ACCURACY] = {ONE(30, WARNING, 30), {0}, true},
                [FAULT_PTS_REPETITION] = {ONE(15, WARNING, 10), {0}, true},
                [FAULT_CAT_MISSING] = {ONE(15, MINOR, 10), {0}, true},
                [FAULT_SI_REPETITION] = {ONE(60, WARNING, 30), {0}, true},
                [FAULT_SECOND_SOURCE] = {ONE(1, MAJOR, 10), {0}, false},
                [FAULT_PICTURE_BLACK] = {TWO(5, WARNING, 15, MAJOR, 3), {0}, false},
                [FAULT_PICTURE_FROZEN] = {TWO(10, WARNING, 30, MAJOR, 3), {0}, false},
                [FAULT_SOUND_SILENT] = {TWO(10, WARNING, 30, MAJOR, 3), {0}, false},
                [FAULT_PICTURE_UNDECODABLE] = {ONE(10, MINOR, 5), {0}, true},
                [FAULT_PICTURE_UNIFORM] = {TWO(5, WARNING, 15, MAJOR, 3), {0}, false},
                [FAULT_COLOUR_BARS] = {TWO(5, WARNING, 15, MAJOR, 3), {0}, false},
                [FAULT_SLATE_SHOWN] = {ONE(10, WARNING, 3), {0}, false},
                [FAULT_BLOCKINESS] = {ONE(10, WARNING, 10), {0}, true},
                [FAULT_FRAME_RATE] = {ONE(10, MINOR, 10), {0}, true},
                [FAULT_SOUND_STREAM_SILENT] = {TWO(30, WARNING, 120, MINOR, 3), {0}, false},
                [FAULT_SOUND_PHASE] = {TWO(10, WARNING, 60, MINOR, 10), {0}, false},
                [FAULT_SOUND_CLIPPING] = {ONE(5, WARNING, 60), {0}, false},
                [FAULT_TRUE_PEAK] = {ONE(1, WARNING, 60), {0}, false},
                [FAULT_LOUDNESS] = {ONE(3600, WARNING, 3600), {0}, false},
                [FAULT_LIP_SYNC] = {TWO(10, WARNING, 60, MINOR, 10), {0}, true},
                [FAULT_AUDIO_STREAM_MISSING] = {ONE(5, MINOR, 5), {0}, false},
                [FAULT_WORKER_LOST] = {ONE(3, MAJOR, 1), {0}, false},
                [FAULT_OWN_LOSS] = {ONE(0, MAJOR, 60), {0}, false},
                [FAULT_JOURNAL_SLOW] = {ONE(0, MAJOR, 10), {0}, false},
                [FAULT_HISTORY_BEHIND] = {ONE(30, MINOR, 10), {0}, false},
                [FAULT_LIVE_STORE_LOST] = {ONE(10, WARNING, 5), {0}, false},
                [FAULT_RECEIVER_FAILING] = {ONE(30, MAJOR, 10), {0}, false},
                [FAULT_RECEIVER_REFUSING] = {ONE(0, MAJOR, 10), {0}, false},
                [FAULT_DISK_FULL] = {ONE(10, MAJOR, 30), {0}, false},
                [FAULT_DEPTH_REDUCED] = {ONE(60, WARNING, 60), {0}, false},
                [FAULT_SEGMENTS_LOST] = {ONE(10, MINOR, 60), {0}, false},
                [FAULT_INTERFACE_DOWN] = {ONE(1, CRITICAL, 5), {0}, false},
            },
};

const AlarmProfile *
alarm_profile_default(void)
{
    return &default_profile;
}

const FaultRule *
alarm_profile_rule(const AlarmProfile *profile, unsigned fault)
{
    /* Every rule has a severity: one without is not listed. */
    if (fault > FAULT_NUMBER_MAX || profile->rules[fault].alarm.severity == SEVERITY_CLEARED)
        return &unknown_rule;
    return &profile->rules[fault];
}
