/* What the API calls the policy: the site's name and time zone, how people deal with alarms, and
 * which first steps were put aside. Plain data; reading a time zone reads the system's database. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "appliance/model/alarm-policy.h"

#define SITE_NAME_MAX 60u /* characters */

/* What is set up first on a new box; to the API "site", "channels", "receivers". */
typedef enum { SITE_STEP_SITE, SITE_STEP_CHANNELS, SITE_STEP_RECEIVERS, SITE_STEPS } SiteStep;

typedef struct {
    char *name;         /* what people call the site, clean; "" for the name of the host */
    char *timezone;     /* a name of the IANA database, such as "Europe/Vienna" */
    unsigned skipped;   /* first steps that were put aside: 1 << SiteStep */
    AlarmPolicy alarms; /* how people deal with alarms */
} SitePolicy;

/* No name, UTC, nothing put aside, the default for alarms. Returns: to be cleared */
SitePolicy site_policy_default(void);
void site_policy_clear(SitePolicy *policy);

/* What @object leaves out keeps what stands in @policy. On failure, %GANTRY_ERROR_INVALID, @policy
 * may hold a part of it. */
bool
site_policy_read(JsonObject *object, SitePolicy *policy, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds it as one object. */
void site_policy_write(JsonBuilder *builder, const SitePolicy *policy);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SitePolicy, site_policy_clear)
