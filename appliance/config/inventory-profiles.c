/* Profiles to JSON and back. */
#include "appliance/config/inventory-profiles.h"

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

/* ---- Writing ---- */

static ProfileValueKind
kind_of(const ProfileSetting *setting)
{
    return setting->fault == FAULT_NONE ? VALUE_NUMBER
                                        : profile_field_info((ProfileField)setting->field)->kind;
}

static void
add_value(JsonBuilder *builder, const ProfileSetting *setting)
{
    json_builder_set_member_name(builder, "value");
    switch (kind_of(setting)) {
    case VALUE_NUMBER:
        json_builder_add_double_value(builder, setting->value);
        break;
    case VALUE_BOOLEAN:
        json_builder_add_boolean_value(builder, setting->value > 0);
        break;
    case VALUE_SEVERITY:
        json_builder_add_string_value(builder, severity_name((Severity)setting->value));
        break;
    case VALUE_IMPACT:
        json_builder_add_string_value(builder, impact_class_name((ImpactClass)setting->value));
        break;
    }
}

static void
add_source(JsonBuilder *builder, const ProfileSource *source)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "id", source->id);
    json_add_text(builder, "base", source->base);
    json_add_text(builder, "text", source->text);
    json_builder_set_member_name(builder, "settings");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < source->n_settings; i++) {
        g_autofree char *key = profile_key_text(&source->settings[i]);

        json_builder_begin_object(builder);
        json_add_text(builder, "key", key);
        add_value(builder, &source->settings[i]);
        json_add_text(builder, "why", source->settings[i].why);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

void
inventory_profiles_write(JsonBuilder *builder, const ProfileBook *book)
{
    json_builder_set_member_name(builder, "profiles");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->n_sources; i++)
        add_source(builder, &book->sources[i]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "group_profiles");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->n_groups; i++) {
        json_builder_begin_object(builder);
        json_add_text(builder, "group", book->groups[i].group);
        json_add_text(builder, "profile", book->groups[i].profile);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

char *
profile_source_to_json(const ProfileSource *source)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();

    add_source(builder, source);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    json_generator_set_root(generator, root);
    return json_generator_to_data(generator, NULL);
}

/* ---- Reading ---- */

static bool
refuse_value(const char *key, const char *expected, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: the value must be %s", key,
                expected);
    return false;
}

static bool
impact_from_name(const char *name, double *ret_value)
{
    for (unsigned i = 0; i < IMPACT_COUNT; i++) {
        if (g_strcmp0(name, impact_class_name((ImpactClass)i)) == 0) {
            *ret_value = i;
            return true;
        }
    }
    return false;
}

static bool
read_word(JsonNode *node, const char *key, ProfileSetting *setting, GError **error)
{
    const char *word =
        json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node) : NULL;
    Severity severity = SEVERITY_CLEARED;

    if (kind_of(setting) == VALUE_IMPACT) {
        return impact_from_name(word, &setting->value) ||
               refuse_value(key,
                            "none, off-air, component-missing, quality or "
                            "non-conformant",
                            error);
    }
    if (word == NULL || !severity_from_name(word, &severity))
        return refuse_value(key, "warning, minor, major or critical", error);
    setting->value = (double)severity;
    return true;
}

static bool
read_value(JsonNode *node, const char *key, ProfileSetting *setting, GError **error)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
        return refuse_value(key, "there, as a number, true, false or a word", error);
    const GType type = json_node_get_value_type(node);

    switch (kind_of(setting)) {
    case VALUE_NUMBER:
        if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
            return refuse_value(key, "a number", error);
        setting->value = json_node_get_double(node);
        return true;
    case VALUE_BOOLEAN:
        if (type != G_TYPE_BOOLEAN)
            return refuse_value(key, "true or false", error);
        setting->value = json_node_get_boolean(node) ? 1 : 0;
        return true;
    case VALUE_SEVERITY:
    case VALUE_IMPACT:
        break;
    }
    return read_word(node, key, setting, error);
}

/* A text that may be missing. */
static bool
read_text(JsonObject *object, const char *name, char **ret_text, GError **error)
{
    if (json_object_has_member(object, name))
        return json_member_string(object, name, ret_text, error);
    *ret_text = g_strdup("");
    return true;
}

static bool
read_setting(JsonObject *object, ProfileSetting *setting, GError **error)
{
    static const char *const names[] = {"key", "value", "why", NULL};
    g_autofree char *key = NULL;
    char *why = NULL;

    if (!json_check_members(object, names, error) ||
        !json_member_string(object, "key", &key, error) ||
        !profile_key_parse(key, setting, error) || !read_text(object, "why", &why, error))
        return false;
    setting->why = why;
    return read_value(json_object_get_member(object, "value"), key, setting, error) &&
           profile_setting_check(setting, error);
}

