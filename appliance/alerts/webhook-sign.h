/* Standard Webhooks 1.0: the signature over `id.timestamp.body`. Pure. */
#pragma once

#include <glib.h>

#define WEBHOOK_SECRET_MIN_BYTES 24u /* of the key, decoded */
#define WEBHOOK_SECRET_MAX_BYTES 64u

/* Returns: (transfer full): the key of "whsec_" and base64, or %NULL with %GANTRY_ERROR_INVALID:
 * not of that form, or of another length */
GBytes *webhook_key(const char *secret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * webhook_sign:
 * @id: the event's id, the same on every attempt
 * @timestamp_s: Unix time of this attempt
 * @body: exact bytes of the request's body
 *
 * Returns: (transfer full): "v1," and base64 of the HMAC-SHA256, one value of `webhook-signature`
 */
char *webhook_sign(GBytes *key, const char *id, gint64 timestamp_s, const char *body);
