/* How many of the RTP numbers that are missing this box dropped itself. Pure.
 *
 * The socket says how many datagrams it dropped, the sequence how many are missing, at times some
 * later: what grows is set against each other. A drop that is not found missing within
 * OWN_SHARE_OPEN_US was of something else, such as a duplicate. */
#pragma once

#include <stdint.h>

#include "pipelines/base/units.h"

#define OWN_SHARE_OPEN_US (3 * US_PER_SECOND)

typedef struct {
    uint64_t lost;   /* numbers missing at the last step */
    uint64_t drops;  /* datagrams dropped at the last step */
    uint64_t open;   /* dropped, and not found missing yet */
    MonoUs grown_us; /* when drops grew last */
    uint64_t own;    /* numbers missing that this box dropped; never decreases */
} OwnShare;          /* all-zero is the initial state */

/* @lost, @drops: since the start. Returns: how many of @lost are the box's own, since the start */
uint64_t own_share_step(OwnShare *share, uint64_t lost, uint64_t drops, MonoUs now_us);
