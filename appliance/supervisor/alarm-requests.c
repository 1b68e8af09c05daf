/* Acts of operators: each is a transition of the alarm book, or a reason why not. */
#include "appliance/supervisor/alarm-requests.h"

#include <string.h>

#include "appliance/config/rule-json.h"
#include "pipelines/base/error.h"

typedef bool (*OperatorFunction)(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);

static OperatorFunction
function_of(CommandKind kind)
{
    static const struct {
        CommandKind kind;
        OperatorFunction act;
    } table[] = {
        {COMMAND_ALARM_ACK, alarm_book_ack},         {COMMAND_ALARM_UNACK, alarm_book_unack},
        {COMMAND_ALARM_COMMENT, alarm_book_comment}, {COMMAND_ALARM_ASSIGN, alarm_book_assign},
        {COMMAND_ALARM_SHELVE, alarm_book_shelve},   {COMMAND_ALARM_UNSHELVE, alarm_book_unshelve},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (table[i].kind == kind)
            return table[i].act;
    }
    return NULL;
}

static const AlarmView *
find_alarm(const Snapshot *views, const char *id)
{
    for (size_t i = 0; i < views->n_alarms; i++) {
        if (g_strcmp0(views->alarms[i].id, id) == 0)
            return &views->alarms[i];
    }
    return NULL;
}

/* Why an act changed nothing. */
static GError *
already(const RequestPorts *ports, const Command *command)
{
    g_autoptr(Snapshot) views = snapshot_new();

    views->alarms = alarm_book_views(ports->book, &views->n_alarms);
    const AlarmView *view = find_alarm(views, command->target);

    if (command->kind == COMMAND_ALARM_UNSHELVE)
        return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "The alarm is not shelved");
    if (command->kind == COMMAND_ALARM_ASSIGN)
        return g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "%s has the alarm already",
                           command->owner);
    if (view != NULL && view->operator_state == OPERATOR_ACK)
        return g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "Already acknowledged by %s",
                           view->owner);
    return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                               "The alarm is not acknowledged");
}

/* An alarm is assigned to somebody who can log in. */
static GError *
check_owner(const RequestPorts *ports, const Command *command)
{
    if (command->kind != COMMAND_ALARM_ASSIGN ||
        account_book_find(ports->records->inventory->accounts, command->owner) != NULL)
        return NULL;
    return g_error_new(GANTRY_ERROR, GANTRY_ERROR_INVALID, "no account is called \"%.64s\"",
                       command->owner != NULL ? command->owner : "");
}

/* The alarm's own event tells what became of it; the audit trail, who did it from where. */
static void
note_act(const RequestPorts *ports, const Command *command, AlarmNow now)
{
    static const struct {
        CommandKind kind;
        const char *word;
    } acts[] = {
        {COMMAND_ALARM_ACK, "acknowledged"},  {COMMAND_ALARM_UNACK, "taken back"},
        {COMMAND_ALARM_COMMENT, "commented"}, {COMMAND_ALARM_ASSIGN, "assigned"},
        {COMMAND_ALARM_SHELVE, "shelved"},    {COMMAND_ALARM_UNSHELVE, "unshelved"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (acts[i].kind != command->kind)
            continue;
        g_autofree char *text = g_strdup_printf("alarm %s %s", command->target, acts[i].word);

        ingest_note(ports->ingest, EVENT_AUDIT, "box", text, command->actor, now);
    }
}

void
alarm_requests_handle(const RequestPorts *ports,
                      CommandCall *call,
                      const Command *command,
                      AlarmNow now)
{
    const OperatorFunction act = function_of(command->kind);
    const OperatorAct operator_act = {.alarm_id = command->target,
                                      .actor = command->actor,
                                      .note = command->note,
                                      .owner = command->owner,
                                      .for_us = command->for_us};
    GPtrArray *transitions = alarm_transitions_new();
    CommandResult result = {.error = check_owner(ports, command)};

    g_return_if_fail(act != NULL);

    if (result.error != NULL || !act(ports->book, &operator_act, now, transitions, &result.error)) {
        g_ptr_array_unref(transitions);
        command_call_answer(call, &result);
        return;
    }
    if (transitions->len == 0)
        result.error = already(ports, command);
    else
        note_act(ports, command, now);
    ingest_publish(ports->ingest, transitions, now);
    command_call_answer(call, &result);
}

/* What alarms of @resource are judged by: its channel's profile, or the shipped one. */
static const AlarmProfile *
profile_of(const RequestPorts *ports, const char *resource)
{
    const char *id = g_str_has_prefix(resource, "channel/") ? resource + strlen("channel/") : NULL;
    const ChannelRecord *channel = id != NULL ? records_find_channel(ports->records, id) : NULL;

    return channel != NULL && channel->profile != NULL ? channel->profile : alarm_profile_default();
}

void
alarm_requests_tell_rule(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    const AlarmProfile *profile = profile_of(ports, command->target);
    CommandResult result = {.text = rule_json(profile, fault_info(command->metric)->number)};

    command_call_answer(call, &result);
}
