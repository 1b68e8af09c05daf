/* Rows of a list against the inventory, one after the other; then the whole. */
#include "appliance/config/channel-import.h"

#include <string.h>

#include "appliance/config/channel-list-builder.h"
#include "appliance/config/json-text.h"

typedef struct {
    Inventory *inventory;      /* no-ref */
    const ChannelRules *rules; /* no-ref */
    ListBuilder builder;       /* the channels that are to be, rows behind those that stay */
    GHashTable *touched;       /* (element-type utf8): ids of channels that rows are about */
    GPtrArray *problems;       /* (element-type ListProblem) */
    JsonBuilder *rows;
    unsigned n_new, n_changed, n_unchanged;
} Import;

static const InventoryChannel *
find_by_stream(const Inventory *inventory, const ChannelEntry *entry)
{
    for (size_t i = 0; i < inventory->n_channels - inventory->n_own; i++) {
        const InventoryChannel *channel = &inventory->channels[i];

        if (g_str_equal(channel->address, entry->address) &&
            g_str_equal(channel->interface, entry->interface) &&
            channel->service_id == entry->service_id)
            return channel;
    }
    return NULL;
}

/* The channel that a row is about; NULL for a new one. */
static const InventoryChannel *
match(const Inventory *inventory, const ChannelEntry *entry)
{
    const InventoryChannel *channel = inventory_find_channel(inventory, entry->id);

    return channel != NULL || entry->id_given ? channel : find_by_stream(inventory, entry);
}

static char *
yes_or_no(bool yes)
{
    return g_strdup(yes ? "yes" : "no");
}

/* Returns: (transfer full) (nullable): NULL where nothing is said */
static char *
said_word(Said said)
{
    return said == SAID_NOTHING ? NULL : yes_or_no(said == SAID_YES);
}

/* Fields of a channel as a list has them, by Column. */
static void
fields_of_channel(const InventoryChannel *channel, char *fields[COLUMN_COUNT])
{
    fields[COLUMN_ID] = g_strdup(channel->id);
    fields[COLUMN_NAME] = g_strdup(channel->name);
    fields[COLUMN_SHORT_NAME] = g_strdup(channel->short_name);
    fields[COLUMN_GROUP] = g_strdup(channel->group);
    fields[COLUMN_ADDRESS] = g_strdup(channel->address);
    fields[COLUMN_INTERFACE] = g_strdup(channel->interface);
    fields[COLUMN_SERVICE_ID] = g_strdup_printf("%u", channel->service_id);
    fields[COLUMN_PROFILE] = g_strdup(channel->profile);
    fields[COLUMN_COMMISSIONED] = yes_or_no(channel->commissioned);
    fields[COLUMN_ENABLED] = yes_or_no(!channel->disabled);
}

static void
fields_of_entry(const ChannelEntry *entry, char *fields[COLUMN_COUNT])
{
    fields[COLUMN_ID] = g_strdup(entry->id);
    fields[COLUMN_NAME] = g_strdup(entry->name);
    fields[COLUMN_SHORT_NAME] = g_strdup(entry->short_name);
    fields[COLUMN_GROUP] = g_strdup(entry->group);
    fields[COLUMN_ADDRESS] = g_strdup(entry->address);
    fields[COLUMN_INTERFACE] = g_strdup(entry->interface);
    fields[COLUMN_SERVICE_ID] = g_strdup_printf("%u", entry->service_id);
    fields[COLUMN_PROFILE] = g_strdup(entry->profile);
    fields[COLUMN_COMMISSIONED] = said_word(entry->commissioned);
    fields[COLUMN_ENABLED] = said_word(entry->enabled);
}

/* @raw: what the row says over what the channel was. */
static void
lay_over(const ChannelEntry *entry, const InventoryChannel *old, RawChannel *raw)
{
    g_auto(RawChannel) said = {0};

    fields_of_entry(entry, said.fields);
    if (old != NULL)
        fields_of_channel(old, raw->fields);
    for (unsigned column = COLUMN_NAME; column < COLUMN_COUNT; column++) {
        const bool given = (entry->given & 1u << column) != 0;

        if (said.fields[column] == NULL || (old != NULL && !given))
            continue;
        g_free(raw->fields[column]);
        raw->fields[column] = g_steal_pointer(&said.fields[column]);
    }
    if (raw->fields[COLUMN_ID] == NULL)
        raw->fields[COLUMN_ID] = g_strdup(entry->id);
    raw->line = entry->line;
    raw->by_hand = old == NULL || !old->from_file;
}

