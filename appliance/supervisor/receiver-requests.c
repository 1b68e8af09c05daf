/* A change is checked, its secret written down, then it is adopted. */
#include "appliance/supervisor/receiver-requests.h"

#include <glib/gstdio.h>
#include <string.h>

#include "appliance/alerts/receiver-view.h"
#include "appliance/config/inventory-object.h"
#include "appliance/model/etag.h"
#include "appliance/supervisor/audit-trail.h"
#include "appliance/supervisor/request-scope.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define ATTEMPTS_MAX 256u

static const Receiver *
find_any(const RequestPorts *ports, const char *id)
{
    const Inventory *inventory = ports->records->inventory;

    for (size_t i = 0; i < inventory->n_receivers; i++) {
        if (strcmp(inventory->receivers[i].id, id) == 0)
            return &inventory->receivers[i];
    }
    return NULL;
}

/* The one with the command's target as id, if who asks may know of it. (nullable) */
static const Receiver *
find(const RequestPorts *ports, const Command *command)
{
    const Receiver *receiver = find_any(ports, command->target);

    return receiver != NULL && request_scope_shows_receiver(ports, command->scope, receiver)
               ? receiver
               : NULL;
}

/* Where the secret is that the API took for @id. Returns: (transfer full) */
static char *
secret_path(const RequestPorts *ports, const char *id)
{
    return g_build_filename(ports->state_folder, "receiver-secrets", id, NULL);
}

static GError *
unknown(const char *id)
{
    return g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no receiver \"%.64s\"", id);
}

static void
add_receiver(const RequestPorts *ports, GString *json, const Receiver *receiver)
{
    GantryReceiver *running = outlets_find_receiver(ports->outlets, receiver->id);
    g_autofree char *settings = receiver_to_public_json(receiver);
    g_autofree char *status = running != NULL ? receiver_view_status(running) : g_strdup("null");

    g_autofree char *etag = etag_of(settings);
    g_autofree char *quoted = g_strescape(etag, NULL);

    g_string_append_printf(json, "{\"id\":\"%s\",\"etag\":\"%s\",\"settings\":%s,\"status\":%s}",
                           receiver->id, quoted, settings, status);
}

static void
show(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    const Inventory *inventory = ports->records->inventory;
    const Receiver *one = find(ports, command);
    g_autoptr(GString) json = g_string_new(NULL);
    CommandResult result = {0};

    if (one != NULL) {
        add_receiver(ports, json, one);
    } else if (command->target[0] != '\0') {
        command_call_refuse(call, unknown(command->target));
        return;
    } else {
        g_string_append(json, "{\"items\":[");
        for (size_t i = 0; i < inventory->n_receivers; i++) {
            if (!request_scope_shows_receiver(ports, command->scope, &inventory->receivers[i]))
                continue;
            g_string_append(json, json->str[json->len - 1] != '[' ? "," : "");
            add_receiver(ports, json, &inventory->receivers[i]);
        }
        g_string_append(json, "],\"next_cursor\":null}");
    }
    result.text = g_strdup(json->str);
    command_call_answer(call, &result);
}

static void
show_attempts(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    GantryReceiver *running = find(ports, command) != NULL
                                  ? outlets_find_receiver(ports->outlets, command->target)
                                  : NULL;
    CommandResult result = {0};

    if (running == NULL)
        result.error = unknown(command->target);
    else
        result.text = receiver_view_attempts(running, ATTEMPTS_MAX);
    command_call_answer(call, &result);
}

/* @changed: (nullable): NULL removes the one called @id */
static Inventory *
inventory_with(const RequestPorts *ports, const char *id, const Receiver *changed)
{
    Inventory *inventory = ports->records->inventory;
    g_autofree Receiver *all = g_new0(Receiver, inventory->n_receivers + 1);
    bool placed = changed == NULL;
    size_t n = 0;

    for (size_t i = 0; i < inventory->n_receivers; i++) {
        const bool same = strcmp(inventory->receivers[i].id, id) == 0;

        if (same && changed != NULL)
            all[n++] = *changed;
        else if (!same)
            all[n++] = inventory->receivers[i];
        placed = placed || same;
    }
    if (!placed)
        all[n++] = *changed;
    return inventory_with_receivers(inventory, all, n);
}

/* A change that waits for its secret to be on disk. */
typedef struct {
    RequestPorts ports;
    CommandCall *call;
    Receiver receiver;
    char *actor;
    char *address;
    char *path;
    char *secret;
} Change;

static void
change_free(gpointer data)
{
    Change *change = data;

    receiver_clear(&change->receiver);
    if (change->secret != NULL)
        explicit_bzero(change->secret, strlen(change->secret));
    g_free(change->secret);
    g_free(change->actor);
    g_free(change->address);
    g_free(change->path);
    g_free(change);
}

static void
adopt(const RequestPorts *ports, const char *id, const Receiver *changed, const char *actor)
{
    const AlarmNow now = {.us = boot_now_us(), .wall_us = wall_now_us()};
    g_autofree char *shown = changed != NULL ? receiver_to_public_json(changed) : g_strdup("");
    g_autofree char *text =
        g_strdup_printf("receiver %s %s%s%s", id, changed != NULL ? "set" : "removed",
                        changed != NULL ? ": " : "", shown);

    ingest_note(ports->ingest, EVENT_AUDIT, "box", text, actor, now);
    ports->adopt(inventory_made_by(inventory_with(ports, id, changed), actor, text, now.wall_us),
                 ports->user_data);
}

