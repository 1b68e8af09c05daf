/* Calendar entries as JSON: times in RFC 3339, times of the day as "HH:MM", days by name. */
#include "appliance/config/site-calendar.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define DAY_MINUTES 1440u
#define ALL_DAYS    0x7fu

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

static bool
refuse(GError **error, const char *what, const char *why)
{
    g_autofree char *clean = text_clean(what, 100);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "\"%s\" %s", clean, why);
    return false;
}

/* ---- Reading ---- */

/* A text that may be missing, then "". */
static bool
read_text(JsonObject *object, const char *name, char **ret_text, GError **error)
{
    if (!json_object_has_member(object, name)) {
        *ret_text = g_strdup("");
        return true;
    }
    return json_member_string(object, name, ret_text, error);
}

/* Names that may be missing; each once. */
static bool
read_names(JsonObject *object, const char *name, GStrv *ret_names, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonNode *node = json_object_get_member(object, name);
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    const guint n = array != NULL ? json_array_get_length(array) : 0;

    if ((node != NULL && array == NULL) || n > CALENDAR_SCOPE_MAX)
        return refuse(error, name, "is a list of at most 500 names");
    for (guint i = 0; i < n; i++) {
        JsonNode *item = json_array_get_element(array, i);
        const char *text =
            JSON_NODE_HOLDS_VALUE(item) && json_node_get_value_type(item) == G_TYPE_STRING
                ? json_node_get_string(item)
                : "";

        if (*text == '\0' || strlen(text) > 255)
            return refuse(error, name, "holds something that is no name");
        g_strv_builder_add(builder, text);
    }
    *ret_names = g_strv_builder_end(builder);
    return true;
}

/* RFC 3339; "" is 0. */
static bool
read_time(JsonObject *object, const char *name, WallUs *ret_wall_us, GError **error)
{
    g_autofree char *text = NULL;

    if (!read_text(object, name, &text, error))
        return false;
    if (*text == '\0')
        return true;
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    if (time == NULL || g_date_time_to_unix(time) <= 0)
        return refuse(error, text, "is no time such as 2026-01-31T22:00:00Z");
    *ret_wall_us = g_date_time_to_unix(time) * US_PER_SECOND;
    return true;
}

/* "HH:MM". */
static bool
read_minute(JsonObject *object, const char *name, unsigned *ret_minute, GError **error)
{
    g_autofree char *text = NULL;

    if (!read_text(object, name, &text, error))
        return false;
    const bool shaped = strlen(text) == 5 && g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) &&
                        text[2] == ':' && g_ascii_isdigit(text[3]) && g_ascii_isdigit(text[4]);
    const int hour = shaped ? (text[0] - '0') * 10 + text[1] - '0' : 24;
    const int minute = shaped ? (text[3] - '0') * 10 + text[4] - '0' : 60;

    if (hour > 23 || minute > 59)
        return refuse(error, name, "is a time of the day such as 02:30");
    *ret_minute = (unsigned)(hour * 60 + minute);
    return true;
}

/* No days: all of them. */
static bool
read_days(JsonObject *object, unsigned *ret_days, GError **error)
{
    g_auto(GStrv) names = NULL;
    unsigned days = 0;

    if (!read_names(object, "days", &names, error))
        return false;
    for (size_t i = 0; names[i] != NULL; i++) {
        unsigned day = 0;

        while (day_names[day] != NULL && !g_str_equal(day_names[day], names[i]))
            day++;
        if (day_names[day] == NULL)
            return refuse(error, names[i], "is no day: mon, tue, wed, thu, fri, sat or sun");
        days |= 1u << day;
    }
    *ret_days = days != 0 ? days : ALL_DAYS;
    return true;
}

static bool
read_repeat(JsonObject *object, CalendarEntry *entry, GError **error)
{
    g_autofree char *repeat = NULL;

    if (!read_text(object, "repeat", &repeat, error) ||
        !read_time(object, "from", &entry->from_us, error) ||
        !read_time(object, "until", &entry->until_us, error))
        return false;
    entry->weekly = g_str_equal(repeat, "weekly");
    if (!entry->weekly && *repeat != '\0' && !g_str_equal(repeat, "once"))
        return refuse(error, repeat, "is no repeat: once or weekly");
    if (entry->until_us != 0 && entry->until_us <= entry->from_us)
        return refuse(error, "from", "lies behind \"until\"");
    if (entry->weekly)
        return read_days(object, &entry->days, error) &&
               read_minute(object, "from_time", &entry->from_minute, error) &&
               read_minute(object, "until_time", &entry->until_minute, error);
    if (entry->from_us == 0 || entry->until_us == 0)
        return refuse(error, "once", "needs \"from\" and \"until\"");
    if (entry->until_us - entry->from_us > CALENDAR_ONCE_MAX_US)
        return refuse(error, "once", "lasts 90 days at most");
    return true;
}

