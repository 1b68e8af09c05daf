/* Blocks that fit the nearest cache are looked at by one kernel after another; K weighting, which
 * gains from length, gets all of them at once. */
#include "pipelines/measure/sound-measure.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/base/units.h"

G_STATIC_ASSERT(SOUND_CHANNELS_MAX <= LEVEL_CHANNELS_MAX);
G_STATIC_ASSERT(SOUND_CHANNELS_MAX <= K_FILTER_CHANNELS);
G_STATIC_ASSERT(SOUND_SCAN_BLOCK <= TRUE_PEAK_BLOCK);

/* One block of every channel. */
typedef struct {
    const float *samples[SOUND_CHANNELS_MAX];
    size_t count;
    SoundScan scans[SOUND_CHANNELS_MAX];
    bool broken; /* some channel has broken samples */
} Block;

static void
begin_window(SoundMeasure *measure)
{
    measure->level = (LevelWindow){.n_channels = measure->layout.n_channels};
    measure->front_phase = (PhaseWindow){0};
    measure->surround_phase = (PhaseWindow){0};
    measure->true_peak = 0;
    measure->n_clips = 0;
    measure->n_broken = 0;
    measure->heard = false;
    measure->quiet_head = 0;
    measure->quiet_tail = 0;
}

/* Sets all that depends on the format, but for loudness. */
static void
set_format(SoundMeasure *measure, const SoundLayout *layout, unsigned rate_hz)
{
    measure->layout = *layout;
    measure->rate_hz = rate_hz;
    measure->window_frames = rate_hz / SOUND_WINDOWS_A_SECOND;
    measure->has_front =
        sound_layout_pair(layout, SOUND_FRONT_LEFT, SOUND_FRONT_RIGHT, &measure->front);
    measure->has_surround =
        sound_layout_pair(layout, SOUND_SIDE_LEFT, SOUND_SIDE_RIGHT, &measure->surround) ||
        sound_layout_pair(layout, SOUND_BACK_LEFT, SOUND_BACK_RIGHT, &measure->surround);
    true_peak_init(&measure->filter, rate_hz);
    memset(measure->peaks, 0, sizeof measure->peaks);
    memset(measure->clips, 0, sizeof measure->clips);
    begin_window(measure);
}

void
sound_measure_init(SoundMeasure *measure, const SoundLayout *layout, unsigned rate_hz)
{
    memset(measure, 0, sizeof *measure);
    sound_measure_set_silence(measure, (double)LEVEL_SILENCE_DBFS);
    set_format(measure, layout, rate_hz);
    loudness_init(&measure->loudness, layout, rate_hz);
}

void
sound_measure_set_silence(SoundMeasure *measure, double dbfs)
{
    measure->silence_dbfs = (float)dbfs;
    measure->silent_square = (float)pow(10, dbfs / 10);
}

void
sound_measure_change_format(SoundMeasure *measure, const SoundLayout *layout, unsigned rate_hz)
{
    set_format(measure, layout, rate_hz);
    loudness_change_format(&measure->loudness, layout, rate_hz);
}

static void
scan_block(Block *block, unsigned n_channels)
{
    block->broken = false;
    for (unsigned i = 0; i < n_channels; i++) {
        block->scans[i] = sound_scan(block->samples[i], block->count);
        block->broken = block->broken || !(block->scans[i].peak < SOUND_SAMPLE_MAX);
    }
}

static void
add_phase(PhaseWindow *window, const Block *block, const SoundPair *pair)
{
    window->left += (double)block->scans[pair->left].square;
    window->right += (double)block->scans[pair->right].square;
    window->difference += (double)sound_scan_difference(block->samples[pair->left],
                                                        block->samples[pair->right], block->count);
    window->frames += (double)block->count;
}

static void
add_quiet(SoundMeasure *measure, const Block *block, float loudest)
{
    if (loudest < measure->silent_square * (float)block->count) {
        measure->quiet_head += measure->heard ? 0 : block->count;
        measure->quiet_tail += block->count;
        return;
    }
    measure->heard = true;
    measure->quiet_tail = 0;
}

