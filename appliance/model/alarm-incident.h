/* What the alarm book does for incidents: an alarm becomes part of one, or stands alone again, and
 * a sentence is put right before its alarm's next transition. For the incident book and alarm
 * noise, which decide when. */
#pragma once

#include "appliance/model/alarm-book.h"

typedef struct {
    const char *alarm_id;    /* of the member */
    const char *incident_id; /* of the alarm that speaks for it */
    AlarmQuiet quiet;        /* QUIET_MEMBER or QUIET_UNSTABLE */
    bool first_out;          /* it was the first of the incident to fail */
} AlarmJoin;

/* Makes a standing alarm part of an incident (JOINED). An alarm that is quiet because people or a
 * plan want it so keeps that reason. Nothing happens if no such alarm stands. */
void alarm_book_join(AlarmBook *book, const AlarmJoin *join, AlarmNow now, GPtrArray *transitions);

/* Lets a standing alarm stand for itself again (UPDATED): what was quiet as a member or as unstable
 * is so no more. Nothing happens if no such alarm stands, or if it stands for itself. */
void alarm_book_part(AlarmBook *book, const char *alarm_id, AlarmNow now, GPtrArray *transitions);

/* The id of the standing alarm of @fault on @resource; (transfer none) (nullable): valid while it
 * is in the book. */
const char *alarm_book_find_open(const AlarmBook *book, const char *resource, FaultId fault);

/* Whether alarm @alarm_id stands. */
bool alarm_book_stands(const AlarmBook *book, const char *alarm_id);

/* Why @alarm_id is quiet; QUIET_NONE too for one that is not in the book. */
AlarmQuiet alarm_book_quiet(const AlarmBook *book, const char *alarm_id);

/* Words @text as the sentence of a standing alarm, for its next transition to carry. */
void alarm_book_say(AlarmBook *book, const char *alarm_id, const char *text);

/* What an incident has gathered by now. */
typedef struct {
    const char *alarm_id; /* of the parent */
    uint32_t members;
    Severity severity; /* the parent's if that is worse */
    const char *text;
} AlarmGathering;

/* Tells what a standing parent has gathered (UPDATED). */
void alarm_book_gather(AlarmBook *book,
                       const AlarmGathering *gathering,
                       AlarmNow now,
                       GPtrArray *transitions);
