/* Two channels run side by side through both sections. The sections are in state form: what the
 * next sample waits for is one product and one sum. */
#include "pipelines/measure/k-filter.h"

#include <math.h>
#include <string.h>

#define NOTHING                                                                                    \
    1e-30 /* a memory below it is empty: what fades for ever would become slow to count */

/* Sections of the standard, which gives them at 48 kHz, as the analogue prototypes they come from.
 */
#define SHELF_HZ        1681.974450955533
#define SHELF_QUALITY   0.7071752369554196
#define SHELF_GAIN_DB   3.999843853973347
#define SHELF_BAND_PART 0.4996667741545416
#define CUT_HZ          38.13547087602444
#define CUT_QUALITY     0.5003270373238773

/* @b: of the input and those before it, @a: of the outputs before; a[0] is 1. */
static KSection
section(const double b[3], const double a[3])
{
    return (KSection){
        .through = b[0],
        .feed = {b[1] - a[1] * b[0], b[2] - a[2] * b[0]},
        .pole = {a[1], a[2]},
    };
}

void
k_filter_init(KFilter *filter, unsigned rate_hz)
{
    const double shelf = tan(M_PI * SHELF_HZ / rate_hz);
    const double high = pow(10, SHELF_GAIN_DB / 20);
    const double band = pow(high, SHELF_BAND_PART) * shelf / SHELF_QUALITY;
    const double shelf_by = 1 + shelf / SHELF_QUALITY + shelf * shelf;
    const double shelf_b[3] = {(high + band + shelf * shelf) / shelf_by,
                               2 * (shelf * shelf - high) / shelf_by,
                               (high - band + shelf * shelf) / shelf_by};
    const double shelf_a[3] = {1, 2 * (shelf * shelf - 1) / shelf_by,
                               (1 - shelf / SHELF_QUALITY + shelf * shelf) / shelf_by};
    const double cut = tan(M_PI * CUT_HZ / rate_hz);
    const double cut_by = 1 + cut / CUT_QUALITY + cut * cut;
    const double cut_b[3] = {1, -2, 1};
    const double cut_a[3] = {1, 2 * (cut * cut - 1) / cut_by,
                             (1 - cut / CUT_QUALITY + cut * cut) / cut_by};

    memset(filter, 0, sizeof *filter);
    filter->shelf = section(shelf_b, shelf_a);
    filter->cut = section(cut_b, cut_a);
}

static KPair
faded(KPair memory)
{
    for (unsigned i = 0; i < 2; i++)
        if (!(fabs(memory[i]) > NOTHING))
            memory[i] = 0;
    return memory;
}

static KPair
run_pair(const KFilter *filter, KMemory *memory, const float *left, const float *right, size_t n)
{
    const KSection shelf = filter->shelf, cut = filter->cut;
    KPair s1 = memory->shelf[0], s2 = memory->shelf[1], c1 = memory->cut[0], c2 = memory->cut[1];
    KPair sum = {0, 0};

    for (size_t i = 0; i < n; i++) {
        const KPair x = {(double)left[i], (double)right[i]};
        const KPair y = shelf.through * x + s1;
        const KPair z = y + c1; /* the cut passes its input as it is */

        s2 += shelf.feed[0] * x;
        c2 += cut.feed[0] * y;
        const KPair s = s2 - shelf.pole[0] * s1, c = c2 - cut.pole[0] * c1;

        s2 = shelf.feed[1] * x - shelf.pole[1] * s1;
        c2 = cut.feed[1] * y - cut.pole[1] * c1;
        s1 = s;
        c1 = c;
        sum += z * z;
    }
    *memory = (KMemory){{faded(s1), faded(s2)}, {faded(c1), faded(c2)}};
    return sum;
}

void
k_filter_add(
    KFilter *filter, const float *const *planes, unsigned n_channels, size_t frames, double *energy)
{
    for (unsigned i = 0; i < n_channels; i += 2) {
        const unsigned second = i + 1 < n_channels ? i + 1 : i;
        const KPair sum =
            run_pair(filter, &filter->memory[i / 2], planes[i], planes[second], frames);

        energy[i] += sum[0];
        if (second != i)
            energy[second] += sum[1];
    }
}
