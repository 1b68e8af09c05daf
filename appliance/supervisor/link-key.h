/* The box's own keys: for links in messages, STATE/link.key, and for secrets of accounts,
 * STATE/account.key; each 32 random bytes, 0600. */
#pragma once

#include <gio/gio.h>

/* Reads the key, or makes one. A file of another size is refused: a link that nobody can check is
 * worse than none. Blocks on disk.
 * Returns: (transfer full): ACK_LINK_KEY_BYTES bytes; or %NULL with %GANTRY_ERROR_UNAVAILABLE */
GBytes *link_key_load(const char *state_folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for STATE/account.key, which seals the secrets of second factors in the inventory. */
GBytes *account_key_load(const char *state_folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    GBytes *links;    /* no-ref */
    GBytes *accounts; /* no-ref */
} BoxKeys;
