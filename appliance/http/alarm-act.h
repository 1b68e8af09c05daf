/* What an operator does to an alarm, as a request says it. */
#pragma once

#include "appliance/http/request.h"

typedef struct {
    CommandKind kind;
    char *note;  /* (nullable): clean */
    char *owner; /* (nullable): name of an account */
    int64_t for_us;
} AlarmAct;

/* Reads "note", "minutes" and "user" of @object (nullable: no body) for an act of @kind.
 * Returns: (nullable): why it will not do; NULL with @ret_act filled */
const char *alarm_act_read(JsonObject *object, CommandKind kind, AlarmAct *ret_act);

/* The same with the act in "action": ack, unack, comment, assign, shelve, unshelve. */
const char *alarm_act_read_named(JsonObject *object, AlarmAct *ret_act);

/* Returns: (transfer full): @act on alarm @id, by whoever sent @request */
Command *alarm_act_command(const AlarmAct *act, const HttpRequest *request, const char *id);

void alarm_act_clear(AlarmAct *act);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AlarmAct, alarm_act_clear)
