/* Both outer phases are one another's mirror: sums and differences of opposite taps serve both.
 * Four places in time are done side by side. */
#include "pipelines/measure/true-peak.h"

#include <math.h>
#include <string.h>

#include "pipelines/measure/lanes.h"

#define HALF (TRUE_PEAK_TAPS / 2)
#define LAST (TRUE_PEAK_TAPS - 1)

/* The band of the samples, up to half their rate, under a raised cosine; @after: of the taps'
 * middle, in samples. */
static double
tap(double after)
{
    const double turns = M_PI * after;

    return sin(turns) / turns * 0.5 * (1 + cos(turns / HALF));
}

/* The taps of the place that is @part of a sample after the last of the earlier half. Returns: the
 * sum of their magnitudes */
static float
make_phase(double part, float taps[TRUE_PEAK_TAPS])
{
    double sum = 0, size = 0;

    for (unsigned i = 0; i < TRUE_PEAK_TAPS; i++)
        sum += tap((double)i - (HALF - 1) - part);
    for (unsigned i = 0; i < TRUE_PEAK_TAPS; i++) {
        taps[i] = (float)(tap((double)i - (HALF - 1) - part) / sum);
        size += fabs((double)taps[i]);
    }
    return (float)size;
}

void
true_peak_init(TruePeakFilter *filter, unsigned rate_hz)
{
    float early[TRUE_PEAK_TAPS], middle[TRUE_PEAK_TAPS];
    const float of_middle = make_phase(0.5, middle), of_early = make_phase(0.25, early);

    *filter = (TruePeakFilter){.factor = rate_hz < 96000 ? 4 : rate_hz < 192000 ? 2 : 1};
    for (unsigned i = 0; i < HALF; i++) {
        filter->early_even[i] = (early[i] + early[LAST - i]) / 2;
        filter->early_odd[i] = (early[i] - early[LAST - i]) / 2;
        filter->middle[i] = middle[i];
    }
    filter->gain = 1;
    if (filter->factor > 1)
        filter->gain = fmaxf(filter->gain, of_middle);
    if (filter->factor > 2)
        filter->gain = fmaxf(filter->gain, of_early);
}

float
true_peak_gain(const TruePeakFilter *filter)
{
    return filter->gain;
}

/* @at: the first of the samples that are around the first of four places. */
static LaneFloats
top_of_four_phases(const TruePeakFilter *filter, const float *at)
{
    LaneFloats even = {0, 0, 0, 0}, odd = even, middle = even;

    for (unsigned i = 0; i < HALF; i++) {
        const LaneFloats left = lanes_load(at + i), right = lanes_load(at + LAST - i);
        const LaneFloats sum = left + right;

        even += filter->early_even[i] * sum;
        odd += filter->early_odd[i] * (left - right);
        middle += filter->middle[i] * sum;
    }
    /* The larger of |even + odd| and |even - odd|. */
    return lanes_max(lanes_size(even) + lanes_size(odd), lanes_size(middle));
}

static LaneFloats
top_of_two_phases(const TruePeakFilter *filter, const float *at)
{
    LaneFloats middle = {0, 0, 0, 0};

    for (unsigned i = 0; i < HALF; i++)
        middle += filter->middle[i] * (lanes_load(at + i) + lanes_load(at + LAST - i));
    return lanes_size(middle);
}

/* Highest value between the samples of the block, whose last place is the last four's last. */
static float
between_samples(const TruePeakFilter *filter, const float *samples, size_t count)
{
    const float *last = samples + TRUE_PEAK_PAST + count - LANES - LAST;
    LaneFloats top = {0, 0, 0, 0};

    for (const float *at = samples + TRUE_PEAK_PAST - LAST; at < last + LANES; at += LANES) {
        const float *from = at < last ? at : last; /* some places twice rather than one too many */

        top = lanes_max(top, filter->factor > 2 ? top_of_four_phases(filter, from)
                                                : top_of_two_phases(filter, from));
    }
    return lanes_highest(top);
}

static float
highest_of(const float *samples, size_t count)
{
    float highest = 0;

    for (size_t i = 0; i < count; i++)
        highest = fmaxf(highest, fabsf(samples[i]));
    return highest;
}

float
true_peak_add(const TruePeakFilter *filter,
              TruePeakMemory *memory,
              const float *samples,
              size_t count,
              float sample_peak,
              float known)
{
    const float around = fmaxf(sample_peak, memory->before);

    known = fmaxf(known, sample_peak);
    memcpy(memory->samples + TRUE_PEAK_PAST, samples, count * sizeof *samples);
    if (filter->factor > 1 && around * filter->gain > known)
        known = fmaxf(known, between_samples(filter, memory->samples, count));
    memmove(memory->samples, memory->samples + count, TRUE_PEAK_PAST * sizeof *samples);
    memory->before =
        count < TRUE_PEAK_PAST ? highest_of(memory->samples, TRUE_PEAK_PAST) : sample_peak;
    return known;
}
