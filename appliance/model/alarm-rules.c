/* The rules of the shipped profile, as a table. */
#include "appliance/model/alarm-rules.h"

#include <math.h>

#define CUES_MISSING_WORSE 4.0 /* longest gaps without a cue */

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

/* A state. @feigned: packets that this box lost can look so. */
#define RULE(rule, class, feigned)                                                                 \
    {                                                                                              \
        .alarm = rule, .impact = IMPACT_##class, .spoiled_by_own_loss = (feigned)                  \
    }

/* What is counted: 1 error-second in 10 s warns; 5 in a minute or 20 in an hour are worse. */
#define COUNTED(counter, level, class, feigned)                                                    \
    {                                                                                              \
        .alarm = ONE(0, WARNING, 60), .impact = IMPACT_##class, .spoiled_by_own_loss = (feigned),  \
        .seconds = {                                                                               \
            .metric = METRIC_##counter,                                                            \
            .warning_count = 1,                                                                    \
            .warning_span_s = 10,                                                                  \
            .worse = SEVERITY_##level,                                                             \
            .worse_count = 5,                                                                      \
            .worse_span_s = 60,                                                                    \
            .long_count = 20,                                                                      \
            .long_span_s = 3600                                                                    \
        }                                                                                          \
    }

static const FaultRule unknown_rule = {.alarm = ONE(5, MINOR, 10)};

