/* One function a kind of request; the inventory's objects know the rest. */
#include "appliance/supervisor/config-requests.h"

#include <string.h>

#include "appliance/config/channel-import.h"
#include "appliance/config/inventory-compare.h"
#include "appliance/config/inventory-object.h"
#include "appliance/config/profile-rules.h"
#include "appliance/http/json-writer.h"
#include "appliance/model/etag.h"
#include "appliance/supervisor/generation-requests.h"
#include "appliance/supervisor/request-scope.h"
#include "pipelines/base/error.h"

void
config_requests_adopt(
    const RequestPorts *ports, Inventory *next, const char *actor, const char *what, AlarmNow now)
{
    const Inventory *present = ports->records->inventory;
    g_autofree char *differs = NULL;

    if (next == present) {
        inventory_unref(next);
        return;
    }
    if (what == NULL)
        what = differs = inventory_compare_text(present, next);
    ingest_note(ports->ingest, EVENT_AUDIT, "box", what, actor, now);
    ports->adopt(inventory_made_by(next, actor, what, now.wall_us), ports->user_data);
}

static void
write_restarts(GString *json, const Inventory *present, const Inventory *next)
{
    g_auto(InventoryDiff) diff = {0};

    inventory_diff_inputs(present, next, &diff);
    json_begin_array(json, "restarts");
    for (size_t i = 0; diff.changed[i] != NULL; i++)
        json_string(json, NULL, diff.changed[i]);
    for (size_t i = 0; diff.removed[i] != NULL; i++)
        json_string(json, NULL, diff.removed[i]);
    json_end_array(json);
}

char *
config_requests_foretell(const RequestPorts *ports, const Inventory *next)
{
    const Inventory *present = ports->records->inventory;
    g_autofree char *changes = inventory_compare(present, next);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_bool(json, "dry_run", true);
    json_raw(json, "changes", changes);
    write_restarts(json, present, next);
    json_end_object(json);
    return g_strdup(json->str);
}

static ChannelRules
rules_of(const RequestPorts *ports)
{
    return (ChannelRules){.channels_file = ports->channels_file,
                          .interface = ports->interface,
                          .allow_loopback = ports->allow_loopback};
}

/* The object as it is in @inventory, and its ETag. */
static void
tell(const RequestPorts *ports,
     const Inventory *inventory,
     const ObjectChange *object,
     CommandResult *result)
{
    const ChannelRules rules = rules_of(ports);

    result->text = inventory_object_text(inventory, object->collection, object->id, &rules);
    if (result->text != NULL)
        result->etag = etag_of(result->text);
}

/* Returns: whether the change may go on; otherwise @result says why not */
static bool
check(const RequestPorts *ports,
      const Command *command,
      const ObjectChange *object,
      CommandResult *result)
{
    const Inventory *inventory = ports->records->inventory;
    const ChannelRules rules = rules_of(ports);
    g_autofree char *there =
        inventory_object_text(inventory, object->collection, object->id, &rules);

    if (command->verb == CONFIG_CREATE && there == NULL)
        return true;
    if (command->verb == CONFIG_CREATE)
        result->error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                                    "\"%.64s\" is there already", object->id);
    else if (there == NULL && command->verb != CONFIG_SET)
        result->error =
            g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no \"%.64s\"", object->id);
    return result->error == NULL &&
           inventory_object_check(inventory, object->collection, object->id, &rules,
                                  command->if_match, &result->error);
}

static void
change(const RequestPorts *ports,
       CommandCall *call,
       const Command *command,
       const ObjectChange *object,
       AlarmNow now)
{
    const ChannelRules rules = rules_of(ports);
    CommandResult result = {0};
    g_autofree char *pointer = NULL;
    g_autoptr(GError) error = NULL;
    Inventory *next = NULL;

    if (check(ports, command, object, &result))
        next = inventory_object_change(ports->records->inventory, object, &rules, &pointer, &error);
    if (pointer != NULL && g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_INVALID))
        command_result_fault(&result, pointer, error->message);
    else if (error != NULL)
        result.error = g_steal_pointer(&error);
    if (next != NULL && command->dry_run) {
        result.text = config_requests_foretell(ports, next);
        inventory_unref(next);
    } else if (next != NULL) {
        config_requests_adopt(ports, next, command->actor, NULL, now);
        tell(ports, ports->records->inventory, object, &result);
    }
    command_call_answer(call, &result);
}

/* ---- Objects ---- */

static void
show(const RequestPorts *ports,
     CommandCall *call,
     const Command *command,
     const ObjectChange *object)
{
    const ChannelRules rules = rules_of(ports);
    g_autoptr(Inventory) shown = request_scope_inventory(ports, command->scope);
    CommandResult result = {0};

    if (command->verb == CONFIG_LIST)
        result.text = inventory_object_list(shown, object->collection, &rules);
    else
        tell(ports, shown, object, &result);
    if (result.text == NULL)
        result.error =
            g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no \"%.64s\"", object->id);
    command_call_answer(call, &result);
}

