/* cjose checks signatures; what is signed is checked here. */
#include "appliance/http/id-token.h"

#include <cjose/cjose.h>
#include <sodium.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define RSA_BITS_MIN 2048u
#define CLAIM_DEPTH  8u
#define WORDS_MAX    512u
#define WORD_BYTES   200u
#define SECONDS_MAX  INT64_C(9000000000000)

/* What a token may be signed by, and of which kind its key is. */
static const struct {
    const char *alg;
    cjose_jwk_kty_t kind;
} algorithms[] = {
    {"RS256", CJOSE_JWK_KTY_RSA}, {"RS384", CJOSE_JWK_KTY_RSA}, {"RS512", CJOSE_JWK_KTY_RSA},
    {"PS256", CJOSE_JWK_KTY_RSA}, {"PS384", CJOSE_JWK_KTY_RSA}, {"PS512", CJOSE_JWK_KTY_RSA},
    {"ES256", CJOSE_JWK_KTY_EC},  {"ES384", CJOSE_JWK_KTY_EC},  {"ES512", CJOSE_JWK_KTY_EC},
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cjose_jws_t, cjose_jws_release)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(cjose_jwk_t, cjose_jwk_release)

static bool
deny(GError **error, const char *why)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_DENIED, "the ID token %s", why);
    return false;
}

const char *
id_token_text(JsonObject *claims, const char *name)
{
    JsonNode *node = json_object_get_member(claims, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

/* Seconds since 1970 in microseconds; false if there are none. */
static bool
time_of(JsonObject *claims, const char *name, WallUs *ret_us)
{
    JsonNode *node = json_object_get_member(claims, name);

    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        (json_node_get_value_type(node) != G_TYPE_INT64 &&
         json_node_get_value_type(node) != G_TYPE_DOUBLE))
        return false;
    const double seconds = json_node_get_double(node);

    if (!(seconds >= 0 && seconds <= (double)SECONDS_MAX))
        return false;
    *ret_us = (WallUs)(seconds * (double)US_PER_SECOND);
    return true;
}

/* The member that @name leads to. Returns: (transfer none) (nullable) */
static JsonNode *
find_claim(JsonObject *claims, const char *name)
{
    g_auto(GStrv) steps = NULL;
    JsonNode *node = json_object_get_member(claims, name);

    if (node != NULL || strchr(name, '.') == NULL)
        return node;
    steps = g_strsplit(name, ".", CLAIM_DEPTH);
    for (size_t i = 0; steps[i] != NULL; i++) {
        if (i > 0 && (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)))
            return NULL;
        node = json_object_get_member(i == 0 ? claims : json_node_get_object(node), steps[i]);
    }
    return node;
}

static bool
is_word(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
           strlen(json_node_get_string(node)) <= WORD_BYTES;
}

GStrv
id_token_words(JsonObject *claims, const char *name)
{
    JsonNode *node = find_claim(claims, name);
    g_autoptr(GStrvBuilder) words = NULL;

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return NULL;
    words = g_strv_builder_new();
    if (is_word(node)) {
        g_strv_builder_add(words, json_node_get_string(node));
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);

        for (guint i = 0; i < MIN(json_array_get_length(array), WORDS_MAX); i++) {
            if (is_word(json_array_get_element(array, i)))
                g_strv_builder_add(words, json_array_get_string_element(array, i));
        }
    }
    return g_strv_builder_end(words);
}

/* Whether @key may have signed by @alg under the id @kid (nullable). */
static bool
is_candidate(JsonObject *key, const char *alg, const char *kid)
{
    const char *use = id_token_text(key, "use");
    const char *its_alg = id_token_text(key, "alg");

    return (use == NULL || g_str_equal(use, "sig")) &&
           (its_alg == NULL || g_str_equal(its_alg, alg)) &&
           (kid == NULL || g_strcmp0(id_token_text(key, "kid"), kid) == 0);
}

/* Whether @text is unpadded base64url. cjose ends the process over some "=" that it should refuse.
 */
