/* How many alarms people get, and what they make of them, against ISA-18.2 and EEMUA 191.
 *
 * Fed with every transition of the journal, live or replayed. An alarm counts for people when it is
 * announced: raised while nothing keeps it quiet, or told later; one that an incident takes up does
 * not count beside it. Counts are kept in periods of ten minutes for 30 days; what happens at a
 * wall time outside of these is left out and counted as such. Pure; one thread. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-book.h"

#define FIGURES_PERIOD_US   (INT64_C(600) * US_PER_SECOND)
#define FIGURES_PERIODS     4320u /* 30 days */
#define FIGURES_DAYS        30u
#define FIGURES_KEYS_MAX    4000u /* (resource, fault) that are told apart; further ones are not */
#define FIGURES_OPEN_MAX    10000u
#define FIGURES_TOP         10u
#define FIGURES_FLOOD_BEGIN 10u /* more in ten minutes */
#define FIGURES_FLOOD_END   5u  /* fewer in ten minutes */
#define FIGURES_CHATTER     3u  /* raises within a minute */
#define FIGURES_HOUR_BAD    30u /* more in an hour */

/* Targets for one operator position. */
#define FIGURES_TARGET_PER_HOUR 6.0 /* 12 can be managed for a time */
#define FIGURES_MAX_PER_HOUR    12.0
#define FIGURES_OWN_PER_HOUR    1.0  /* what this box promises */
#define FIGURES_TARGET_SHARE    0.01 /* of floods, of hours over 30 */
#define FIGURES_TARGET_TOP      0.05 /* of the ten most frequent */
#define FIGURES_TARGET_STALE    5u   /* fewer, on any day */

typedef struct AlarmFigures AlarmFigures;

/* One span of time that ends now. */
typedef struct {
    const char *name; /* "24h", "7d", "30d" */
    double hours;     /* of it that were watched */
    uint32_t announced;
    uint32_t raised;            /* quiet ones too */
    double per_hour;            /* announced, by position */
    double bad_hours;           /* share of hours with more than 30 */
    double flood_share;         /* share of periods in a flood */
    uint32_t floods;            /* that began */
    uint32_t worst;             /* most in ten minutes */
    uint32_t chattering;        /* episodes */
    uint32_t low, medium, high; /* announced: minor and less, major, critical */
    double acted;               /* share that led to an act of somebody before it cleared */
} FiguresSpan;

typedef struct {
    char *resource;
    FaultId fault;
    uint32_t count; /* raises, in the last 7 days */
} FiguresTop;

typedef struct {
    WallUs at_us; /* of the hour's begin */
    uint32_t announced, raised, low, medium, high, acted, chattering, worst;
} FiguresHour;

/* Immutable, shared by reference across threads. */
typedef struct FiguresView {
    gatomicrefcount refs;
    WallUs at_us;
    WallUs since_us; /* first event that was counted; 0: none */
    unsigned positions;
    FiguresSpan spans[3];
    uint32_t stale; /* stand longer than a day */
    uint32_t open;
    FiguresTop top[FIGURES_TOP];
    unsigned n_top;
    double top_share; /* of all raises in 7 days */
    uint32_t left_out;
    FiguresHour *hours; /* newest last; @n_hours entries, those with something in them */
    size_t n_hours;
} FiguresView;

AlarmFigures *alarm_figures_new(void);
void alarm_figures_free(AlarmFigures *figures); /* (nullable) */

/* @seq: of the journal; what is not newer than the last one fed is known already. */
void alarm_figures_feed(AlarmFigures *figures, const AlarmTransition *transition, uint64_t seq);

/* Sequence of the last transition fed; 0: none. */
uint64_t alarm_figures_seq(const AlarmFigures *figures);

/* Returns: (transfer full) */
FiguresView *
alarm_figures_view(const AlarmFigures *figures, const AlarmPolicy *policy, WallUs wall_us);
FiguresView *figures_view_ref(FiguresView *view);
void figures_view_unref(FiguresView *view); /* (nullable) */

/* As bytes for a file (GVariant in normal form), and back; NULL for anything else. */
GBytes *alarm_figures_encode(const AlarmFigures *figures);
AlarmFigures *alarm_figures_decode(GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AlarmFigures, alarm_figures_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FiguresView, figures_view_unref)
