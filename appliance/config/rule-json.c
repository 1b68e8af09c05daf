/* The sentences of alarm-rule-text.h in an object. */
#include "appliance/config/rule-json.h"

#include <json-glib/json-glib.h>

#include "appliance/model/alarm-rule-text.h"

char *
rule_json(const AlarmProfile *profile, FaultId fault)
{
    g_autofree char *text = alarm_rule_text(profile, fault);
    g_auto(GStrv) limits = alarm_rule_limits(profile, fault);
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "profile");
    json_builder_add_string_value(builder, profile->name);
    json_builder_set_member_name(builder, "text");
    json_builder_add_string_value(builder, text);
    json_builder_set_member_name(builder, "limits");
    json_builder_begin_array(builder);
    for (size_t i = 0; limits[i] != NULL; i++)
        json_builder_add_string_value(builder, limits[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}
