/* Colour bars by their shape: white, yellow, cyan, green, magenta, red, blue, side by side. Pure.
 *
 * Known are the bars of EBU (eight, black the last), of SMPTE EG 1 (seven) and of SMPTE RP 219 and
 * ARIB STD-B28 (seven between grey sides), at 75 and 100 per cent, in the matrix of BT.601 or
 * BT.709. A logo, a clock or a line of text over them is left out of account. */
#pragma once

#include "pipelines/measure/picture-view.h"

typedef enum {
    COLOUR_BARS_NONE,
    COLOUR_BARS_EBU,
    COLOUR_BARS_SMPTE,
    COLOUR_BARS_SMPTE_HD,
} ColourBars;

/* @picture: the small one, full range. */
ColourBars colour_bars_find(const PictureView *picture);

/* "none", "EBU", "SMPTE", "SMPTE HD": words of the evidence. Never NULL. */
const char *colour_bars_name(ColourBars bars);