static bool
is_base64url(const char *text, size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return size > 0 && size % 4 != 1 && strspn(text, alphabet) >= size;
}

/* Three parts of it, with dots between. */
static bool
has_shape(const char *token)
{
    g_auto(GStrv) parts = g_strsplit(token, ".", 4);

    for (size_t i = 0; i < g_strv_length(parts); i++) {
        if (!is_base64url(parts[i], strlen(parts[i])))
            return false;
    }
    return g_strv_length(parts) == 3;
}

/* The members of @key that make a public key of @kind, and no others, so that cjose sees nothing
 * that was not looked at. Returns: (transfer full) (nullable) */
static char *
public_half(JsonObject *key, cjose_jwk_kty_t kind)
{
    static const char *const curves[] = {"P-256", "P-384", "P-521", NULL};
    const bool is_rsa = kind == CJOSE_JWK_KTY_RSA;
    const char *crv = id_token_text(key, "crv");
    const char *one = id_token_text(key, is_rsa ? "n" : "x");
    const char *other = id_token_text(key, is_rsa ? "e" : "y");

    if (g_strcmp0(id_token_text(key, "kty"), is_rsa ? "RSA" : "EC") != 0 || one == NULL ||
        other == NULL || !is_base64url(one, strlen(one)) || !is_base64url(other, strlen(other)))
        return NULL;
    if (is_rsa)
        return g_strdup_printf("{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}", one, other);
    if (crv == NULL || !g_strv_contains(curves, crv))
        return NULL;
    return g_strdup_printf("{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}", crv, one,
                           other);
}

/* Returns: (transfer full) (nullable): the key, if it is one of @kind and long enough */
static cjose_jwk_t *
import_key(JsonObject *key, cjose_jwk_kty_t kind)
{
    g_autofree char *text = public_half(key, kind);
    g_autoptr(cjose_jwk_t) jwk = NULL;
    cjose_err err;

    if (text == NULL)
        return NULL;
    jwk = cjose_jwk_import(text, strlen(text), &err);
    if (jwk == NULL || cjose_jwk_get_kty(jwk, &err) != kind ||
        (kind == CJOSE_JWK_KTY_RSA && cjose_jwk_get_keysize(jwk, &err) < RSA_BITS_MIN))
        return NULL;
    return g_steal_pointer(&jwk);
}

/* Tries every key that may have signed. */
static bool
verify_by(cjose_jws_t *jws, JsonArray *keys, size_t algorithm, const char *kid, GError **error)
{
    bool tried = false;

    for (guint i = 0; i < MIN(json_array_get_length(keys), ID_TOKEN_KEYS_MAX); i++) {
        JsonNode *node = json_array_get_element(keys, i);
        g_autoptr(cjose_jwk_t) jwk = NULL;
        cjose_err err;

        if (!JSON_NODE_HOLDS_OBJECT(node) ||
            !is_candidate(json_node_get_object(node), algorithms[algorithm].alg, kid))
            continue;
        jwk = import_key(json_node_get_object(node), algorithms[algorithm].kind);
        tried = tried || jwk != NULL;
        if (jwk != NULL && cjose_jws_verify(jws, jwk, &err))
            return true;
    }
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                        tried ? "the ID token has a signature that does not fit"
                              : "the ID token is signed by a key that the provider does not list");
    return false;
}

static bool
check_signature(cjose_jws_t *jws, JsonObject *keys, GError **error)
{
    cjose_header_t *header = cjose_jws_get_protected(jws);
    cjose_err err;
    const char *alg = cjose_header_get(header, CJOSE_HDR_ALG, &err);
    const char *kid = cjose_header_get(header, CJOSE_HDR_KID, &err);
    g_autofree char *critical = cjose_header_get_raw(header, "crit", &err);
    JsonNode *list = json_object_get_member(keys, "keys");

    if (critical != NULL)
        return deny(error, "demands an extension that is not known here");
    if (list == NULL || !JSON_NODE_HOLDS_ARRAY(list)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                            "the provider lists no keys");
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(algorithms); i++) {
        if (g_strcmp0(alg, algorithms[i].alg) == 0)
            return verify_by(jws, json_node_get_array(list), i, kid, error);
    }
    return deny(error, "is not signed by a key of the provider's own");
}