static const AlarmProfile default_profile =
    {
        .name = "default",
        .rules =
            {
                [FAULT_NO_PACKETS] = RULE(ONE(1, CRITICAL, 5), OFF_AIR, false),
                [FAULT_SYNC_LOST] = RULE(ONE(1, CRITICAL, 10), OFF_AIR, true),
                [FAULT_PAT_MISSING] = RULE(ONE(1, CRITICAL, 10), OFF_AIR, true),
                [FAULT_SERVICE_ABSENT] = RULE(ONE(1, CRITICAL, 10), OFF_AIR, false),
                [FAULT_PMT_MISSING] = RULE(ONE(1, CRITICAL, 10), OFF_AIR, true),
                [FAULT_CONTINUITY] = COUNTED(CC_ERRORS, MAJOR, QUALITY, true),
                [FAULT_VIDEO_MISSING] = RULE(ONE(3, CRITICAL, 5), COMPONENT_MISSING, false),
                [FAULT_AUDIO_MISSING] = RULE(ONE(3, MAJOR, 5), COMPONENT_MISSING, false),
                [FAULT_TRANSPORT_ERROR] = COUNTED(TRANSPORT_ERRORS, MINOR, QUALITY, false),
                [FAULT_PCR_DISCONTINUITY] =
                    COUNTED(PCR_DISCONTINUITIES, MINOR, NON_CONFORMANT, true),
                /* A worker holds this state for 10 s after an error: more than one late PCR makes
                   an alarm. */
                [FAULT_PCR_REPETITION] = RULE(ONE(15, WARNING, 10), NON_CONFORMANT, true),
                /* The same: an indicator is held for 10 s, one of a table for 30 s and more. */
                [FAULT_TABLE_CRC] = RULE(ONE(15, MINOR, 10), NON_CONFORMANT, true),
                [FAULT_PCR_ACCURACY] = RULE(ONE(30, WARNING, 30), NON_CONFORMANT, true),
                [FAULT_PTS_REPETITION] = RULE(ONE(15, WARNING, 10), NON_CONFORMANT, true),
                [FAULT_CAT_MISSING] = RULE(ONE(15, MINOR, 10), NON_CONFORMANT, true),
                [FAULT_SI_REPETITION] = RULE(ONE(60, WARNING, 30), NON_CONFORMANT, true),
                /* How long it must be off is in the limits: a fall counts sooner than a shift. */
                [FAULT_BITRATE] = RULE(ONE(0, WARNING, 30), QUALITY, true),
                [FAULT_SECOND_SOURCE] = RULE(ONE(1, MAJOR, 10), QUALITY, false),
                [FAULT_PICTURE_BLACK] =
                    RULE(TWO(5, WARNING, 15, MAJOR, 3), COMPONENT_MISSING, false),
                /* A still life with grain is a picture: only repeats to the bit, or none at all,
                   get worse. */
                [FAULT_PICTURE_FROZEN] = {.alarm = TWO(10, WARNING, 30, MAJOR, 3),
                                          .impact = IMPACT_COMPONENT_MISSING,
                                          .escalate_from = FREEZE_VALUE_EXACT},
                [FAULT_SOUND_SILENT] =
                    RULE(TWO(10, WARNING, 30, MAJOR, 3), COMPONENT_MISSING, false),
                [FAULT_PICTURE_UNDECODABLE] = RULE(ONE(10, MINOR, 5), COMPONENT_MISSING, true),
                [FAULT_PICTURE_UNIFORM] =
                    RULE(TWO(5, WARNING, 15, MAJOR, 3), COMPONENT_MISSING, false),
                [FAULT_COLOUR_BARS] = RULE(TWO(5, WARNING, 15, MAJOR, 3), COMPONENT_MISSING, false),
                [FAULT_SLATE_SHOWN] = RULE(ONE(10, WARNING, 3), COMPONENT_MISSING, false),
                /* Clips with blocks that anybody sees had ratios of 1.5 to 2.2, good ones up
                   to 2.8: it is shown, and a site that knows its coding may have it raised. */
                [FAULT_BLOCKINESS] = {.alarm = ONE(10, WARNING, 10),
                                      .impact = IMPACT_QUALITY,
                                      .spoiled_by_own_loss = true,
                                      .off = true},
                [FAULT_FRAME_RATE] = RULE(ONE(10, MINOR, 10), QUALITY, true),
                [FAULT_SOUND_STREAM_SILENT] =
                    RULE(TWO(30, WARNING, 120, MINOR, 3), COMPONENT_MISSING, false),
                [FAULT_SOUND_PHASE] = RULE(TWO(10, WARNING, 60, MINOR, 10), QUALITY, false),
                [FAULT_SOUND_CLIPPING] = RULE(ONE(5, WARNING, 60), QUALITY, false),
                [FAULT_TRUE_PEAK] = RULE(ONE(1, WARNING, 60), NON_CONFORMANT, false),
                [FAULT_LOUDNESS] = RULE(ONE(3600, WARNING, 3600), NON_CONFORMANT, false),
                [FAULT_LIP_SYNC] = RULE(TWO(10, WARNING, 60, MINOR, 10), QUALITY, true),
                [FAULT_AUDIO_STREAM_MISSING] = RULE(ONE(5, MINOR, 5), COMPONENT_MISSING, false),
                /* Both are measured and shown; which programmes have captions, and whether cues
                   come at night, only the site knows: it has them raised by its profile. */
                [FAULT_CAPTIONS_ABSENT] = {.alarm = TWO(120, WARNING, 600, MAJOR, 30),
                                           .impact = IMPACT_COMPONENT_MISSING,
                                           .off = true},
                [FAULT_CUES_MISSING] = {.alarm = ONE(0, WARNING, 1),
                                        .impact = IMPACT_NON_CONFORMANT,
                                        .off = true},
                [FAULT_EXPECTED_MISSING] = RULE(ONE(30, MAJOR, 5), QUALITY, false),
                [FAULT_OFF_AIR] = RULE(ONE(10, CRITICAL, 5), OFF_AIR, false),
                /* The incident book and alarm noise decide when these begin and end; the second
                   is for what fails again at once. */
                [FAULT_UNSTABLE] = RULE(ONE(0, WARNING, 1), NONE, false),
                [FAULT_INTERFACE_SILENT] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_INTERFACE_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_VLAN_SILENT] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_VLAN_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_SOURCE_LOST] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_SOURCE_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_MULTIPLEX_LOST] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_MULTIPLEX_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_GROUP_FAILING] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_GROUP_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_CONTENT_FAILING] = RULE(ONE(0, WARNING, 1), COMPONENT_MISSING, false),
                [FAULT_ALL_SILENT] = RULE(ONE(0, CRITICAL, 1), OFF_AIR, false),
                [FAULT_ALL_DAMAGED] = RULE(ONE(0, WARNING, 1), QUALITY, false),
                [FAULT_WORKERS_LOST] = RULE(ONE(0, MAJOR, 1), NONE, false),
                [FAULT_OVERLOAD] = RULE(ONE(0, MAJOR, 1), NONE, false),
                [FAULT_ALARM_FLOOD] = RULE(ONE(0, WARNING, 1), NONE, false),
                [FAULT_WORKER_LOST] = RULE(ONE(3, MAJOR, 1), NONE, false),
                [FAULT_OWN_LOSS] = RULE(ONE(0, MAJOR, 60), NONE, false),
                [FAULT_JOURNAL_SLOW] = RULE(ONE(0, MAJOR, 10), NONE, false),
                [FAULT_HISTORY_BEHIND] = RULE(ONE(30, MINOR, 10), NONE, false),
                [FAULT_LIVE_STORE_LOST] = RULE(ONE(10, WARNING, 5), NONE, false),
                [FAULT_RECEIVER_FAILING] = RULE(ONE(30, MAJOR, 10), NONE, false),
                [FAULT_RECEIVER_REFUSING] = RULE(ONE(0, MAJOR, 10), NONE, false),
                [FAULT_CERTIFICATE_ENDING] = RULE(ONE(10, MINOR, 10), NONE, false),
                [FAULT_DISK_FULL] = RULE(ONE(10, MAJOR, 30), NONE, false),
                [FAULT_DEPTH_REDUCED] = RULE(ONE(60, WARNING, 60), NONE, false),
                [FAULT_SELF_PROBE] = RULE(ONE(0, MAJOR, 1), NONE, false),
                [FAULT_SEGMENTS_LOST] = RULE(ONE(10, MINOR, 60), NONE, false),
                [FAULT_INTERFACE_DOWN] = RULE(ONE(1, CRITICAL, 5), NONE, false),
            },
        .limits = {{
#define LIMIT(number, id, name, unit, shipped, smallest, largest, sentence) [number] = (shipped),
#include "pipelines/contract/limits.def"
#undef LIMIT
        }},
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

Severity
profile_severity(const AlarmProfile *profile, FaultId fault, double value)
{
    const double *limits = profile->limits.values;

    if (fault == FAULT_CUES_MISSING)
        return value > CUES_MISSING_WORSE ? SEVERITY_MAJOR : SEVERITY_CLEARED;
    const double off_lu = fabs(value - limits[LIMIT_LOUDNESS_TARGET]);

    return fault == FAULT_LOUDNESS && off_lu > limits[LIMIT_LOUDNESS_STEP] ? SEVERITY_MAJOR
                                                                           : SEVERITY_CLEARED;
}

AlarmRule
fault_rule_for(const FaultRule *rule, double value)
{
    AlarmRule alarm = rule->alarm;

    if (value < rule->escalate_from)
        alarm.escalate_after_us = 0;
    return alarm;
}
