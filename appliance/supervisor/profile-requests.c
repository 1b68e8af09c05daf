/* What people ask about profiles, and the answers. */
#include <string.h>

#include "appliance/config/inventory-object.h"
#include "appliance/config/inventory-profiles.h"
#include "appliance/http/json-writer.h"
#include "appliance/model/etag.h"
#include "appliance/supervisor/profile-desk.h"
#include "appliance/supervisor/profile-simulator.h"
#include "appliance/supervisor/request-scope.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define ACCEPT_AFTER_US (3600 * US_PER_SECOND) /* of watching; earlier nothing is known */

static AlarmNow
now_of_both(void)
{
    return (AlarmNow){.us = boot_now_us(), .wall_us = wall_now_us()};
}

static void
answer_json(CommandCall *call, GString *json)
{
    CommandResult result = {.text = g_strdup(json->str)};

    command_call_answer(call, &result);
}

/* ---- Profiles ---- */

/* What who asks is shown. */
typedef struct {
    const Records *records;
    const ProfileBook *book;
    const ScopedChannel *channels; /* of the site, @n of them */
    size_t n;
} ShownProfiles;

static unsigned
count_users(const ShownProfiles *shown, const char *id)
{
    unsigned users = 0;

    for (size_t i = 0; i < shown->n; i++) {
        const AlarmProfile *profile = shown->records->channels[i]->profile;

        users += shown->channels[i].shown && profile != NULL && g_str_equal(profile->name, id);
    }
    return users;
}

static void
write_source(GString *json, const ShownProfiles *shown, const ProfileSource *source, bool shipped)
{
    g_autofree char *body = profile_source_to_json(source);
    g_autofree char *etag = etag_of(body);

    json_begin_object(json, NULL);
    json_bool(json, "shipped", shipped);
    json_string(json, "etag", shipped ? NULL : etag);
    json_uint(json, "channels", count_users(shown, source->id));
    json_raw(json, "profile", body);
    json_end_object(json);
}

static void
write_group_etag(GString *json, const Inventory *inventory, const char *group)
{
    g_autofree char *text = inventory_object_text(inventory, "group-profiles", group, NULL);
    g_autofree char *etag = etag_of(text);

    json_string(json, "etag", etag);
}

