/* Channels as JSON: shown, checked, put into a new generation. */
#include "appliance/config/channel-object.h"

#include <gio/gio.h>
#include <string.h>

#include "appliance/config/channel-list-builder.h"
#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/stream-address.h"

#define SYSTEM_PORTS 1024u /* below are ports that only system services may have */

/* By Column; the rest are of this object alone. */
static const char *const members[] = {
    "id",      "name",         "short_name", "group",    "address",    "interface", "service_id",
    "profile", "commissioned", "enabled",    "position", "managed_by", NULL};

bool
channel_is_managed(const InventoryChannel *channel, const ChannelRules *rules)
{
    return channel->from_file && *rules->channels_file != '\0';
}

char *
channel_object_show(const InventoryChannel *channel, const ChannelRules *rules)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_add_text(builder, "id", channel->id);
    json_add_text(builder, "name", channel->name);
    json_add_text(builder, "short_name", channel->short_name);
    json_add_text(builder, "group", channel->group);
    json_add_text(builder, "address", channel->address);
    json_add_text(builder, "interface", channel->interface);
    json_builder_set_member_name(builder, "service_id");
    json_builder_add_int_value(builder, channel->service_id);
    json_add_text(builder, "profile", channel->profile);
    json_builder_set_member_name(builder, "commissioned");
    json_builder_add_boolean_value(builder, channel->commissioned);
    json_add_flag(builder, "enabled", !channel->disabled);
    json_builder_set_member_name(builder, "managed_by");
    if (channel_is_managed(channel, rules))
        json_builder_add_string_value(builder, rules->channels_file);
    else
        json_builder_add_null_value(builder);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

static bool
refuse_managed(const char *id, const ChannelRules *rules, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                "channel \"%.64s\" stands in %s: change it there and reload", id,
                rules->channels_file);
    return false;
}

/* Only datagrams that are meant for a monitor: a socket on a port of this box's own services would
 * take what is theirs. */
bool
channel_address_is_allowed(const char *address, const ChannelRules *rules, GError **error)
{
    StreamAddress parsed;

    if (!stream_address_parse(address, &parsed, error))
        return false;
    for (unsigned i = 0; i < parsed.n_legs && !rules->allow_loopback; i++) {
        g_autoptr(GInetAddress) host = g_inet_address_new_from_string(parsed.legs[i].host);

        if (host != NULL && g_inet_address_get_is_loopback(host)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "%s is this box itself; a channel comes from a network (allow_loopback "
                        "under [inventory] allows it)",
                        parsed.legs[i].host);
            return false;
        }
        if (!parsed.legs[i].multicast && parsed.legs[i].port < SYSTEM_PORTS) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "port %u belongs to services of this box; receive on one from %u",
                        parsed.legs[i].port, SYSTEM_PORTS);
            return false;
        }
    }
    return true;
}

static bool
share_a_port(const StreamAddress *a, const StreamAddress *b)
{
    for (unsigned i = 0; i < a->n_legs; i++) {
        for (unsigned k = 0; k < b->n_legs; k++) {
            if (!a->legs[i].multicast && !b->legs[k].multicast &&
                a->legs[i].port == b->legs[k].port)
                return true;
        }
    }
    return false;
}

bool
channel_address_is_free(const Inventory *inventory, const char *address, GError **error)
{
    StreamAddress wanted, taken;

    if (!stream_address_parse(address, &wanted, error))
        return false;
    for (size_t i = 0; i < inventory->n_channels; i++) {
        const InventoryChannel *channel = &inventory->channels[i];

        if (!stream_address_parse(channel->address, &taken, NULL) || !share_a_port(&wanted, &taken))
            continue;
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "\"%s\" is received there already, and a second socket would take its packets",
                    channel->id);
        return false;
    }
    return true;
}

/* A member as the text that a list would have. False if it is of another kind. */
static bool
take_member(JsonObject *object, Column column, char **ret_text, GError **error)
{
    JsonNode *node = json_object_get_member(object, members[column]);
    uint64_t number = 0;
    bool flag = false;

    if (node == NULL)
        return true;
    if (column == COLUMN_SERVICE_ID) {
        if (!json_member_unsigned(object, members[column], G_MAXUINT16, &number, error))
            return false;
        *ret_text = g_strdup_printf("%" G_GUINT64_FORMAT, number);
        return true;
    }
    if (column == COLUMN_COMMISSIONED || column == COLUMN_ENABLED) {
        if (!json_member_bool(object, members[column], &flag, error))
            return false;
        *ret_text = g_strdup(flag ? "yes" : "no");
        return true;
    }
    return json_member_string(object, members[column], ret_text, error);
}

/* @ret_position: from 1; 0 if it says nothing about it */
static bool
take_position(JsonObject *object, uint64_t *ret_position, GError **error)
{
    if (!json_object_has_member(object, "position"))
        return true;
    if (!json_member_unsigned(object, "position", CHANNEL_LIST_MAX_CHANNELS, ret_position, error))
        return false;
    if (*ret_position > 0)
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "positions count from 1");
    return false;
}

static bool
take_object(
    JsonObject *object, const char *id, RawChannel *raw, const char **ret_member, GError **error)
{
    if (!json_check_members(object, members, error))
        return false;
    for (unsigned column = 0; column < COLUMN_COUNT; column++) {
        *ret_member = members[column];
        if (!take_member(object, (Column)column, &raw->fields[column], error))
            return false;
    }
    *ret_member = "id";
    if (raw->fields[COLUMN_ID] != NULL && !g_str_equal(raw->fields[COLUMN_ID], id)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "a channel keeps its id; its history hangs on it");
        return false;
    }
    g_free(raw->fields[COLUMN_ID]);
    raw->fields[COLUMN_ID] = g_strdup(id);
    raw->by_hand = true;
    raw->line = 1;
    *ret_member = NULL;
    return true;
}

