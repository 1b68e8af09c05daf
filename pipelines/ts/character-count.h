/* How many characters were there to be read, and when the last of them came.
 *
 * Characters are those that leave a mark: blanks do not count, so that an empty caption is none. */
#pragma once

#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-place.h"

/* A place with the time of its picture. */
typedef struct {
    TsPlace place;
    Pts90 pts; /* PTS90_MODULUS without one */
} TsMoment;

typedef struct {
    uint64_t characters;
    TsMoment last; /* of the last one; all-zero before the first */
} CharacterCount;  /* all-zero is the initial state */

static inline void
character_count_add(CharacterCount *count, uint64_t characters, const TsMoment *moment)
{
    if (characters == 0)
        return;
    count->characters += characters;
    count->last = *moment;
}
