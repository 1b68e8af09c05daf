/* Slates of the settings: [slates] NAME=FINGERPRINT. For the files of settings only. */
#pragma once

#include "appliance/config/key-file.h"
#include "appliance/config/settings.h"

#define SLATE_NAME_MAX 64u /* bytes */

/* Takes what stands under [slates]. Returns: false with `FILE:LINE: ...` */
bool slates_take(KeyFile *file, Settings *settings, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void slates_clear(Settings *settings);