/* All other channels, as they are, so that the one to come is held against them. */
static bool
add_others(ListBuilder *builder, const Inventory *inventory, const char *id, GError **error)
{
    size_t n = 0;
    g_autofree ChannelEntry *entries = inventory_entries(inventory, &n);

    for (size_t i = 0; i < n; i++) {
        const ChannelEntry *entry = &entries[i];
        g_auto(RawChannel) raw = {.line = 1, .by_hand = entry->by_hand};

        if (g_str_equal(entry->id, id))
            continue;
        raw.fields[COLUMN_ID] = g_strdup(entry->id);
        raw.fields[COLUMN_NAME] = g_strdup(entry->name);
        raw.fields[COLUMN_SHORT_NAME] = g_strdup(entry->short_name);
        raw.fields[COLUMN_GROUP] = g_strdup(entry->group);
        raw.fields[COLUMN_ADDRESS] = g_strdup(entry->address);
        raw.fields[COLUMN_INTERFACE] = g_strdup(entry->interface);
        raw.fields[COLUMN_SERVICE_ID] = g_strdup_printf("%u", entry->service_id);
        raw.fields[COLUMN_PROFILE] = g_strdup(entry->profile);
        raw.fields[COLUMN_COMMISSIONED] = g_strdup(entry->commissioned == SAID_YES ? "yes" : "no");
        raw.fields[COLUMN_ENABLED] = g_strdup(entry->enabled == SAID_NO ? "no" : "yes");
        if (!list_builder_add(builder, &raw, error))
            return false;
    }
    return true;
}

static bool
has_profile(const Inventory *inventory, const char *profile, GError **error)
{
    if (*profile == '\0' || profile_book_find(inventory->profiles, profile) != NULL)
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "no profile has the id \"%.64s\"; leave it empty for the group's or the default",
                profile);
    return false;
}

/* Where channel @id stands, from 0; @otherwise if there is none. */
static size_t
place_of(const Inventory *inventory, const char *id, size_t otherwise)
{
    const InventoryChannel *channel = inventory_find_channel(inventory, id);

    return channel != NULL ? (size_t)(channel - inventory->channels) : otherwise;
}

/* @list: the last one is the changed one; it goes to @place. */
static void
move_last_to(ChannelList *list, size_t place)
{
    const size_t last = list->n_channels - 1;
    const ChannelEntry entry = list->channels[last];

    if (place >= last)
        return;
    memmove(&list->channels[place + 1], &list->channels[place],
            (last - place) * sizeof *list->channels);
    list->channels[place] = entry;
}

Inventory *
channel_object_set(Inventory *inventory,
                   const char *id,
                   JsonObject *object,
                   const ChannelRules *rules,
                   const char **ret_member,
                   GError **error)
{
    const InventoryChannel *old = inventory_find_channel(inventory, id);
    g_auto(ListBuilder) builder = list_builder("", rules->interface);
    g_auto(RawChannel) raw = {0};
    uint64_t position = 0;

    *ret_member = NULL;
    if (old != NULL && channel_is_managed(old, rules)) {
        refuse_managed(id, rules, error);
        return NULL;
    }
    if (!take_object(object, id, &raw, ret_member, error) ||
        !add_others(&builder, inventory, id, error))
        return NULL;
    *ret_member = "position";
    if (!take_position(object, &position, error))
        return NULL;
    *ret_member = "address";
    if (raw.fields[COLUMN_ADDRESS] != NULL && *raw.fields[COLUMN_ADDRESS] != '\0' &&
        !channel_address_is_allowed(raw.fields[COLUMN_ADDRESS], rules, error))
        return NULL;
    *ret_member = "profile";
    if (raw.fields[COLUMN_PROFILE] != NULL &&
        !has_profile(inventory, raw.fields[COLUMN_PROFILE], error))
        return NULL;
    if (!list_builder_add(&builder, &raw, error)) {
        *ret_member = members[builder.at];
        return NULL;
    }
    *ret_member = NULL;
    g_autoptr(ChannelList) list = list_builder_end(&builder);
    const size_t last = list->n_channels - 1;

    move_last_to(list, position > 0 ? (size_t)position - 1 : place_of(inventory, id, last));
    return inventory_with_entries(inventory, list->channels, list->n_channels);
}

Inventory *
channel_object_remove(Inventory *inventory,
                      const char *id,
                      const ChannelRules *rules,
                      GError **error)
{
    const InventoryChannel *old = inventory_find_channel(inventory, id);
    size_t n = 0;
    g_autofree ChannelEntry *entries = inventory_entries(inventory, &n);

    if (old == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no channel \"%.64s\"",
                    id);
        return NULL;
    }
    if (channel_is_managed(old, rules)) {
        refuse_managed(id, rules, error);
        return NULL;
    }
    const size_t at = place_of(inventory, id, n);

    if (at >= n) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "channel \"%.64s\" is the box's own", id);
        return NULL;
    }
    memmove(&entries[at], &entries[at + 1], (n - at - 1) * sizeof *entries);
    return inventory_with_entries(inventory, entries, n - 1);
}
