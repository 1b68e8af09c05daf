/* Objects of the inventory: their texts, ETags and changes. */
#include "appliance/config/inventory-object.h"

#include <string.h>

#include "appliance/config/inventory-profiles.h"
#include "appliance/config/json-text.h"
#include "appliance/model/etag.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

/* ---- Texts ---- */

/* {"@a": "...", "@b": "..."}. Returns: (transfer full) */
static char *
pair_show(const char *a, const char *a_text, const char *b, const char *b_text)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, a);
    json_builder_add_string_value(builder, a_text);
    json_builder_set_member_name(builder, b);
    json_builder_add_string_value(builder, b_text);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

static char *
channel_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    const InventoryChannel *channel = inventory_find_channel(inventory, id);

    return channel != NULL && rules != NULL ? channel_object_show(channel, rules) : NULL;
}

static char *
wall_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    const Wall *wall = wall_book_find(inventory->walls, id);

    return wall != NULL ? wall_show(wall) : NULL;
}

static char *
calendar_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    return site_book_object(inventory->site, SITE_CALENDAR, id);
}

static char *
runbook_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    return site_book_object(inventory->site, SITE_RUNBOOKS, id);
}

static char *
policy_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    return site_book_object(inventory->site, SITE_POLICY, id);
}

static char *
profile_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    const ProfileBook *book = inventory->profiles;

    for (size_t i = 0; i < book->n_sources; i++) {
        if (g_str_equal(book->sources[i].id, id))
            return profile_source_to_json(&book->sources[i]);
    }
    return NULL;
}

static char *
group_profile_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    const ProfileBook *book = inventory->profiles;

    for (size_t i = 0; i < book->n_groups; i++) {
        if (g_str_equal(book->groups[i].group, id))
            return pair_show("group", id, "profile", book->groups[i].profile);
    }
    return NULL;
}

static char *
receiver_text_of(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    for (size_t i = 0; i < inventory->n_receivers; i++) {
        if (g_str_equal(inventory->receivers[i].id, id))
            return receiver_to_public_json(&inventory->receivers[i]);
    }
    return NULL;
}

/* The password's hash is nobody's to see: what differs in it alone is not told. */
static char *
account_text(const Inventory *inventory, const char *id, const ChannelRules *rules)
{
    const Account *account = account_book_find(inventory->accounts, id);

    return account != NULL ? pair_show("name", id, "role", role_name(account->role)) : NULL;
}

/* ---- Ids ---- */

static void
channel_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->n_channels - inventory->n_own; i++)
        g_strv_builder_add(ids, inventory->channels[i].id);
}

static void
wall_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->walls->n_walls; i++)
        g_strv_builder_add(ids, inventory->walls->walls[i].id);
}

static void
calendar_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->site->calendar->n_entries; i++)
        g_strv_builder_add(ids, inventory->site->calendar->entries[i].id);
}

static void
runbook_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        if (inventory->site->runbooks->texts[fault] != NULL)
            g_strv_builder_add(ids, fault_info(fault)->name);
    }
}

static void
policy_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    g_strv_builder_add(ids, "");
}

static void
profile_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->profiles->n_sources; i++)
        g_strv_builder_add(ids, inventory->profiles->sources[i].id);
}

static void
group_profile_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->profiles->n_groups; i++)
        g_strv_builder_add(ids, inventory->profiles->groups[i].group);
}

static void
receiver_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->n_receivers; i++)
        g_strv_builder_add(ids, inventory->receivers[i].id);
}

static void
account_ids(const Inventory *inventory, GStrvBuilder *ids)
{
    for (size_t i = 0; i < inventory->accounts->n_accounts; i++)
        g_strv_builder_add(ids, inventory->accounts->accounts[i].name);
}

static const struct {
    const char *name;
    char *(*text)(const Inventory *inventory, const char *id, const ChannelRules *rules);
    void (*ids)(const Inventory *inventory, GStrvBuilder *ids);
} collections[] = {
    {"channels", channel_text, channel_ids},
    {"walls", wall_text, wall_ids},
    {"calendar", calendar_text, calendar_ids},
    {"runbooks", runbook_text, runbook_ids},
    {"policy", policy_text, policy_ids},
    {"profiles", profile_text, profile_ids},
    {"group-profiles", group_profile_text, group_profile_ids},
    {"receivers", receiver_text_of, receiver_ids},
    {"accounts", account_text, account_ids},
};

const char *
inventory_collection(unsigned index)
{
    return index < G_N_ELEMENTS(collections) ? collections[index].name : NULL;
}

GStrv
inventory_object_ids(const Inventory *inventory, const char *collection)
{
    g_autoptr(GStrvBuilder) ids = g_strv_builder_new();

    for (size_t i = 0; i < G_N_ELEMENTS(collections); i++) {
        if (g_str_equal(collections[i].name, collection))
            collections[i].ids(inventory, ids);
    }
    return g_strv_builder_end(ids);
}

