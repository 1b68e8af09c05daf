/* Closed captions of line 21 (CEA-608), by the characters on each channel. Pure, bounded.
 *
 * Only what decides about presence is followed: the channel that characters go to, whether they
 * are captions, text or extended data (XDS), and the doubling of control codes. Characters with
 * bad parity and those before the first control code belong to nobody. An extended character takes
 * the place of the one sent before it, and so counts nothing of its own. */
#pragma once

#include <stdbool.h>

#include "pipelines/ts/character-count.h"

#define CEA608_CHANNELS 4u

/* One field of the picture, which carries two channels in turn. */
typedef struct {
    bool known;       /* a control code was seen */
    bool xds;         /* what comes is extended data; second field only */
    bool text[2];     /* each channel: what comes is text, not captions */
    uint8_t channel;  /* 0 or 1: the one that was addressed last */
    uint16_t control; /* the last pair, where it was a control code that may come doubled; else 0 */
} Cea608Field;

typedef struct {
    CharacterCount captions[CEA608_CHANNELS]; /* CC1 to CC4 */
    CharacterCount text[CEA608_CHANNELS];     /* T1 to T4 */
    uint64_t xds;                             /* characters of extended data */
    uint64_t pairs;                           /* that are no padding */
    uint64_t parity_errors;                   /* pairs with one */
    Cea608Field fields[2];
} Cea608; /* all-zero is the initial state */

/* @field: 0 for the first, 1 for the second. @pair: two bytes with their parity bits. Pairs of one
 * field come in the order in which they are shown. */
void cea608_push(Cea608 *captions, unsigned field, const uint8_t pair[2], const TsMoment *moment);