bool
site_calendar_read_entry(JsonObject *object, const char *id, CalendarEntry *entry, GError **error)
{
    static const char *const names[] = {"id",     "title",     "kind",       "channels",
                                        "groups", "repeat",    "from",       "until",
                                        "days",   "from_time", "until_time", NULL};
    g_autofree char *kind = NULL;
    g_autofree char *title = NULL;

    *entry = (CalendarEntry){0};
    if (!json_check_members(object, names, error) || !read_text(object, "id", &entry->id, error) ||
        !read_text(object, "title", &title, error) || !read_text(object, "kind", &kind, error) ||
        !read_names(object, "channels", &entry->channels, error) ||
        !read_names(object, "groups", &entry->groups, error) || !read_repeat(object, entry, error))
        return false;
    entry->title = text_clean(title, CALENDAR_TITLE_MAX);
    if (id != NULL) {
        if (*entry->id != '\0' && !g_str_equal(entry->id, id))
            return refuse(error, entry->id, "is not the id of this entry");
        g_free(entry->id);
        entry->id = g_strdup(id);
    }
    if (!slug_is_valid(entry->id))
        return refuse(error, entry->id, "is no id: lower-case letters, digits and hyphens");
    if (*kind != '\0' && !calendar_kind_from_name(kind, &entry->kind))
        return refuse(error, kind,
                      "is no kind: maintenance, slate, black, silence, colour-bars or tables");
    return true;
}

/* ---- Writing ---- */

static void
add_time(JsonBuilder *builder, const char *name, WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);
    g_autofree char *text = wall_us != 0 && time != NULL
                                ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ")
                                : g_strdup("");

    json_add_text(builder, name, text);
}

static void
add_minute(JsonBuilder *builder, const char *name, unsigned minute)
{
    g_autofree char *text = g_strdup_printf("%02u:%02u", minute % DAY_MINUTES / 60, minute % 60);

    json_add_text(builder, name, text);
}

static void
add_names(JsonBuilder *builder, const char *name, const char *const *names)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (size_t i = 0; names[i] != NULL; i++)
        json_builder_add_string_value(builder, names[i]);
    json_builder_end_array(builder);
}

static void
add_days(JsonBuilder *builder, unsigned days)
{
    json_builder_set_member_name(builder, "days");
    json_builder_begin_array(builder);
    for (unsigned day = 0; day_names[day] != NULL; day++) {
        if ((days & 1u << day) != 0)
            json_builder_add_string_value(builder, day_names[day]);
    }
    json_builder_end_array(builder);
}

void
site_calendar_write_entry(JsonBuilder *builder, const CalendarEntry *entry)
{
    json_add_text(builder, "id", entry->id);
    json_add_text(builder, "title", entry->title);
    json_add_text(builder, "kind", calendar_kind_name(entry->kind));
    add_names(builder, "channels", (const char *const *)entry->channels);
    add_names(builder, "groups", (const char *const *)entry->groups);
    json_add_text(builder, "repeat", entry->weekly ? "weekly" : "once");
    add_time(builder, "from", entry->from_us);
    add_time(builder, "until", entry->until_us);
    if (!entry->weekly)
        return;
    add_days(builder, entry->days);
    add_minute(builder, "from_time", entry->from_minute);
    add_minute(builder, "until_time", entry->until_minute);
}

void
site_calendar_show_entry(JsonBuilder *builder,
                         const CalendarEntry *entry,
                         GTimeZone *zone,
                         WallUs wall_us)
{
    WallUs from_us = 0, until_us = 0;
    bool active = false;

    if (!calendar_entry_window(entry, zone, wall_us, &from_us, &until_us, &active))
        active = false;
    site_calendar_write_entry(builder, entry);
    json_builder_set_member_name(builder, "active");
    json_builder_add_boolean_value(builder, active);
    add_time(builder, "next_from", from_us);
    add_time(builder, "next_until", until_us);
}
