/* Life of commands and of their results. */
#include <string.h>

#include "appliance/events/command-port.h"

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
    g_clear_pointer(&result->text, g_free);
    g_clear_pointer(&result->etag, g_free);
    g_clear_pointer(&result->pointer, g_free);
    g_clear_pointer(&result->series.at_us, g_free);
    g_clear_pointer(&result->series.minimum, g_free);
    g_clear_pointer(&result->series.maximum, g_free);
    g_clear_pointer(&result->series.mean, g_free);
    result->series.n = 0;
}
