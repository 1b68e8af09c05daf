/* Whether the edges of coding blocks are visible: steps between neighbours of a row, by their place
 * in a grid of eight. Pure.
 *
 * A picture that was coded well has steps of one size everywhere. Where blocks show, the steps on
 * one of eight places are larger than those on the other seven, wherever the grid begins. Rows are
 * taken at full size: scaling hides the grid. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BLOCKINESS_GRID 8u
#define BLOCKINESS_VISIBLE                                                                         \
    3.0 /* ratio from which blocks are called visible. Grainy MPEG-2 of 576 lines at 3.5 Mb/s, as  \
           it is on air, has up to 2.4: that is no fault */
#define BLOCKINESS_STEPS 4096u /* fewer steps a place say nothing */
#define BLOCKINESS_SPREAD                                                                          \
    0.3 /* of the steps of the grid that must be there: blocks are all over a                      \
           picture, the edges of graphics are few */

typedef struct {
    uint64_t steps[BLOCKINESS_GRID]; /* sums, by place in the grid */
    uint64_t there[BLOCKINESS_GRID]; /* steps that are not 0, by place */
    uint64_t count;                  /* steps at each place */
} BlockinessSums;                    /* all-zero is the initial state */

/* Adds one row of @width samples, 8 bits each, at full size. */
void blockiness_add_row(BlockinessSums *sums, const uint8_t *row, size_t width);

/* The largest place against the mean of the others: 1 and a little where no block is visible.
 * Returns: 0 while too little was added, or steps are too few or too small */
double blockiness_ratio(const BlockinessSums *sums);