static bool
read_settings(JsonObject *object, ProfileSource *source, GError **error)
{
    JsonArray *array = NULL;

    if (!json_member_objects(object, "settings", &array, error))
        return false;
    const guint n = json_array_get_length(array);

    if (n > PROFILE_SETTINGS_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%u settings, at most %u", n,
                    PROFILE_SETTINGS_MAX);
        return false;
    }
    ProfileSetting *settings = g_new0(ProfileSetting, n);

    source->settings = settings;
    for (guint i = 0; i < n; i++) {
        settings[i].why = NULL;
        source->n_settings = i + 1;
        if (!read_setting(json_array_get_object_element(array, i), &settings[i], error))
            return false;
    }
    return true;
}

static bool
read_source(JsonObject *object, const char *id, ProfileSource *source, GError **error)
{
    static const char *const names[] = {"id", "base", "text", "settings", NULL};
    char *found = NULL, *base = NULL, *text = NULL;
    const bool good =
        json_check_members(object, names, error) && read_text(object, "id", &found, error) &&
        read_text(object, "base", &base, error) && read_text(object, "text", &text, error);

    if (found != NULL && *found == '\0' && id != NULL) {
        g_free(found);
        found = g_strdup(id);
    }
    source->id = found;
    source->base = base;
    source->text = text;
    if (!good || !read_settings(object, source, error))
        return false;
    if (id == NULL || g_strcmp0(id, found) == 0)
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "the profile's id is not the \"%s\" of its address", id);
    return false;
}

static void
source_clear(ProfileSource *source)
{
    for (size_t i = 0; i < source->n_settings; i++)
        g_free((gpointer)source->settings[i].why);
    g_free((gpointer)source->settings);
    g_free((gpointer)source->id);
    g_free((gpointer)source->base);
    g_free((gpointer)source->text);
}

void
profile_source_free(ProfileSource *source)
{
    if (source == NULL)
        return;
    source_clear(source);
    g_free(source);
}

ProfileSource *
profile_source_from_json(const char *text, size_t size, const char *id, GError **error)
{
    g_autoptr(JsonNode) node = json_text_parse(text, size, error);
    g_autoptr(ProfileSource) source = g_new0(ProfileSource, 1);

    if (node == NULL || !read_source(json_node_get_object(node), id, source, error))
        return NULL;
    return g_steal_pointer(&source);
}

static bool
read_group(JsonObject *object, GroupProfile *group, GError **error)
{
    static const char *const names[] = {"group", "profile", NULL};
    char *name = NULL, *profile = NULL;
    const bool good = json_check_members(object, names, error) &&
                      json_member_string(object, "group", &name, error) &&
                      json_member_string(object, "profile", &profile, error);

    group->group = name;
    group->profile = profile;
    return good;
}

static void
group_clear(GroupProfile *group)
{
    g_free((gpointer)group->group);
    g_free((gpointer)group->profile);
}

/* The objects of @name; an empty array without it. */
static bool
section(JsonObject *root, const char *name, guint maximum, JsonArray **ret_array, GError **error)
{
    if (!json_object_has_member(root, name))
        return true;
    if (!json_member_objects(root, name, ret_array, error))
        return false;
    if (json_array_get_length(*ret_array) <= maximum)
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "more than %u %s", maximum, name);
    return false;
}

ProfileBook *
inventory_profiles_read(JsonObject *root, GError **error)
{
    g_autoptr(GArray) sources = g_array_new(false, true, sizeof(ProfileSource));
    g_autoptr(GArray) groups = g_array_new(false, true, sizeof(GroupProfile));
    JsonArray *profiles = NULL, *of_groups = NULL;

    g_array_set_clear_func(sources, (GDestroyNotify)source_clear);
    g_array_set_clear_func(groups, (GDestroyNotify)group_clear);
    if (!section(root, "profiles", PROFILES_MAX, &profiles, error) ||
        !section(root, "group_profiles", PROFILE_GROUPS_MAX, &of_groups, error))
        return NULL;
    for (guint i = 0; profiles != NULL && i < json_array_get_length(profiles); i++) {
        g_array_set_size(sources, i + 1);
        if (!read_source(json_array_get_object_element(profiles, i), NULL,
                         &g_array_index(sources, ProfileSource, i), error))
            return NULL;
    }
    for (guint i = 0; of_groups != NULL && i < json_array_get_length(of_groups); i++) {
        g_array_set_size(groups, i + 1);
        if (!read_group(json_array_get_object_element(of_groups, i),
                        &g_array_index(groups, GroupProfile, i), error))
            return NULL;
    }
    return profile_book_new((const ProfileSource *)(gconstpointer)sources->data, sources->len,
                            (const GroupProfile *)(gconstpointer)groups->data, groups->len, error);
}
