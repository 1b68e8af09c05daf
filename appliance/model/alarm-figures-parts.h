/* The inside of the alarm figures. For their own files. */
#pragma once

#include "appliance/model/alarm-figures.h"

/* Ten minutes. */
typedef struct {
    int64_t number; /* wall time / FIGURES_PERIOD_US; 0: empty */
    uint32_t announced, raised, low, medium, high, acted, chattering;
} FiguresPeriod;

/* One fault of one resource. */
typedef struct {
    uint32_t day_count[FIGURES_DAYS]; /* raises, by day modulo */
    int64_t day[FIGURES_DAYS];        /* which day that is */
    WallUs recent[FIGURES_CHATTER];   /* last raises, newest first */
    WallUs chattered_us;              /* when it last was found to chatter */
} FiguresKey;

/* An alarm that stands. */
typedef struct {
    WallUs raised_us;
    int64_t period; /* in which it was announced; 0: not announced */
    uint8_t rank;   /* 0 low, 1 medium, 2 high; as it counted */
    bool acted;
} FiguresOpen;

struct AlarmFigures {
    uint64_t seq;
    WallUs since_us;
    WallUs newest_us; /* latest wall time fed */
    uint32_t left_out;
    FiguresPeriod periods[FIGURES_PERIODS]; /* by number modulo */
    GHashTable *keys;                       /* (element-type utf8 FiguresKey): "resource\tfault" */
    GHashTable *open;                       /* (element-type utf8 FiguresOpen): by alarm id */
};

/* The period numbered @number; (nullable): nothing was counted in it. */
const FiguresPeriod *figures_period(const AlarmFigures *figures, int64_t number);