static void
write_profiles(GString *json, const ShownProfiles *shown)
{
    const ProfileBook *book = shown->book;
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (size_t i = 0; i < n; i++)
        write_source(json, shown, &shipped[i], true);
    for (size_t i = 0; i < book->n_sources; i++)
        write_source(json, shown, &book->sources[i], false);
    json_end_array(json);
    json_begin_array(json, "groups");
    for (size_t i = 0; i < book->n_groups; i++) {
        json_begin_object(json, NULL);
        json_string(json, "group", book->groups[i].group);
        json_string(json, "profile", book->groups[i].profile);
        write_group_etag(json, shown->records->inventory, book->groups[i].group);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static void
list_profiles(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    const Records *records = profile_desk_ports(desk)->records;
    const Inventory *inventory = records->inventory;
    g_autoptr(GString) json = g_string_new(NULL);
    size_t n = 0;
    g_autofree ScopedChannel *channels = request_scope_channels(inventory, command->scope, &n);
    g_autoptr(ProfileBook) narrow = profile_book_narrow(inventory->profiles, channels, n);
    const ShownProfiles shown = {records, command->scope != NULL ? narrow : inventory->profiles,
                                 channels, n};

    write_profiles(json, &shown);
    answer_json(call, json);
}

/* For the audit. Returns: (transfer full) */
static char *
describe_change(const Command *command)
{
    if (command->kind == COMMAND_PROFILE_DELETE)
        return g_strdup_printf("profile %s deleted", command->target);
    if (command->kind == COMMAND_GROUP_PROFILE)
        return g_strdup_printf("group \"%s\" given profile \"%s\"", command->channel,
                               command->target);
    return g_strdup_printf("profile %s set: %.900s", command->target, command->note);
}

/* Takes @book (transfer full, nullable: @error says why not) in, and notes who did it. */
static void
adopt_book(
    ProfileDesk *desk, CommandCall *call, const Command *command, ProfileBook *book, GError *error)
{
    const ProfilePorts *ports = profile_desk_ports(desk);
    g_autoptr(ProfileBook) owned = book;
    CommandResult result = {.error = error};

    if (book != NULL) {
        g_autofree char *text = describe_change(command);

        ingest_note(ports->ingest, EVENT_AUDIT, "box", text, command->actor, now_of_both());
        ports->adopt(inventory_made_by(inventory_with_profiles(ports->records->inventory, book),
                                       command->actor, text, now_of_both().wall_us),
                     ports->user_data);
    }
    command_call_answer(call, &result);
}

/* Whether what is changed is what the caller believes. */
static bool
check_version(ProfileDesk *desk,
              const char *collection,
              const char *id,
              const Command *command,
              GError **error)
{
    return inventory_object_check(profile_desk_ports(desk)->records->inventory, collection, id,
                                  NULL, command->if_match, error);
}

static void
set_profile(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    const ProfileBook *book = profile_desk_ports(desk)->records->inventory->profiles;
    GError *error = NULL;

    if (!check_version(desk, "profiles", command->target, command, &error)) {
        command_call_refuse(call, error);
        return;
    }
    g_autoptr(ProfileSource) source =
        profile_source_from_json(command->note, strlen(command->note), command->target, &error);

    ProfileBook *next = source != NULL ? profile_book_with(book, source, &error) : NULL;

    adopt_book(desk, call, command, next, error);
}

/* A channel that names it would be judged otherwise without a word. */
static bool
is_named(const Inventory *inventory, const char *id, GError **error)
{
    for (size_t i = 0; i < inventory->n_channels; i++) {
        if (!g_str_equal(inventory->channels[i].profile, id))
            continue;
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "channel \"%s\" has profile \"%s\"; give it another one first",
                    inventory->channels[i].id, id);
        return true;
    }
    return false;
}

static void
delete_profile(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    const Inventory *inventory = profile_desk_ports(desk)->records->inventory;
    GError *error = NULL;
    ProfileBook *book = NULL;

    if (check_version(desk, "profiles", command->target, command, &error) &&
        !is_named(inventory, command->target, &error))
        book = profile_book_without(inventory->profiles, command->target, &error);
    adopt_book(desk, call, command, book, error);
}

static void
set_group(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    GError *error = NULL;
    ProfileBook *book = NULL;

    if (check_version(desk, "group-profiles", command->channel, command, &error))
        book = profile_book_with_group(profile_desk_ports(desk)->records->inventory->profiles,
                                       command->channel, command->target, &error);

    adopt_book(desk, call, command, book, error);
}

/* A stored profile, or a draft in the note that is nowhere but here. */
static void
simulate(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    ProfileBook *stored = profile_desk_ports(desk)->records->inventory->profiles;
    GError *error = NULL;
    g_autoptr(ProfileBook) book = NULL;

    if (*command->note != '\0') {
        g_autoptr(ProfileSource) draft =
            profile_source_from_json(command->note, strlen(command->note), command->target, &error);

        book = draft != NULL ? profile_book_with(stored, draft, &error) : NULL;
    } else if (profile_book_find(stored, command->target) != NULL) {
        book = profile_book_ref(stored);
    } else {
        error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no profile has the id \"%.64s\"",
                            command->target);
    }
    if (book != NULL)
        profile_simulator_ask(desk, call, book, command->target, command);
    else
        command_call_refuse(call, error);
}

/* ---- Commissioning ---- */

static char *
learned_id(const InventoryChannel *channel)
{
    return g_strdup_printf(LEARNED_PREFIX "%.*s", SLUG_MAX - (int)strlen(LEARNED_PREFIX),
                           channel->id);
}

/* The profile that @proposal amounts to; borrows its texts. */
static ProfileSource
source_of(const ChannelProposal *proposal, const char *id, const ProfileBook *book)
{
    const ProfileSource *old = profile_book_find(book, id);
    const bool itself = old != NULL && g_str_equal(proposal->base, id);

    return (ProfileSource){.id = id,
                           .base = itself ? old->base : proposal->base,
                           .text = "Learned from the channel's first day",
                           .settings = proposal->settings,
                           .n_settings = proposal->n_settings};
}

