/* Which gaps in a sequence are this box's own. Pure.
 *
 * A socket says before which datagram it dropped others. What is put in order and repaired is
 * handed on later, and says before which datagram a gap remains. The two are brought together by
 * arrival: a mark is a time in which a gap is ours. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define OWN_MARKS_MAX    16u               /* the oldest gives way */
#define OWN_MARK_REORDER (100 * US_PER_MS) /* what overtook the datagram behind the drop */
#define OWN_MARK_LEGS_APART                                                                        \
    (500 * US_PER_MS) /* the gap may end with a datagram of the other leg                          \
                       */

typedef struct {
    MonoUs from_us;
    MonoUs until_us;
} OwnMark;

typedef struct {
    OwnMark marks[OWN_MARKS_MAX]; /* @n entries, oldest first */
    unsigned n;
} OwnMarks; /* all-zero is the initial state */

/* Datagrams were dropped just before the one that arrived at @at_us. @two_legs: the stream comes
 * twice. */
void own_marks_add(OwnMarks *marks, MonoUs at_us, bool two_legs);

/* A gap remains before the payload that arrived at @at_us. Returns: whether it is ours; a mark
 * excuses one gap */
bool own_marks_take(OwnMarks *marks, MonoUs at_us);
