/* Accounts, tokens and scopes: what they may, what a change of them ends, what a scope shows. */
#include "appliance/model/account.h"
#include "appliance/model/snapshot.h"

static const char *const news[] = {"News", NULL};
static const char *const one[] = {"one", NULL};

static GStrv
list(const char *const *names)
{
    return (GStrv)(gpointer)(uintptr_t)names;
}

static void
a_scope_shows_what_either_of_its_lists_names(void)
{
    const Scope scope = {.limited = true, .channels = list(one), .groups = list(news)};
    const Scope nothing = {.limited = true};
    const Scope all = {0};

    g_assert_true(scope_has_channel(&scope, "one", "Sport"));
    g_assert_true(scope_has_channel(&scope, "two", "News"));
    g_assert_false(scope_has_channel(&scope, "two", "Sport"));
    g_assert_false(scope_has_channel(&scope, "two", ""));
    g_assert_false(scope_has_channel(&nothing, "one", "News"));
    g_assert_true(scope_has_channel(&all, "one", ""));
    g_assert_true(scope_has_channel(NULL, "one", ""));
}

static void
a_scope_never_gives_more_than_its_giver_has(void)
{
    const Scope groups = {.limited = true, .groups = list(news)};
    const Scope both = {.limited = true, .channels = list(one), .groups = list(news)};
    const Scope all = {0};

    g_assert_true(scope_is_within(&groups, &both));
    g_assert_false(scope_is_within(&both, &groups));
    g_assert_false(scope_is_within(&all, &both));
    g_assert_false(scope_is_within(NULL, &both));
    g_assert_true(scope_is_within(&both, &all));
}

static void
scopes_that_differ_have_keys_that_differ(void)
{
    const char *const joined[] = {"a", "b", NULL};
    const char *const other[] = {"ab", NULL};
    const Scope first = {.limited = true, .channels = list(joined)};
    const Scope second = {.limited = true, .channels = list(other)};
    const Scope third = {.limited = true, .groups = list(joined)};
    g_autofree char *a = scope_key(&first);
    g_autofree char *b = scope_key(&second);
    g_autofree char *c = scope_key(&third);
    g_autofree char *everything = scope_key(NULL);

    g_assert_cmpstr(a, !=, b);
    g_assert_cmpstr(a, !=, c);
    g_assert_cmpstr(everything, ==, "");
}

static void
a_change_of_what_somebody_may_ends_sessions_and_a_new_name_does_not(void)
{
    const Account old = {.name = (char *)"a", .role = ROLE_OPERATOR, .password_hash = (char *)"x"};
    Account changed = old;

    changed.full_name = (char *)"Anna";
    g_assert_false(account_ends_sessions(&old, &changed));
    changed.role = ROLE_VIEWER;
    g_assert_true(account_ends_sessions(&old, &changed));
    changed = old;
    changed.password_hash = (char *)"y";
    g_assert_true(account_ends_sessions(&old, &changed));
    changed = old;
    changed.disabled = true;
    g_assert_true(account_ends_sessions(&old, &changed));
    g_assert_false(account_ends_sessions(&changed, &old));
    changed = old;
    changed.scope = (Scope){.limited = true};
    g_assert_true(account_ends_sessions(&old, &changed));
    changed = old;
    changed.totp = (char *)"sealed";
    g_assert_true(account_ends_sessions(&old, &changed));
}

static void
a_removed_account_takes_its_tokens_along(void)
{
    const Account anna = {.name = (char *)"anna", .role = ROLE_ADMIN};
    const Account gone = {.name = (char *)"anna", .role = ROLE_NONE};
    ApiToken token = {.id = (char *)"t", .hash = (char *)"h", .owner = (char *)"anna"};
    g_autoptr(AccountBook) empty = account_book_new(0);
    g_autoptr(AccountBook) with = account_book_with(empty, &anna);

    token.rights = TOKEN_READ;
    g_autoptr(AccountBook) both = account_book_with_token(with, &token);
    g_autoptr(AccountBook) after = account_book_with(both, &gone);

    g_assert_nonnull(account_book_find_token_hash(both, "h"));
    g_assert_cmpuint(account_book_count_admins(both), ==, 1);
    g_assert_cmpuint(after->n_tokens, ==, 0);
    g_assert_cmpuint(after->n_accounts, ==, 0);
    token.rights = 0;
    g_autoptr(AccountBook) revoked = account_book_with_token(both, &token);

    g_assert_cmpuint(revoked->n_tokens, ==, 0);
    g_assert_cmpuint(revoked->n_accounts, ==, 1);
}

