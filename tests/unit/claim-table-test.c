/* A provider's words: the highest role counts, and who has no channels is not shown all. */
#include "appliance/model/claim-table.h"

#define ROLES  "admins=admin, noc staff =operator,ou=x=engineer, acme=viewer"
#define GROUPS "acme=Acme News,globex=Globex,house=*"

static char **
words(const char *text)
{
    return g_strsplit(text, "|", 0);
}

static void
assert_role(const char *text, Role role)
{
    g_auto(GStrv) list = words(text);

    g_assert_cmpint(claim_table_role(ROLES, list), ==, role);
}

static void
the_highest_role_of_all_words_counts(void)
{
    assert_role("acme", ROLE_VIEWER);
    assert_role("acme|noc staff", ROLE_OPERATOR);
    assert_role("admins|acme", ROLE_ADMIN);
    assert_role("ou=x", ROLE_ENGINEER);
}

static void
other_words_give_no_role(void)
{
    assert_role("", ROLE_NONE);
    assert_role("Admins", ROLE_NONE);
    assert_role("admin", ROLE_NONE);
    assert_role("admins ", ROLE_NONE);
    g_assert_cmpint(claim_table_role(ROLES, NULL), ==, ROLE_NONE);
    g_assert_cmpint(claim_table_role("", NULL), ==, ROLE_NONE);
}

static void
words_show_their_groups_and_one_of_everything_shows_everything(void)
{
    g_auto(GStrv) two = words("acme|globex|other");
    g_auto(GStrv) house = words("acme|house");
    g_auto(Scope) scope = {0};

    g_assert_true(claim_table_scope(GROUPS, two, &scope));
    g_assert_true(scope.limited);
    g_assert_cmpuint(g_strv_length(scope.groups), ==, 2);
    g_assert_cmpstr(scope.groups[0], ==, "Acme News");
    g_assert_cmpstr(scope.groups[1], ==, "Globex");
    scope_clear(&scope);
    g_assert_true(claim_table_scope(GROUPS, house, &scope));
    g_assert_false(scope.limited);
}

static void
who_has_none_of_a_tables_words_is_shown_nothing_and_without_a_table_everybody_all(void)
{
    g_auto(GStrv) other = words("other");
    g_auto(Scope) scope = {0};

    g_assert_false(claim_table_scope(GROUPS, other, &scope));
    g_assert_false(claim_table_scope(GROUPS, NULL, &scope));
    g_assert_true(claim_table_scope("", other, &scope));
    g_assert_false(scope.limited);
}

static void
an_entry_that_is_none_is_named(void)
{
    static const struct {
        const char *table;
        bool roles;
        const char *wrong; /* NULL: all is well */
    } cases[] = {
        {ROLES, true, NULL},          {GROUPS, false, NULL},        {"", true, NULL},
        {"a=admin,b", true, "b"},     {"a=chief", true, "a=chief"}, {"=admin", true, "=admin"},
        {"a=Group,b=", false, "b="},  {"a=none", true, "a=none"},   {"a=admin,,", true, ""},
        {"a=Group", true, "a=Group"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *wrong = NULL;

        g_assert_cmpint(claim_table_check(cases[i].table, cases[i].roles, &wrong), ==,
                        cases[i].wrong == NULL);
        g_assert_cmpstr(wrong, ==, cases[i].wrong);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/claim-table/" #name, name)
    TEST(the_highest_role_of_all_words_counts);
    TEST(other_words_give_no_role);
    TEST(words_show_their_groups_and_one_of_everything_shows_everything);
    TEST(who_has_none_of_a_tables_words_is_shown_nothing_and_without_a_table_everybody_all);
    TEST(an_entry_that_is_none_is_named);
#undef TEST
    return g_test_run();
}
