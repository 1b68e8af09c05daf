/* Reading our own JSON files with care: bounded depth, every member of the type and range it must
 * have, unknown members refused with the nearest known one; and writing their members. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

#define JSON_TEXT_MAX_DEPTH 16u /* of arrays and objects in each other */

/* Returns: (transfer full): the root, an object; or %NULL with %GANTRY_ERROR_INVALID, which names
 * the line. @text: @size bytes of any content */
JsonNode *json_text_parse(const char *text, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 7396: @target (nullable) with what @patch says: null takes a member away, objects are gone
 * into, everything else takes the old value's place. Both stay as they are; @patch is as shallow as
 * json_text_parse() lets it be. Returns: (transfer full) */
JsonNode *json_text_merge(JsonNode *target, JsonNode *patch);

/* Each: false with %GANTRY_ERROR_INVALID when the member is missing, or not of that kind. */
bool json_member_string(JsonObject *object, const char *name, char **ret_text, GError **error);
bool json_member_unsigned(
    JsonObject *object, const char *name, uint64_t maximum, uint64_t *ret_value, GError **error);
bool json_member_bool(JsonObject *object, const char *name, bool *ret_value, GError **error);
/* (transfer none): its elements are all objects. */
bool
json_member_objects(JsonObject *object, const char *name, JsonArray **ret_array, GError **error);

/* Refuses members that are not among @known (NULL-terminated). */
bool json_check_members(JsonObject *object, const char *const *known, GError **error);

/* Each: adds a member to the object that is open in @builder. @text: (nullable): "" for %NULL.
 * @list: (nullable): none for %NULL */
void json_add_text(JsonBuilder *builder, const char *name, const char *text);
void json_add_flag(JsonBuilder *builder, const char *name, bool flag);
void json_add_number(JsonBuilder *builder, const char *name, int64_t number);
void json_add_list(JsonBuilder *builder, const char *name, GStrv list);
