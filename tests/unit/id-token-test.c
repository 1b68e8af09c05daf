/* ID tokens signed here by keys of every kind: what counts, what does not, and what is read of
 * claims. */
#include "appliance/http/id-token.h"

#include <cjose/cjose.h>
#include <string.h>

#include "pipelines/base/error.h"

#define NOW_S INT64_C(1790000000)
#define CLAIMS                                                                                     \
    "{\"iss\":\"https://id.example\",\"aud\":\"gantry\",\"sub\":\"anna\",\"nonce\":\"n\","         \
    "\"iat\":1789999995,\"exp\":1790000100}"

static const IdTokenWanted wanted = {"https://id.example", "gantry", "n", NOW_S *US_PER_SECOND};

static cjose_jwk_t *
make_rsa(size_t bits)
{
    static const uint8_t exponent[] = {1, 0, 1};
    cjose_err err;
    cjose_jwk_t *key = cjose_jwk_create_RSA_random(bits, exponent, sizeof exponent, &err);

    g_assert_nonnull(key);
    g_assert_true(cjose_jwk_set_kid(key, "k", 1, &err));
    return key;
}

/* Returns: (transfer full): @claims, signed */
static char *
sign(cjose_jwk_t *key, const char *alg, const char *claims)
{
    cjose_err err;
    cjose_header_t *header = cjose_header_new(&err);
    const char *text = NULL;

    g_assert_true(cjose_header_set(header, CJOSE_HDR_ALG, alg, &err));
    g_assert_true(cjose_header_set(header, CJOSE_HDR_KID, "k", &err));
    cjose_jws_t *jws = cjose_jws_sign(key, header, (const uint8_t *)claims, strlen(claims), &err);

    g_assert_nonnull(jws);
    g_assert_true(cjose_jws_export(jws, &text, &err));
    char *token = g_strdup(text);

    cjose_jws_release(jws);
    cjose_header_release(header);
    return token;
}

/* Returns: (transfer full): a set that lists @key's public half, with @more in it, such as
 * ",\"use\":\"enc\"" */
static JsonObject *
list(cjose_jwk_t *key, const char *more)
{
    cjose_err err;
    char *one = cjose_jwk_to_json(key, false, &err);
    g_autofree char *text =
        g_strdup_printf("{\"keys\":[{\"kty\":\"?\"},%.*s%s}]}", (int)strlen(one) - 1, one, more);
    g_autoptr(JsonNode) root = json_from_string(text, NULL);

    g_assert_nonnull(root);
    cjose_get_dealloc()(one);
    return json_object_ref(json_node_get_object(root));
}

static bool
counts(const char *token, JsonObject *keys, const char *why)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) claims = id_token_verify(token, keys, &wanted, &error);

    g_assert_true((claims == NULL) == (error != NULL));
    if (why != NULL)
        g_assert_nonnull(strstr(error->message, why));
    return claims != NULL;
}

static void
signatures_of_the_providers_keys_count(void)
{
    static const char *const rsa[] = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"};
    cjose_jwk_t *key = make_rsa(2048);
    g_autoptr(JsonObject) keys = list(key, "");
    cjose_err err;

    for (size_t i = 0; i < G_N_ELEMENTS(rsa); i++) {
        g_autofree char *token = sign(key, rsa[i], CLAIMS);

        g_assert_true(counts(token, keys, NULL));
    }
    cjose_jwk_release(key);
    key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &err);
    g_assert_true(cjose_jwk_set_kid(key, "k", 1, &err));
    g_autoptr(JsonObject) curves = list(key, "");
    g_autofree char *token = sign(key, "ES256", CLAIMS);

    g_assert_true(counts(token, curves, NULL));
    g_assert_false(counts(token, keys, "signed by a key that the provider does not list"));
    cjose_jwk_release(key);
}

static void
a_key_for_something_else_or_a_short_one_does_not(void)
{
    cjose_jwk_t *key = make_rsa(2048);
    cjose_jwk_t *weak = make_rsa(1024);
    g_autofree char *token = sign(key, "RS256", CLAIMS);
    g_autofree char *short_token = sign(weak, "RS256", CLAIMS);
    g_autoptr(JsonObject) to_encrypt = list(key, ",\"use\":\"enc\"");
    g_autoptr(JsonObject) other_way = list(key, ",\"alg\":\"RS512\"");
    g_autoptr(JsonObject) short_ones = list(weak, "");

    g_assert_false(counts(token, to_encrypt, "does not list"));
    g_assert_false(counts(token, other_way, "does not list"));
    g_assert_false(counts(short_token, short_ones, "does not list"));
    cjose_jwk_release(key);
    cjose_jwk_release(weak);
}

/* cjose leaves characters out that are none of base64url, and ends the process over the length that
 * is left. */
static void
parts_that_are_no_base64url_are_refused_or_passed_over(void)
{
    cjose_jwk_t *key = make_rsa(2048);
    g_autoptr(JsonObject) keys = list(key, "");
    g_autofree char *token = sign(key, "RS256", CLAIMS);
    g_autofree char *odd = g_strdup(token);
    JsonObject *listed =
        json_array_get_object_element(json_object_get_array_member(keys, "keys"), 1);

    strrchr(odd, '.')[2] = '=';
    g_assert_false(counts(odd, keys, "is none"));
    json_object_set_string_member(listed, "e", "A=AB");
    g_assert_false(counts(token, keys, "does not list"));
    json_object_set_string_member(listed, "e", "A\"B");
    g_assert_false(counts(token, keys, "does not list"));
    json_object_set_int_member(listed, "e", 65537);
    g_assert_false(counts(token, keys, "does not list"));
    cjose_jwk_release(key);
}