static void
handle_object(const RequestPorts *ports, CommandCall *call, const Command *command, AlarmNow now)
{
    const char *slash = strchr(command->target, '/');
    g_autofree char *collection =
        slash != NULL ? g_strndup(command->target, (size_t)(slash - command->target))
                      : g_strdup(command->target);
    const ObjectChange object = {.collection = collection,
                                 .id = slash != NULL ? slash + 1 : "",
                                 .json = command->verb == CONFIG_REMOVE ? NULL : command->note,
                                 .merge = command->verb == CONFIG_PATCH};

    if (command->verb == CONFIG_LIST || command->verb == CONFIG_SHOW)
        show(ports, call, command, &object);
    else
        change(ports, call, command, &object, now);
}

/* ---- Lists ---- */

static void
import(const RequestPorts *ports, CommandCall *call, const Command *command, AlarmNow now)
{
    const ChannelRules rules = rules_of(ports);
    const ImportOrder order = {.text = command->note,
                               .size = strlen(command->note),
                               .remove_missing = g_str_equal(command->channel, "remove")};
    Inventory *next = NULL;
    CommandResult result = {0};
    g_autofree char *report = channel_import_read(ports->records->inventory, &order, &rules, &next);

    if (next == NULL && !command->dry_run)
        command_result_fault(&result, "/list",
                             "some rows cannot be taken, so nothing was: a dry run says which");
    else if (next != NULL && !command->dry_run)
        config_requests_adopt(ports, g_steal_pointer(&next), command->actor, NULL, now);
    if (result.error == NULL)
        result.text = g_strdup_printf("{\"dry_run\":%s,\"generation\":%" G_GUINT64_FORMAT ",%s",
                                      command->dry_run ? "true" : "false",
                                      ports->records->inventory->generation, report + 1);
    inventory_unref(next);
    command_call_answer(call, &result);
}

static void export(const RequestPorts *ports, CommandCall *call)
{
    size_t n = 0;
    g_autofree ChannelEntry *entries = inventory_entries(ports->records->inventory, &n);
    CommandResult result = {.text = channel_list_write_csv(entries, n)};

    command_call_answer(call, &result);
}

static void
show_rules(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    const Inventory *inventory = ports->records->inventory;
    size_t n = 0;
    g_autofree ScopedChannel *channels = request_scope_channels(inventory, command->scope, &n);
    g_autoptr(ProfileBook) shown = profile_book_narrow(inventory->profiles, channels, n);
    CommandResult result = {0};

    result.text = profile_rules_json(command->scope != NULL ? shown : inventory->profiles,
                                     command->target, &result.error);
    command_call_answer(call, &result);
}

/* ---- Probes ---- */

static void
probe(const RequestPorts *ports, CommandCall *call, const Command *command, AlarmNow now)
{
    const ChannelRules rules = rules_of(ports);
    const char *interface = *command->channel != '\0' ? command->channel : ports->interface;
    g_autoptr(GError) error = NULL;
    CommandResult result = {0};

    if (!channel_address_is_allowed(command->target, &rules, &error) ||
        !channel_address_is_free(ports->records->inventory, command->target, &error)) {
        command_result_fault(&result, "/address", error->message);
    } else {
        g_autofree char *text = g_strdup_printf("probed %s", command->target);

        result.text =
            probe_desk_start(ports->probes, command->target, interface, now.wall_us, &result.error);
        if (result.text != NULL)
            ingest_note(ports->ingest, EVENT_AUDIT, "box", text, command->actor, now);
    }
    command_call_answer(call, &result);
}

static void
show_operation(const RequestPorts *ports, CommandCall *call, const Command *command)
{
    CommandResult result = {0};

    result.text = probe_desk_show(ports->probes, command->target, &result.error);
    command_call_answer(call, &result);
}

void
config_requests_handle(const RequestPorts *ports,
                       CommandCall *call,
                       const Command *command,
                       AlarmNow now)
{
    switch (command->verb) {
    case CONFIG_LIST:
    case CONFIG_SHOW:
    case CONFIG_CREATE:
    case CONFIG_SET:
    case CONFIG_PATCH:
    case CONFIG_REMOVE:
        handle_object(ports, call, command, now);
        break;
    case CONFIG_IMPORT:
        import(ports, call, command, now);
        break;
    case CONFIG_EXPORT:
        export(ports, call);
        break;
    case CONFIG_GENERATIONS:
    case CONFIG_DIFFERENCE:
    case CONFIG_REVERT:
        generation_requests_handle(ports, call, command);
        break;
    case CONFIG_RULES:
        show_rules(ports, call, command);
        break;
    case CONFIG_PROBE:
        probe(ports, call, command, now);
        break;
    case CONFIG_OPERATION:
        show_operation(ports, call, command);
        break;
    }
}
