/* What reading files and reading one text have in common. For the files of settings only. */
#pragma once

#include "appliance/config/key-file.h"
#include "appliance/config/settings.h"

/* Consumes @file's entries. Returns: (transfer full): or %NULL with @error */
Settings *settings_from_key_file(KeyFile *file, GError **error);
