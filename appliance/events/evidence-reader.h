/* Evidence of alarms as others read it: the interface of whoever keeps it. */
#pragma once

#include "appliance/events/segment-reader.h"
#include "appliance/model/evidence.h"

#define EVIDENCE_CLIP_FOLDER "clip"

typedef struct {
    gpointer self; /* no-ref: outlives every reader */
    /* Whether evidence of @alarm_id is kept or on its way to the disk. Any thread, never blocks. */
    bool (*has)(gpointer self, const char *alarm_id);
    /* What is kept, pictures without their JPEG. Blocks on disk. Returns: (transfer full): or %NULL
     * with %GANTRY_ERROR_NOT_FOUND, or %GANTRY_ERROR_UNAVAILABLE while it is being written */
    EvidenceRecord *(*read)(gpointer self, const char *alarm_id, GError **error);
    /* One picture. Blocks on disk. Returns: (transfer full): the JPEG, or %NULL as above */
    GBytes *(*picture)(gpointer self, const char *alarm_id, EvidencePlace place, GError **error);
    /* Clips: of the alarm that a query names as input, with EVIDENCE_CLIP_FOLDER as channel. */
    SegmentReader clips;
} EvidenceReader;
