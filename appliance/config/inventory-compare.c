/* Comparing generations: texts first, members only where texts differ. */
#include "appliance/config/inventory-compare.h"

#include <string.h>

#include "appliance/config/inventory-object.h"
#include "pipelines/base/text.h"

#define VALUE_MAX 80u /* bytes of a value in a sentence */

typedef struct {
    JsonBuilder *builder; /* the array */
    GString *text;
} Comparison;

static const ChannelRules no_rules = {.channels_file = "", .interface = ""};

static JsonObject *
object_of(JsonNode *node)
{
    return node != NULL ? json_node_get_object(node) : NULL;
}

static JsonNode *
value_of(JsonObject *object, const char *name)
{
    return object != NULL ? json_object_get_member(object, name) : NULL;
}

static void
add_value(JsonBuilder *builder, const char *name, JsonNode *value)
{
    json_builder_set_member_name(builder, name);
    if (value != NULL)
        json_builder_add_value(builder, json_node_copy(value));
    else
        json_builder_add_null_value(builder);
}

static char *
short_value(JsonNode *value)
{
    g_autofree char *text = value != NULL ? json_to_string(value, FALSE) : g_strdup("nothing");
    g_autofree char *clean = text_clean(text, VALUE_MAX);

    return g_strconcat(clean, strlen(text) > VALUE_MAX ? "..." : "", NULL);
}

static void
add_field(Comparison *comparison, const char *name, JsonNode *before, JsonNode *after)
{
    json_builder_begin_object(comparison->builder);
    json_builder_set_member_name(comparison->builder, "name");
    json_builder_add_string_value(comparison->builder, name);
    add_value(comparison->builder, "before", before);
    add_value(comparison->builder, "after", after);
    json_builder_end_object(comparison->builder);
    if (before != NULL && after != NULL) {
        g_autofree char *old = short_value(before);
        g_autofree char *new = short_value(after);

        g_string_append_printf(comparison->text, " %s %s to %s,", name, old, new);
    }
}

/* Members of @first that are others in @second; with @absent_only: those that @second lacks. */
static void
add_fields(Comparison *comparison, JsonObject *before, JsonObject *after)
{
    JsonObjectIter iter;
    const char *name = NULL;
    JsonNode *value = NULL;

    if (before != NULL) {
        json_object_iter_init(&iter, before);
        while (json_object_iter_next(&iter, &name, &value)) {
            JsonNode *other = value_of(after, name);

            if (other == NULL || !json_node_equal(value, other))
                add_field(comparison, name, value, other);
        }
    }
    if (after == NULL)
        return;
    json_object_iter_init(&iter, after);
    while (json_object_iter_next(&iter, &name, &value)) {
        if (value_of(before, name) == NULL)
            add_field(comparison, name, NULL, value);
    }
}

static void
begin_object(Comparison *comparison, const char *collection, const char *id, const char *change)
{
    json_builder_begin_object(comparison->builder);
    json_builder_set_member_name(comparison->builder, "collection");
    json_builder_add_string_value(comparison->builder, collection);
    json_builder_set_member_name(comparison->builder, "id");
    json_builder_add_string_value(comparison->builder, id);
    json_builder_set_member_name(comparison->builder, "change");
    json_builder_add_string_value(comparison->builder, change);
    json_builder_set_member_name(comparison->builder, "fields");
    json_builder_begin_array(comparison->builder);
    g_string_append_printf(comparison->text, "%s%s%s%s %s:", comparison->text->len > 0 ? " " : "",
                           collection, *id != '\0' ? "/" : "", id, change);
}

static void
end_object(Comparison *comparison)
{
    GString *text = comparison->text;

    json_builder_end_array(comparison->builder);
    json_builder_end_object(comparison->builder);
    text->str[text->len - 1] = ';'; /* in the place of the last comma or colon */
}

/* @before, @after: (nullable): texts of the object */
static void
compare_object(Comparison *comparison,
               const char *collection,
               const char *id,
               const char *before,
               const char *after)
{
    if (g_strcmp0(before, after) == 0)
        return;
    g_autoptr(JsonNode) old = before != NULL ? json_from_string(before, NULL) : NULL;
    g_autoptr(JsonNode) new = after != NULL ? json_from_string(after, NULL) : NULL;

    begin_object(comparison, collection, id,
                 before == NULL  ? "added"
                 : after == NULL ? "removed"
                                 : "changed");
    add_fields(comparison, object_of(old), object_of(new));
    end_object(comparison);
}

static void
compare_collection(Comparison *comparison,
                   const char *collection,
                   const Inventory *from,
                   const Inventory *to)
{
    g_auto(GStrv) old_ids = inventory_object_ids(from, collection);
    g_auto(GStrv) new_ids = inventory_object_ids(to, collection);

    for (size_t i = 0; old_ids[i] != NULL; i++) {
        g_autofree char *before = inventory_object_text(from, collection, old_ids[i], &no_rules);
        g_autofree char *after = inventory_object_text(to, collection, old_ids[i], &no_rules);

        compare_object(comparison, collection, old_ids[i], before, after);
    }
    for (size_t i = 0; new_ids[i] != NULL; i++) {
        g_autofree char *before = inventory_object_text(from, collection, new_ids[i], &no_rules);
        g_autofree char *after = inventory_object_text(to, collection, new_ids[i], &no_rules);

        if (before == NULL)
            compare_object(comparison, collection, new_ids[i], NULL, after);
    }
}

/* Ids of @from that are in @to as well, as one JSON array. Returns: (transfer full) */
static JsonNode *
common_order(const Inventory *from, const Inventory *to)
{
    g_auto(GStrv) ids = inventory_object_ids(from, "channels");
    g_autoptr(JsonArray) array = json_array_new();

    for (size_t i = 0; ids[i] != NULL; i++) {
        if (inventory_find_channel(to, ids[i]) != NULL)
            json_array_add_string_element(array, ids[i]);
    }
    return json_node_init_array(json_node_alloc(), array);
}

static void
compare_order(Comparison *comparison, const Inventory *from, const Inventory *to)
{
    g_autoptr(JsonNode) before = common_order(from, to);
    g_autoptr(JsonNode) after = common_order(to, from);

    if (!json_node_equal(before, after)) {
        begin_object(comparison, "channels", "", "changed");
        add_field(comparison, "order", before, after);
        end_object(comparison);
    }
}

static void
compare(Comparison *comparison, const Inventory *from, const Inventory *to)
{
    json_builder_begin_array(comparison->builder);
    for (unsigned i = 0; inventory_collection(i) != NULL; i++)
        compare_collection(comparison, inventory_collection(i), from, to);
    compare_order(comparison, from, to);
    json_builder_end_array(comparison->builder);
}

char *
inventory_compare(const Inventory *from, const Inventory *to)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GString) text = g_string_new(NULL);
    Comparison comparison = {.builder = builder, .text = text};

    compare(&comparison, from, to);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

char *
inventory_compare_text(const Inventory *from, const Inventory *to)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GString) text = g_string_new(NULL);
    Comparison comparison = {.builder = builder, .text = text};

    compare(&comparison, from, to);
    if (text->len == 0)
        return g_strdup("nothing");
    g_string_truncate(text, text->len - 1);
    return text_clean(text->str, INVENTORY_WHAT_MAX);
}
