/* Whether a picture is one colour and nothing else: a blue, green, grey or white screen. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/measure/picture-view.h"

#define UNIFORM_SHARE                                                                              \
    0.98                  /* of the samples of each plane that must lie together: a logo is left   \
                           */
#define UNIFORM_LEVELS 4u /* levels to each side of the most frequent one that count as it */

typedef struct {
    bool uniform;
    double share;      /* of the samples beside the most frequent level, of the worst plane seen */
    uint8_t colour[3]; /* Y, Cb, Cr that are most frequent; chroma only where @uniform */
} UniformFigures;

UniformFigures uniform_measure(const PictureView *picture);

/* "white", "grey", "black", "red", "yellow", "green", "cyan", "blue" or "magenta": the word nearest
 * to @colour. Never NULL. */
const char *uniform_colour_name(const uint8_t colour[3]);
