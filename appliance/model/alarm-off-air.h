/* "Off air": black (or of one colour), frozen and silent at once is one alarm of the channel, which
 * stands for its parts. For the alarm book's own files. */
#pragma once

#include "appliance/model/alarm-judge.h"

/* Whether @fault is a part that off air stands for: held back while it is pending, and no news of
 * its own while it stands. */
bool alarm_off_air_covers(FaultId fault);

/* After evidence of @fault on @resource was taken: what follows for off air. What is not known of a
 * part is not guessed: off air is then left as it was. */
void alarm_off_air_observe(
    AlarmBook *book, Resource *resource, FaultId fault, AlarmNow now, GPtrArray *transitions);
