/* Both keep classes; a view of them as count and mean power is what is gated. */
#include "pipelines/measure/loudness-gate.h"

#include <math.h>
#include <string.h>

#define OFFSET_LU (-0.691) /* ITU-R BS.1770: a 997 Hz sine of 0 dBFS in one channel reads -3.01 */

double
loudness_of_power(double power)
{
    return OFFSET_LU + 10 * log10(power);
}

double
loudness_to_power(double lufs)
{
    return pow(10, (lufs - OFFSET_LU) / 10);
}

/* Returns: false when @power is not above the absolute gate */
static int
class_of(double power, unsigned *ret_class)
{
    const double above = loudness_of_power(power) - LOUDNESS_ABSOLUTE_GATE_LUFS;
    const double number = floor(above * LOUDNESS_CLASSES_A_LU);

    if (!(above > 0))
        return 0;
    *ret_class = number < LOUDNESS_CLASSES ? (unsigned)number : LOUDNESS_CLASSES - 1;
    return 1;
}

void
loudness_gate_add(LoudnessGate *gate, double power)
{
    unsigned number = 0;

    if (!class_of(power, &number))
        return;
    gate->count[number]++;
    gate->power[number] += power;
}

static void
begin_slice(LoudnessHour *hour)
{
    hour->filled = 0;
    hour->running = (hour->running + 1) % LOUDNESS_SLICES;
    if (hour->slices < LOUDNESS_SLICES - 1)
        hour->slices++;
    for (unsigned i = 0; i < LOUDNESS_CLASSES; i++)
        hour->count[i] -= hour->slice[hour->running][i];
    memset(hour->slice[hour->running], 0, sizeof hour->slice[hour->running]);
}

void
loudness_hour_add(LoudnessHour *hour, double power)
{
    unsigned number = 0;

    if (hour->filled == LOUDNESS_SLICE_BLOCKS)
        begin_slice(hour);
    hour->filled++;
    if (!class_of(power, &number))
        return;
    hour->count[number]++;
    hour->slice[hour->running][number]++;
}

unsigned
loudness_hour_blocks(const LoudnessHour *hour)
{
    return hour->slices * LOUDNESS_SLICE_BLOCKS + hour->filled;
}

/* Mean power of the classes whose own is above @gate_power; 0: there is none. */
static double
mean_above(const LoudnessGate *gate, double gate_power)
{
    double sum = 0;
    uint64_t count = 0;

    for (unsigned i = 0; i < LOUDNESS_CLASSES; i++) {
        if (gate->count[i] == 0 || gate->power[i] <= gate_power * (double)gate->count[i])
            continue;
        sum += gate->power[i];
        count += gate->count[i];
    }
    return count > 0 ? sum / (double)count : 0;
}

double
loudness_gate_integrated(const LoudnessGate *gate)
{
    const double ungated = mean_above(gate, 0);

    return ungated > 0 ? loudness_of_power(mean_above(gate, ungated / 10)) : (double)NAN;
}

/* The counts of an hour, each with the power of the middle of its class. */
static void
view_hour(const LoudnessHour *hour, LoudnessGate *ret_gate)
{
    const double step = pow(10, 1 / (10 * LOUDNESS_CLASSES_A_LU));
    double middle =
        loudness_to_power(LOUDNESS_ABSOLUTE_GATE_LUFS + 1 / (2 * LOUDNESS_CLASSES_A_LU));

    for (unsigned i = 0; i < LOUDNESS_CLASSES; i++, middle *= step) {
        ret_gate->count[i] = hour->count[i];
        ret_gate->power[i] = hour->count[i] * middle;
    }
}

double
loudness_hour_integrated(const LoudnessHour *hour)
{
    LoudnessGate gate;

    view_hour(hour, &gate);
    return loudness_gate_integrated(&gate);
}

/* Loudness of the block with @before others below it, of those counted from class @first. */
static double
loudness_at(const LoudnessGate *gate, unsigned first, uint64_t before)
{
    unsigned i = first;

    for (uint64_t seen = 0; i < LOUDNESS_CLASSES - 1; i++) {
        seen += gate->count[i];
        if (seen > before)
            break;
    }
    return loudness_of_power(gate->power[i] / (double)gate->count[i]);
}

double
loudness_gate_range(const LoudnessGate *gate)
{
    const double gate_power = mean_above(gate, 0) / 100;
    uint64_t count = 0;
    unsigned first = LOUDNESS_CLASSES;

    for (unsigned i = LOUDNESS_CLASSES; i-- > 0;) {
        if (gate->count[i] == 0)
            continue;
        if (gate->power[i] <= gate_power * (double)gate->count[i])
            break;
        count += gate->count[i];
        first = i;
    }
    if (count == 0)
        return (double)NAN;
    const double last = (double)(count - 1);

    return loudness_at(gate, first, (uint64_t)llround(last * 0.95)) -
           loudness_at(gate, first, (uint64_t)llround(last * 0.10));
}

double
loudness_hour_range(const LoudnessHour *hour)
{
    LoudnessGate gate;

    view_hour(hour, &gate);
    return loudness_gate_range(&gate);
}
