/* What is not known is null, never 0. */
#include "pipelines/probe/json-put.h"

#include "pipelines/base/units.h"

void
json_put_count(JsonBuilder *json, const char *name, uint64_t value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, (gint64)value);
}

void
json_put_int(JsonBuilder *json, const char *name, int64_t value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

void
json_put_double(JsonBuilder *json, const char *name, double value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_double_value(json, value);
}

void
json_put_bool(JsonBuilder *json, const char *name, bool value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_boolean_value(json, value);
}

void
json_put_null(JsonBuilder *json, const char *name)
{
    json_builder_set_member_name(json, name);
    json_builder_add_null_value(json);
}

void
json_put_string(JsonBuilder *json, const char *name, const char *value)
{
    json_builder_set_member_name(json, name);
    if (value && *value)
        json_builder_add_string_value(json, value);
    else
        json_builder_add_null_value(json);
}

void
json_put_known_int(JsonBuilder *json, const char *name, bool known, int64_t value)
{
    if (known)
        json_put_int(json, name, value);
    else
        json_put_null(json, name);
}

void
json_put_known_double(JsonBuilder *json, const char *name, bool known, double value)
{
    if (known)
        json_put_double(json, name, value);
    else
        json_put_null(json, name);
}

void
json_put_known_ms(JsonBuilder *json, const char *name, bool known, int64_t value_us)
{
    json_put_known_double(json, name, known, (double)value_us / (double)US_PER_MS);
}

void
json_begin_member_object(JsonBuilder *json, const char *name)
{
    json_builder_set_member_name(json, name);
    json_builder_begin_object(json);
}

void
json_begin_member_array(JsonBuilder *json, const char *name)
{
    json_builder_set_member_name(json, name);
    json_builder_begin_array(json);
}
