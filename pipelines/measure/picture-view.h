/* A picture as the kernels see it: Y, Cb and Cr in 8 bits, chroma at half the width and height. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PICTURE_VIEW_SIDE_MAX 480u /* pixels of width or height of the small picture */

/* The small picture, in full range: 0 black to 255 white, chroma around 128. */
typedef struct {
    const uint8_t *planes[3]; /* no-ref; Y, Cb, Cr */
    size_t strides[3];        /* bytes from one row to the next */
    unsigned width;           /* pixels of Y, even, 16 to PICTURE_VIEW_SIDE_MAX */
    unsigned height;          /* rows of Y, even, 16 to PICTURE_VIEW_SIDE_MAX */
} PictureView;