static void
a_token_is_good_until_it_expires(void)
{
    const ApiToken forever = {.rights = TOKEN_READ};
    const ApiToken once = {.rights = TOKEN_READ, .expires_us = 100};

    g_assert_true(api_token_is_good(&forever, INT64_MAX));
    g_assert_true(api_token_is_good(&once, 99));
    g_assert_false(api_token_is_good(&once, 100));
}

static void
rights_have_names_and_a_wall_is_no_operator(void)
{
    for (unsigned right = 1; right <= TOKEN_ALL; right <<= 1)
        g_assert_cmpuint(token_right_from_name(token_right_name(right)), ==, right);
    g_assert_cmpuint(token_right_from_name("write"), ==, 0);
    g_assert_cmpint(token_role(TOKEN_WALL), ==, ROLE_VIEWER);
    g_assert_cmpint(token_role(TOKEN_WALL | TOKEN_ACK), ==, ROLE_OPERATOR);
    g_assert_cmpint(token_role(0), ==, ROLE_NONE);
}

static AlarmView
alarm_of(const char *id, const char *resource)
{
    return (AlarmView){.id = g_strdup(id),
                       .incident_id = g_strdup("incident"),
                       .resource = g_strdup(resource),
                       .quiet = QUIET_MEMBER,
                       .members = 3,
                       .first_out = true};
}

static Snapshot *
whole_box(void)
{
    Snapshot *whole = snapshot_new();

    whole->own_drops = 7;
    whole->profile_name = g_strdup("box");
    whole->n_channels = 3;
    whole->channels = g_new0(ChannelView, 3);
    whole->channels[0] = (ChannelView){.id = g_strdup("one"), .group = g_strdup("")};
    whole->channels[1] = (ChannelView){.id = g_strdup("two"), .group = g_strdup("Sport")};
    whole->channels[2] = (ChannelView){.id = g_strdup("three"), .group = g_strdup("News")};
    whole->n_alarms = 4;
    whole->alarms = g_new0(AlarmView, 4);
    whole->alarms[0] = alarm_of("a", "channel/two");
    whole->alarms[1] = alarm_of("b", "channel/one");
    whole->alarms[2] = alarm_of("c", "nic/eth1");
    whole->alarms[3] = alarm_of("d", "group/News");
    whole->n_services = 1;
    whole->services = g_new0(ServiceView, 1);
    return whole;
}

static void
a_narrowed_snapshot_holds_nothing_of_the_box_and_of_others(void)
{
    const Scope scope = {.limited = true, .channels = list(one), .groups = list(news)};
    g_autoptr(Snapshot) whole = whole_box();
    g_autoptr(Snapshot) narrow = snapshot_narrow(whole, &scope);

    g_assert_cmpuint(narrow->n_channels, ==, 2);
    g_assert_cmpstr(narrow->channels[0].id, ==, "one");
    g_assert_cmpstr(narrow->channels[1].id, ==, "three");
    g_assert_cmpuint(narrow->n_alarms, ==, 1);
    g_assert_cmpstr(narrow->alarms[0].id, ==, "b");
    g_assert_cmpstr(narrow->alarms[0].incident_id, ==, "b");
    g_assert_cmpint(narrow->alarms[0].quiet, ==, QUIET_NONE);
    g_assert_cmpuint(narrow->alarms[0].members, ==, 0);
    g_assert_cmpuint(narrow->n_services, ==, 0);
    g_assert_cmpuint(narrow->own_drops, ==, 0);
    g_assert_null(narrow->profile_name);
    snapshot_unref(g_steal_pointer(&whole)); /* what is borrowed outlives its first holder */
    g_assert_cmpstr(narrow->channels[1].group, ==, "News");
}

static void
everything_is_the_same_snapshot(void)
{
    g_autoptr(Snapshot) whole = whole_box();
    g_autoptr(Snapshot) same = snapshot_narrow(whole, NULL);

    g_assert_true(same == whole);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scope/lists", a_scope_shows_what_either_of_its_lists_names);
    g_test_add_func("/scope/within", a_scope_never_gives_more_than_its_giver_has);
    g_test_add_func("/scope/key", scopes_that_differ_have_keys_that_differ);
    g_test_add_func("/account/sessions",
                    a_change_of_what_somebody_may_ends_sessions_and_a_new_name_does_not);
    g_test_add_func("/account/removed", a_removed_account_takes_its_tokens_along);
    g_test_add_func("/token/good", a_token_is_good_until_it_expires);
    g_test_add_func("/token/rights", rights_have_names_and_a_wall_is_no_operator);
    g_test_add_func("/snapshot/narrow", a_narrowed_snapshot_holds_nothing_of_the_box_and_of_others);
    g_test_add_func("/snapshot/everything", everything_is_the_same_snapshot);
    return g_test_run();
}
