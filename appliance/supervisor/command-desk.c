/* Requests to the loop and answers back, each carried by one idle source of the other's context. */
#include "appliance/supervisor/command-desk.h"

#include "pipelines/base/error.h"

struct CommandDesk {
    CommandPort port;
    GMainContext *context; /* of the supervision loop */
    CommandHandler handler;
    gpointer user_data;
    gint waiting; /* atomic: requests submitted and not answered */
};

struct CommandCall {
    CommandDesk *desk; /* no-ref: outlives every call */
    Command *command;
    CommandDone done;
    gpointer user_data;
    GMainContext *answer_context; /* of the submitter */
    CommandResult result;
};

static void
call_free(gpointer data)
{
    CommandCall *call = data;

    command_free(call->command);
    command_result_clear(&call->result);
    g_main_context_unref(call->answer_context);
    g_free(call);
}

static void
run_on(GMainContext *context, GSourceFunc callback, CommandCall *call)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, callback, call, NULL);
    g_source_attach(source, context);
}

static gboolean
deliver_answer(gpointer data)
{
    CommandCall *call = data;

    call->done(&call->result, call->user_data);
    call_free(call);
    return G_SOURCE_REMOVE;
}

void
command_call_answer(CommandCall *call, CommandResult *result)
{
    call->result = *result;
    *result = (CommandResult){0};
    g_atomic_int_add(&call->desk->waiting, -1);
    run_on(call->answer_context, deliver_answer, call);
}

void
command_call_refuse(CommandCall *call, GError *error)
{
    CommandResult result = {.error = error};

    command_call_answer(call, &result);
}

static gboolean
take_request(gpointer data)
{
    CommandCall *call = data;

    call->desk->handler(call, call->command, call->desk->user_data);
    return G_SOURCE_REMOVE;
}

static void
submit(gpointer self, Command *command, CommandDone done, gpointer user_data)
{
    CommandDesk *desk = self;
    CommandCall *call = g_new0(CommandCall, 1);

    *call = (CommandCall){.desk = desk,
                          .command = command,
                          .done = done,
                          .user_data = user_data,
                          .answer_context = g_main_context_ref_thread_default()};
    if (g_atomic_int_add(&desk->waiting, 1) >= (gint)COMMAND_DESK_MAX) {
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                              "%u requests wait already; try again in a second",
                                              COMMAND_DESK_MAX));
        return;
    }
    run_on(desk->context, take_request, call);
}

CommandDesk *
command_desk_new(CommandHandler handler, gpointer user_data)
{
    CommandDesk *desk = g_new0(CommandDesk, 1);

    *desk = (CommandDesk){.port = {.self = desk, .submit = submit},
                          .context = g_main_context_ref_thread_default(),
                          .handler = handler,
                          .user_data = user_data};
    return desk;
}

void
command_desk_free(CommandDesk *desk)
{
    if (desk == NULL)
        return;
    g_main_context_unref(desk->context);
    g_free(desk);
}

const CommandPort *
command_desk_get_port(CommandDesk *desk)
{
    return &desk->port;
}