/* "aud" names us; of several, "azp" says that it is for us. */
static bool
is_for(JsonObject *claims, const char *client)
{
    g_auto(GStrv) audience = id_token_words(claims, "aud");
    const char *party = id_token_text(claims, "azp");

    if (audience == NULL || !g_strv_contains((const char *const *)audience, client))
        return false;
    return party != NULL ? g_str_equal(party, client) : g_strv_length(audience) == 1;
}

static bool
is_equal(const char *a, const char *b)
{
    return a != NULL && strlen(a) == strlen(b) && sodium_memcmp(a, b, strlen(b)) == 0;
}

static bool
check_times(JsonObject *claims, WallUs now_us, GError **error)
{
    WallUs expires_us = 0, issued_us = 0, not_before_us = 0;

    if (!time_of(claims, "exp", &expires_us) || expires_us + ID_TOKEN_SKEW_US <= now_us)
        return deny(error, "has expired");
    if (!time_of(claims, "iat", &issued_us) || issued_us > now_us + ID_TOKEN_SKEW_US)
        return deny(error, "is of the future: one of the two clocks is wrong");
    if (now_us - issued_us > ID_TOKEN_AGE_US + ID_TOKEN_SKEW_US)
        return deny(error, "was issued too long ago");
    if (time_of(claims, "nbf", &not_before_us) && not_before_us > now_us + ID_TOKEN_SKEW_US)
        return deny(error, "is not valid yet");
    return true;
}

static bool
check_claims(JsonObject *claims, const IdTokenWanted *wanted, GError **error)
{
    const char *subject = id_token_text(claims, "sub");

    if (g_strcmp0(id_token_text(claims, "iss"), wanted->issuer) != 0)
        return deny(error, "is of another issuer");
    if (!is_for(claims, wanted->client))
        return deny(error, "is for another client");
    if (!is_equal(id_token_text(claims, "nonce"), wanted->nonce))
        return deny(error, "belongs to another login: its nonce does not fit");
    if (subject == NULL || *subject == '\0' || strlen(subject) > ID_TOKEN_SUB_MAX)
        return deny(error, "names nobody");
    return check_times(claims, wanted->now_us, error);
}

/* Returns: (transfer full): what was signed; NULL with @error */
static JsonObject *
read_claims(cjose_jws_t *jws, GError **error)
{
    uint8_t *text = NULL;
    size_t size = 0;
    cjose_err err;
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonNode *root = NULL;

    if (cjose_jws_get_plaintext(jws, &text, &size, &err) &&
        text_json_is_shallow((const char *)text, size, CLAIM_DEPTH) &&
        g_utf8_validate_len((const char *)text, size, NULL) &&
        json_parser_load_from_data(parser, (const char *)text, (gssize)size, NULL))
        root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        deny(error, "holds no claims");
        return NULL;
    }
    return json_object_ref(json_node_get_object(root));
}

JsonObject *
id_token_verify(const char *token, JsonObject *keys, const IdTokenWanted *wanted, GError **error)
{
    const size_t size = strnlen(token, ID_TOKEN_MAX + 1);
    g_autoptr(cjose_jws_t) jws = NULL;
    g_autoptr(JsonObject) claims = NULL;
    cjose_err err;

    if (size <= ID_TOKEN_MAX && has_shape(token))
        jws = cjose_jws_import(token, size, &err);
    if (jws == NULL) {
        deny(error, "is none");
        return NULL;
    }
    if (!check_signature(jws, keys, error))
        return NULL;
    claims = read_claims(jws, error);
    if (claims == NULL || !check_claims(claims, wanted, error))
        return NULL;
    return g_steal_pointer(&claims);
}
