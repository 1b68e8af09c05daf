/* What must hold between the keys of [access] and [oidc]. For settings.c only. */
#pragma once

#include "appliance/config/key-file.h"
#include "appliance/config/settings.h"

/* False with `FILE:LINE: ...` of the key that will not do. Before defaults are filled in. */
bool settings_access_check(KeyFile *file, const Settings *settings, GError **error);
