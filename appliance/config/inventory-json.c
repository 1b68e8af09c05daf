/* The inventory as one JSON object. What is read is checked as if a site had written it. */
#include "appliance/config/channel-list-builder.h"
#include "appliance/config/inventory-accounts.h"
#include "appliance/config/inventory-parts.h"
#include "appliance/config/inventory-profiles.h"
#include "appliance/config/inventory-store.h"
#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define FORMAT           1u
#define GENERATION_LIMIT ((uint64_t)G_MAXINT64 - 1)

static void
add_channels(JsonBuilder *builder, const Inventory *inventory)
{
    json_builder_set_member_name(builder, "channels");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < inventory->n_channels - inventory->n_own; i++) {
        const InventoryChannel *channel = &inventory->channels[i];

        json_builder_begin_object(builder);
        json_add_text(builder, "id", channel->id);
        json_add_text(builder, "name", channel->name);
        json_add_text(builder, "short_name", channel->short_name);
        json_add_text(builder, "group", channel->group);
        json_add_text(builder, "address", channel->address);
        json_add_text(builder, "interface", channel->interface);
        json_add_number(builder, "service_id", channel->service_id);
        json_add_text(builder, "profile", channel->profile);
        json_builder_set_member_name(builder, "commissioned");
        json_builder_add_boolean_value(builder, channel->commissioned);
        json_add_flag(builder, "enabled", !channel->disabled);
        json_builder_set_member_name(builder, "from_file");
        json_builder_add_boolean_value(builder, channel->from_file);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_receivers(JsonBuilder *builder, const Inventory *inventory)
{
    json_builder_set_member_name(builder, "receivers");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < inventory->n_receivers; i++) {
        const Receiver *receiver = &inventory->receivers[i];

        json_builder_begin_object(builder);
        receiver_add_json(builder, receiver, false);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_origin(JsonBuilder *builder, const InventoryOrigin *origin)
{
    json_builder_set_member_name(builder, "origin");
    json_builder_begin_object(builder);
    json_add_number(builder, "unix_us", MAX(origin->at_us, 0));
    json_add_text(builder, "by", origin->by);
    json_add_text(builder, "what", origin->what);
    json_builder_end_object(builder);
}

char *
inventory_to_json(const Inventory *inventory)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();

    json_builder_begin_object(builder);
    json_add_number(builder, "format", FORMAT);
    json_add_number(builder, "generation", (int64_t)inventory->generation);
    add_origin(builder, &inventory->origin);
    add_channels(builder, inventory);
    add_receivers(builder, inventory);
    inventory_accounts_write(builder, inventory->accounts);
    site_book_write(builder, inventory->site);
    inventory_profiles_write(builder, inventory->profiles);
    wall_book_write(builder, inventory->walls);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, true);
    return json_generator_to_data(generator, NULL);
}

static bool
read_channel(ListBuilder *builder, JsonObject *object, unsigned number, GError **error)
{
    static const char *const names[] = {"id",           "name",      "short_name", "group",
                                        "address",      "interface", "service_id", "profile",
                                        "commissioned", "enabled",   "from_file",  NULL};
    g_auto(RawChannel) raw = {.line = number};
    uint64_t service_id = 0;
    bool commissioned = true; /* one of a version before is in use already */
    bool enabled = true;      /* and watched */
    bool from_file = true;    /* and came from a list */

    if (!json_check_members(object, names, error) ||
        !json_member_unsigned(object, "service_id", G_MAXUINT16, &service_id, error) ||
        (json_object_has_member(object, "commissioned") &&
         !json_member_bool(object, "commissioned", &commissioned, error)) ||
        (json_object_has_member(object, "enabled") &&
         !json_member_bool(object, "enabled", &enabled, error)) ||
        (json_object_has_member(object, "from_file") &&
         !json_member_bool(object, "from_file", &from_file, error)))
        return false;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (i == COLUMN_SERVICE_ID)
            raw.fields[i] = g_strdup_printf("%" G_GUINT64_FORMAT, service_id);
        else if (i == COLUMN_COMMISSIONED)
            raw.fields[i] = g_strdup(commissioned ? "yes" : "no");
        else if (i == COLUMN_ENABLED)
            raw.fields[i] = g_strdup(enabled ? "yes" : "no");
        else if (!json_member_string(object, names[i], &raw.fields[i], error))
            return false;
    }
    raw.by_hand = !from_file;
    return list_builder_add(builder, &raw, error);
}