static void
add_member(JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name(builder, name);
    if (text != NULL)
        json_builder_add_string_value(builder, text);
    else
        json_builder_add_null_value(builder);
}

/* Writes the fields that differ. Returns: how many */
static unsigned
add_fields(JsonBuilder *rows, const InventoryChannel *old, const RawChannel *raw)
{
    g_auto(RawChannel) before = {0};
    unsigned n = 0;

    if (old != NULL)
        fields_of_channel(old, before.fields);
    json_builder_set_member_name(rows, "fields");
    json_builder_begin_array(rows);
    for (unsigned column = 0; column < COLUMN_COUNT; column++) {
        const char *after = raw->fields[column];

        if (after == NULL || g_strcmp0(before.fields[column], after) == 0)
            continue;
        json_builder_begin_object(rows);
        add_member(rows, "name", list_column_name((Column)column));
        add_member(rows, "before", before.fields[column]);
        add_member(rows, "after", after);
        json_builder_end_object(rows);
        n++;
    }
    json_builder_end_array(rows);
    return n;
}

static void
begin_row(JsonBuilder *rows, unsigned line, const char *id, const char *name)
{
    json_builder_begin_object(rows);
    json_builder_set_member_name(rows, "line");
    json_builder_add_int_value(rows, line);
    add_member(rows, "id", id);
    add_member(rows, "name", name);
}

static void
add_error(Import *import, unsigned line, const char *id, const char *column, const char *what)
{
    begin_row(import->rows, line, id, NULL);
    add_member(import->rows, "state", "error");
    add_member(import->rows, "column", column);
    add_member(import->rows, "problem", what);
    json_builder_set_member_name(import->rows, "fields");
    json_builder_begin_array(import->rows);
    json_builder_end_array(import->rows);
    json_builder_end_object(import->rows);
}

/* Why the row cannot be taken, beyond what the list itself shows. Returns: (transfer full)
 * (nullable) */
static char *
refusal(const Import *import,
        const InventoryChannel *old,
        const RawChannel *raw,
        bool differs,
        const char **ret_column)
{
    const char *profile = raw->fields[COLUMN_PROFILE];
    g_autoptr(GError) error = NULL;

    *ret_column = NULL;
    if (old != NULL && differs && channel_is_managed(old, import->rules))
        return g_strdup_printf("this channel stands in %s: change it there",
                               import->rules->channels_file);
    *ret_column = "profile";
    if (profile != NULL && *profile != '\0' &&
        profile_book_find(import->inventory->profiles, profile) == NULL)
        return g_strdup_printf("no profile has the id \"%.64s\"", profile);
    *ret_column = "address";
    if (!(old != NULL && !differs) &&
        !channel_address_is_allowed(raw->fields[COLUMN_ADDRESS], import->rules, &error))
        return g_strdup(error->message);
    *ret_column = NULL;
    return NULL;
}

static bool
differs_from(const InventoryChannel *old, const RawChannel *raw)
{
    g_autoptr(JsonBuilder) scratch = json_builder_new();

    json_builder_begin_object(scratch);
    return add_fields(scratch, old, raw) > 0;
}

static void
take_row(Import *import, const ChannelEntry *entry)
{
    const InventoryChannel *old = match(import->inventory, entry);
    g_auto(RawChannel) raw = {0};
    g_autoptr(GError) error = NULL;
    const char *column = NULL;

    lay_over(entry, old, &raw);
    const bool differs = differs_from(old, &raw);
    g_autofree char *id = g_strdup(raw.fields[COLUMN_ID]);
    g_autofree char *name = g_strdup(raw.fields[COLUMN_NAME]);
    g_auto(RawChannel) shown = {0};
    g_autofree char *why = refusal(import, old, &raw, differs, &column);

    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        shown.fields[i] = g_strdup(raw.fields[i]);
    if (why == NULL && !list_builder_add(&import->builder, &raw, &error)) {
        why = g_strdup(error->message);
        column = import->builder.at < COLUMN_COUNT ? list_column_name(import->builder.at) : NULL;
    }
    if (why != NULL) {
        add_error(import, entry->line, id, column, why);
        g_ptr_array_add(import->problems, g_new0(ListProblem, 1));
        return;
    }
    begin_row(import->rows, entry->line, id, name);
    add_member(import->rows, "state", old == NULL ? "new" : differs ? "changed" : "unchanged");
    add_member(import->rows, "column", NULL);
    add_member(import->rows, "problem", NULL);
    add_fields(import->rows, old, &shown);
    json_builder_end_object(import->rows);
    import->n_new += old == NULL;
    import->n_changed += old != NULL && differs;
    import->n_unchanged += old != NULL && !differs;
}

