/* What is kept around an alarm about picture or sound: three pictures, figures, a clip.
 *
 * A plain record that travels from the supervision loop to the disk and from there to people. What
 * is not there says why; nothing stands for something else. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define EVIDENCE_LEAD_US (60 * US_PER_SECOND) /* of figures, before the fault began */
#define EVIDENCE_CLIP_US                                                                           \
    (30 * US_PER_SECOND) /* of the clip, before that, and after the alarm was raised */
#define EVIDENCE_AFTER_US    (10 * US_PER_SECOND) /* when the picture after is taken */
#define EVIDENCE_SERIES_MAX  8u
#define EVIDENCE_SECONDS_MAX 128u /* values of one series */

/* Places of the pictures, against the time when the fault began. */
typedef enum {
    EVIDENCE_BEFORE, /* the last one captured before */
    EVIDENCE_AT,     /* the first one captured then or later, while it lasted */
    EVIDENCE_AFTER,  /* the first one after EVIDENCE_AFTER_US, or the newest when it was cleared */
} EvidencePlace;

#define EVIDENCE_PLACES 3u

typedef struct {
    bool there;
    bool stale; /* further from its place than a picture of this channel may be old */
    WallUs captured_wall_us;
    int64_t offset_us; /* capture minus begin of the fault: negative before it */
    uint64_t pts;      /* 90 kHz; PTS90_MODULUS: none */
    uint16_t width;    /* pixels */
    uint16_t height;   /* pixels */
    GBytes *jpeg;      /* owned reference; (nullable): not there, or only on disk */
    char *reason;      /* one sentence: why it is not there; "" if it is */
} EvidencePicture;

typedef struct {
    MetricId metric;
    float values[EVIDENCE_SECONDS_MAX]; /* the record's n_seconds of them; NAN: not measured */
} EvidenceSeries;

typedef enum {
    EVIDENCE_CLIP_PENDING, /* its end has not come yet */
    EVIDENCE_CLIP_READY,   /* all of it is there */
    EVIDENCE_CLIP_PARTLY,  /* something is missing */
    EVIDENCE_CLIP_NONE,    /* nothing is there */
} EvidenceClipState;

typedef struct {
    EvidenceClipState state;
    WallUs from_us; /* what was asked for: from before the fault began until after the raise */
    WallUs to_us;
    uint64_t bytes; /* of the clip */
    char *text;     /* what is missing and why; "" for nothing */
} EvidenceClip;

typedef struct {
    char *alarm_id;
    char *channel_id; /* slug */
    char *input_id;   /* slug */
    FaultId fault;
    char *text; /* of the alarm */
    WallUs since_us;
    WallUs raised_us;
    WallUs cleared_us; /* 0: not cleared when this was written last */
    bool complete;     /* pictures and figures are final */
    EvidencePicture pictures[EVIDENCE_PLACES];
    int64_t first_offset_us; /* of the series' first second, minus begin of the fault */
    size_t n_seconds;        /* values of each series */
    EvidenceSeries *series;  /* @n_series entries */
    size_t n_series;
    EvidenceClip clip;
} EvidenceRecord;

/* Whether @fault is of the kind that evidence is kept for. */
bool evidence_is_kept_of(FaultId fault);

/* The metrics of which series are kept. @ret_n: (out): at most EVIDENCE_SERIES_MAX */
const MetricId *evidence_metrics(size_t *ret_n);

/* Returns: (transfer full): a record whose strings are all "" */
EvidenceRecord *evidence_record_new(const char *alarm_id);
void evidence_record_free(EvidenceRecord *record); /* (nullable) */

/* Sets one of a record's strings; @text: (nullable): "" */
void evidence_set(char **field, const char *text);

/* "before", "at", "after"; "pending", "ready", "partly", "none". Never NULL. */
const char *evidence_place_name(EvidencePlace place);
const char *evidence_clip_name(EvidenceClipState state);

/* The opposite. Returns: false for any other word */
bool evidence_place_from_name(const char *name, EvidencePlace *ret_place);
bool evidence_clip_from_name(const char *name, EvidenceClipState *ret_state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EvidenceRecord, evidence_record_free)
