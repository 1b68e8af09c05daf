/* Addresses that a receiver may and may not be at. */
#include "appliance/events/address-guard.h"

#include <gio/gio.h>

typedef enum { NEVER, PRIVATE, ALWAYS } Expected;

static const struct {
    const char *address;
    Expected expected;
} cases[] = {
    {"127.0.0.1", PRIVATE},
    {"127.255.0.9", PRIVATE},
    {"10.1.2.3", PRIVATE},
    {"172.16.0.1", PRIVATE},
    {"172.31.255.255", PRIVATE},
    {"172.32.0.1", ALWAYS},
    {"192.168.1.1", PRIVATE},
    {"100.64.0.1", PRIVATE},
    {"100.100.100.200", NEVER},
    {"0.0.0.0", NEVER},
    {"169.254.169.254", NEVER},
    {"224.0.0.1", NEVER},
    {"255.255.255.255", NEVER},
    {"8.8.8.8", ALWAYS},
    {"::1", PRIVATE},
    {"::", NEVER},
    {"fe80::1", NEVER},
    {"fd00::1", PRIVATE},
    {"fd00:ec2::254", NEVER},
    {"ff02::1", NEVER},
    {"2606:4700::1", ALWAYS},
    {"::ffff:127.0.0.1", PRIVATE},
    {"::ffff:169.254.1.1", NEVER},
    {"64:ff9b::a9fe:a9fe", NEVER},
    {"2002:7f00:1::", PRIVATE},
    {"::ffff:8.8.8.8", ALWAYS},
    {"::127.0.0.1", NEVER},
    {"2001:db8::1", NEVER},
};

static bool
allows_by(const char *text, bool is_own, const AddressLeave *leave)
{
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(text, 80);
    struct sockaddr_storage native;

    g_assert_nonnull(address);
    g_assert_true(g_socket_address_to_native(address, &native, sizeof native, NULL));
    return address_guard_allows((const struct sockaddr *)&native,
                                (socklen_t)g_socket_address_get_native_size(address), is_own,
                                leave);
}

static bool
allows(const char *text, bool allow_private)
{
    const AddressLeave leave = {.all_private = allow_private};

    return allows_by(text, false, &leave);
}

static void
private_ones_within_a_listed_network_pass_and_no_others(void)
{
    g_autoptr(GPtrArray) networks =
        address_networks_parse("10.1.0.0/16, 192.168.5.7,fd12::/32, nonsense, 169.254.0.0/16");
    const AddressLeave leave = {.networks = networks};
    static const struct {
        const char *address;
        bool own;
        bool passes;
    } listed[] = {
        {"10.1.200.3", false, true},       {"10.2.0.1", false, false},
        {"192.168.5.7", false, true},      {"192.168.5.8", false, false},
        {"fd12::9", false, true},          {"fd13::9", false, false},
        {"::ffff:10.1.0.5", false, true},  {"::ffff:10.2.0.5", false, false},
        {"169.254.169.254", false, false}, {"8.8.8.8", false, true},
        {"8.8.8.8", true, false},          {"10.1.0.5", true, true},
        {"127.0.0.1", false, false},       {"fe80::1", false, false},
    };

    g_assert_cmpuint(networks->len, ==, 4);
    for (size_t i = 0; i < G_N_ELEMENTS(listed); i++) {
        g_test_message("%s", listed[i].address);
        g_assert_cmpint(allows_by(listed[i].address, listed[i].own, &leave), ==, listed[i].passes);
    }
}

static void
only_public_addresses_and_allowed_private_ones_pass(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].address);
        g_assert_cmpint(allows(cases[i].address, false), ==, cases[i].expected == ALWAYS);
        g_assert_cmpint(allows(cases[i].address, true), ==, cases[i].expected != NEVER);
    }
}

static void
other_families_and_short_addresses_do_not_pass(void)
{
    const struct sockaddr local = {.sa_family = AF_UNIX};
    const struct sockaddr inet = {.sa_family = AF_INET};
    const AddressLeave leave = {.all_private = true};

    g_assert_false(address_guard_allows(&local, sizeof local, false, &leave));
    g_assert_false(address_guard_allows(&inet, 4, false, &leave));
    g_assert_false(address_guard_allows(&inet, 0, false, &leave));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address-guard/only-public-addresses-and-allowed-private-ones-pass",
                    only_public_addresses_and_allowed_private_ones_pass);
    g_test_add_func("/address-guard/private-ones-within-a-listed-network-pass-and-no-others",
                    private_ones_within_a_listed_network_pass_and_no_others);
    g_test_add_func("/address-guard/other-families-and-short-addresses-do-not-pass",
                    other_families_and_short_addresses_do_not_pass);
    return g_test_run();
}
