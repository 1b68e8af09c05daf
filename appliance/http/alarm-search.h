/* What a request asks of alarms, read from its query: of those that are listed, and of the past. */
#pragma once

#include "appliance/http/request.h"
#include "appliance/http/view-alarm.h"

#define ALARM_TEXT_MAX 200u /* bytes of the text to look for */

/* Reads "state", "severity", "group", "channel", "q", "unacknowledged", "cursor" and "limit".
 * Answers 400 itself, and returns false, for what cannot be. @ret_query borrows from @request. */
bool alarm_query_read(HttpRequest *request, AlarmQuery *ret_query);

/* A question to the history; owns what @search points to. */
typedef struct {
    AlarmSearch search;
    GStrv channels;
    char *after_id;
} PastAlarms;

/**
 * past_alarms_read:
 * @snapshot: what the asker may know of
 * @may_see_all: the asker may know of alarms of other things than channels, and of channels that
 *   are gone
 *
 * Reads "from", "to", "severity", "group", "channel", "q", "cursor" and "limit". Answers 400 itself
 * and returns false for what cannot be.
 */
bool past_alarms_read(HttpRequest *request,
                      const Snapshot *snapshot,
                      bool may_see_all,
                      PastAlarms *ret_past);
void past_alarms_clear(PastAlarms *past);

/* The cursor behind @event. Returns: (transfer full) */
char *past_alarms_place(const Event *event);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PastAlarms, past_alarms_clear)
