/* Members of a JSON object in one call each. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

void json_put_count(JsonBuilder *json, const char *name, uint64_t value);
void json_put_int(JsonBuilder *json, const char *name, int64_t value);
void json_put_double(JsonBuilder *json, const char *name, double value);
void json_put_bool(JsonBuilder *json, const char *name, bool value);
void json_put_null(JsonBuilder *json, const char *name);
/* Null where @value is empty or NULL. */
void json_put_string(JsonBuilder *json, const char *name, const char *value);
/* Null unless @known. */
void json_put_known_int(JsonBuilder *json, const char *name, bool known, int64_t value);
void json_put_known_double(JsonBuilder *json, const char *name, bool known, double value);
/* Microseconds as milliseconds. Null unless @known. */
void json_put_known_ms(JsonBuilder *json, const char *name, bool known, int64_t value_us);
void json_begin_member_object(JsonBuilder *json, const char *name);
void json_begin_member_array(JsonBuilder *json, const char *name);