static void
add_block(SoundMeasure *measure, const Block *block)
{
    float loudest = 0;

    for (unsigned i = 0; i < measure->layout.n_channels; i++) {
        const SoundScan *scan = &block->scans[i];
        const float *samples = block->samples[i];

        measure->level.peak[i] = fmaxf(measure->level.peak[i], scan->peak);
        measure->level.square[i] += (double)scan->square;
        loudest = fmaxf(loudest, scan->square);
        measure->n_clips += sound_clip_add(&measure->clips[i], samples, block->count, scan->peak);
        measure->true_peak = true_peak_add(&measure->filter, &measure->peaks[i], samples,
                                           block->count, scan->peak, measure->true_peak);
    }
    measure->level.frames += block->count;
    if (measure->has_front)
        add_phase(&measure->front_phase, block, &measure->front);
    if (measure->has_surround)
        add_phase(&measure->surround_phase, block, &measure->surround);
    add_quiet(measure, block, loudest);
}

/* A block with broken samples is measured as full scale where they are. */
static void
add_mended(SoundMeasure *measure, Block *block)
{
    float mended[SOUND_CHANNELS_MAX][SOUND_SCAN_BLOCK];

    for (unsigned i = 0; i < measure->layout.n_channels; i++) {
        measure->n_broken +=
            (unsigned)sound_scan_mended(block->samples[i], block->count, mended[i]);
        block->samples[i] = mended[i];
    }
    scan_block(block, measure->layout.n_channels);
    add_block(measure, block);
    loudness_add(&measure->loudness, block->samples, block->count);
}

/* Loudness of the samples from @from to @to. */
static void
add_loudness(SoundMeasure *measure, const float *const *planes, size_t from, size_t to)
{
    const float *shifted[SOUND_CHANNELS_MAX];

    for (unsigned i = 0; i < measure->layout.n_channels; i++)
        shifted[i] = planes[i] + from;
    loudness_add(&measure->loudness, shifted, to - from);
}

size_t
sound_measure_add(SoundMeasure *measure, const float *const *planes, size_t frames)
{
    const size_t room = measure->window_frames - (size_t)measure->level.frames;
    const size_t taken = frames < room ? frames : room;
    size_t weighed = 0; /* samples that loudness has had */

    for (size_t done = 0; done < taken;) {
        const size_t left = taken - done;
        Block block = {.count = left < SOUND_SCAN_BLOCK ? left : SOUND_SCAN_BLOCK};

        for (unsigned i = 0; i < measure->layout.n_channels; i++)
            block.samples[i] = planes[i] + done;
        scan_block(&block, measure->layout.n_channels);
        if (block.broken) {
            add_loudness(measure, planes, weighed, done);
            add_mended(measure, &block);
            weighed = done + block.count;
        } else {
            add_block(measure, &block);
        }
        done += block.count;
    }
    add_loudness(measure, planes, weighed, taken);
    return taken;
}

static int64_t
samples_to_us(const SoundMeasure *measure, size_t samples)
{
    return (int64_t)samples * US_PER_SECOND / measure->rate_hz;
}

bool
sound_measure_take(SoundMeasure *measure, SoundWindow *ret_window)
{
    const float peak_db =
        measure->true_peak > 0 ? 20 * log10f(measure->true_peak) : SOUND_TRUE_PEAK_FLOOR;

    if (measure->level.frames < measure->window_frames)
        return false;
    *ret_window = (SoundWindow){
        .level = level_figures(&measure->level),
        .stereo = measure->has_front,
        .left = measure->front.left,
        .right = measure->front.right,
        .front = phase_figures(&measure->front_phase),
        .surround = phase_figures(&measure->surround_phase),
        .true_peak_dbtp = fmaxf(peak_db, SOUND_TRUE_PEAK_FLOOR),
        .clips = measure->n_clips,
        .broken = measure->n_broken,
        .length_us = samples_to_us(measure, measure->window_frames),
        .quiet_head_us = samples_to_us(measure, measure->quiet_head),
        .quiet_tail_us = samples_to_us(measure, measure->quiet_tail),
    };
    ret_window->level.silent = ret_window->level.n_channels > 0 &&
                               ret_window->level.loudest_rms_dbfs < measure->silence_dbfs;
    begin_window(measure);
    return true;
}
