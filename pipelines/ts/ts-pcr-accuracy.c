/* Sums are kept of small numbers: ticks off a first slope, from an origin that follows. */
#include "pipelines/ts/ts-pcr-accuracy.h"

#include <math.h>

#define NS_PER_TICK   (1000.0 / 27.0)
#define LEAST_CLAMP   27.0 /* ticks, 1 us: never clamped tighter */
#define CLAMP_SIGMAS  4.0
#define CLAMP_FROM    16u  /* PCRs before outliers can be told */
#define SAME_TICKS    13.5 /* 0.5 us: off by the same */
#define CONSTANT_FROM 8u   /* PCRs at least on a line that is a constant rate */

static TsFitPoint *
point_at(TsPcrFit *fit, unsigned at)
{
    return &fit->points[(fit->first + at) % TS_FIT_MAX];
}

static double
x_of(const TsPcrFit *fit, uint64_t index)
{
    return (double)(int64_t)(index - fit->origin.index);
}

/* @ticks off the first slope. */
static double
y_of(const TsPcrFit *fit, double x, int64_t ticks)
{
    return (double)(ticks - fit->origin.ticks) - x * fit->slope;
}

static void
add(TsPcrFit *fit, const TsFitPoint *point, double sign)
{
    const double x = x_of(fit, point->index), y = y_of(fit, x, point->ticks);

    fit->x += sign * x;
    fit->y += sign * y;
    fit->xx += sign * x * x;
    fit->xy += sign * x * y;
    fit->yy += sign * y * y;
}

/* The line: y = @ret_a + @ret_b x. Needs two points. */
static bool
line(const TsPcrFit *fit, double *ret_a, double *ret_b)
{
    const double n = fit->n, spread = n * fit->xx - fit->x * fit->x;

    if (fit->n < 2 || spread <= 0)
        return false;
    *ret_b = (n * fit->xy - fit->x * fit->y) / spread;
    *ret_a = (fit->y - *ret_b * fit->x) / n;
    return true;
}

/* Root of the mean square off the line, ticks. */
static double
sigma(const TsPcrFit *fit, double a, double b)
{
    const double sum = fit->yy - a * fit->y - b * fit->xy;

    return sum > 0 ? sqrt(sum / fit->n) : 0;
}

/* Makes the sums anew from the first point on, so that neither numbers nor errors grow. */
static void
renew(TsPcrFit *fit)
{
    double a, b;

    if (line(fit, &a, &b))
        fit->slope += b;
    fit->origin = *point_at(fit, 0);
    fit->x = fit->y = fit->xx = fit->xy = fit->yy = 0;
    for (unsigned i = 0; i < fit->n; i++)
        add(fit, point_at(fit, i), 1);
    fit->turns = 0;
}

static void
drop_first(TsPcrFit *fit)
{
    add(fit, point_at(fit, 0), -1);
    fit->first = (fit->first + 1) % TS_FIT_MAX;
    fit->n--;
}

static void
append(TsPcrFit *fit, const TsFitPoint *point)
{
    while (fit->n == TS_FIT_MAX ||
           (fit->n > TS_FIT_MIN && point->ticks - point_at(fit, 0)->ticks > TS_FIT_TICKS))
        drop_first(fit);
    *point_at(fit, fit->n++) = *point;
    if (fit->n == 1) {
        fit->begun = point->ticks;
        renew(fit);
        return;
    }
    if (fit->n == 2 && point->index != fit->origin.index)
        fit->slope = (double)(point->ticks - fit->origin.ticks) / x_of(fit, point->index);
    add(fit, point, 1);
    if (++fit->turns >= TS_FIT_MAX)
        renew(fit);
}

void
ts_pcr_fit_break(TsPcrFit *fit)
{
    fit->n = 0;
    fit->first = 0;
    fit->turns = 0;
    fit->run = 0;
    fit->slope = 0;
}

static void
restart(TsPcrFit *fit, const TsFitPoint *point)
{
    ts_pcr_fit_break(fit);
    append(fit, point);
}

/* Whether the PCRs have shifted against the packets for good. */
static bool
shifted(TsPcrFit *fit, double off)
{
    const bool same = fit->run > 0 && fabs(off - fit->run_off) < SAME_TICKS;
    const bool much = fabs(off) * NS_PER_TICK > (double)TS_PCR_ACCURACY_NS;

    fit->run = !much ? 0 : same ? fit->run + 1 : 1;
    fit->run_off = off;
    return fit->run >= TS_FIT_STEPS;
}

static double
clamp(double off, double most)
{
    return off > most ? most : off < -most ? -most : off;
}

TsFitAnswer
ts_pcr_fit_take(TsPcrFit *fit, uint64_t index, int64_t ticks, int64_t *ret_off_ns)
{
    TsFitPoint point = {index, ticks};
    double a, b;

    if (!line(fit, &a, &b)) {
        append(fit, &point);
        return TS_FIT_NONE;
    }
    const double x = x_of(fit, index), off = y_of(fit, x, ticks) - (a + b * x);

    if (fabs(off) > (double)TS_FIT_BREAK) {
        fit->variable = true;
        fit->settled = false;
        restart(fit, &point);
        return TS_FIT_NONE;
    }
    const unsigned had = fit->n;

    if (shifted(fit, off) && had >= TS_FIT_MIN) {
        restart(fit, &point);
        return TS_FIT_NONE;
    }
    if (had >= CLAMP_FROM) {
        const double most = fmax(CLAMP_SIGMAS * sigma(fit, a, b), LEAST_CLAMP);

        point.ticks -= llround(off - clamp(off, most));
    }
    append(fit, &point);
    if (!fit->settled && fit->n >= CONSTANT_FROM && ticks - fit->begun >= TS_FIT_SETTLED) {
        fit->settled = true;
        fit->variable = false;
    }
    if (!fit->settled || had < TS_FIT_MIN)
        return TS_FIT_NONE;
    *ret_off_ns = llround(off * NS_PER_TICK);
    return TS_FIT_JUDGED;
}
