/* Made once, then read. */
#include "appliance/supervisor/link-key.h"

#include <string.h>
#include <sys/random.h>

#include "appliance/events/ack-link.h"
#include "pipelines/base/error.h"

#define LINK_FILE    "link.key"
#define ACCOUNT_FILE "account.key"

static GBytes *
make_key(const char *path, GError **error)
{
    uint8_t key[ACK_LINK_KEY_BYTES];
    g_autoptr(GError) reason = NULL;

    if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                            "the kernel gives no random bytes for a key");
        return NULL;
    }
    if (!g_file_set_contents_full(path, (const char *)key, sizeof key,
                                  G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                  0600, &reason)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", path, reason->message);
        return NULL;
    }
    return g_bytes_new(key, sizeof key);
}

static GBytes *
load(const char *state_folder, const char *file, const char *ends, GError **error)
{
    g_autofree char *path = g_build_filename(state_folder, file, NULL);
    g_autoptr(GError) reason = NULL;
    char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &text, &size, &reason)) {
        if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return make_key(path, error);
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", path, reason->message);
        return NULL;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, size);

    if (size != ACK_LINK_KEY_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "%s has %zu bytes, not %u: remove it, and a new one is made; %s end with it",
                    path, size, ACK_LINK_KEY_BYTES, ends);
        return NULL;
    }
    return g_steal_pointer(&bytes);
}

bool
box_keys_load(const char *state_folder, BoxKeys *ret_keys, GError **error)
{
    ret_keys->links = load(state_folder, LINK_FILE, "links of earlier messages", error);
    if (ret_keys->links == NULL)
        return false;
    ret_keys->accounts = load(state_folder, ACCOUNT_FILE, "second factors", error);
    return ret_keys->accounts != NULL;
}

void
box_keys_clear(BoxKeys *keys)
{
    g_clear_pointer(&keys->links, g_bytes_unref);
    g_clear_pointer(&keys->accounts, g_bytes_unref);
}
