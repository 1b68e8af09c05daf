/* Claims in, account out: names, roles, and accounts of others that stay theirs. */
#include "appliance/http/oidc-account.h"

#include <string.h>

#include "pipelines/base/error.h"

#define TEXT(text) ((char *)(uintptr_t)(text))

static const OidcOptions options = {
    .issuer = TEXT("https://id.example"),
    .name_claim = TEXT("preferred_username"),
    .role_claim = TEXT("groups"),
    .roles = TEXT("noc=operator,admins=admin,acme=viewer"),
    .group_claim = TEXT(""),
    .groups = TEXT("noc=*,admins=*,acme=Acme News"),
};

static JsonNode *
claims_of(const char *subject, const char *name, const char *groups)
{
    g_autofree char *text =
        g_strdup_printf("{\"sub\":\"%s\",\"preferred_username\":\"%s\",\"name\":\"A\\u0007 B\","
                        "\"groups\":[%s]}",
                        subject, name, groups);
    JsonNode *node = json_from_string(text, NULL);

    g_assert_nonnull(node);
    return node;
}

/* Takes the account of @claims into @book. Returns: (transfer full) */
static AccountBook *
enter(AccountBook *book, JsonNode *claims, const char *name, Role role)
{
    g_autoptr(GError) error = NULL;
    g_auto(Account) account = {0};
    bool changed = false;

    g_assert_true(
        oidc_account_of(book, &options, json_node_get_object(claims), &account, &changed, &error));
    g_assert_no_error(error);
    g_assert_true(changed);
    g_assert_cmpstr(account.name, ==, name);
    g_assert_cmpint(account.role, ==, role);
    g_assert_cmpstr(account.password_hash, ==, "");
    return account_book_with(book, &account);
}

static void
names_are_made_of_what_the_provider_calls_somebody(void)
{
    static const struct {
        const char *theirs;
        const char *ours;
    } cases[] = {
        {"anna", "anna"},
        {"Anna.Ivanova@example.org", "anna-ivanova"},
        {"DOMAIN\\\\m_mueller", "domain-m-mueller"},
        {"@", "user"},
        {"\\u0416", "user"},
        {"local", "local-2"},
        {"", "subject-1"},
        {"../../etc", "etc"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(AccountBook) book = account_book_new(0);
        g_autoptr(JsonNode) claims = claims_of("subject-1", cases[i].theirs, "\"noc\"");
        g_autoptr(AccountBook) next = enter(book, claims, cases[i].ours, ROLE_OPERATOR);

        g_assert_cmpuint(next->n_accounts, ==, 1);
    }
}

static void
two_people_of_one_name_are_two_accounts(void)
{
    g_autoptr(AccountBook) book = account_book_new(0);
    g_autoptr(JsonNode) one = claims_of("1", "anna", "\"noc\"");
    g_autoptr(JsonNode) other = claims_of("2", "anna", "\"admins\"");
    g_autoptr(AccountBook) first = enter(book, one, "anna", ROLE_OPERATOR);
    g_autoptr(AccountBook) second = enter(first, other, "anna-2", ROLE_ADMIN);
    g_autoptr(GError) error = NULL;
    g_auto(Account) account = {0};
    bool changed = true;

    g_assert_true(
        oidc_account_of(second, &options, json_node_get_object(one), &account, &changed, &error));
    g_assert_cmpstr(account.name, ==, "anna");
    g_assert_false(changed);
    g_assert_cmpstr(account.full_name, ==, "A B");
}

/* What the erased one did would be taken for the new one's. */
static void
a_name_that_was_erased_is_nobodys_again(void)
{
    g_autoptr(ErasedNames) none = erased_names_new(NULL, NULL);
    g_autoptr(AccountBook) book = account_book_new(0);
    g_autoptr(JsonNode) claims = claims_of("1", "anna", "\"noc\"");

    erased_names_unref(book->erased);
    book->erased = erased_names_with(none, "anna", "a random key");
    g_autoptr(AccountBook) next = enter(book, claims, "anna-2", ROLE_OPERATOR);

    g_assert_cmpuint(next->n_accounts, ==, 1);
}

static void
the_same_subject_of_another_issuer_is_somebody_else(void)
{
    g_autoptr(AccountBook) book = account_book_new(0);
    g_autoptr(JsonNode) claims = claims_of("1", "anna", "\"noc\"");
    g_autoptr(AccountBook) first = enter(book, claims, "anna", ROLE_OPERATOR);
    OidcOptions moved = options;

    moved.issuer = TEXT("https://elsewhere.example");
    g_assert_nonnull(oidc_account_find(first, &options, json_node_get_object(claims)));
    g_assert_null(oidc_account_find(first, &moved, json_node_get_object(claims)));
}

static void
an_account_of_this_box_is_not_found_by_any_subject(void)
{
    g_autoptr(AccountBook) book = account_book_new(1);
    const Account mine = {.name = TEXT("anna"),
                          .role = ROLE_ADMIN,
                          .login_by = LOGIN_BY_PAM,
                          .subject = TEXT("https://id.example 1")};
    g_autoptr(JsonNode) claims = claims_of("1", "anna", "\"acme\"");

    account_copy(&mine, &book->accounts[0]);
    g_autoptr(AccountBook) next = enter(book, claims, "anna-2", ROLE_VIEWER);

    g_assert_true(next->accounts[1].scope.limited);
    g_assert_cmpstr(next->accounts[1].scope.groups[0], ==, "Acme News");
}

static void
who_has_no_role_or_is_disabled_is_refused_by_name_of_the_groups(void)
{
    g_autoptr(AccountBook) book = account_book_new(0);
    g_autoptr(JsonNode) none = claims_of("1", "anna", "\"x\",\"y\"");
    g_autoptr(JsonNode) good = claims_of("1", "anna", "\"noc\"");
    g_autoptr(AccountBook) next = enter(book, good, "anna", ROLE_OPERATOR);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) disabled = NULL;
    g_auto(Account) account = {0};
    bool changed = false;

    g_assert_false(
        oidc_account_of(next, &options, json_node_get_object(none), &account, &changed, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_DENIED);
    g_assert_nonnull(strstr(error->message, "(x, y)"));
    next->accounts[0].disabled = true;
    g_assert_false(
        oidc_account_of(next, &options, json_node_get_object(good), &account, &changed, &disabled));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/oidc-account/" #name, name)
    TEST(names_are_made_of_what_the_provider_calls_somebody);
    TEST(two_people_of_one_name_are_two_accounts);
    TEST(a_name_that_was_erased_is_nobodys_again);
    TEST(the_same_subject_of_another_issuer_is_somebody_else);
    TEST(an_account_of_this_box_is_not_found_by_any_subject);
    TEST(who_has_no_role_or_is_disabled_is_refused_by_name_of_the_groups);
#undef TEST
    return g_test_run();
}
