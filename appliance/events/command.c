/* Life of commands and of their results. */
#include <string.h>

#include "appliance/events/command-port.h"
#include "pipelines/base/error.h"

Command *
command_new(CommandKind kind, const char *target, const char *actor)
{
    Command *command = g_new0(Command, 1);

    command->kind = kind;
    command->target = g_strdup(target != NULL ? target : "");
    command->actor = g_strdup(actor != NULL ? actor : "");
    command->note = g_strdup("");
    command->channel = g_strdup("");
    command->address = g_strdup("");
    return command;
}

void
command_set_account(Command *command, const Account *account)
{
    command->account = g_new0(Account, 1);
    account_copy(account, command->account);
}

void
command_set_token(Command *command, const ApiToken *token)
{
    command->token = g_new0(ApiToken, 1);
    api_token_copy(token, command->token);
}

void
command_set_scope(Command *command, const Scope *scope)
{
    if (scope == NULL || !scope->limited)
        return;
    command->scope = g_new0(Scope, 1);
    scope_copy(scope, command->scope);
}

/* Accounts, tokens and scopes that came with it. */
static void
free_parts(Command *command)
{
    if (command->account != NULL)
        account_clear(command->account);
    if (command->token != NULL)
        api_token_clear(command->token);
    if (command->scope != NULL)
        scope_clear(command->scope);
    g_free(command->account);
    g_free(command->token);
    g_free(command->scope);
}

void
command_free(Command *command)
{
    if (command == NULL)
        return;
    g_free(command->target);
    g_free(command->actor);
    explicit_bzero(command->note, strlen(command->note)); /* it may hold a secret */
    g_free(command->note);
    g_free(command->channel);
    g_free(command->owner);
    g_free(command->if_match);
    g_free(command->address);
    free_parts(command);
    g_free(command);
}

void
command_picture_clear(CommandPicture *picture)
{
    g_clear_pointer(&picture->jpeg, g_bytes_unref);
    *picture = (CommandPicture){0};
}

void
command_result_clear(CommandResult *result)
{
    command_picture_clear(&result->picture);
    g_clear_error(&result->error);
    g_clear_pointer(&result->faults, g_ptr_array_unref);
    g_clear_pointer(&result->text, g_free);
    g_clear_pointer(&result->etag, g_free);
    g_clear_pointer(&result->series.at_us, g_free);
    g_clear_pointer(&result->series.minimum, g_free);
    g_clear_pointer(&result->series.maximum, g_free);
    g_clear_pointer(&result->series.mean, g_free);
    result->series.n = 0;
}

CommandFault *
command_fault_new(const char *pointer, const char *detail)
{
    CommandFault *fault = g_new0(CommandFault, 1);

    fault->pointer = g_strdup(pointer);
    fault->detail = g_strdup(detail);
    return fault;
}

void
command_fault_free(CommandFault *fault)
{
    g_free(fault->pointer);
    g_free(fault->detail);
    g_free(fault);
}

void
command_result_fault(CommandResult *result, const char *pointer, const char *detail)
{
    if (result->faults == NULL)
        result->faults = g_ptr_array_new_with_free_func((GDestroyNotify)command_fault_free);
    g_ptr_array_add(result->faults, command_fault_new(pointer, detail));
    if (result->error == NULL)
        g_set_error(&result->error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: %s", pointer, detail);
}
