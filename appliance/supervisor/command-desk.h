/* The supervision loop's side of the command port: requests of the HTTP thread arrive on the loop,
 * answers go back to the context that asked. Bounded: beyond COMMAND_DESK_MAX waiting requests a
 * new one is refused at once. */
#pragma once

#include "appliance/events/command-port.h"

#define COMMAND_DESK_MAX 256u

typedef struct CommandDesk CommandDesk;
typedef struct CommandCall CommandCall;

/* Called on the loop for every request. Owns @call: answers it once, now or later, with
 * command_call_answer(). @command: (transfer none), lives as long as @call. */
typedef void (*CommandHandler)(CommandCall *call, const Command *command, gpointer user_data);

/* Handles requests on the thread-default context of the caller. Returns: (transfer full) */
CommandDesk *command_desk_new(CommandHandler handler, gpointer user_data);

/* Frees the desk; submitters must be gone before. @desk: (nullable). */
void command_desk_free(CommandDesk *desk);

/* Returns: (transfer none): lives as long as @desk */
const CommandPort *command_desk_get_port(CommandDesk *desk);

/* Sends the answer and frees @call. @result: (transfer full) contents; all zero for plain success.
 */
void command_call_answer(CommandCall *call, CommandResult *result);

/* The same, for a refusal. */
void command_call_refuse(CommandCall *call, GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CommandDesk, command_desk_free)
