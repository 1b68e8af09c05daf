/* Accuracy of PCRs from byte position (TR 101 290 2.4 and annex I, PCR_AC), and with it whether the
 * stream has a constant rate. Pure.
 *
 * A straight line is laid by least squares through the last PCRs over packets. On a constant rate
 * each PCR stands on it; what the next one is off is its inaccuracy. A PCR far off shifts the line
 * little: it enters only as far off as its fellows are. Where the line no longer holds at all (a
 * change of rate, packets lost unseen), it is begun anew, and what was off then is not an error. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_FIT_MAX         256u                     /* PCRs of the line */
#define TS_FIT_MIN         48u                      /* PCRs before accuracy is judged */
#define TS_FIT_TICKS       (INT64_C(10) * 27000000) /* the line reaches back so far */
#define TS_FIT_SETTLED     (INT64_C(1) * 27000000)  /* so much on one line is a constant rate */
#define TS_FIT_BREAK       (INT64_C(200) * 27) /* off by more, 200 us, the line does not hold */
#define TS_FIT_STEPS       4u                  /* PCRs off by the same, after which it shifted */
#define TS_PCR_ACCURACY_NS INT64_C(500)        /* 2.4 */

typedef struct {
    uint64_t index; /* of the packet */
    int64_t ticks;  /* 27 MHz, unwrapped */
} TsFitPoint;

typedef struct {
    TsFitPoint points[TS_FIT_MAX]; /* ring; @n from @first */
    unsigned first;
    unsigned n;
    int64_t begun;           /* ticks of the first PCR of this line */
    TsFitPoint origin;       /* of the coordinates of the sums: x packets, y ticks off @slope */
    double slope;            /* ticks a packet, about */
    double x, y, xx, xy, yy; /* sums over the points */
    unsigned turns;          /* points since the sums were made anew */
    unsigned run;            /* PCRs off by the same in a row */
    double run_off;          /* ticks */
    bool variable;           /* the line broke and none has settled since */
    bool settled;            /* one has, ever since the last break */
} TsPcrFit;                  /* all-zero is the initial state */

typedef enum {
    TS_FIT_NONE,   /* nothing to say: too few, or no constant rate */
    TS_FIT_JUDGED, /* @ret_off_ns holds */
} TsFitAnswer;

/* Takes the next PCR. @ret_off_ns: how far it is from where it should be, positive: late value. */
TsFitAnswer ts_pcr_fit_take(TsPcrFit *fit, uint64_t index, int64_t ticks, int64_t *ret_off_ns);

/* Packets are missing or the clock jumped: what comes has nothing to do with what was. What is
 * known of the rate stays. */
void ts_pcr_fit_break(TsPcrFit *fit);
