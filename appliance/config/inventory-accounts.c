/* Accounts and tokens as JSON, read as if a site had written them. */
#include "appliance/config/inventory-accounts.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define HASH_DIGITS 64u
#define NUMBER_MAX  ((uint64_t)G_MAXINT64 - 1)

static bool
refuse(GError **error, const char *what)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "accounts: %s", what);
    return false;
}

static bool
read_text(JsonObject *object, const char *name, size_t max, char **ret_text, GError **error)
{
    if (!json_object_has_member(object, name)) {
        *ret_text = g_strdup("");
        return true;
    }
    if (!json_member_string(object, name, ret_text, error))
        return false;
    return strlen(*ret_text) <= max || refuse(error, "a text is too long");
}

static bool
read_flag(JsonObject *object, const char *name, bool *ret_flag, GError **error)
{
    return !json_object_has_member(object, name) || json_member_bool(object, name, ret_flag, error);
}

static bool
read_number(JsonObject *object, const char *name, uint64_t *ret_number, GError **error)
{
    return !json_object_has_member(object, name) ||
           json_member_unsigned(object, name, NUMBER_MAX, ret_number, error);
}

static bool
read_time(JsonObject *object, const char *name, WallUs *ret_us, GError **error)
{
    uint64_t number = 0;

    if (!read_number(object, name, &number, error))
        return false;
    *ret_us = (WallUs)number;
    return true;
}

static bool
read_list(JsonObject *object, const char *name, guint max, GStrv *ret_list, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_ARRAY(node) || json_array_get_length(json_node_get_array(node)) > max)
        return refuse(error, "no list, or too long a one");
    JsonArray *array = json_node_get_array(node);

    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_VALUE(element) || json_node_get_value_type(element) != G_TYPE_STRING)
            return refuse(error, "a list holds something else than texts");
        g_strv_builder_add(builder, json_node_get_string(element));
    }
    *ret_list = g_strv_builder_end(builder);
    return true;
}

static bool
read_scope(JsonObject *object, Scope *scope, GError **error)
{
    return read_flag(object, "limited", &scope->limited, error) &&
           read_list(object, "channels", SCOPE_NAMES_MAX, &scope->channels, error) &&
           read_list(object, "groups", SCOPE_NAMES_MAX, &scope->groups, error);
}

static bool
read_account(JsonObject *object, Account *account, GError **error)
{
    static const char *const names[] = {
        "name",        "role",       "password_hash", "full_name", "totp",   "recovery",
        "must_change", "disabled",   "limited",       "channels",  "groups", "revision",
        "epoch",       "created_us", "login_by",      "subject",   NULL};
    g_autofree char *role = NULL;
    g_autofree char *login_by = NULL;

    if (!json_check_members(object, names, error) ||
        !json_member_string(object, "name", &account->name, error) ||
        !json_member_string(object, "role", &role, error) ||
        !json_member_string(object, "password_hash", &account->password_hash, error) ||
        !read_text(object, "full_name", ACCOUNT_TEXT_MAX, &account->full_name, error) ||
        !read_text(object, "login_by", ACCOUNT_TEXT_MAX, &login_by, error) ||
        !read_text(object, "subject", ACCOUNT_SUBJECT_MAX, &account->subject, error) ||
        !read_text(object, "totp", ACCOUNT_SECRET_MAX, &account->totp, error) ||
        !read_list(object, "recovery", RECOVERY_CODES, &account->recovery, error) ||
        !read_flag(object, "must_change", &account->must_change, error) ||
        !read_flag(object, "disabled", &account->disabled, error) ||
        !read_scope(object, &account->scope, error) ||
        !read_number(object, "revision", &account->revision, error) ||
        !read_number(object, "epoch", &account->epoch, error) ||
        !read_time(object, "created_us", &account->created_us, error))
        return false;
    account->role = role_from_name(role);
    if (*login_by != '\0' && !login_by_from_name(login_by, &account->login_by))
        return refuse(error, "account with an unknown way to log in");
    return (slug_is_valid(account->name) && account->role != ROLE_NONE) ||
           refuse(error, "account with a bad name or an unknown role");
}

static bool
read_token(JsonObject *object, ApiToken *token, GError **error)
{
    static const char *const names[] = {"id",         "name",       "hash",     "owner",
                                        "rights",     "limited",    "channels", "groups",
                                        "created_us", "expires_us", NULL};
    g_auto(GStrv) rights = NULL;

    if (!json_check_members(object, names, error) ||
        !json_member_string(object, "id", &token->id, error) ||
        !json_member_string(object, "hash", &token->hash, error) ||
        !read_text(object, "name", ACCOUNT_TEXT_MAX, &token->name, error) ||
        !read_text(object, "owner", SLUG_MAX, &token->owner, error) ||
        !read_list(object, "rights", 8, &rights, error) ||
        !read_scope(object, &token->scope, error) ||
        !read_time(object, "created_us", &token->created_us, error) ||
        !read_time(object, "expires_us", &token->expires_us, error))
        return false;
    for (size_t i = 0; rights != NULL && rights[i] != NULL; i++)
        token->rights |= token_right_from_name(rights[i]);
    return (slug_is_valid(token->id) && token->rights != 0 && strlen(token->hash) == HASH_DIGITS) ||
           refuse(error, "token with a bad id, hash or right");
}

/* The objects of section @name; NULL with @error. An absent one is empty. Returns: (transfer full)
 */