static const char *
state_of(const ChannelRecord *channel, const char *id)
{
    if (g_str_equal(channel->channel->profile, id))
        return "accepted";
    if (!channel->channel->commissioned)
        return "learning";
    return channel->learning.watched_us >= LEARN_US ? "proposed" : "commissioned";
}

static void
tell_proposal(ProfileDesk *desk, CommandCall *call, const ChannelRecord *channel)
{
    const ProfileBook *book = profile_desk_ports(desk)->records->inventory->profiles;
    g_autofree char *id = learned_id(channel->channel);
    g_auto(ChannelProposal) proposal = {0};
    g_autoptr(GString) json = g_string_new(NULL);

    channel_learning_propose(&channel->learning, channel->profile, &channel->rate, &proposal);
    const ProfileSource source = source_of(&proposal, id, book);
    g_autofree char *body = profile_source_to_json(&source);

    json_begin_object(json, NULL);
    json_string(json, "channel", channel->channel->id);
    json_string(json, "state", state_of(channel, id));
    json_number(json, "watched_s", (double)channel->learning.watched_us / US_PER_SECOND, 0);
    json_number(json, "day_s", (double)LEARN_US / US_PER_SECOND, 0);
    json_begin_array(json, "facts");
    for (size_t i = 0; i < proposal.n_facts; i++)
        json_string(json, NULL, proposal.facts[i]);
    json_end_array(json);
    json_raw(json, "profile", body);
    json_end_object(json);
    answer_json(call, json);
}

static void
accept_proposal(ProfileDesk *desk,
                CommandCall *call,
                const Command *command,
                ChannelRecord *channel)
{
    const ProfilePorts *ports = profile_desk_ports(desk);
    Inventory *inventory = ports->records->inventory;
    g_autofree char *id = learned_id(channel->channel);
    g_auto(ChannelProposal) proposal = {0};
    CommandResult result = {0};

    channel_learning_propose(&channel->learning, channel->profile, &channel->rate, &proposal);
    const ProfileSource source = source_of(&proposal, id, inventory->profiles);
    g_autoptr(ProfileBook) book = profile_book_with(inventory->profiles, &source, &result.error);

    if (book != NULL) {
        g_autoptr(Inventory) with = inventory_with_profiles(inventory, book);
        g_autofree char *text = g_strdup_printf("the proposed profile %s was accepted", id);

        ingest_note(ports->ingest, EVENT_AUDIT, channel->resource, text, command->actor,
                    now_of_both());
        channel->learning.done = true;
        ports->adopt(
            inventory_made_by(inventory_with_channel_profile(with, channel->channel->id, id),
                              command->actor, text, now_of_both().wall_us),
            ports->user_data);
    }
    command_call_answer(call, &result);
}

static void
handle_proposal(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    ChannelRecord *channel =
        records_find_channel(profile_desk_ports(desk)->records, command->target);

    if (channel == NULL)
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                                              "no channel '%s'", command->target));
    else if (command->kind == COMMAND_PROPOSAL)
        tell_proposal(desk, call, channel);
    else if (channel->learning.watched_us < ACCEPT_AFTER_US)
        command_call_refuse(
            call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                              "the channel was watched for %.0f minutes only; a proposal can be "
                              "accepted after 60",
                              (double)channel->learning.watched_us / (60.0 * US_PER_SECOND)));
    else
        accept_proposal(desk, call, command, channel);
}

void
profile_desk_handle(ProfileDesk *desk, CommandCall *call, const Command *command)
{
    if (command->kind == COMMAND_PROFILES)
        list_profiles(desk, call, command);
    else if (command->kind == COMMAND_PROFILE_SET)
        set_profile(desk, call, command);
    else if (command->kind == COMMAND_PROFILE_DELETE)
        delete_profile(desk, call, command);
    else if (command->kind == COMMAND_GROUP_PROFILE)
        set_group(desk, call, command);
    else if (command->kind == COMMAND_PROFILE_SIMULATE)
        simulate(desk, call, command);
    else
        handle_proposal(desk, call, command);
}
