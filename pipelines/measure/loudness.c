/* Steps of 10 ms go into a ring; sums over it are kept up, and counted anew once a round. */
#include "pipelines/measure/loudness.h"

#include <math.h>
#include <string.h>

#define STEPS_A_BLOCK 10u /* a gating block ends every 100 ms */

static void
open_step(Loudness *loudness)
{
    const unsigned odd = loudness->odd + loudness->rate_hz % LOUDNESS_STEPS_A_SECOND;

    loudness->step_frames =
        loudness->rate_hz / LOUDNESS_STEPS_A_SECOND + odd / LOUDNESS_STEPS_A_SECOND;
    loudness->odd = odd % LOUDNESS_STEPS_A_SECOND;
    loudness->open_frames = 0;
    memset(loudness->open, 0, sizeof loudness->open);
}

/* Sets what depends on the format; the rest of it is empty. */
static void
set_format(Loudness *loudness, const SoundLayout *layout, unsigned rate_hz)
{
    k_filter_init(&loudness->filter, rate_hz);
    loudness->rate_hz = rate_hz;
    loudness->n_weighed = 0;
    loudness->odd = 0;
    for (unsigned i = 0; i < layout->n_channels; i++) {
        const double weight = sound_layout_weight(layout, i);

        if (weight <= 0)
            continue;
        loudness->weighed[loudness->n_weighed] = i;
        loudness->weight[loudness->n_weighed++] = weight;
    }
    open_step(loudness);
}

void
loudness_init(Loudness *loudness, const SoundLayout *layout, unsigned rate_hz)
{
    memset(loudness, 0, sizeof *loudness);
    set_format(loudness, layout, rate_hz);
}

/* Steps that belong to the programme, in this format. */
static uint64_t
own_steps(const Loudness *loudness)
{
    return loudness->steps - loudness->since;
}

void
loudness_change_format(Loudness *loudness, const SoundLayout *layout, unsigned rate_hz)
{
    loudness->earlier += own_steps(loudness);
    loudness->steps = 0;
    loudness->since = 0;
    loudness->momentary = 0;
    loudness->short_term = 0;
    memset(loudness->power, 0, sizeof loudness->power);
    set_format(loudness, layout, rate_hz);
}

void
loudness_begin_programme(Loudness *loudness)
{
    loudness->earlier = 0;
    loudness->since = loudness->steps;
    loudness->max_momentary = 0;
    loudness->max_short_term = 0;
    memset(&loudness->blocks, 0, sizeof loudness->blocks);
    memset(&loudness->long_blocks, 0, sizeof loudness->long_blocks);
}

/* Sum of the last @n steps before @at in the ring. */
static double
sum_before(const Loudness *loudness, size_t at, size_t n)
{
    double sum = 0;

    for (size_t i = 1; i <= n; i++)
        sum += loudness->power[(at + LOUDNESS_SHORT_STEPS - i) % LOUDNESS_SHORT_STEPS];
    return sum;
}

static void
put_step(Loudness *loudness, double power)
{
    const size_t at = loudness->steps % LOUDNESS_SHORT_STEPS;
    const size_t leaving =
        (at + LOUDNESS_SHORT_STEPS - LOUDNESS_MOMENTARY_STEPS) % LOUDNESS_SHORT_STEPS;

    loudness->momentary += power - loudness->power[leaving];
    loudness->short_term += power - loudness->power[at];
    loudness->power[at] = power;
    loudness->steps++;
    if (at + 1 < LOUDNESS_SHORT_STEPS)
        return;
    /* Rounding of the running sums would add up over days. */
    loudness->momentary = sum_before(loudness, 0, LOUDNESS_MOMENTARY_STEPS);
    loudness->short_term = sum_before(loudness, 0, LOUDNESS_SHORT_STEPS);
}

static double
momentary_power(const Loudness *loudness)
{
    return fmax(loudness->momentary, 0) / LOUDNESS_MOMENTARY_STEPS;
}