static ChannelList *
read_channels(JsonObject *root, GError **error)
{
    g_auto(ListBuilder) builder = list_builder("channels", "");
    JsonArray *array = NULL;

    if (!json_member_objects(root, "channels", &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (!read_channel(&builder, json_array_get_object_element(array, i), i + 1, error))
            return NULL;
    }
    return list_builder_end(&builder);
}

/* Those of older generations can only have come from the settings. */
static bool
read_receiver(JsonObject *object, Receiver *receiver, GError **error)
{
    receiver->from_settings = true;
    return receiver_read_json(object, receiver, error);
}

static bool
read_receivers(JsonObject *root, GArray *receivers, GError **error)
{
    JsonArray *array = NULL;

    if (!json_member_objects(root, "receivers", &array, error))
        return false;
    if (json_array_get_length(array) > RECEIVER_MAX_COUNT) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "more than %u receivers",
                    RECEIVER_MAX_COUNT);
        return false;
    }
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_array_set_size(receivers, i + 1);
        if (!read_receiver(json_array_get_object_element(array, i),
                           &g_array_index(receivers, Receiver, i), error))
            return false;
    }
    return true;
}

/* It only tells people something: what cannot be read of it is unknown. */
static Inventory *
with_origin(Inventory *inventory, JsonObject *root)
{
    JsonNode *node = json_object_get_member(root, "origin");
    JsonObject *object =
        node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    g_autofree char *by = NULL;
    g_autofree char *what = NULL;
    uint64_t unix_us = 0;

    if (object == NULL || !json_member_unsigned(object, "unix_us", G_MAXINT64, &unix_us, NULL) ||
        !json_member_string(object, "by", &by, NULL) ||
        !json_member_string(object, "what", &what, NULL))
        return inventory;
    return inventory_made_by(inventory, by, what, (WallUs)unix_us);
}

Inventory *
inventory_from_json(const char *text, size_t size, GError **error)
{
    static const char *const names[] = {"format",    "generation", "origin",   "channels",
                                        "receivers", "accounts",   "profiles", "group_profiles",
                                        "policy",    "calendar",   "runbooks", "walls",
                                        "tokens",    "erased",     NULL};
    g_autoptr(JsonNode) node = json_text_parse(text, size, error);
    JsonObject *root = node != NULL ? json_node_get_object(node) : NULL;
    g_autoptr(GArray) receivers = g_array_new(false, true, sizeof(Receiver));
    uint64_t format = 0;
    uint64_t generation = 0;

    g_array_set_clear_func(receivers, (GDestroyNotify)receiver_clear);
    if (root == NULL || !json_check_members(root, names, error) ||
        !json_member_unsigned(root, "format", FORMAT, &format, error) ||
        !json_member_unsigned(root, "generation", GENERATION_LIMIT, &generation, error) ||
        !read_receivers(root, receivers, error))
        return NULL;
    g_autoptr(ChannelList) list = read_channels(root, error);
    g_autoptr(AccountBook) accounts = list != NULL ? inventory_accounts_read(root, error) : NULL;

    g_autoptr(ProfileBook) profiles =
        accounts != NULL ? inventory_profiles_read(root, error) : NULL;
    g_autoptr(SiteBook) site = profiles != NULL ? site_book_read(root, error) : NULL;

    g_autoptr(WallBook) walls = site != NULL ? wall_book_read(root, error) : NULL;

    if (walls == NULL)
        return NULL;
    const InventoryParts parts = {
        .entries = list->channels,
        .n_entries = list->n_channels,
        .receivers = (const Receiver *)(gconstpointer)receivers->data,
        .n_receivers = receivers->len,
        .accounts = accounts,
        .site = site,
        .profiles = profiles,
        .walls = walls,
    };

    return with_origin(inventory_from_parts(generation, &parts), root);
}
