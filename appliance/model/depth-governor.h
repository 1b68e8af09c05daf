/* Who is looked at how deeply: depth is spent, not saved.
 *
 * Every channel first gets a key frame every 4 s; then what hints at trouble and what people look
 * at is deepened; then one channel in turn is decoded in full, every key frame goes to as many as
 * can have it, and what is left to more channels in turn. Load steps all of this down: lost packets
 * at once, late turns by what they let fill up, an overspent budget by degrees; it comes back
 * slowly.
 *
 * Pure: told what workers report, asked once a second and whenever a hint or a watcher appears. */
#pragma once

#include "appliance/model/depth-cost.h"

#define DEPTH_TURN_US    (15 * US_PER_SECOND) /* of one channel, before another has its turn */
#define DEPTH_CONFIRM_US (10 * US_PER_SECOND) /* of whole decoding until a hint is confirmed */
#define DEPTH_LINGER_US  (5 * US_PER_SECOND)  /* a channel stays suspect after its last hint */
#define DEPTH_WATCHED_US (15 * US_PER_SECOND) /* after somebody looked */
#define DEPTH_HOLD_US    (30 * US_PER_SECOND) /* at the floor after lost packets; doubles */
#define DEPTH_FILLED     0.15                 /* a socket's buffer filled so far strains */
#define DEPTH_TOO_FULL   0.5                  /* and so far brings the floor */

/* Hints that make a channel suspect. */
#define DEPTH_SUSPECT_HINTS                                                                        \
    (HINT_SMALL_UNITS | HINT_SILENCE | HINT_TS_ERROR | HINT_BLACK | HINT_STILL |                   \
     HINT_UNDECODABLE | HINT_CHANGED)

typedef enum {
    DEPTH_REASON_STARTING, /* its worker has not reported yet */
    DEPTH_REASON_BUDGET,   /* what the budget gives every channel */
    DEPTH_REASON_SUSPECT,  /* something hints at trouble */
    DEPTH_REASON_WATCHED,  /* somebody looks at it */
    DEPTH_REASON_NO_KEYS,  /* it has no key frames: only whole decoding sees it */
    DEPTH_REASON_ROTATION, /* its turn of full decoding */
    DEPTH_REASON_OVERLOAD, /* the box is too busy for more */
} DepthReason;

/* What keeps the box from spending its budget. */
typedef enum {
    STRAIN_NONE,
    STRAIN_OVERSPENT, /* workers take more than the budget */
    STRAIN_LATE,      /* their turns come late: the box is busy */
    STRAIN_OWN_DROPS, /* this box lost packets */
} StrainCause;

typedef struct {
    /* Told before a step. */
    bool own;          /* the box's own, for its self-probe: it costs, and nobody counts it */
    bool present;      /* its worker reports */
    Depth looked;      /* at which the worker looks */
    uint16_t hints;    /* DepthHint bits of the last report */
    MonoUs watched_us; /* when somebody last looked; 0: never */
    DepthCost cost;

    /* The answer. */
    Depth wanted;
    DepthReason reason;

    /* Between steps. */
    uint16_t seen_hints;        /* since it became suspect */
    MonoUs suspect_until_us;    /* 0: it is none */
    int64_t confirmed_us;       /* of whole decoding since the last new hint */
    MonoUs got_us[DEPTH_COUNT]; /* when it last got so deep */
    MonoUs had_us[DEPTH_COUNT]; /* when it last ceased to be so deep; 0: never was */
    Depth planned;
} DepthChannel;

typedef struct {
    double cores;        /* that workers may run on */
    double budget;       /* share of them that measuring may take */
    double spent_cores;  /* what workers took in the last second; NAN: unknown */
    double others_cores; /* what everything else took; NAN: unknown */
    double filled;       /* share of its socket's buffer that the latest turn of any worker left to
                            fill in the last second */
    bool own_drops;      /* this box lost packets since the last step */
} DepthLoad;

/* For people: numbers of channels leave the box's own out. */
typedef struct {
    double budget_cores;
    double spent_cores;  /* of the last seconds; NAN: unknown */
    double others_cores; /* the same */
    double planned_cores;
    double strain; /* 0: none; 1: nothing but the floor is spent */
    StrainCause cause;
    unsigned n_at[DEPTH_COUNT]; /* channels that workers look at so */
    unsigned n_blind;           /* that are to do without pictures */
    unsigned n_below_keys;      /* that do not get every key frame */
    unsigned n_present;
    bool reduced; /* channels do without pictures, or load took every key frame from some */
} DepthSummary;

typedef struct {
    DepthSpeed speed;
    double strain;
    StrainCause cause;
    MonoUs calm_from_us; /* from then on strain goes down */
    MonoUs strained_us;  /* when it last went up */
    int64_t hold_us;     /* how long the last trouble is waited out; 0: none is remembered */
    bool blind;          /* packets are lost even at the floor: no picture is decoded */
    MonoUs stepped_us;   /* 0: never */
    DepthSummary summary;
} DepthGovernor;

/**
 * depth_governor_step:
 * @governor: all zero before the first step
 * @channels: (array length=n): every channel of the box
 *
 * Sets @wanted and @reason of every channel, and the governor's summary.
 */
void depth_governor_step(DepthGovernor *governor,
                         DepthChannel *const *channels,
                         size_t n,
                         const DepthLoad *load,
                         MonoUs now_us);

/* Whether something hints at trouble, or did shortly before. */
bool depth_channel_is_suspect(const DepthChannel *channel, MonoUs now_us);

/* "budget", "watched", "rotation", ...: words of the API. Never NULL. */
const char *depth_reason_name(DepthReason reason);
const char *strain_cause_name(StrainCause cause);

/* "suspect: black, silence". Returns: (transfer full) */
char *depth_channel_reason_text(const DepthChannel *channel);
