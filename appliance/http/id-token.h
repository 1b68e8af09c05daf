/* ID tokens of an OpenID provider (OpenID Connect Core 1.0, 3.1.3.7): a signature by one of the
 * provider's keys, and claims that are about this very login. Only signatures by asymmetric keys
 * count: "none" and HMAC are refused whatever the token says. Pure. */
#pragma once

#include <json-glib/json-glib.h>

#include "pipelines/base/units.h"

#define ID_TOKEN_MAX      16384u                /* bytes */
#define ID_TOKEN_SKEW_US  (60 * US_PER_SECOND)  /* that two clocks may differ by */
#define ID_TOKEN_AGE_US   (600 * US_PER_SECOND) /* since it was issued */
#define ID_TOKEN_SUB_MAX  255u                  /* bytes of "sub" */
#define ID_TOKEN_KEYS_MAX 64u                   /* of a provider */

typedef struct {
    const char *issuer;
    const char *client; /* our name, which "aud" must hold */
    const char *nonce;  /* of this login */
    WallUs now_us;
} IdTokenWanted;

/**
 * id_token_verify:
 * @token: three parts of base64url with dots between; any bytes
 * @keys: the provider's JSON Web Key Set
 *
 * Returns: (transfer full): its claims; NULL with %GANTRY_ERROR_NOT_FOUND if no key of @keys has
 * the token's id, so that fresh keys may help, and with %GANTRY_ERROR_DENIED for anything else
 */
JsonObject *id_token_verify(const char *token,
                            JsonObject *keys,
                            const IdTokenWanted *wanted,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The texts of claim @name, one or a list of them; "realm_access.roles" also finds "roles" within
 * "realm_access". Returns: (transfer full) (nullable): NULL if there is no such claim */
GStrv id_token_words(JsonObject *claims, const char *name);

/* A claim that is one text. Returns: (transfer none) (nullable) */
const char *id_token_text(JsonObject *claims, const char *name);
