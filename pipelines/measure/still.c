/* Sums of absolute differences in cells of half a block; four neighbours are a block. */
#include "pipelines/measure/still.h"

#include <math.h>
#include <string.h>

#define CELL       (STILL_BLOCK / 2)
#define CELLS_MAX  (STILL_WIDTH_MAX / CELL)
#define FULL_SCALE 255.0
#define FOLD_PRIME UINT64_C(0x9e3779b97f4a7c15)

/* Adds the differences of one row to the columns. */
static void
add_row(uint16_t *columns, const uint8_t *before, const uint8_t *now, unsigned width)
{
    for (unsigned x = 0; x < width; x++) {
        const uint8_t more = now[x] > before[x] ? now[x] : before[x];
        const uint8_t less = now[x] > before[x] ? before[x] : now[x];

        columns[x] = (uint16_t)(columns[x] + (uint8_t)(more - less));
    }
}

/* Sums of the cells of CELL rows from @y. Returns: their total */
static uint64_t
add_cells(const LumaPlane *before, const LumaPlane *now, unsigned y, uint32_t *ret_cells)
{
    uint16_t columns[STILL_WIDTH_MAX] = {0};
    uint64_t total = 0;

    for (unsigned row = y; row < y + CELL && row < now->height; row++)
        add_row(columns, before->data + row * before->stride, now->data + row * now->stride,
                now->width);
    for (unsigned cell = 0; cell < now->width / CELL; cell++) {
        const uint16_t *at = columns + (size_t)cell * CELL;

        ret_cells[cell] = (uint32_t)(at[0] + at[1] + at[2] + at[3]);
        total += ret_cells[cell];
    }
    for (unsigned x = now->width / CELL * CELL; x < now->width; x++)
        total += columns[x];
    return total;
}

static uint32_t
largest_block(const uint32_t *above, const uint32_t *below, unsigned n_cells)
{
    uint32_t largest = 0;

    for (unsigned cell = 0; cell + 1 < n_cells; cell++) {
        const uint32_t sum = above[cell] + above[cell + 1] + below[cell] + below[cell + 1];

        largest = sum > largest ? sum : largest;
    }
    return largest;
}

StillFigures
still_compare(const LumaPlane *before, const LumaPlane *now)
{
    uint32_t rows[2][CELLS_MAX];
    uint64_t total = 0;
    uint32_t largest = 0;

    for (unsigned y = 0, turn = 0; y < now->height; y += CELL, turn ^= 1) {
        total += add_cells(before, now, y, rows[turn]);
        if (y > 0 && y + CELL <= now->height) {
            const uint32_t block = largest_block(rows[turn ^ 1], rows[turn], now->width / CELL);

            largest = block > largest ? block : largest;
        }
    }
    if (total == 0)
        return (StillFigures){STILL_EXACT, -INFINITY, 0};
    const double mean = (double)total / ((double)now->width * now->height);
    const double block = (double)largest / (STILL_BLOCK * STILL_BLOCK);

    return (StillFigures){
        .verdict = block < STILL_BLOCK_LEVELS ? STILL_NOISE : STILL_MOVING,
        .difference_db = 20 * log10(mean / FULL_SCALE),
        .block_levels = block,
    };
}

StillVerdict
still_verdict(const StillFigures *figures, double block_levels)
{
    if (figures->verdict == STILL_EXACT)
        return STILL_EXACT;
    return figures->block_levels < block_levels ? STILL_NOISE : STILL_MOVING;
}

static uint64_t
fold_row(uint64_t fold, const uint8_t *row, size_t size)
{
    uint64_t lanes[4] = {fold, ~fold, fold * 3, fold * 5};
    size_t at = 0;

    for (; at + sizeof lanes <= size; at += sizeof lanes) {
        uint64_t words[4];

        memcpy(words, row + at, sizeof words);
        for (unsigned i = 0; i < 4; i++)
            lanes[i] = ((lanes[i] ^ words[i]) * FOLD_PRIME) ^ (lanes[i] >> 31);
    }
    for (; at < size; at++)
        lanes[0] = ((lanes[0] ^ row[at]) * FOLD_PRIME) ^ (lanes[0] >> 31);
    fold = 0;
    for (unsigned i = 0; i < 4; i++)
        fold = (fold ^ lanes[i] ^ (lanes[i] >> 29)) * FOLD_PRIME;
    return fold ^ (fold >> 32);
}

uint64_t
still_fold(uint64_t fold, const LumaPlane *plane, unsigned step)
{
    for (unsigned y = 0; y < plane->height; y += step)
        fold = fold_row(fold, plane->data + y * plane->stride, plane->width);
    return fold;
}

const char *
still_name(StillVerdict verdict)
{
    switch (verdict) {
    case STILL_MOVING:
        return "moving";
    case STILL_NOISE:
        return "noise";
    case STILL_EXACT:
        return "exact";
    }
    return "moving";
}
