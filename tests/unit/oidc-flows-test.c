/* Logins on their way: good once, in time, in the browser that began them. */
#include "appliance/http/oidc-flows.h"

#include <sodium.h>
#include <string.h>

#define SECOND US_PER_SECOND

static bool
is_taken(OidcFlows *flows, const OidcFlowStart *start, const char *cookie, MonoUs now_us)
{
    g_auto(OidcFlow) flow = {0};

    if (!oidc_flows_take(flows, start->state, cookie, now_us, &flow))
        return false;
    g_assert_cmpstr(flow.nonce, ==, start->nonce);
    return true;
}

static void
a_login_is_good_once_and_for_its_own_browser_alone(void)
{
    OidcFlows *flows = oidc_flows_new();
    g_auto(OidcFlowStart) one = {0};
    g_auto(OidcFlowStart) other = {0};

    g_assert_true(oidc_flows_begin(flows, "a", SECOND, &one));
    g_assert_true(oidc_flows_begin(flows, "a", SECOND, &other));
    g_assert_false(is_taken(flows, &one, other.cookie, 2 * SECOND));
    g_assert_false(is_taken(flows, &one, "", 2 * SECOND));
    g_assert_false(is_taken(flows, &one, NULL, 2 * SECOND));
    g_assert_true(is_taken(flows, &one, one.cookie, 2 * SECOND));
    g_assert_false(is_taken(flows, &one, one.cookie, 2 * SECOND));
    g_assert_true(is_taken(flows, &other, other.cookie, 2 * SECOND));
    oidc_flows_free(flows);
}

static void
a_login_is_too_old_after_ten_minutes(void)
{
    OidcFlows *flows = oidc_flows_new();
    g_auto(OidcFlowStart) one = {0};
    g_auto(OidcFlowStart) other = {0};

    g_assert_true(oidc_flows_begin(flows, "a", 0, &one));
    g_assert_true(oidc_flows_begin(flows, "a", 0, &other));
    g_assert_true(is_taken(flows, &one, one.cookie, 599 * SECOND));
    g_assert_false(is_taken(flows, &other, other.cookie, 600 * SECOND));
    oidc_flows_free(flows);
}

/* RFC 7636, 4.2: BASE64URL(SHA256(verifier)), as another library has it. */
static void
the_challenge_is_the_hash_of_the_verifier(void)
{
    OidcFlows *flows = oidc_flows_new();
    g_auto(OidcFlowStart) start = {0};
    g_auto(OidcFlow) flow = {0};
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize n = sizeof digest;

    g_assert_true(oidc_flows_begin(flows, "a", 0, &start));
    g_assert_true(oidc_flows_take(flows, start.state, start.cookie, 1, &flow));
    g_assert_cmpuint(strlen(flow.verifier), ==, 43);
    g_checksum_update(sum, (const guchar *)flow.verifier, -1);
    g_checksum_get_digest(sum, digest, &n);
    g_autofree char *base64 = g_base64_encode(digest, n);

    g_strdelimit(g_strdelimit(base64, "+", '-'), "/", '_');
    base64[43] = '\0'; /* the padding */
    g_assert_cmpstr(start.challenge, ==, base64);
    oidc_flows_free(flows);
}

static void
one_address_cannot_push_out_the_logins_of_others(void)
{
    OidcFlows *flows = oidc_flows_new();
    g_auto(OidcFlowStart) mine = {0};
    unsigned n = 0;

    g_assert_true(oidc_flows_begin(flows, "mine", 0, &mine));
    for (unsigned i = 0; i < 2 * OIDC_FLOWS_MAX; i++) {
        g_auto(OidcFlowStart) start = {0};

        n += oidc_flows_begin(flows, "theirs", 1, &start);
    }
    g_assert_cmpuint(n, ==, OIDC_FLOWS_OF_ADDRESS);
    g_assert_true(is_taken(flows, &mine, mine.cookie, 2));
    oidc_flows_free(flows);
}

static void
room_is_made_by_letting_the_oldest_go(void)
{
    OidcFlows *flows = oidc_flows_new();
    g_auto(OidcFlowStart) first = {0};
    g_auto(OidcFlowStart) last = {0};

    g_assert_true(oidc_flows_begin(flows, "first", 0, &first));
    for (unsigned i = 0; i < OIDC_FLOWS_MAX; i++) {
        g_autofree char *address = g_strdup_printf("%u", i);

        oidc_flow_start_clear(&last);
        g_assert_true(oidc_flows_begin(flows, address, 1 + i, &last));
    }
    g_assert_false(is_taken(flows, &first, first.cookie, SECOND));
    g_assert_true(is_taken(flows, &last, last.cookie, SECOND));
    oidc_flows_free(flows);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(sodium_init(), >=, 0);
#define TEST(name) g_test_add_func("/oidc-flows/" #name, name)
    TEST(a_login_is_good_once_and_for_its_own_browser_alone);
    TEST(a_login_is_too_old_after_ten_minutes);
    TEST(the_challenge_is_the_hash_of_the_verifier);
    TEST(one_address_cannot_push_out_the_logins_of_others);
    TEST(room_is_made_by_letting_the_oldest_go);
#undef TEST
    return g_test_run();
}
