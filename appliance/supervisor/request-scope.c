/* One question a kind of request. */
#include "appliance/supervisor/request-scope.h"

#include <string.h>

#include "pipelines/base/error.h"

#define CHANNEL_PREFIX "channel/"

static bool
shows_channel(const RequestPorts *ports, const Scope *scope, const char *id)
{
    const InventoryChannel *channel = inventory_find_channel(ports->records->inventory, id);

    return channel != NULL && scope_has_channel(scope, channel->id, channel->group);
}

static bool
shows_alarm(const RequestPorts *ports, const Scope *scope, const char *id)
{
    g_autoptr(Snapshot) views = snapshot_new();

    views->alarms = alarm_book_views(ports->book, &views->n_alarms);
    for (size_t i = 0; i < views->n_alarms; i++) {
        const char *resource = views->alarms[i].resource;

        if (g_strcmp0(views->alarms[i].id, id) == 0)
            return g_str_has_prefix(resource, CHANNEL_PREFIX) &&
                   shows_channel(ports, scope, resource + strlen(CHANNEL_PREFIX));
    }
    return false;
}

static bool
shows_names(const RequestPorts *ports, const Scope *scope, GStrv channels, GStrv groups)
{
    for (size_t i = 0; channels != NULL && channels[i] != NULL; i++) {
        if (!shows_channel(ports, scope, channels[i]))
            return false;
    }
    for (size_t i = 0; groups != NULL && groups[i] != NULL; i++) {
        if (!scope_lists_name(NULL, scope->groups, NULL, groups[i]))
            return false;
    }
    return true;
}

bool
request_scope_shows_receiver(const RequestPorts *ports,
                             const Scope *scope,
                             const Receiver *receiver)
{
    const NotifyPolicy *policy = &receiver->policy;

    if (scope == NULL || !scope->limited)
        return true;
    return policy->scoped && shows_names(ports, scope, policy->channels, policy->groups);
}

bool
request_scope_check_receiver(const RequestPorts *ports,
                             const Scope *scope,
                             const Receiver *receiver,
                             GError **error)
{
    if (request_scope_shows_receiver(ports, scope, receiver))
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "write \"scoped\": true, and name none but your own channels and groups");
    return false;
}

Inventory *
request_scope_inventory(const RequestPorts *ports, const Scope *scope)
{
    Inventory *whole = ports->records->inventory;
    g_autoptr(WallBook) shown = wall_book_ref(whole->walls);
    Inventory *inventory = NULL;

    for (size_t i = 0; scope != NULL && i < whole->walls->n_walls; i++) {
        const Wall *wall = &whole->walls->walls[i];
        const char *member = NULL;
        WallBook *without = NULL;

        if (!shows_names(ports, scope, wall->channels, wall->groups))
            without = wall_book_with(shown, wall->id, NULL, &member, NULL);
        if (without == NULL)
            continue;
        wall_book_unref(shown);
        shown = without;
    }
    inventory = inventory_with_walls(whole, shown);
    if (inventory != whole)
        inventory->generation =
            whole->generation; /* that one more is hidden is nobody's business */
    return inventory;
}

ScopedChannel *
request_scope_channels(const Inventory *inventory, const Scope *scope, size_t *ret_n)
{
    ScopedChannel *channels = g_new0(ScopedChannel, inventory->n_channels + 1);

    *ret_n = inventory->n_channels - inventory->n_own;
    for (size_t i = 0; i < *ret_n; i++) {
        const InventoryChannel *channel = &inventory->channels[i];

        channels[i] = (ScopedChannel){channel->id, channel->group, channel->profile,
                                      scope_has_channel(scope, channel->id, channel->group)};
    }
    return channels;
}

static GError *
not_found(const char *what)
{
    return g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no such %s", what);
}

GError *
request_scope_check(const RequestPorts *ports, const Command *command)
{
    const Scope *scope = command->scope;

    if (scope == NULL)
        return NULL;
    switch (command->kind) {
    case COMMAND_ALARM_ACK:
    case COMMAND_ALARM_UNACK:
    case COMMAND_ALARM_COMMENT:
    case COMMAND_ALARM_ASSIGN:
    case COMMAND_ALARM_SHELVE:
    case COMMAND_ALARM_UNSHELVE:
        return shows_alarm(ports, scope, command->target) ? NULL : not_found("alarm");
    case COMMAND_ALARM_RULE: /* target: what the alarm is about */
        return g_str_has_prefix(command->target, CHANNEL_PREFIX) &&
                       shows_channel(ports, scope, command->target + strlen(CHANNEL_PREFIX))
                   ? NULL
                   : not_found("alarm");
    case COMMAND_SAMPLES:
    case COMMAND_CHANNEL_WATCH:
    case COMMAND_CHANNEL_SHOT:
    case COMMAND_PROPOSAL:
    case COMMAND_PROPOSAL_ACCEPT:
        return shows_channel(ports, scope, command->target) ? NULL : not_found("channel");
    case COMMAND_CONFIG: /* of walls, those that name nothing else; of profiles, those in use */
        if (command->verb == CONFIG_RULES ||
            (g_str_has_prefix(command->target, "walls") &&
             (command->verb == CONFIG_LIST || command->verb == CONFIG_SHOW)))
            return NULL;
        break;
    case COMMAND_SITE_SHOW:     /* narrows the calendar itself */
    case COMMAND_PROFILES:      /* the same */
    case COMMAND_RECEIVER_SHOW: /* looks itself which receivers there are for the asker */
    case COMMAND_RECEIVER_SET:
    case COMMAND_RECEIVER_REMOVE:
    case COMMAND_RECEIVER_TEST:
    case COMMAND_RECEIVER_ATTEMPTS:
    case COMMAND_RECEIVER_REPLAY:
    case COMMAND_ACCOUNT_SET: /* of their own account */
    case COMMAND_AUDIT:
        return NULL;
    case COMMAND_SITE_SET:
    case COMMAND_SITE_REMOVE:
    case COMMAND_ACCOUNT_REMOVE:
    case COMMAND_ACCOUNT_ERASE:
    case COMMAND_TOKEN_SET:
    case COMMAND_TOKEN_REMOVE:
    case COMMAND_CHANNELS_CHECK:
    case COMMAND_PROFILE_SET:
    case COMMAND_PROFILE_DELETE:
    case COMMAND_GROUP_PROFILE:
    case COMMAND_PROFILE_SIMULATE:
        break;
    }
    return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_DENIED,
                               "this is about the whole box; you see your channels");
}
