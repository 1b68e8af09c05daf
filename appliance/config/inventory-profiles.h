/* The sections of the inventory about profiles:
 *
 *   "profiles": [{"id": "late-films", "base": "hd-general", "text": "what it is for",
 *                 "settings": [{"key": "picture-black.raise_s", "value": 20, "why": "..."}]}],
 *   "group_profiles": [{"group": "Films", "profile": "late-films"}]
 *
 * A value is a number, true or false, or the name of a severity or an impact. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/model/alarm-profile.h"

/* Returns: (transfer full): what @root says, an empty book without the sections; NULL with
 * %GANTRY_ERROR_INVALID */
ProfileBook *inventory_profiles_read(JsonObject *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds both sections to the object that @builder is in. */
void inventory_profiles_write(JsonBuilder *builder, const ProfileBook *book);

/* Returns: (transfer full): one profile as it stands in the section, as text */
char *profile_source_to_json(const ProfileSource *source);

/* Returns: (transfer full): that profile, its base not looked for; NULL with
 * %GANTRY_ERROR_INVALID. @id: the id that it must have, and that it gets if it names none */
ProfileSource *profile_source_from_json(const char *text,
                                        size_t size,
                                        const char *id,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void profile_source_free(ProfileSource *source); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProfileSource, profile_source_free)
