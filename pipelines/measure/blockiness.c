/* Eight sums side by side, so that the compiler makes vectors of them. */
#include "pipelines/measure/blockiness.h"

/* A step of a block's edge is small; larger ones are edges of what is shown. */
#define STEP_MAX   8u
#define GROUPS_MAX 2048u /* of eight steps that fit 16 bits */
#define FLAT       0.35  /* levels a step: below, rounding alone makes patterns */

static void
add_groups(uint16_t *sums, uint16_t *there, const uint8_t *row, size_t groups)
{
    for (size_t group = 0; group < groups; group++) {
        const uint8_t *at = row + group * BLOCKINESS_GRID;

        for (unsigned i = 0; i < BLOCKINESS_GRID; i++) {
            const uint8_t more = at[i] > at[i + 1] ? at[i] : at[i + 1];
            const uint8_t less = at[i] > at[i + 1] ? at[i + 1] : at[i];
            const uint8_t step = (uint8_t)(more - less);

            sums[i] = (uint16_t)(sums[i] + (step < STEP_MAX ? step : STEP_MAX));
            there[i] = (uint16_t)(there[i] + (step > 0));
        }
    }
}

void
blockiness_add_row(BlockinessSums *sums, const uint8_t *row, size_t width)
{
    size_t groups = width > 0 ? (width - 1) / BLOCKINESS_GRID : 0;

    sums->count += groups;
    while (groups > 0) {
        const size_t now = groups < GROUPS_MAX ? groups : GROUPS_MAX;
        uint16_t part[BLOCKINESS_GRID] = {0}, there[BLOCKINESS_GRID] = {0};

        add_groups(part, there, row, now);
        for (unsigned i = 0; i < BLOCKINESS_GRID; i++) {
            sums->steps[i] += part[i];
            sums->there[i] += there[i];
        }
        row += now * BLOCKINESS_GRID;
        groups -= now;
    }
}

double
blockiness_ratio(const BlockinessSums *sums)
{
    const double count = (double)sums->count;
    uint64_t total = 0;
    unsigned largest = 0;

    for (unsigned i = 0; i < BLOCKINESS_GRID; i++) {
        total += sums->steps[i];
        largest = sums->steps[i] > sums->steps[largest] ? i : largest;
    }
    const double others = (double)(total - sums->steps[largest]) / (BLOCKINESS_GRID - 1);

    if (sums->count < BLOCKINESS_STEPS || (double)total < FLAT * BLOCKINESS_GRID * count ||
        (double)sums->there[largest] < BLOCKINESS_SPREAD * count)
        return 0;
    return others > 0 ? (double)sums->steps[largest] / others : 0;
}
