/* Few bins, searched from the shortest: most intervals are short. */
#include "pipelines/ts/arrival-histogram.h"

#define PERCENTILE 0.99

static const int64_t bounds_us[ARRIVAL_BINS] = {
    100, 200, 500, 1000, 2000, 5000, 10000, 20000, 25000, 50000, 100000, 200000, 500000, US_NEVER,
};

int64_t
arrival_bin_bound_us(unsigned bin)
{
    return bin < ARRIVAL_BINS ? bounds_us[bin] : US_NEVER;
}

static void
note_long(ArrivalHistogram *histogram, int64_t interval_us, MonoUs arrival_us)
{
    histogram->above_warn++;
    histogram->warned_us = arrival_us;
    if (interval_us <= ARRIVAL_ERROR_US)
        return;
    histogram->errors_us[histogram->above_error % ARRIVAL_ERROR_COUNT] = arrival_us;
    histogram->above_error++;
}

static void
count(ArrivalHistogram *histogram, int64_t interval_us, MonoUs arrival_us)
{
    unsigned bin = 0;

    while (bin < ARRIVAL_BINS - 1 && interval_us >= bounds_us[bin])
        bin++;
    histogram->bins[bin]++;
    if (interval_us > histogram->running_max_us)
        histogram->running_max_us = interval_us;
    if (interval_us > histogram->max_us)
        histogram->max_us = interval_us;
    if (interval_us > ARRIVAL_WARN_US)
        note_long(histogram, interval_us, arrival_us);
}

void
arrival_histogram_push(ArrivalHistogram *histogram, MonoUs arrival_us)
{
    arrival_histogram_tick(histogram, arrival_us);
    if (histogram->last_us != 0)
        count(histogram, arrival_us > histogram->last_us ? arrival_us - histogram->last_us : 0,
              arrival_us);
    if (arrival_us > histogram->last_us)
        histogram->last_us = arrival_us;
}

void
arrival_histogram_tick(ArrivalHistogram *histogram, MonoUs now_us)
{
    if (now_us < histogram->second_end_us)
        return;
    if (histogram->second_end_us != 0) {
        if (!histogram->tainted)
            histogram->second_max_us = histogram->running_max_us;
        histogram->tainted = false;
    }
    histogram->running_max_us = 0;
    histogram->second_end_us = now_us - now_us % US_PER_SECOND + US_PER_SECOND;
}

void
arrival_histogram_clock_jumped(ArrivalHistogram *histogram)
{
    histogram->last_us = 0;
    histogram->second_end_us = 0;
    histogram->tainted = true;
}

static double
p99_us(const ArrivalHistogram *histogram, uint64_t intervals)
{
    const double wanted = PERCENTILE * (double)intervals;
    double below = 0;

    for (unsigned i = 0; i < ARRIVAL_BINS; i++) {
        const double in_bin = (double)histogram->bins[i];

        if (in_bin > 0 && below + in_bin >= wanted) {
            const double low = i > 0 ? (double)bounds_us[i - 1] : 0;
            const double high =
                (double)(bounds_us[i] < histogram->max_us ? bounds_us[i] : histogram->max_us);

            return low + (high - low) * (wanted - below) / in_bin;
        }
        below += in_bin;
    }
    return 0;
}

static ArrivalState
state(const ArrivalHistogram *histogram, uint64_t intervals, MonoUs now_us)
{
    const MonoUs third_us = histogram->errors_us[histogram->above_error % ARRIVAL_ERROR_COUNT];

    if (intervals == 0)
        return ARRIVAL_UNKNOWN;
    if (third_us != 0 && now_us - third_us <= ARRIVAL_ERROR_SPAN_US)
        return ARRIVAL_ERROR;
    if (histogram->above_warn > 0 && now_us - histogram->warned_us <= ARRIVAL_HOLD_US)
        return ARRIVAL_WARNING;
    return ARRIVAL_GOOD;
}

void
arrival_histogram_figures(const ArrivalHistogram *histogram,
                          MonoUs now_us,
                          ArrivalFigures *ret_figures)
{
    ArrivalFigures figures = {
        .above_warn = histogram->above_warn,
        .above_error = histogram->above_error,
        .second_max_us = histogram->second_max_us,
        .max_us = histogram->max_us,
    };

    for (unsigned i = 0; i < ARRIVAL_BINS; i++) {
        figures.bins[i] = histogram->bins[i];
        figures.intervals += histogram->bins[i];
    }
    figures.p99_us = p99_us(histogram, figures.intervals);
    figures.state = state(histogram, figures.intervals, now_us);
    *ret_figures = figures;
}