/* Channels that no row is about stand before the rows, so that a row is held against them. */
static void
add_others(Import *import, const ImportOrder *order, GPtrArray *removed)
{
    const Inventory *inventory = import->inventory;

    for (size_t i = 0; i < inventory->n_channels - inventory->n_own; i++) {
        const InventoryChannel *channel = &inventory->channels[i];
        g_auto(RawChannel) raw = {.line = 1, .by_hand = !channel->from_file};

        if (g_hash_table_contains(import->touched, channel->id))
            continue;
        if (order->remove_missing && !channel_is_managed(channel, import->rules)) {
            g_ptr_array_add(removed, channel->id);
            continue;
        }
        fields_of_channel(channel, raw.fields);
        (void)list_builder_add(&import->builder, &raw, NULL);
    }
}

/* The order of the site: what was there where it was, what is new behind it. */
static Inventory *
next_of(Import *import)
{
    const Inventory *inventory = import->inventory;
    g_autoptr(ChannelList) list = list_builder_end(&import->builder);
    g_autofree ChannelEntry *entries = g_new0(ChannelEntry, list->n_channels + 1);
    size_t n = 0;

    for (size_t i = 0; i < inventory->n_channels - inventory->n_own; i++) {
        for (size_t k = 0; k < list->n_channels; k++) {
            if (g_str_equal(list->channels[k].id, inventory->channels[i].id))
                entries[n++] = list->channels[k];
        }
    }
    for (size_t k = 0; k < list->n_channels; k++) {
        if (inventory_find_channel(inventory, list->channels[k].id) == NULL)
            entries[n++] = list->channels[k];
    }
    return inventory_with_entries(import->inventory, entries, n);
}

static char *
report(const Import *import, const GPtrArray *removed)
{
    JsonBuilder *rows = import->rows;

    json_builder_end_array(rows);
    json_add_number(rows, "new", import->n_new);
    json_add_number(rows, "changed", import->n_changed);
    json_add_number(rows, "unchanged", import->n_unchanged);
    json_add_number(rows, "errors", import->problems->len);
    json_builder_set_member_name(rows, "removed");
    json_builder_begin_array(rows);
    for (guint i = 0; i < removed->len; i++)
        json_builder_add_string_value(rows, removed->pdata[i]);
    json_builder_end_array(rows);
    json_builder_end_object(rows);
    g_autoptr(JsonNode) root = json_builder_get_root(rows);

    return json_to_string(root, FALSE);
}

char *
channel_import_read(Inventory *inventory,
                    const ImportOrder *order,
                    const ChannelRules *rules,
                    Inventory **ret_next)
{
    g_autoptr(GPtrArray) problems =
        g_ptr_array_new_with_free_func((GDestroyNotify)list_problem_free);
    g_autoptr(ChannelList) list =
        channel_list_parse_rows(order->text, order->size, rules->interface, problems);
    g_autoptr(GHashTable) touched = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) removed = g_ptr_array_new();
    g_autoptr(JsonBuilder) rows = json_builder_new();
    Import import = {.inventory = inventory,
                     .rules = rules,
                     .builder = list_builder("", rules->interface),
                     .touched = touched,
                     .problems = problems,
                     .rows = rows};

    json_builder_begin_object(rows);
    json_builder_set_member_name(rows, "rows");
    json_builder_begin_array(rows);
    for (guint i = 0; i < problems->len; i++) {
        const ListProblem *problem = problems->pdata[i];

        add_error(&import, problem->line, NULL, problem->column, problem->what);
    }
    for (size_t i = 0; list != NULL && i < list->n_channels; i++) {
        const InventoryChannel *old = match(inventory, &list->channels[i]);

        if (old != NULL)
            g_hash_table_add(touched, old->id);
    }
    if (list != NULL)
        add_others(&import, order, removed);
    for (size_t i = 0; list != NULL && i < list->n_channels; i++)
        take_row(&import, &list->channels[i]);
    *ret_next = problems->len == 0 ? next_of(&import) : NULL;
    list_builder_clear(&import.builder);
    return report(&import, removed);
}
