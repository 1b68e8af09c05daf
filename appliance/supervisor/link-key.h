/* The box's own keys: for links in messages, STATE/link.key, and for secrets of accounts,
 * STATE/account.key; each 32 random bytes, 0600. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

/* ACK_LINK_KEY_BYTES bytes each. All-zero before they are loaded. */
typedef struct {
    GBytes *links;    /* owned; signs links in messages */
    GBytes *accounts; /* owned; seals the secrets of second factors in the inventory */
} BoxKeys;

/* Reads the keys, or makes them. A file of another size is refused: a link that nobody can check is
 * worse than none. Blocks on disk.
 * Returns: false with %GANTRY_ERROR_UNAVAILABLE; what @ret_keys then holds is to be cleared, too */
bool box_keys_load(const char *state_folder,
                   BoxKeys *ret_keys,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void box_keys_clear(BoxKeys *keys);
