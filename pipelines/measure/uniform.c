/* A histogram a plane; chroma is only looked at where luma lies together. */
#include "pipelines/measure/uniform.h"

#include <stdlib.h>

#define LEVELS      256u
#define GREY_CHROMA 16 /* levels off the middle up to which a colour is none */
#define WHITE_FROM  200
#define BLACK_BELOW 40

/* Two histograms, so that neighbours of one level do not wait for each other. */
static void
count_levels(const uint8_t *row, unsigned width, uint32_t counts[2][LEVELS])
{
    unsigned x = 0;

    for (; x + 1 < width; x += 2) {
        counts[0][row[x]]++;
        counts[1][row[x + 1]]++;
    }
    if (x < width)
        counts[0][row[x]]++;
}

/* The share of samples beside the most frequent level. */
static double
share_of_plane(const uint8_t *data, size_t stride, unsigned width, unsigned height, uint8_t *ret)
{
    uint32_t counts[2][LEVELS] = {0};
    unsigned most = 0;
    uint64_t beside = 0;

    for (unsigned y = 0; y < height; y++)
        count_levels(data + y * stride, width, counts);
    for (unsigned level = 0; level < LEVELS; level++) {
        counts[0][level] += counts[1][level];
        most = counts[0][level] > counts[0][most] ? level : most;
    }
    for (unsigned level = most > UNIFORM_LEVELS ? most - UNIFORM_LEVELS : 0;
         level <= most + UNIFORM_LEVELS && level < LEVELS; level++)
        beside += counts[0][level];
    *ret = (uint8_t)most;
    return (double)beside / ((double)width * height);
}

UniformFigures
uniform_measure(const PictureView *picture)
{
    UniformFigures figures = {.share = 1};

    for (unsigned plane = 0; plane < 3; plane++) {
        const unsigned half = plane == 0 ? 0 : 1;
        const double share =
            share_of_plane(picture->planes[plane], picture->strides[plane], picture->width >> half,
                           picture->height >> half, &figures.colour[plane]);

        figures.share = share < figures.share ? share : figures.share;
        if (share < UNIFORM_SHARE)
            return figures;
    }
    figures.uniform = true;
    return figures;
}

const char *
uniform_colour_name(const uint8_t colour[3])
{
    /* Directions of the colours of full saturation in the plane of Cb and Cr. */
    static const struct {
        const char *name;
        int cb, cr;
    } hues[] = {
        {"red", -43, 127},  {"yellow", -127, 21}, {"green", -84, -107},
        {"cyan", 43, -127}, {"blue", 127, -21},   {"magenta", 84, 107},
    };
    const int cb = colour[1] - 128, cr = colour[2] - 128;
    unsigned nearest = 0;

    if (abs(cb) < GREY_CHROMA && abs(cr) < GREY_CHROMA)
        return colour[0] >= WHITE_FROM ? "white" : colour[0] < BLACK_BELOW ? "black" : "grey";
    for (unsigned i = 1; i < sizeof hues / sizeof hues[0]; i++) {
        if (cb * hues[i].cb + cr * hues[i].cr > cb * hues[nearest].cb + cr * hues[nearest].cr)
            nearest = i;
    }
    return hues[nearest].name;
}
