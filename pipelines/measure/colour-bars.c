/* Each layout, level and matrix is compared with what it would look like. */
#include "pipelines/measure/colour-bars.h"

#include <stdbool.h>
#include <stdlib.h>

#define BARS_MAX  8u
#define LEAST_BAR 0.5  /* of one bar that must have its colour */
#define LEAST_ALL 0.8  /* of all bars */
#define TOLERANCE 20   /* levels off the colour, of each plane */
#define ROWS_FROM 0.06 /* of the height: bars of SMPTE end at 7/12 of it */
#define ROWS_TO   0.55
#define MIDDLE    0.25 /* of a bar's width that is left out on each side: edges are soft */
#define STEP      2u   /* pixels: one of chroma */

/* Where the bars of a layout stand, in shares of the width. */
static const struct {
    ColourBars bars;
    unsigned n;
    double from;
    double to;
} layouts[] = {
    {COLOUR_BARS_EBU, 8, 0, 1},
    {COLOUR_BARS_SMPTE, 7, 0, 1},
    {COLOUR_BARS_SMPTE_HD, 7, 1.0 / 8, 7.0 / 8},
};

typedef struct {
    int level[3]; /* Y, Cb, Cr */
} Colour;

/* Colour number @bar of the row white, yellow, cyan, green, magenta, red, blue, black: each is
 * without one more of green (4), red (2), blue (1). */
static Colour
colour_of(unsigned bar, double amplitude, bool bt709)
{
    const double kr = bt709 ? 0.2126 : 0.299, kb = bt709 ? 0.0722 : 0.114;
    const double red = bar & 2 ? 0 : amplitude, green = bar & 4 ? 0 : amplitude;
    const double blue = bar & 1 ? 0 : amplitude;
    const double luma = kr * red + (1 - kr - kb) * green + kb * blue;

    return (Colour){{
        (int)(255 * luma + 0.5),
        (int)(128 + 127.5 * (blue - luma) / (1 - kb) + 0.5),
        (int)(128 + 127.5 * (red - luma) / (1 - kr) + 0.5),
    }};
}

static bool
is_colour(const PictureView *picture, unsigned x, unsigned y, const Colour *colour)
{
    if (abs(picture->planes[0][y * picture->strides[0] + x] - colour->level[0]) > TOLERANCE)
        return false;
    for (unsigned plane = 1; plane < 3; plane++) {
        const uint8_t level = picture->planes[plane][y / 2 * picture->strides[plane] + x / 2];

        if (abs(level - colour->level[plane]) > TOLERANCE)
            return false;
    }
    return true;
}

/* The share of the middle of a bar, from @left to @right in pixels, that has @colour. */
static double
share_of(const PictureView *picture, double left, double right, const Colour *colour)
{
    const double margin = (right - left) * MIDDLE;
    const unsigned y_from = (unsigned)(picture->height * ROWS_FROM);
    const unsigned y_to = (unsigned)(picture->height * ROWS_TO);
    unsigned seen = 0, right_ones = 0;

    for (unsigned y = y_from; y < y_to; y += STEP) {
        for (unsigned x = (unsigned)(left + margin); x < right - margin; x += STEP) {
            seen++;
            right_ones += is_colour(picture, x, y, colour);
        }
    }
    return seen > 0 ? (double)right_ones / seen : 0;
}

static bool
has_bars(const PictureView *picture, unsigned layout, double amplitude, bool bt709)
{
    const double from = layouts[layout].from * picture->width;
    const double wide = layouts[layout].to * picture->width - from;
    const unsigned n = layouts[layout].n;
    double all = 0;

    for (unsigned bar = 0; bar < n; bar++) {
        const double left = from + wide * bar / n, right = from + wide * (bar + 1) / n;
        const Colour colour = colour_of(bar, amplitude, bt709);
        double share = share_of(picture, left, right, &colour);

        if (bar == 0 && share < LEAST_BAR) { /* white may be of 100 per cent beside bars of 75 */
            const Colour white = colour_of(0, 1, bt709);

            share = share_of(picture, left, right, &white);
        }
        if (share < LEAST_BAR)
            return false;
        all += share / n;
    }
    return all >= LEAST_ALL;
}

ColourBars
colour_bars_find(const PictureView *picture)
{
    static const double amplitudes[] = {0.75, 1};

    for (unsigned i = 0; i < sizeof layouts / sizeof layouts[0] * 4; i++) {
        if (has_bars(picture, i / 4, amplitudes[i & 1], (i & 2) != 0))
            return layouts[i / 4].bars;
    }
    return COLOUR_BARS_NONE;
}

const char *
colour_bars_name(ColourBars bars)
{
    switch (bars) {
    case COLOUR_BARS_NONE:
        return "none";
    case COLOUR_BARS_EBU:
        return "EBU";
    case COLOUR_BARS_SMPTE:
        return "SMPTE";
    case COLOUR_BARS_SMPTE_HD:
        return "SMPTE HD";
    }
    return "none";
}
