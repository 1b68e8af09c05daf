/* How two channels go together: correlation, the same sound twice, one turned over. Pure. */
#pragma once

#include <stdbool.h>

#define PHASE_MONO_DB                                                                              \
    (-50.0)                   /* difference against both: below it, the same but for coding noise  \
                               */
#define PHASE_INVERTED (-0.7) /* correlation from which one channel is taken for turned over */
#define PHASE_AUDIBLE_DBFS                                                                         \
    (-50.0) /* RMS that both must reach before their phase means anything                          \
             */

/* A window being measured. All-zero is the initial state. */
typedef struct {
    double left;       /* sum of squares */
    double right;      /* sum of squares */
    double difference; /* sum of squares of left less right */
    double frames;     /* samples a channel */
} PhaseWindow;

typedef struct {
    bool known;         /* both channels are loud enough to be compared */
    double correlation; /* -1 to 1; 0 while not known */
    bool mono;          /* both are the same */
    bool inverted;      /* @correlation is at most PHASE_INVERTED */
} PhaseFigures;

PhaseFigures phase_figures(const PhaseWindow *window);