/* The well-known mistake: the public key, which everybody has, as the secret of an HMAC. */
static void
a_shared_secret_never_counts(void)
{
    cjose_err err;
    cjose_jwk_t *key =
        cjose_jwk_create_oct_spec((const uint8_t *)"0123456789abcdef0123456789abcdef", 32, &err);

    g_assert_true(cjose_jwk_set_kid(key, "k", 1, &err));
    char *one = cjose_jwk_to_json(key, true, &err);
    g_autofree char *text = g_strdup_printf("{\"keys\":[%s]}", one);
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    g_autofree char *token = sign(key, "HS256", CLAIMS);

    g_assert_false(
        counts(token, json_node_get_object(root), "not signed by a key of the provider's own"));
    cjose_get_dealloc()(one);
    cjose_jwk_release(key);
}

static void
what_is_signed_must_be_about_this_login(void)
{
    static const struct {
        const char *claims;
        const char *why; /* NULL: it counts */
    } cases[] = {
        {"\"aud\":[\"gantry\"],\"exp\":1790000001,\"iat\":1790000000", NULL},
        {"\"aud\":[\"x\",\"gantry\"],\"azp\":\"gantry\",\"exp\":1790000001,\"iat\":1790000000",
         NULL},
        {"\"aud\":[\"x\",\"gantry\"],\"azp\":\"x\",\"exp\":1790000001,\"iat\":1790000000",
         "another client"},
        {"\"aud\":\"gantry\",\"azp\":\"x\",\"exp\":1790000001,\"iat\":1790000000",
         "another client"},
        {"\"aud\":{\"gantry\":1},\"exp\":1790000001,\"iat\":1790000000", "another client"},
        {"\"aud\":\"gantry\",\"exp\":1789999941,\"iat\":1789999900", NULL}, /* a clock 59 s off */
        {"\"aud\":\"gantry\",\"exp\":1789999940,\"iat\":1789999900", "expired"},
        {"\"aud\":\"gantry\",\"exp\":\"1790000100\",\"iat\":1790000000", "expired"},
        {"\"aud\":\"gantry\",\"iat\":1790000000", "expired"},
        {"\"aud\":\"gantry\",\"exp\":1e300,\"iat\":1790000000", "expired"},
        {"\"aud\":\"gantry\",\"exp\":1790000100", "future"},
        {"\"aud\":\"gantry\",\"exp\":1790000100,\"iat\":1790000061", "future"},
        {"\"aud\":\"gantry\",\"exp\":1790000100,\"iat\":1789999000", "too long ago"},
        {"\"aud\":\"gantry\",\"exp\":1790000100,\"iat\":1790000000,\"nbf\":1790000099",
         "not valid yet"},
    };
    cjose_jwk_t *key = make_rsa(2048);
    g_autoptr(JsonObject) keys = list(key, "");

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *claims =
            g_strdup_printf("{\"iss\":\"https://id.example\",\"sub\":\"anna\",\"nonce\":\"n\",%s}",
                            cases[i].claims);
        g_autofree char *token = sign(key, "RS256", claims);

        g_assert_true(counts(token, keys, cases[i].why) == (cases[i].why == NULL));
    }
    cjose_jwk_release(key);
}

static void
what_is_no_token_is_none(void)
{
    g_autoptr(JsonObject) keys = json_object_new();
    g_autofree char *large = g_strnfill(ID_TOKEN_MAX + 1, 'a');

    g_assert_false(counts("", keys, "is none"));
    g_assert_false(counts("a.b.c", keys, "is none"));
    g_assert_false(counts("...", keys, "is none"));
    g_assert_false(counts("aaaa.aaaa.aaaa.aaaa", keys, "is none"));
    g_assert_false(counts("aa=a.aaaa.aaaa", keys, "is none"));
    g_assert_false(counts(large, keys, "is none"));
}

static void
assert_words(JsonObject *claims, const char *name, const char *joined)
{
    g_auto(GStrv) words = id_token_words(claims, name);
    g_autofree char *got = words != NULL ? g_strjoinv("|", words) : NULL;

    g_assert_cmpstr(got, ==, joined);
}

static void
words_are_one_text_or_a_list_and_may_lie_deeper(void)
{
    g_autoptr(JsonNode) root = json_from_string(
        "{\"one\":\"a b\",\"list\":[\"a\",1,null,[\"b\"],\"c\"],\"realm\":{\"access\":{\"roles\":"
        "[\"x\"]}},\"https://site/roles.v1\":[\"y\"],\"none\":null,\"number\":5,\"empty\":[]}",
        NULL);
    JsonObject *claims = json_node_get_object(root);

    assert_words(claims, "one", "a b");
    assert_words(claims, "list", "a|c");
    assert_words(claims, "realm.access.roles", "x");
    assert_words(claims, "https://site/roles.v1", "y");
    assert_words(claims, "realm.access.roles.deeper", NULL);
    assert_words(claims, "one.deeper", NULL);
    assert_words(claims, "missing.deeper", NULL);
    assert_words(claims, "none", NULL);
    assert_words(claims, "number", "");
    assert_words(claims, "empty", "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/id-token/" #name, name)
    TEST(signatures_of_the_providers_keys_count);
    TEST(a_key_for_something_else_or_a_short_one_does_not);
    TEST(parts_that_are_no_base64url_are_refused_or_passed_over);
    TEST(a_shared_secret_never_counts);
    TEST(what_is_signed_must_be_about_this_login);
    TEST(what_is_no_token_is_none);
    TEST(words_are_one_text_or_a_list_and_may_lie_deeper);
#undef TEST
    return g_test_run();
}
