/* The box's own keys, 32 random bytes each, 0600: STATE/link.key signs links in messages,
 * STATE/account.key seals the secrets of second factors in the inventory. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

typedef struct {
    GBytes *links; /* ACK_LINK_KEY_BYTES bytes, as the next */
    GBytes *accounts;
} BoxKeys;

/* Reads the keys, or makes those that are missing. A file of another size is refused: a link that
 * nobody can check is worse than none. Blocks on disk. %GANTRY_ERROR_UNAVAILABLE says which. */
bool
box_keys_load(BoxKeys *keys, const char *state_folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void box_keys_clear(BoxKeys *keys);
