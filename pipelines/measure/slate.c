/* Means of fields, and their distances. */
#include "pipelines/measure/slate.h"

#include <stdlib.h>

static uint8_t
mean_of(const uint8_t *plane, size_t stride, const unsigned from[2], const unsigned to[2])
{
    const unsigned count = (to[0] - from[0]) * (to[1] - from[1]);
    uint32_t sum = 0;

    for (unsigned y = from[1]; y < to[1]; y++) {
        for (unsigned x = from[0]; x < to[0]; x++)
            sum += plane[y * stride + x];
    }
    return (uint8_t)(count > 0 ? (sum + count / 2) / count : 0);
}

void
slate_print(const PictureView *picture, SlatePrint *ret_print)
{
    for (unsigned i = 0; i < SLATE_PRINT_BYTES; i++) {
        const unsigned plane = i / SLATE_FIELDS, field = i % SLATE_FIELDS;
        const unsigned column = field % SLATE_COLUMNS, row = field / SLATE_COLUMNS;
        const unsigned width = picture->width >> (plane > 0);
        const unsigned height = picture->height >> (plane > 0);
        const unsigned from[2] = {width * column / SLATE_COLUMNS, height * row / SLATE_ROWS};
        const unsigned to[2] = {width * (column + 1) / SLATE_COLUMNS,
                                height * (row + 1) / SLATE_ROWS};

        ret_print->bytes[i] = mean_of(picture->planes[plane], picture->strides[plane], from, to);
    }
}

/* Mean difference of the fields that are alike; above SLATE_LEVELS where the pictures are not. */
static double
distance(const SlatePrint *one, const SlatePrint *other)
{
    unsigned others = 0, sum = 0;

    for (unsigned field = 0; field < SLATE_FIELDS; field++) {
        unsigned most = 0, all = 0;

        for (unsigned at = field; at < SLATE_PRINT_BYTES; at += SLATE_FIELDS) {
            const unsigned levels = (unsigned)abs(one->bytes[at] - other->bytes[at]);

            most = levels > most ? levels : most;
            all += levels;
        }
        others += most > SLATE_FIELD_LEVELS;
        sum += most > SLATE_FIELD_LEVELS ? 0 : all;
    }
    if (others > SLATE_FIELDS_OTHER)
        return SLATE_LEVELS + 1;
    return (double)sum / (3.0 * (SLATE_FIELDS - others));
}

int
slate_find(const SlatePrint *prints, size_t n, const SlatePrint *seen)
{
    double nearest = SLATE_LEVELS;
    int found = -1;

    for (size_t i = 0; i < n; i++) {
        const double levels = distance(&prints[i], seen);

        if (levels >= nearest)
            continue;
        nearest = levels;
        found = (int)i;
    }
    return found;
}
