/* What an OpenID provider says, or whoever sits in its place: a token, its keys and its claims,
 * with NUL bytes between. Refused with a reason, or about somebody. */
#include <gio/gio.h>
#include <string.h>

#include "appliance/http/id-token.h"
#include "appliance/http/oidc-account.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define NOW (INT64_C(1790000000) * US_PER_SECOND)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* As oidc-web.c takes an answer. Returns: (transfer full) (nullable) */
static JsonObject *
parse(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonNode *root = NULL;

    if (text_json_is_shallow(text, strlen(text), 12) && g_utf8_validate(text, -1, NULL) &&
        json_parser_load_from_data(parser, text, -1, NULL))
        root = json_parser_get_root(parser);
    return root != NULL && JSON_NODE_HOLDS_OBJECT(root)
               ? json_object_ref(json_node_get_object(root))
               : NULL;
}

static void
make_account(JsonObject *claims)
{
    char *const empty = (char *)(uintptr_t) "";
    const OidcOptions options = {.issuer = (char *)(uintptr_t) "https://id.example",
                                 .name_claim = (char *)(uintptr_t) "preferred_username",
                                 .role_claim = (char *)(uintptr_t) "realm_access.roles",
                                 .roles = (char *)(uintptr_t) "noc=operator,admins=admin",
                                 .group_claim = empty,
                                 .groups = (char *)(uintptr_t) "noc=*,admins=Acme"};
    g_autoptr(AccountBook) book = account_book_new(0);
    g_autoptr(GError) error = NULL;
    g_auto(Account) account = {0};
    bool changed = false;

    if (id_token_text(claims, "sub") == NULL)
        return;
    if (!oidc_account_of(book, &options, claims, &account, &changed, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_true(changed && slug_is_valid(account.name) && account.role >= ROLE_OPERATOR);
    g_assert_cmpuint(strlen(account.full_name), <=, ACCOUNT_TEXT_MAX);
    g_assert_cmpint(account.login_by, ==, LOGIN_BY_OIDC);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const IdTokenWanted wanted = {
        .issuer = "https://id.example", .client = "gantry", .nonce = "n", .now_us = NOW};
    g_autofree char *whole = g_strndup((const char *)data, size);
    g_autofree char *copy = (char *)g_memdup2(data, size + (size == 0));
    const char *end = copy + size;
    g_autofree char *keys_text = NULL;
    const char *keys_at = copy + MIN(strlen(whole) + 1, size);
    g_autoptr(JsonObject) keys = NULL;
    g_autoptr(JsonObject) claims = NULL;
    g_autoptr(JsonObject) told = NULL;
    g_autoptr(GError) error = NULL;

    keys_text = g_strndup(keys_at, (gsize)(end - keys_at));
    keys = parse(keys_text);
    if (keys != NULL) {
        claims = id_token_verify(whole, keys, &wanted, &error);
        g_assert_true((claims == NULL) == (error != NULL));
    }
    const char *told_at = keys_at + MIN(strlen(keys_text) + 1, (gsize)(end - keys_at));
    g_autofree char *told_text = g_strndup(told_at, (gsize)(end - told_at));

    told = parse(told_text);
    if (claims != NULL)
        make_account(claims);
    if (told != NULL)
        make_account(told);
    return 0;
}
