/* Marks as a short list. */
#include "pipelines/elements/own-marks.h"

#include <string.h>

static void
remove_mark(OwnMarks *marks, unsigned index)
{
    marks->n--;
    memmove(&marks->marks[index], &marks->marks[index + 1],
            (marks->n - index) * sizeof marks->marks[0]);
}

void
own_marks_add(OwnMarks *marks, MonoUs at_us, bool two_legs)
{
    if (marks->n == OWN_MARKS_MAX)
        remove_mark(marks, 0);
    marks->marks[marks->n++] = (OwnMark){
        .from_us = at_us - (two_legs ? OWN_MARK_LEGS_APART : 0),
        .until_us = at_us + (two_legs ? OWN_MARK_LEGS_APART : OWN_MARK_REORDER),
    };
}

bool
own_marks_take(OwnMarks *marks, MonoUs at_us)
{
    while (marks->n > 0 && marks->marks[0].until_us < at_us)
        remove_mark(marks, 0);
    for (unsigned i = 0; i < marks->n; i++) {
        if (marks->marks[i].from_us > at_us)
            continue;
        remove_mark(marks, i);
        return true;
    }
    return false;
}