static double
short_term_power(const Loudness *loudness)
{
    return fmax(loudness->short_term, 0) / LOUDNESS_SHORT_STEPS;
}

static void
end_step(Loudness *loudness)
{
    double power = 0;

    for (unsigned i = 0; i < loudness->n_weighed; i++)
        power += loudness->weight[i] * loudness->open[i];
    put_step(loudness, power / (double)loudness->open_frames);
    open_step(loudness);
    if (own_steps(loudness) >= LOUDNESS_MOMENTARY_STEPS)
        loudness->max_momentary = fmax(loudness->max_momentary, momentary_power(loudness));
    if (own_steps(loudness) >= LOUDNESS_SHORT_STEPS)
        loudness->max_short_term = fmax(loudness->max_short_term, short_term_power(loudness));
    if (loudness->steps % STEPS_A_BLOCK != 0)
        return;
    if (loudness->steps >= LOUDNESS_MOMENTARY_STEPS)
        loudness_hour_add(&loudness->hour, momentary_power(loudness));
    if (loudness->steps >= LOUDNESS_SHORT_STEPS)
        loudness_hour_add(&loudness->long_hour, short_term_power(loudness));
    if (own_steps(loudness) >= LOUDNESS_MOMENTARY_STEPS)
        loudness_gate_add(&loudness->blocks, momentary_power(loudness));
    if (own_steps(loudness) >= LOUDNESS_SHORT_STEPS)
        loudness_gate_add(&loudness->long_blocks, short_term_power(loudness));
}

void
loudness_add(Loudness *loudness, const float *const *planes, size_t frames)
{
    for (size_t done = 0; done < frames;) {
        const size_t room = loudness->step_frames - loudness->open_frames;
        const size_t count = frames - done < room ? frames - done : room;
        const float *weighed[SOUND_CHANNELS_MAX];

        for (unsigned i = 0; i < loudness->n_weighed; i++)
            weighed[i] = planes[loudness->weighed[i]] + done;
        k_filter_add(&loudness->filter, weighed, loudness->n_weighed, count, loudness->open);
        loudness->open_frames += count;
        done += count;
        if (loudness->open_frames == loudness->step_frames)
            end_step(loudness);
    }
}

static double
lufs_if(bool known, double power)
{
    return known ? fmax(loudness_of_power(power), LOUDNESS_FLOOR_LUFS) : (double)NAN;
}

LoudnessFigures
loudness_figures(const Loudness *loudness)
{
    const bool block =
        loudness->max_momentary > 0 || own_steps(loudness) >= LOUDNESS_MOMENTARY_STEPS;
    const bool long_block =
        loudness->max_short_term > 0 || own_steps(loudness) >= LOUDNESS_SHORT_STEPS;
    const double blocks_a_second = LOUDNESS_STEPS_A_SECOND / STEPS_A_BLOCK;

    return (LoudnessFigures){
        .momentary_lufs =
            lufs_if(loudness->steps >= LOUDNESS_MOMENTARY_STEPS, momentary_power(loudness)),
        .short_term_lufs =
            lufs_if(loudness->steps >= LOUDNESS_SHORT_STEPS, short_term_power(loudness)),
        .integrated_lufs = loudness_gate_integrated(&loudness->blocks),
        .range_lu = loudness_gate_range(&loudness->long_blocks),
        .max_momentary_lufs = lufs_if(block, loudness->max_momentary),
        .max_short_term_lufs = lufs_if(long_block, loudness->max_short_term),
        .programme_s = (double)(loudness->earlier + own_steps(loudness)) / LOUDNESS_STEPS_A_SECOND,
        .hour_integrated_lufs = loudness_hour_integrated(&loudness->hour),
        .hour_range_lu = loudness_hour_range(&loudness->long_hour),
        .hour_s = loudness_hour_blocks(&loudness->hour) / blocks_a_second,
    };
}
