/* One alarm while its evidence is gathered: which pictures are chosen, when, and when all is there.
 * Pure; for one thread. */
#pragma once

#include "appliance/model/evidence-frames.h"
#include "appliance/model/evidence.h"

#define EVIDENCE_SLACK_US                                                                          \
    (15 * US_PER_SECOND) /* until the segment that holds the end is complete */

typedef struct {
    char *alarm_id;
    char *channel_id;
    char *input_id;
    FaultId fault;
    char *text;
    MonoUs since_us; /* when the fault began */
    WallUs since_wall_us;
    WallUs raised_wall_us;
    WallUs end_wall_us;
    MonoUs over_us;    /* when the fault ended; 0: it lasts, as far as is known */
    MonoUs cleared_us; /* when its alarm was cleared; 0: it stands */
    WallUs cleared_wall_us;
    MonoUs end_us;          /* of pictures, figures and clip */
    MonoUs due_us;          /* when all is gathered */
    int64_t stale_after_us; /* the channel's */
    bool decodes;           /* pictures are decoded at all */
    EvidencePicture pictures[EVIDENCE_PLACES];
    bool settled[EVIDENCE_PLACES]; /* chosen, or never to come */
} EvidenceCase;

/* What is known when an alarm is raised. */
typedef struct {
    const char *alarm_id;
    const char *channel_id;
    const char *input_id;
    const char *text;
    FaultId fault;
    MonoUs since_us;
    WallUs since_wall_us;
    MonoUs raised_us;
    WallUs raised_wall_us;
    MonoUs now_us;
    int64_t stale_after_us;
    bool decodes;
} EvidenceOpening;

/* Chooses the picture before at once. @frames: (nullable): no picture came yet.
 * Returns: (transfer full) */
EvidenceCase *evidence_case_new(const EvidenceOpening *opening, const EvidenceFrames *frames);
void evidence_case_free(EvidenceCase *item); /* (nullable) */

/* Notes that the fault ended at @over_us and its alarm is cleared. */
void
evidence_case_clear(EvidenceCase *item, MonoUs over_us, MonoUs cleared_us, WallUs cleared_wall_us);

/* Chooses what can be chosen by now. Returns: whether something was */
bool evidence_case_step(EvidenceCase *item, const EvidenceFrames *frames, MonoUs now_us);

/* Whether nothing more is waited for. */
bool evidence_case_is_due(const EvidenceCase *item, MonoUs now_us);

/* What is known by now, without figures. Returns: (transfer full) */
EvidenceRecord *evidence_case_record(const EvidenceCase *item, MonoUs now_us);
