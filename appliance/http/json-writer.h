/* Writing JSON onto a GString: no tree, no copies; the order of calls is the document.
 *
 * Inside an object every call names its @key; inside an array @key is NULL. Commas place
 * themselves. Strings that are not valid UTF-8 are mended, so the document always is. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

void json_begin_object(GString *out, const char *key);
void json_end_object(GString *out);
void json_begin_array(GString *out, const char *key);
void json_end_array(GString *out);

void json_string(GString *out, const char *key, const char *value); /* NULL writes null */
void json_uint(GString *out, const char *key, uint64_t value);
void json_int(GString *out, const char *key, int64_t value);
void json_bool(GString *out, const char *key, bool value);
void json_null(GString *out, const char *key);

/* Up to @decimals digits after the point, 0 to 9; what is not finite is null. */
void json_number(GString *out, const char *key, double value, unsigned decimals);

/* RFC 3339 in UTC with milliseconds; 0 is null. */
void json_time(GString *out, const char *key, WallUs wall_us);

/* @json: one whole JSON value, written as it stands. */
void json_raw(GString *out, const char *key, const char *json);
