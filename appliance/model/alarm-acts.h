/* What people decided about alarms and what time makes of it: shelves, ends of acknowledgements,
 * reminders, planned work. For the alarm book's own files. */
#pragma once

#include "appliance/model/alarm-judge.h"

void alarm_acts_shelf_free(Shelf *shelf); /* (nullable) */

/* A record has just been made for the slot: what keeps it quiet from the beginning. */
void alarm_acts_raised(const Resource *resource, Slot *slot);

/* @record of the slot has just been cleared: a one-shot shelf ends with it. */
void alarm_acts_cleared(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions);

/* The slot goes away, and its shelf with it. */
void alarm_acts_drop(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions);

/* Whether a shelf keeps @record in the list. */
bool alarm_acts_is_pinned(const AlarmBook *book, const AlarmRecord *record);

/* When something falls due for the slot (nullable); US_NEVER for never. */
MonoUs alarm_acts_deadline_us(const AlarmBook *book, const Slot *slot);

/* What is due by now. */
void alarm_acts_step(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions);

/* Follows @transition of @record, read from the journal. @slot: of its resource and fault */
void alarm_acts_replay(Slot *slot, AlarmRecord *record, const AlarmTransition *transition);

/* Turns what was read from the journal into durations. */
void alarm_acts_resume(AlarmBook *book, Resource *resource, unsigned fault, AlarmNow now);
