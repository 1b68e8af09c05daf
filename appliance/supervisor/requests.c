/* One function a kind of request. */
#include "appliance/supervisor/requests.h"

#include <string.h>

#include "appliance/config/channel-list.h"
#include "appliance/supervisor/account-requests.h"
#include "appliance/supervisor/alarm-requests.h"
#include "appliance/supervisor/audit-trail.h"
#include "appliance/supervisor/config-requests.h"
#include "appliance/supervisor/receiver-requests.h"
#include "appliance/supervisor/request-scope.h"
#include "appliance/supervisor/site-requests.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define MAX_POINTS SAMPLES_SPAN

struct Requests {
    RequestPorts ports;
};

static AlarmNow
now_of_both(void)
{
    return (AlarmNow){.us = boot_now_us(), .wall_us = wall_now_us()};
}

static void
read_samples(Requests *requests, CommandCall *call, const Command *command)
{
    const ChannelRecord *channel = records_find_channel(requests->ports.records, command->target);
    CommandResult result = {0};
    SampleSeries series;

    if (channel == NULL || !samples_has(command->metric)) {
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                                              "no samples of %s for channel '%s'",
                                              metric_info(command->metric)->name, command->target));
        return;
    }
    samples_query(channel->samples, command->metric, command->from_us, command->to_us, MAX_POINTS,
                  &series);
    result.series = (CommandSeries){.n = series.n,
                                    .at_us = g_steal_pointer(&series.at_us),
                                    .minimum = g_steal_pointer(&series.minimum),
                                    .maximum = g_steal_pointer(&series.maximum),
                                    .mean = g_steal_pointer(&series.mean)};
    command_call_answer(call, &result);
}

static void
check_channels(Requests *requests, CommandCall *call, const Command *command)
{
    CommandResult result = {0};
    g_autoptr(ChannelList) list = channel_list_parse("list", command->note, strlen(command->note),
                                                     requests->ports.interface, &result.error);

    if (list != NULL) {
        g_autoptr(Inventory) next =
            inventory_with_channels(requests->ports.records->inventory, list);
        g_auto(InventoryDiff) diff = {0};

        inventory_diff(requests->ports.records->inventory, next, &diff);
        result.text = g_strdup_printf(
            "{\"channels\":%zu,\"added\":%u,\"removed\":%u,\"changed\":%u}", list->n_channels,
            g_strv_length(diff.added), g_strv_length(diff.removed), g_strv_length(diff.changed));
    }
    command_call_answer(call, &result);
}

static void
note_audit(Requests *requests, CommandCall *call, const Command *command)
{
    g_autofree char *text = g_strdup_printf("%s%s%s", command->target,
                                            *command->note != '\0' ? ": " : "", command->note);
    CommandResult result = {0};

    ingest_note(requests->ports.ingest, EVENT_AUDIT, "box", text, command->actor, now_of_both());
    command_call_answer(call, &result);
}

Requests *
requests_new(const RequestPorts *ports)
{
    Requests *requests = g_new0(Requests, 1);

    requests->ports = *ports;
    return requests;
}

void
requests_free(Requests *requests)
{
    g_free(requests);
}

/* Somebody looks at a channel, and may want a picture of it. */
static void
look_at(Requests *requests, CommandCall *call, const Command *command)
{
    ChannelRecord *channel = records_find_channel(requests->ports.records, command->target);
    const AlarmNow now = now_of_both();
    CommandResult result = {0};

    if (channel == NULL) {
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                                              "no channel '%s'", command->target));
        return;
    }
    depth_desk_watch(requests->ports.depths, channel, now);
    if (command->kind == COMMAND_CHANNEL_SHOT)
        shot_desk_ask(requests->ports.shots, call, channel, now.us);
    else
        command_call_answer(call, &result);
}

/* What is answered here. */
static void
handle_small(Requests *requests, CommandCall *call, const Command *command)
{
    if (command->kind == COMMAND_SAMPLES)
        read_samples(requests, call, command);
    else if (command->kind == COMMAND_AUDIT)
        note_audit(requests, call, command);
    else if (command->kind == COMMAND_CHANNELS_CHECK)
        check_channels(requests, call, command);
    else
        look_at(requests, call, command);
}

static void
handle(Requests *requests, CommandCall *call, const Command *command)
{
    switch (command->kind) {
    case COMMAND_ALARM_ACK:
    case COMMAND_ALARM_UNACK:
    case COMMAND_ALARM_COMMENT:
    case COMMAND_ALARM_ASSIGN:
    case COMMAND_ALARM_SHELVE:
    case COMMAND_ALARM_UNSHELVE:
        alarm_requests_handle(&requests->ports, call, command, now_of_both());
        break;
    case COMMAND_ALARM_RULE:
        alarm_requests_tell_rule(&requests->ports, call, command);
        break;
    case COMMAND_CONFIG:
        config_requests_handle(&requests->ports, call, command, now_of_both());
        break;
    case COMMAND_SITE_SHOW:
    case COMMAND_SITE_SET:
    case COMMAND_SITE_REMOVE:
        site_requests_handle(&requests->ports, call, command, now_of_both());
        break;
    case COMMAND_ACCOUNT_SET:
    case COMMAND_ACCOUNT_REMOVE:
    case COMMAND_ACCOUNT_ERASE:
    case COMMAND_TOKEN_SET:
    case COMMAND_TOKEN_REMOVE:
        account_requests_handle(&requests->ports, call, command, now_of_both());
        break;
    case COMMAND_SAMPLES:
    case COMMAND_AUDIT:
    case COMMAND_CHANNELS_CHECK:
    case COMMAND_CHANNEL_WATCH:
    case COMMAND_CHANNEL_SHOT:
        handle_small(requests, call, command);
        break;
    case COMMAND_PROFILES:
    case COMMAND_PROFILE_SET:
    case COMMAND_PROFILE_DELETE:
    case COMMAND_GROUP_PROFILE:
    case COMMAND_PROFILE_SIMULATE:
    case COMMAND_PROPOSAL:
    case COMMAND_PROPOSAL_ACCEPT:
        profile_desk_handle(requests->ports.profiles, call, command);
        break;
    case COMMAND_RECEIVER_SHOW:
    case COMMAND_RECEIVER_SET:
    case COMMAND_RECEIVER_REMOVE:
    case COMMAND_RECEIVER_TEST:
    case COMMAND_RECEIVER_ATTEMPTS:
    case COMMAND_RECEIVER_REPLAY:
        receiver_requests_handle(&requests->ports, call, command, now_of_both());
        break;
    }
}

void
requests_handle(CommandCall *call, const Command *command, gpointer user_data)
{
    Requests *requests = user_data;
    GError *denied = request_scope_check(&requests->ports, command);

    if (denied != NULL) {
        command_call_refuse(call, denied);
        return;
    }
    AuditTrail trail = audit_trail_begin(requests->ports.ingest, command->address,
                                         requests->ports.records->inventory);

    handle(requests, call, command);
    audit_trail_end(&trail, requests->ports.ingest, requests->ports.records->inventory);
}
