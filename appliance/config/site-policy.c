/* Reading the policy member by member, and writing it. */
#include "appliance/config/site-policy.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define MINUTE_US    (INT64_C(60) * US_PER_SECOND)
#define ZONE_DEFAULT "UTC"
#define ZONE_MAX     64u
#define ESCALATE_MAX 100u

static const char *const step_names[SITE_STEPS] = {[SITE_STEP_SITE] = "site",
                                                   [SITE_STEP_CHANNELS] = "channels",
                                                   [SITE_STEP_RECEIVERS] = "receivers"};

SitePolicy
site_policy_default(void)
{
    return (SitePolicy){
        .name = g_strdup(""), .timezone = g_strdup(ZONE_DEFAULT), .alarms = alarm_policy_default()};
}

void
site_policy_clear(SitePolicy *policy)
{
    g_free(policy->name);
    g_free(policy->timezone);
}

/* A name such as "Europe/Vienna" that the system's database has: never a path. */
static bool
zone_is_known(const char *name)
{
    const char *at = name;

    if (strlen(name) > ZONE_MAX || !g_ascii_isalpha(*name))
        return false;
    while (g_ascii_isalnum(*at) || (*at != '\0' && strchr("_+-/", *at) != NULL))
        at++;
    if (*at != '\0')
        return false;
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);

    return zone != NULL;
}

static bool
read_number(
    JsonObject *object, const char *name, uint64_t limits[2], uint64_t *value, GError **error)
{
    if (!json_object_has_member(object, name))
        return true;
    if (!json_member_unsigned(object, name, limits[1], value, error))
        return false;
    if (*value >= limits[0])
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "\"%s\" is below its least value", name);
    return false;
}

static bool
read_name(JsonObject *object, SitePolicy *policy, GError **error)
{
    g_autofree char *name = NULL;

    if (!json_object_has_member(object, "name"))
        return true;
    if (!json_member_string(object, "name", &name, error))
        return false;
    if (g_utf8_strlen(name, -1) > (glong)SITE_NAME_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "\"name\" has more than %u characters", SITE_NAME_MAX);
        return false;
    }
    g_free(policy->name);
    policy->name = g_strstrip(text_clean(name, strlen(name)));
    return true;
}

static bool
read_zone(JsonObject *object, SitePolicy *policy, GError **error)
{
    g_autofree char *name = NULL;

    if (!json_object_has_member(object, "timezone"))
        return true;
    if (!json_member_string(object, "timezone", &name, error))
        return false;
    if (!zone_is_known(name)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "\"%.64s\" is no time zone that this box knows, such as Europe/Vienna", name);
        return false;
    }
    g_free(policy->timezone);
    policy->timezone = g_steal_pointer(&name);
    return true;
}

/* A step of that name as a bit; 0 if there is none. @node: (nullable) */
static unsigned
step_bit(JsonNode *node)
{
    const bool text =
        JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;

    for (unsigned step = 0; text && step < SITE_STEPS; step++) {
        if (g_str_equal(json_node_get_string(node), step_names[step]))
            return 1u << step;
    }
    return 0;
}

static bool
read_skipped(JsonObject *object, SitePolicy *policy, GError **error)
{
    JsonNode *node = json_object_get_member(object, "skipped_steps");
    const bool list = node != NULL && JSON_NODE_HOLDS_ARRAY(node);
    const guint n = list ? json_array_get_length(json_node_get_array(node)) : 0;
    unsigned skipped = 0;
    bool good = list || node == NULL;

    for (guint i = 0; i < n && good; i++) {
        const unsigned bit = step_bit(json_array_get_element(json_node_get_array(node), i));

        skipped |= bit;
        good = bit != 0;
    }
    if (!good)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "\"skipped_steps\" is a list of site, channels, receivers");
    else if (node != NULL)
        policy->skipped = skipped;
    return good;
}

bool
site_policy_read(JsonObject *object, SitePolicy *policy, GError **error)
{
    static const char *const names[] = {
        "name",           "timezone",  "shelf_max_minutes", "remind_after_minutes",
        "escalate_after", "positions", "skipped_steps",     NULL};
    const AlarmPolicy *old = &policy->alarms;
    uint64_t shelf = (uint64_t)(old->shelf_max_us / MINUTE_US);
    uint64_t remind = (uint64_t)(old->remind_after_us / MINUTE_US);
    uint64_t escalate = old->escalate_after, positions = old->positions;

    if (!json_check_members(object, names, error) ||
        !read_number(object, "shelf_max_minutes",
                     (uint64_t[]){1, ALARM_POLICY_SHELF_MAX_US / MINUTE_US}, &shelf, error) ||
        !read_number(object, "remind_after_minutes", (uint64_t[]){0, 1440}, &remind, error) ||
        !read_number(object, "escalate_after", (uint64_t[]){0, ESCALATE_MAX}, &escalate, error) ||
        !read_number(object, "positions", (uint64_t[]){1, ALARM_POLICY_POSITIONS_MAX}, &positions,
                     error) ||
        !read_name(object, policy, error) || !read_zone(object, policy, error) ||
        !read_skipped(object, policy, error))
        return false;
    policy->alarms = (AlarmPolicy){.shelf_max_us = (int64_t)shelf * MINUTE_US,
                                   .remind_after_us = (int64_t)remind * MINUTE_US,
                                   .escalate_after = (unsigned)escalate,
                                   .positions = (unsigned)positions};
    return true;
}

void
site_policy_write(JsonBuilder *builder, const SitePolicy *policy)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "name", policy->name);
    json_add_text(builder, "timezone", policy->timezone);
    json_add_number(builder, "shelf_max_minutes", policy->alarms.shelf_max_us / MINUTE_US);
    json_add_number(builder, "remind_after_minutes", policy->alarms.remind_after_us / MINUTE_US);
    json_add_number(builder, "escalate_after", policy->alarms.escalate_after);
    json_add_number(builder, "positions", policy->alarms.positions);
    json_builder_set_member_name(builder, "skipped_steps");
    json_builder_begin_array(builder);
    for (unsigned step = 0; step < SITE_STEPS; step++) {
        if (policy->skipped & 1u << step)
            json_builder_add_string_value(builder, step_names[step]);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}