static JsonArray *
section(JsonObject *root, const char *name, guint max, GError **error)
{
    JsonArray *array = NULL;

    if (!json_object_has_member(root, name))
        return json_array_new();
    if (!json_member_objects(root, name, &array, error))
        return NULL;
    if (json_array_get_length(array) > max) {
        refuse(error, "too many");
        return NULL;
    }
    return json_array_ref(array);
}

static bool
read_tokens(JsonObject *root, AccountBook *book, GError **error)
{
    g_autoptr(JsonArray) array = section(root, "tokens", TOKENS_MAX, error);

    if (array == NULL)
        return false;
    book->tokens = g_new0(ApiToken, json_array_get_length(array) + 1);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        book->n_tokens = i + 1;
        if (!read_token(json_array_get_object_element(array, i), &book->tokens[i], error))
            return false;
        if (account_book_find_token(book, book->tokens[i].id) != &book->tokens[i])
            return refuse(error, "one token twice");
    }
    return true;
}

/* One that is absent names nobody. */
static bool
read_erased(JsonObject *root, AccountBook *book, GError **error)
{
    static const char *const names[] = {"key", "digests", NULL};
    JsonNode *node = json_object_get_member(root, "erased");
    JsonObject *object = NULL;
    g_autofree char *key = NULL;
    g_auto(GStrv) digests = NULL;

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return refuse(error, "erased is no object");
    object = json_node_get_object(node);
    if (!json_check_members(object, names, error) ||
        !read_text(object, "key", ERASED_KEY_MAX, &key, error) ||
        !read_list(object, "digests", ERASED_NAMES_MAX, &digests, error))
        return false;
    for (size_t i = 0; digests != NULL && digests[i] != NULL; i++) {
        if (strlen(digests[i]) != ERASED_DIGEST_DIGITS)
            return refuse(error, "a digest of an erased name is not one");
    }
    erased_names_unref(book->erased);
    book->erased = erased_names_new(key, (const char *const *)digests);
    return true;
}

AccountBook *
inventory_accounts_read(JsonObject *root, GError **error)
{
    JsonArray *array = NULL;

    if (!json_member_objects(root, "accounts", &array, error))
        return NULL;
    if (json_array_get_length(array) > ACCOUNTS_MAX) {
        refuse(error, "more than there may be");
        return NULL;
    }
    g_autoptr(AccountBook) book = account_book_new(json_array_get_length(array));

    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (!read_account(json_array_get_object_element(array, i), &book->accounts[i], error))
            return NULL;
        if (account_book_find(book, book->accounts[i].name) != &book->accounts[i]) {
            refuse(error, "one name twice");
            return NULL;
        }
    }
    if (!read_tokens(root, book, error) || !read_erased(root, book, error))
        return NULL;
    return g_steal_pointer(&book);
}

static void
add_scope(JsonBuilder *builder, const Scope *scope)
{
    json_add_flag(builder, "limited", scope->limited);
    json_add_list(builder, "channels", scope->channels);
    json_add_list(builder, "groups", scope->groups);
}

static void
add_account(JsonBuilder *builder, const Account *account)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "name", account->name);
    json_add_text(builder, "role", role_name(account->role));
    json_add_text(builder, "password_hash", account->password_hash);
    json_add_text(builder, "full_name", account->full_name);
    if (account->login_by !=
        LOGIN_BY_PASSWORD) { /* versions that know no other way read the rest */
        json_add_text(builder, "login_by", login_by_name(account->login_by));
        json_add_text(builder, "subject", account->subject);
    }
    json_add_text(builder, "totp", account->totp);
    json_add_list(builder, "recovery", account->recovery);
    json_add_flag(builder, "must_change", account->must_change);
    json_add_flag(builder, "disabled", account->disabled);
    add_scope(builder, &account->scope);
    json_add_number(builder, "revision", (int64_t)account->revision);
    json_add_number(builder, "epoch", (int64_t)account->epoch);
    json_add_number(builder, "created_us", account->created_us);
    json_builder_end_object(builder);
}

static void
add_token(JsonBuilder *builder, const ApiToken *token)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "id", token->id);
    json_add_text(builder, "name", token->name);
    json_add_text(builder, "hash", token->hash);
    json_add_text(builder, "owner", token->owner);
    json_builder_set_member_name(builder, "rights");
    json_builder_begin_array(builder);
    for (unsigned right = 1; right <= TOKEN_ALL; right <<= 1) {
        if ((token->rights & right) != 0)
            json_builder_add_string_value(builder, token_right_name(right));
    }
    json_builder_end_array(builder);
    add_scope(builder, &token->scope);
    json_add_number(builder, "created_us", token->created_us);
    json_add_number(builder, "expires_us", token->expires_us);
    json_builder_end_object(builder);
}

void
inventory_accounts_write(JsonBuilder *builder, const AccountBook *book)
{
    json_builder_set_member_name(builder, "accounts");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->n_accounts; i++)
        add_account(builder, &book->accounts[i]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "tokens");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->n_tokens; i++)
        add_token(builder, &book->tokens[i]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "erased");
    json_builder_begin_object(builder);
    json_add_text(builder, "key", erased_names_key(book->erased));
    json_add_list(builder, "digests", (GStrv)(uintptr_t)erased_names_digests(book->erased));
    json_builder_end_object(builder);
}
