/* The members of the body, checked. */
#include "appliance/http/alarm-act.h"

#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define NOTE_MAX    1000u /* bytes */
#define MINUTES_MAX 10080 /* a week */

/* A number of minutes, 1 to a week; 0 without one. False if it is something else. */
static bool
read_minutes(JsonObject *object, int64_t *ret_for_us)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, "minutes") : NULL;
    gint64 minutes = 0;

    if (node != NULL &&
        (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64))
        return false;
    if (node != NULL)
        minutes = json_node_get_int(node);
    *ret_for_us = minutes * 60 * US_PER_SECOND;
    return node == NULL || (minutes >= 1 && minutes <= MINUTES_MAX);
}

const char *
alarm_act_read(JsonObject *object, CommandKind kind, AlarmAct *ret_act)
{
    const bool needs_note = kind == COMMAND_ALARM_COMMENT || kind == COMMAND_ALARM_SHELVE;
    const char *note = object != NULL ? http_json_text(object, "note", NOTE_MAX) : NULL;
    const char *user = object != NULL ? http_json_text(object, "user", SLUG_MAX) : NULL;
    int64_t for_us = 0;

    if ((needs_note && (note == NULL || *note == '\0')) ||
        (note == NULL && object != NULL && json_object_has_member(object, "note")))
        return "\"note\" is a text of 1 to 1000 bytes.";
    if (!read_minutes(object, &for_us))
        return "\"minutes\" is a whole number from 1 to 10080.";
    if (kind == COMMAND_ALARM_ASSIGN && (user == NULL || !slug_is_valid(user)))
        return "\"user\" is the name of an account.";
    *ret_act = (AlarmAct){.kind = kind,
                          .note = text_clean(note, NOTE_MAX),
                          .owner = g_strdup(user),
                          .for_us = for_us};
    return NULL;
}

const char *
alarm_act_read_named(JsonObject *object, AlarmAct *ret_act)
{
    static const struct {
        const char *name;
        CommandKind kind;
    } acts[] = {
        {"ack", COMMAND_ALARM_ACK},         {"unack", COMMAND_ALARM_UNACK},
        {"comment", COMMAND_ALARM_COMMENT}, {"assign", COMMAND_ALARM_ASSIGN},
        {"shelve", COMMAND_ALARM_SHELVE},   {"unshelve", COMMAND_ALARM_UNSHELVE},
    };
    const char *name = http_json_text(object, "action", 16);

    for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (g_strcmp0(acts[i].name, name) == 0)
            return alarm_act_read(object, acts[i].kind, ret_act);
    }
    return "\"action\" is ack, unack, comment, assign, shelve or unshelve.";
}

Command *
alarm_act_command(const AlarmAct *act, const HttpRequest *request, const char *id)
{
    Command *command = http_request_command(request, act->kind, id);

    g_free(command->note);
    command->note = g_strdup(act->note);
    command->owner = g_strdup(act->owner);
    command->for_us = act->for_us;
    return command;
}

void
alarm_act_clear(AlarmAct *act)
{
    g_free(act->note);
    g_free(act->owner);
    *act = (AlarmAct){0};
}
