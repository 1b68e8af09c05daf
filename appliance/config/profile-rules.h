/* A profile laid upon what it builds on, so that people can read the whole of it: every rule and
 * limit with its value, and which profile says so. Pure. */
#pragma once

#include "appliance/model/alarm-profile.h"

/* {"id": "news", "chain": ["news", "default"],
 *  "rules": [{"fault": "picture-black", "counted": false,
 *             "values": {"enabled": true, "raise_s": 3, "severity": "major", ...},
 *             "from": {"raise_s": "news", ...}, "why": {"raise_s": "A studio is never dark"}}],
 *  "limits": [{"limit": "black-share", "sentence": "...", "unit": "...", "value": 0.9,
 *              "smallest": 0.5, "largest": 1, "from": "default", "why": ""}]}
 * "from" and "why" name what differs from "default" alone. Returns: (transfer full): %NULL with
 * %GANTRY_ERROR_NOT_FOUND */
char *profile_rules_json(const ProfileBook *book,
                         const char *id,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
