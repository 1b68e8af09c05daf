/* Addresses of inputs: what is taken, and what is refused with which words. */
#include "pipelines/base/error.h"
#include "pipelines/base/stream-address.h"

#include <string.h>

static StreamAddress
parsed(const char *text)
{
    g_autoptr(GError) error = NULL;
    StreamAddress address = {0};
    const bool taken = stream_address_parse(text, &address, &error);

    g_assert_no_error(error);
    g_assert_true(taken);
    return address;
}

static void
refused(const char *text, const char *words)
{
    g_autoptr(GError) error = NULL;
    StreamAddress address = {.port = 1};

    g_assert_false(stream_address_parse(text, &address, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, words));
    g_assert_cmpint(address.port, ==, 1);
}

static void
test_unicast_and_groups_are_told_apart(void)
{
    const StreamAddress unicast = parsed("udp://127.0.0.1:5000");
    const StreamAddress group = parsed("udp://239.1.1.1:1234");

    g_assert_false(unicast.multicast);
    g_assert_false(unicast.rtp);
    g_assert_cmpstr(unicast.host, ==, "127.0.0.1");
    g_assert_cmpint(unicast.port, ==, 5000);
    g_assert_true(group.multicast);
}

static void
test_a_source_is_taken_and_an_empty_one_means_any(void)
{
    const StreamAddress filtered = parsed("rtp://10.0.0.5@232.1.1.1:5004");
    const StreamAddress any = parsed("udp://@239.1.1.1:5004");

    g_assert_true(filtered.rtp);
    g_assert_cmpstr(filtered.source, ==, "10.0.0.5");
    g_assert_cmpstr(filtered.host, ==, "232.1.1.1");
    g_assert_cmpstr(any.source, ==, "");
}

static void
test_ipv6_stands_in_brackets(void)
{
    const StreamAddress group = parsed("udp://[2001:db8::1]@[ff3e::1234]:5000");

    g_assert_true(group.ipv6);
    g_assert_true(group.multicast);
    g_assert_cmpstr(group.source, ==, "2001:db8::1");
    g_assert_cmpstr(group.host, ==, "ff3e::1234");
    refused("udp://ff3e::1234:5000", "brackets");
}

static void
test_what_is_wrong_is_named(void)
{
    refused("udb://239.1.1.1:1234", "did you mean udp://?");
    refused("gopher://239.1.1.1:1234", "known are");
    refused("239.1.1.1:1234", "does not begin with");
    refused("udp://239.1.1.1", "no port");
    refused("udp://[ff3e::1]", "no port");
    refused("udp://239.1.1.1:0", "port");
    refused("udp://239.1.1.1:70000", "port");
    refused("udp://239.1.1.256:1234", "not an IP address");
    refused("udp://studio.example:1234", "names are not looked up");
    refused("udp://10.0.0.5@10.0.0.6:1234", "needs a multicast group");
    refused("udp://studio@239.1.1.1:1234", "source before @");
    refused("udp://10.0.0.5@[ff3e::1]:1234", "same IP version");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/unicast-and-groups-are-told-apart",
                    test_unicast_and_groups_are_told_apart);
    g_test_add_func("/address/a-source-is-taken-and-an-empty-one-means-any",
                    test_a_source_is_taken_and_an_empty_one_means_any);
    g_test_add_func("/address/ipv6-stands-in-brackets", test_ipv6_stands_in_brackets);
    g_test_add_func("/address/what-is-wrong-is-named", test_what_is_wrong_is_named);
    return g_test_run();
}