char *
inventory_object_text(const Inventory *inventory,
                      const char *collection,
                      const char *id,
                      const ChannelRules *rules)
{
    for (size_t i = 0; i < G_N_ELEMENTS(collections); i++) {
        if (g_str_equal(collections[i].name, collection))
            return collections[i].text(inventory, id, rules);
    }
    return NULL;
}

bool
inventory_object_check(const Inventory *inventory,
                       const char *collection,
                       const char *id,
                       const ChannelRules *rules,
                       const char *if_match,
                       GError **error)
{
    g_autofree char *text = inventory_object_text(inventory, collection, id, rules);
    g_autofree char *etag = text != NULL ? etag_of(text) : NULL;

    if (text == NULL && if_match == NULL)
        return true;
    if (if_match == NULL) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NO_CONDITION,
                            "It is there already: say by If-Match which state of it you change.");
        return false;
    }
    if (etag_allows(if_match, etag))
        return true;
    if (text == NULL && g_str_equal(if_match, "*"))
        return true; /* whoever says so accepts any state; what follows says that it is not there */
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CHANGED,
                "Somebody %s it meanwhile: look at it again, then decide.",
                text != NULL ? "changed" : "removed");
    return false;
}

/* ---- Changes ---- */

static Inventory *
set_wall(Inventory *inventory,
         const char *id,
         JsonObject *object,
         const char **ret_member,
         GError **error)
{
    g_autoptr(WallBook) walls = wall_book_with(inventory->walls, id, object, ret_member, error);

    return walls != NULL ? inventory_with_walls(inventory, walls) : NULL;
}

/* @object: (nullable): NULL removes it */
static Inventory *
apply(Inventory *inventory,
      const ObjectChange *change,
      JsonObject *object,
      const ChannelRules *rules,
      const char **ret_member,
      GError **error)
{
    if (g_str_equal(change->collection, "walls"))
        return set_wall(inventory, change->id, object, ret_member, error);
    if (!g_str_equal(change->collection, "channels")) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "nothing is called \"%.64s\"",
                    change->collection);
        return NULL;
    }
    if (object == NULL)
        return channel_object_remove(inventory, change->id, rules, error);
    return channel_object_set(inventory, change->id, object, rules, ret_member, error);
}

/* What the change amounts to: @json itself, or what is there with @json in it. Returns: (transfer
 * full) (nullable): with @error */
static JsonNode *
wanted(Inventory *inventory, const ObjectChange *change, const ChannelRules *rules, GError **error)
{
    g_autoptr(JsonNode) given = json_text_parse(change->json, strlen(change->json), error);
    g_autofree char *text =
        given != NULL ? inventory_object_text(inventory, change->collection, change->id, rules)
                      : NULL;

    if (given == NULL || !change->merge)
        return g_steal_pointer(&given);
    if (text == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "there is no \"%.64s\"",
                    change->id);
        return NULL;
    }
    g_autoptr(JsonNode) present = json_from_string(text, NULL);

    return json_text_merge(present, given);
}

Inventory *
inventory_object_change(Inventory *inventory,
                        const ObjectChange *change,
                        const ChannelRules *rules,
                        char **ret_pointer,
                        GError **error)
{
    g_autoptr(JsonNode) node = NULL;
    const char *member = NULL;

    *ret_pointer = NULL;
    if (!slug_is_valid(change->id)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "an id is made of a-z, 0-9 and - alone, at most 63 of them");
        *ret_pointer = g_strdup("/id");
        return NULL;
    }
    if (change->json != NULL) {
        node = wanted(inventory, change, rules, error);
        if (node == NULL)
            return NULL;
    }
    Inventory *next = apply(inventory, change, node != NULL ? json_node_get_object(node) : NULL,
                            rules, &member, error);

    if (next == NULL && change->json != NULL)
        *ret_pointer = member != NULL ? g_strdup_printf("/%s", member) : g_strdup("");
    return next;
}

/* ---- Lists ---- */

static void
append_object(GString *json, char *text, bool first)
{
    g_autofree char *owned = text;
    g_autofree char *etag = etag_of(text);

    g_autofree char *quoted = g_strescape(etag, NULL);

    /* Every text is an object with members: what follows its brace is put behind ours. */
    g_string_append_printf(json, "%s{\"etag\":\"%s\",%s", first ? "" : ",", quoted, text + 1);
}

char *
inventory_object_list(const Inventory *inventory, const char *collection, const ChannelRules *rules)
{
    g_autoptr(GString) json = g_string_new("{\"items\":[");
    const bool walls = g_str_equal(collection, "walls");
    const size_t n = walls ? inventory->walls->n_walls : inventory->n_channels - inventory->n_own;

    for (size_t i = 0; i < n; i++)
        append_object(json,
                      walls ? wall_show(&inventory->walls->walls[i])
                            : channel_object_show(&inventory->channels[i], rules),
                      i == 0);
    g_string_append_printf(json, "],\"next_cursor\":null,\"generation\":%" G_GUINT64_FORMAT "}",
                           inventory->generation);
    return g_strdup(json->str);
}
