/* Signing by GLib's HMAC. */
#include "appliance/alerts/webhook-sign.h"

#include <stdbool.h>
#include <string.h>

#include "pipelines/base/error.h"

#define SECRET_PREFIX "whsec_"
#define DIGEST_BYTES  32u /* SHA-256 */

/* g_base64_decode() passes over what is not base64; a secret with a typing error must not pass. */
static bool
is_base64(const char *text)
{
    const size_t length = strlen(text);
    const size_t digits = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+/");

    return length % 4 == 0 && digits + strspn(text + digits, "=") == length && length - digits <= 2;
}

GBytes *
webhook_key(const char *secret, GError **error)
{
    g_return_val_if_fail(secret != NULL, NULL);

    const char *text = secret + strlen(SECRET_PREFIX);

    if (!g_str_has_prefix(secret, SECRET_PREFIX) || !is_base64(text)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the secret is not \"" SECRET_PREFIX "\" and base64");
        return NULL;
    }
    gsize size = 0;
    guchar *key = g_base64_decode(text, &size);
    g_autoptr(GBytes) bytes = g_bytes_new_take(key, size);

    if (size < WEBHOOK_SECRET_MIN_BYTES || size > WEBHOOK_SECRET_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the secret has %" G_GSIZE_FORMAT " bytes, not %u to %u", size,
                    WEBHOOK_SECRET_MIN_BYTES, WEBHOOK_SECRET_MAX_BYTES);
        return NULL;
    }
    return g_steal_pointer(&bytes);
}

char *
webhook_sign(GBytes *key, const char *id, gint64 timestamp_s, const char *body)
{
    gsize key_size = 0;
    const guchar *key_data = g_bytes_get_data(key, &key_size);
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, key_data, key_size);
    g_autofree char *head = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, timestamp_s);
    guint8 digest[DIGEST_BYTES];
    gsize digest_size = sizeof digest;

    g_hmac_update(hmac, (const guchar *)head, (gssize)strlen(head));
    g_hmac_update(hmac, (const guchar *)body, (gssize)strlen(body));
    g_hmac_get_digest(hmac, digest, &digest_size);
    g_autofree char *base64 = g_base64_encode(digest, digest_size);

    return g_strconcat("v1,", base64, NULL);
}
