/* From what was seen of each picture to what holds of the channel, and from when to when. Pure.
 *
 * Any sampling will do: every picture, or a key frame now and then. A condition holds since the
 * first picture that was seen so (frozen: since the one that is repeated), and ends with the first
 * that is not; between pictures nothing is known, so times are as fine as @interval_us says.
 * Nothing is claimed across a gap of pictures, and a damaged picture is not judged at all. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"
#include "pipelines/measure/luma.h"
#include "pipelines/measure/still.h"

typedef enum {
    LOOK_BLACK,
    LOOK_UNIFORM, /* a single colour */
    LOOK_BARS,    /* colour bars */
    LOOK_SLATE,   /* a configured slate */
    LOOK_STILL,   /* nothing moved since the reference */
    LOOK_NO_PTS,  /* packets come, but no picture that is to be shown later than the last */
} LookKind;

#define LOOKS       6u
#define JUDGE_SPANS 16u /* that wait to be taken; more are counted, not kept */
#define JUDGE_WINDOW_US                                                                            \
    (8 * US_PER_SECOND)        /* intervals that are remembered, twice of it at most               \
                                */
#define JUDGE_EXACT_SHARE 0.75 /* of repeats that are exact, from which the freeze is */

typedef enum {
    FREEZE_NONE,
    FREEZE_EXACT,  /* pictures repeat to the bit */
    FREEZE_NOISE,  /* nothing moves, but pictures differ: coded anew, or grain */
    FREEZE_NO_PTS, /* no new pictures come */
} FreezeKind;

/* What was seen of one picture. */
typedef struct {
    MonoUs at_us; /* never decreases */
    bool damaged; /* parts are missing or were refused: nothing else here counts */
    bool black;
    bool uniform;
    bool bars;
    bool slate;
    bool compared; /* @still is against the reference */
    StillVerdict still;
    bool repeats; /* equal to the bit to the picture before, as far as measured */
} PictureLook;

typedef struct {
    int64_t hold_us[LOOKS]; /* how long it must be seen before it holds; 0: at once */
    int64_t gap_us;         /* longest time between pictures that belong together */
} JudgeRule;

/* From when to when one condition held. */
typedef struct {
    LookKind look;
    FreezeKind freeze; /* of LOOK_STILL and LOOK_NO_PTS */
    MonoUs start_us;
    MonoUs end_us; /* the first picture that was not so, or the last that was seen before a gap */
} PictureSpan;

typedef struct {
    bool on; /* the last picture was seen so */
    MonoUs from_us;
} JudgeRun;

typedef struct {
    Condition conditions[LOOKS]; /* what holds */
    JudgeRun runs[LOOKS];
    MonoUs look_us;        /* of the last picture judged; 0 before the first */
    int64_t interval_us;   /* between the last two of them; 0 before the second and after a gap */
    MonoUs window_us;      /* when the present window of intervals began */
    int64_t longest_us[2]; /* interval in the present window and in the one before */
    MonoUs reference_us;   /* of the picture that others are compared with; 0: none */
    uint32_t pairs;        /* pictures of the present run of stillness */
    uint32_t exact;        /* of these, equal to the bit to the one before */
    uint64_t looks;        /* pictures judged */
    PictureSpan spans[JUDGE_SPANS]; /* @n_spans of them wait */
    uint32_t n_spans;
    uint64_t spans_lost; /* there was no room for them */
} PictureJudge;          /* all-zero is the initial state */

/* What counts as black, and as moving. */
typedef struct {
    LumaRule luma;
    double still_levels; /* change of a block from which the picture moves, 0 to 255 */
} PictureRules;

/* LUMA_DARK, LUMA_BLACK_SHARE and STILL_BLOCK_LEVELS. */
PictureRules picture_rules_default(void);

/* Black at once; a single colour, bars and slates after half a second; stillness and missing PTS
 * after two; gaps from 15 s on, for the rarest key frames in use are 10 s apart. */
JudgeRule picture_judge_rule(void);

/* Takes one picture. Returns: whether it is the reference from now on */
bool picture_judge_look(PictureJudge *judge, const JudgeRule *rule, const PictureLook *look);

/* @pts_us: when the last picture with a later PTS than all before came; 0: none yet. @now_us: when
 * the last packet of the stream came. */
void picture_judge_clock(PictureJudge *judge, const JudgeRule *rule, MonoUs pts_us, MonoUs now_us);

/* The stream ends or becomes another at @at_us: what holds ends there, and nothing is known then.
 * @at_us: 0: with the last picture */
void picture_judge_stop(PictureJudge *judge, MonoUs at_us);

/* Hands over the oldest span that ended. Returns: false when there is none */
bool picture_judge_take_span(PictureJudge *judge, PictureSpan *ret_span);

/* Whether the picture is frozen, by either way, and since when. @ret_kind: (out): FREEZE_NONE when
 * it is not */
Condition picture_judge_frozen(const PictureJudge *judge, FreezeKind *ret_kind);

/* What is shorter may be missed: the longest interval of pictures in the last JUDGE_WINDOW_US and
 * more. 0: not known yet */
int64_t picture_judge_resolution_us(const PictureJudge *judge);

/* Whether every picture there is should be looked at: it is black, still or odd. */
bool picture_judge_in_doubt(const PictureJudge *judge);

/* "none", "exact", "noise", "no-pts": words of evidence and reports. Never NULL. */
const char *freeze_kind_name(FreezeKind kind);