static void
write_secret(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Change *change = data;
    g_autofree char *folder = g_path_get_dirname(change->path);
    g_autoptr(GError) error = NULL;

    (void)g_mkdir_with_parents(folder, 0700);
    if (g_file_set_contents_full(change->path, change->secret, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_new_error(task, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                "the secret cannot be written down: %s", error->message);
}

static void
secret_written(GObject *source, GAsyncResult *result, gpointer user_data)
{
    const Change *change = g_task_get_task_data(G_TASK(result));
    CommandResult answer = {0};

    if (g_task_propagate_boolean(G_TASK(result), &answer.error)) {
        Records *records = change->ports.records;
        AuditTrail trail =
            audit_trail_begin(change->ports.ingest, change->address, records->inventory);

        adopt(&change->ports, change->receiver.id, &change->receiver, change->actor);
        audit_trail_end(&trail, change->ports.ingest, records->inventory);
    }
    command_call_answer(change->call, &answer);
}

/* What a settings file says is changed there; it would come back at the next start. */
static GError *
check_owner(const RequestPorts *ports, const Command *command)
{
    const char *id = command->target;
    const Receiver *old = find(ports, command);
    GError *error = NULL;

    if (!slug_is_valid(id))
        return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_INVALID,
                                   "a receiver's id is made of a-z, 0-9 and - alone");
    if (old != NULL && old->from_settings)
        return g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                           "receiver %s stands in a settings file: change it there, under "
                           "[receiver %s]",
                           id, id);
    if (old == NULL && find_any(ports, id) != NULL)
        return command->kind == COMMAND_RECEIVER_SET
                   ? g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                                         "this id cannot be used; choose another one")
                   : unknown(id);
    if (old == NULL && ports->records->inventory->n_receivers >= RECEIVER_MAX_COUNT)
        return g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "there are %u receivers already",
                           RECEIVER_MAX_COUNT);
    if (inventory_object_check(ports->records->inventory, "receivers", id, NULL, command->if_match,
                               &error))
        return NULL;
    return error;
}

static void
set_receiver(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    g_autofree char *path = secret_path(ports, command->target);
    const ReceiverChange change = {
        .id = command->target, .secret_path = path, .old = find(ports, command)};
    CommandResult result = {.error = check_owner(ports, command)};
    g_auto(Receiver) receiver = {0};
    char *secret = NULL;

    if (result.error == NULL &&
        receiver_from_public_json(command->note, &change, &receiver, &secret, &result.error) &&
        request_scope_check_receiver(ports, command->scope, &receiver, &result.error) &&
        secret == NULL)
        adopt(ports, receiver.id, &receiver, command->actor);
    if (secret == NULL || result.error != NULL) {
        if (secret != NULL)
            explicit_bzero(secret, strlen(secret));
        g_free(secret);
        command_call_answer(call, &result);
        return;
    }
    Change *waiting = g_new0(Change, 1);
    g_autoptr(GTask) task = g_task_new(NULL, NULL, secret_written, NULL);

    waiting->ports = *ports;
    waiting->call = call;
    waiting->receiver = receiver;
    receiver = (Receiver){0};
    waiting->actor = g_strdup(command->actor);
    waiting->address = g_strdup(command->address);
    waiting->path = g_steal_pointer(&path);
    waiting->secret = secret;
    g_task_set_task_data(task, waiting, change_free);
    g_task_run_in_thread(task, write_secret);
}

static void
delete_file(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    (void)g_unlink(data);
    g_task_return_boolean(task, TRUE);
}

static void
remove_receiver(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    CommandResult result = {.error = check_owner(ports, command)};

    if (result.error == NULL && find(ports, command) == NULL)
        result.error = unknown(command->target);
    if (result.error == NULL) {
        g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);

        adopt(ports, command->target, NULL, command->actor);
        g_task_set_task_data(task, secret_path(ports, command->target), g_free);
        g_task_run_in_thread(task, delete_file);
    }
    command_call_answer(call, &result);
}

static void
tried(bool ok, const char *text, gpointer user_data)
{
    CommandResult result = {0};

    if (ok)
        result.text = g_strdup(text);
    else
        result.error = g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, text);
    command_call_answer(user_data, &result);
}

void
receiver_requests_handle(const RequestPorts *ports,
                         CommandCall *call,
                         const Command *command,
                         AlarmNow now)
{
    const bool sends =
        command->kind == COMMAND_RECEIVER_TEST || command->kind == COMMAND_RECEIVER_REPLAY;

    if (sends && find(ports, command) == NULL)
        command_call_refuse(call, unknown(command->target));
    else if (command->kind == COMMAND_RECEIVER_TEST)
        outlets_test_receiver(ports->outlets, command->target, tried, call);
    else if (command->kind == COMMAND_RECEIVER_REPLAY)
        outlets_replay(ports->outlets, command->target, command->seq, tried, call);
    else if (command->kind == COMMAND_RECEIVER_SET)
        set_receiver(ports, call, command);
    else if (command->kind == COMMAND_RECEIVER_REMOVE)
        remove_receiver(ports, call, command);
    else if (command->kind == COMMAND_RECEIVER_ATTEMPTS)
        show_attempts(ports, call, command);
    else
        show(ports, call, command);
}
