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
    StreamAddress address = {.n_legs = 7};

    g_assert_false(stream_address_parse(text, &address, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, words));
    g_assert_cmpuint(address.n_legs, ==, 7);
}

static void
test_unicast_and_groups_are_told_apart(void)
{
    const StreamAddress unicast = parsed("udp://127.0.0.1:5000");
    const StreamAddress group = parsed("udp://239.1.1.1:1234");

    g_assert_false(unicast.legs[0].multicast);
    g_assert_false(unicast.rtp);
    g_assert_cmpstr(unicast.legs[0].host, ==, "127.0.0.1");
    g_assert_cmpint(unicast.legs[0].port, ==, 5000);
    g_assert_true(group.legs[0].multicast);
}

static void
test_a_source_is_taken_and_an_empty_one_means_any(void)
{
    const StreamAddress filtered = parsed("rtp://10.0.0.5@232.1.1.1:5004");
    const StreamAddress any = parsed("udp://@239.1.1.1:5004");

    g_assert_true(filtered.rtp);
    g_assert_cmpstr(filtered.legs[0].source, ==, "10.0.0.5");
    g_assert_cmpstr(filtered.legs[0].host, ==, "232.1.1.1");
    g_assert_cmpstr(any.legs[0].source, ==, "");
}

static void
test_ipv6_stands_in_brackets(void)
{
    const StreamAddress group = parsed("udp://[2001:db8::1]@[ff3e::1234]:5000");

    g_assert_true(group.legs[0].ipv6);
    g_assert_true(group.legs[0].multicast);
    g_assert_cmpstr(group.legs[0].source, ==, "2001:db8::1");
    g_assert_cmpstr(group.legs[0].host, ==, "ff3e::1234");
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

static void
expect_text(const char *text, const char *canonical)
{
    const StreamAddress address = parsed(text);
    g_autofree char *written = stream_address_to_text(&address);

    g_assert_cmpstr(written, ==, canonical);
}

static void
test_there_is_one_way_to_write_an_address(void)
{
    expect_text("udp://@239.1.1.1:05000", "udp://239.1.1.1:5000");
    expect_text("udp://[2001:DB8:0::1]@[ff3e::0:1]:5000", "udp://[2001:db8::1]@[ff3e::1]:5000");
    expect_text("rtp://239.1.1.1:5000?leg2=@239.1.2.1:5000&fec=1",
                "rtp://239.1.1.1:5000?fec=1&leg2=239.1.2.1:5000");
    expect_text("rtp://239.1.1.1:5000?interface2=eth2&leg2=10.0.0.7@232.1.2.1:5000",
                "rtp://239.1.1.1:5000?leg2=10.0.0.7@232.1.2.1:5000&interface2=eth2");
}

static void
test_fec_is_columns_and_rows_or_columns_alone(void)
{
    g_assert_cmpint(parsed("rtp://239.1.1.1:5000").fec, ==, STREAM_FEC_NONE);
    g_assert_cmpint(parsed("rtp://239.1.1.1:5000?fec=1").fec, ==, STREAM_FEC_COLUMN_AND_ROW);
    g_assert_cmpint(parsed("rtp://239.1.1.1:5000?fec=column").fec, ==, STREAM_FEC_COLUMN);
    refused("rtp://239.1.1.1:5000?fec=colum", "did you mean fec=column?");
    refused("rtp://239.1.1.1:5000?fec=pro-mpeg", "write fec=1");
    refused("rtp://239.1.1.1:65533?fec=1", "ports up to 4 above");
}

static void
test_a_second_leg_has_a_place_and_an_interface_of_its_own(void)
{
    const StreamAddress two =
        parsed("rtp://239.1.1.1:5000?leg2=[2001:db8::1]@[ff3e::1]:6000&interface2=eth2.7");

    g_assert_cmpuint(two.n_legs, ==, 2);
    g_assert_cmpstr(two.legs[1].host, ==, "ff3e::1");
    g_assert_cmpstr(two.legs[1].source, ==, "2001:db8::1");
    g_assert_cmpint(two.legs[1].port, ==, 6000);
    g_assert_true(two.legs[1].multicast);
    g_assert_cmpstr(two.interface2, ==, "eth2.7");
    g_assert_cmpuint(parsed("rtp://239.1.1.1:5000").n_legs, ==, 1);
    refused("rtp://239.1.1.1:5000?leg2=239.1.2.1", "leg2");
    refused("rtp://239.1.1.1:5000?leg2=studio:5000", "names are not looked up");
    refused("rtp://239.1.1.1:5000?interface2=eth2", "interface2 needs leg2");
    refused("rtp://239.1.1.1:5000?leg2=239.1.2.1:1&interface2=eth/2", "no name of a network");
}

static void
test_legs_must_be_told_apart(void)
{
    refused("rtp://239.1.1.1:5000?leg2=239.1.1.1:5000", "same place");
    refused("rtp://239.1.1.1:5000?fec=1&leg2=239.1.1.1:5004", "same place");
    refused("rtp://239.1.1.1:5002?fec=column&leg2=239.1.1.1:5000", "same place");
    (void)parsed("rtp://239.1.1.1:5000?fec=1&leg2=239.1.1.1:5006");
    (void)parsed("rtp://239.1.1.1:5000?leg2=239.1.1.1:5000&interface2=eth2");
    (void)parsed("rtp://10.0.0.1@232.1.1.1:5000?leg2=10.0.0.2@232.1.1.1:5000");
}

static void
test_keys_are_known_and_stand_once(void)
{
    refused("rtp://239.1.1.1:5000?feck=1", "did you mean \"fec\"?");
    refused("rtp://239.1.1.1:5000?interface=eth2", "did you mean \"interface2\"?");
    refused("rtp://239.1.1.1:5000?bandwidth=1", "known are fec");
    refused("rtp://239.1.1.1:5000?fec=1&fec=1", "stands twice");
    refused("rtp://239.1.1.1:5000?fec", "has no value");
    refused("rtp://239.1.1.1:5000?fec=", "has no value");
    refused("rtp://239.1.1.1:5000?", "nothing stands after ?");
    refused("rtp://239.1.1.1:5000?fec=1&", "no key");
    refused("udp://239.1.1.1:5000?fec=1", "need rtp://");
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
    g_test_add_func("/address/there-is-one-way-to-write-an-address",
                    test_there_is_one_way_to_write_an_address);
    g_test_add_func("/address/fec-is-columns-and-rows-or-columns-alone",
                    test_fec_is_columns_and_rows_or_columns_alone);
    g_test_add_func("/address/a-second-leg-has-a-place-and-an-interface-of-its-own",
                    test_a_second_leg_has_a_place_and_an_interface_of_its_own);
    g_test_add_func("/address/legs-must-be-told-apart", test_legs_must_be_told_apart);
    g_test_add_func("/address/keys-are-known-and-stand-once", test_keys_are_known_and_stand_once);
    return g_test_run();
}
