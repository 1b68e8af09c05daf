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
    return command;
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
    if (command->password_hash != NULL)
        explicit_bzero(command->password_hash, strlen(command->password_hash));
    g_free(command->password_hash);
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
