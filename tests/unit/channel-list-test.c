/* Channel lists: what sites write is taken as it is meant, and every mistake is named with its
 * line. */
#include <glib.h>
#include <string.h>

#include "appliance/config/channel-list.h"
#include "pipelines/base/error.h"

static ChannelList *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    ChannelList *list = channel_list_parse("list", text, strlen(text), NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(list);
    return list;
}

static void
assert_refused(const char *text, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ChannelList) list = channel_list_parse("list", text, strlen(text), NULL, &error);

    g_assert_null(list);
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, message);
}

static void
a_csv_with_every_column_is_taken_as_written(void)
{
    g_autoptr(ChannelList) list =
        parse("id,name,short_name,group,address,interface,service_id,profile\n"
              "one,Das Erste HD,ARD,News,udp://239.1.1.1:5000,eth1,28106,sport\n");
    const ChannelEntry *one = &list->channels[0];

    g_assert_cmpuint(list->n_channels, ==, 1);
    g_assert_cmpstr(one->id, ==, "one");
    g_assert_cmpstr(one->name, ==, "Das Erste HD");
    g_assert_cmpstr(one->short_name, ==, "ARD");
    g_assert_cmpstr(one->group, ==, "News");
    g_assert_cmpstr(one->address, ==, "udp://239.1.1.1:5000");
    g_assert_cmpstr(one->interface, ==, "eth1");
    g_assert_cmpuint(one->service_id, ==, 28106);
    g_assert_cmpstr(one->profile, ==, "sport");
    g_assert_cmpuint(one->line, ==, 2);
}

static void
commissioned_is_yes_no_or_unsaid(void)
{
    g_autoptr(ChannelList) list = parse("id,address,commissioned\n"
                                        "a,udp://239.1.1.1:5000,yes\n"
                                        "b,udp://239.1.1.2:5000,FALSE\n"
                                        "c,udp://239.1.1.3:5000,\n");

    g_assert_cmpint(list->channels[0].commissioned, ==, SAID_YES);
    g_assert_cmpint(list->channels[1].commissioned, ==, SAID_NO);
    g_assert_cmpint(list->channels[2].commissioned, ==, SAID_NOTHING);
    assert_refused("id,address,commissioned\na,udp://239.1.1.1:5000,maybe\n",
                   "list:2: commissioned \"maybe\" is neither yes nor no (empty: as it was, and no "
                   "for a new channel)");
}

static void
enabled_is_yes_no_or_unsaid_and_is_written_back(void)
{
    g_autoptr(ChannelList) list = parse("id,address,enabled\n"
                                        "a,udp://239.1.1.1:5000,no\n"
                                        "b,udp://239.1.1.1:5001,\n");
    g_autofree char *csv = channel_list_write_csv(list->channels, list->n_channels);
    g_autoptr(ChannelList) back = parse(csv);

    g_assert_cmpint(list->channels[0].enabled, ==, SAID_NO);
    g_assert_cmpint(list->channels[1].enabled, ==, SAID_NOTHING);
    g_assert_cmpint(back->channels[0].enabled, ==, SAID_NO);
    g_assert_cmpint(back->channels[1].enabled, ==, SAID_YES);
    assert_refused("id,address,enabled\na,udp://239.1.1.1:5000,off\n",
                   "list:2: enabled \"off\" is neither yes nor no (empty: as it was, and yes for a "
                   "new channel)");
}

static void
a_spreadsheet_export_with_semicolons_a_mark_and_crlf_is_taken(void)
{
    g_autoptr(ChannelList) list = parse("\xef\xbb\xbfName;Address\r\n"
                                        "\"Sport; \"\"live\"\"\";udp://@239.1.1.1:5000\r\n"
                                        "\r\n"
                                        "\"two\nlines\";rtp://10.0.0.9@232.1.1.1:5002\r\n");

    g_assert_cmpuint(list->n_channels, ==, 2);
    g_assert_cmpstr(list->channels[0].name, ==, "Sport; \"live\"");
    g_assert_cmpstr(list->channels[0].id, ==, "sport-live");
    g_assert_cmpstr(list->channels[0].address, ==, "udp://239.1.1.1:5000");
    g_assert_cmpstr(list->channels[1].address, ==, "rtp://10.0.0.9@232.1.1.1:5002");
    g_assert_cmpuint(list->channels[1].line, ==, 4);
}

static void
an_m3u_gives_id_group_and_name(void)
{
    g_autoptr(ChannelList) list = parse(
        "#EXTM3U x-tvg-url=\"http://epg\"\r\n"
        "#EXTINF:-1 tvg-id=\"ARD.de\" tvg-logo=\"a,b.png\" group-title=\"News, live\",Das Erste\r\n"
        "#EXTVLCOPT:network-caching=1000\r\n"
        "udp://@239.1.1.1:5000\r\n"
        "\r\n"
        "#EXTINF:-1 service-id=7,ZDF neo\r\n"
        "#EXTGRP:Films\r\n"
        "rtp://[ff3e:0::1]:5000\r\n");

    g_assert_cmpuint(list->n_channels, ==, 2);
    g_assert_cmpstr(list->channels[0].id, ==, "ard-de");
    g_assert_cmpstr(list->channels[0].name, ==, "Das Erste");
    g_assert_cmpstr(list->channels[0].group, ==, "News, live");
    g_assert_cmpstr(list->channels[1].id, ==, "zdf-neo");
    g_assert_cmpstr(list->channels[1].group, ==, "Films");
    g_assert_cmpstr(list->channels[1].address, ==, "rtp://[ff3e::1]:5000");
    g_assert_cmpuint(list->channels[1].service_id, ==, 7);
    g_assert_cmpuint(list->channels[1].line, ==, 8);
}

static void
short_names_made_from_names_keep_the_number_at_the_end(void)
{
    g_autoptr(ChannelList) list = parse("name,address\n"
                                        "Channel 01,udp://239.1.1.1:1\n"
                                        "Channel 02,udp://239.1.1.2:1\n"
                                        "Österreichisches Fernsehen,udp://239.1.1.3:1\n"
                                        "ZDF,udp://239.1.1.4:1\n");

    g_assert_cmpstr(list->channels[0].short_name, ==, "Channe01");
    g_assert_cmpstr(list->channels[1].short_name, ==, "Channe02");
    g_assert_cmpstr(list->channels[2].short_name, ==, "Österrei");
    g_assert_cmpstr(list->channels[3].short_name, ==, "ZDF");
}

static void
services_of_one_multiplex_share_an_address(void)
{
    g_autoptr(ChannelList) list = parse("id,address,service_id\n"
                                        "a,udp://239.1.1.1:5000,1\n"
                                        "b,udp://239.1.1.1:5000,2\n");

    g_assert_cmpuint(list->n_channels, ==, 2);
    assert_refused(
        "id,address,service_id\na,udp://239.1.1.1:5000,1\nb,udp://@239.1.1.1:5000,1\n",
        "list:3: udp://239.1.1.1:5000, service 1, is already received by \"a\" in line 2");
    assert_refused("id,address,service_id\na,udp://239.1.1.1:5000,1\nb,udp://239.1.1.1:5000,\n",
                   "list:3: udp://239.1.1.1:5000 is also received by \"a\" in line 2; give both a "
                   "service_id");
}

static void
two_sockets_on_one_unicast_port_are_refused(void)
{
    assert_refused("id,address\na,udp://10.0.0.1:5000\nb,rtp://10.0.0.1:5000\n",
                   "list:3: port 5000 of 10.0.0.1 is already received as udp://10.0.0.1:5000 in "
                   "line 2");
}

static void
fec_and_a_second_leg_are_taken_and_keep_their_ports(void)
{
    g_autoptr(ChannelList) list =
        parse("id,address,interface\n"
              "a,rtp://@239.1.1.1:5000?leg2=239.1.2.1:5000&fec=1&interface2=eth2,eth1\n"
              "b,rtp://10.0.0.1:5000?fec=column,eth1\n");

    g_assert_cmpstr(list->channels[0].address, ==,
                    "rtp://239.1.1.1:5000?fec=1&leg2=239.1.2.1:5000&interface2=eth2");
    assert_refused("id,address\na,rtp://10.0.0.1:5000?fec=1\nb,udp://10.0.0.1:5004\n",
                   "list:3: port 5004 of 10.0.0.1 is already received as "
                   "rtp://10.0.0.1:5000?fec=1 in line 2");
    assert_refused("id,address\na,rtp://239.1.1.1:5000?fek=1\n",
                   "list:2: address \"rtp://239.1.1.1:5000?fek=1\": no key \"fek\"; did you mean "
                   "\"fec\"?");
}

static void
one_group_on_two_interfaces_is_two_channels(void)
{
    g_autoptr(ChannelList) list = parse("id,address,interface\n"
                                        "a,udp://239.1.1.1:5000,eth1\n"
                                        "b,udp://239.1.1.1:5000,eth2\n");

    g_assert_cmpuint(list->n_channels, ==, 2);
}

static void
the_default_interface_is_for_rows_that_name_none(void)
{
    const char text[] = "id,address,interface\na,udp://239.1.1.1:1,\nb,udp://239.1.1.2:1,eth2\n";
    g_autoptr(ChannelList) list = channel_list_parse("l", text, strlen(text), "eth9", NULL);

    g_assert_nonnull(list);
    g_assert_cmpstr(list->channels[0].interface, ==, "eth9");
    g_assert_cmpstr(list->channels[1].interface, ==, "eth2");
}

static void
mistakes_are_named_with_line_and_the_nearest_that_would_do(void)
{
    assert_refused("id,adress\n", "list:1: unknown column \"adress\"; did you mean address?");
    assert_refused(
        "udp://239.1.1.1:5000\n",
        "list:1: unknown column \"udp://239.1.1.1:5000\"; the first row names columns "
        "among id, name, short_name, group, address, interface, service_id, profile, commissioned, "
        "enabled");
    assert_refused("id,address,id\n", "list:1: column id is named twice");
    assert_refused("id,name\n", "list:1: there is no column address");
    assert_refused("id,address\nDas Erste,udp://239.1.1.1:1\n",
                   "list:2: id \"Das Erste\" is not made of a-z, 0-9 and - alone (at most 63); "
                   "write das-erste");
    assert_refused("id,address\na,udp://239.1.1.1:1\n\na,udp://239.1.1.2:1\n",
                   "list:4: channel id \"a\" is already used in line 2; give this one an id of its "
                   "own");
    assert_refused("id,address\na,utp://239.1.1.1:1\n",
                   "list:2: address \"utp://239.1.1.1:1\": no such kind of input; did you mean "
                   "udp://?");
    assert_refused("id,address\na,\n",
                   "list:2: the address is missing; write udp://GROUP:PORT or rtp://GROUP:PORT");
    assert_refused("id,address,service_id\na,udp://239.1.1.1:1,70000\n",
                   "list:2: service_id \"70000\" is not a number from 1 to 65535 (empty for the "
                   "first service)");
    assert_refused("id,address,interface\na,udp://239.1.1.1:1,../eth0\n",
                   "list:2: interface \"../eth0\" is no name of a network interface, such as eth1");
    assert_refused("id,short_name,address\na,Very long 12,udp://239.1.1.1:1\n",
                   "list:2: short_name \"Very long 12\" is longer than 8 characters; write "
                   "Verylo12");
    assert_refused("id,address\na\n", "list:2: 1 fields, but the first row names 2 columns");
    assert_refused("id,address\n\"a,udp://239.1.1.1:1\n",
                   "list:2: a quoted field begins here and never ends");
    assert_refused("id,address\n", "list:1: there is no channel in it");
    assert_refused("", "list:1: the list is empty");
    assert_refused("id,address\na\xe4,udp://239.1.1.1:1\n",
                   "list:2: byte 0xe4 is no UTF-8 text; save the list as UTF-8");
    assert_refused("#EXTM3U\n#EXTINF:-1,One\n#EXTINF:-1,Two\nudp://239.1.1.1:1\n",
                   "list:3: another #EXTINF, but the one in line 2 has no address yet");
    assert_refused("#EXTM3U\n#EXTINF:-1 tvg-id=\"x,One\nudp://239.1.1.1:1\n",
                   "list:2: a quoted value never ends");
    assert_refused("#EXTM3U\n#EXTINF:-1,One\n",
                   "list:2: #EXTINF without an address in the lines below");
}

static void
a_thousand_channels_are_taken_and_one_more_is_refused(void)
{
    g_autoptr(GString) text = g_string_new("id,address\n");

    for (unsigned i = 0; i < CHANNEL_LIST_MAX_CHANNELS; i++)
        g_string_append_printf(text, "c%u,udp://239.1.%u.%u:5000\n", i, i / 256, i % 256);
    g_autoptr(ChannelList) list = parse(text->str);

    g_assert_cmpuint(list->n_channels, ==, CHANNEL_LIST_MAX_CHANNELS);
    g_string_append(text, "more,udp://239.2.0.0:5000\n");
    assert_refused(text->str, "list:1002: more than 1000 channels");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/channel-list/" #name, name)
    TEST(a_csv_with_every_column_is_taken_as_written);
    TEST(commissioned_is_yes_no_or_unsaid);
    TEST(enabled_is_yes_no_or_unsaid_and_is_written_back);
    TEST(a_spreadsheet_export_with_semicolons_a_mark_and_crlf_is_taken);
    TEST(an_m3u_gives_id_group_and_name);
    TEST(short_names_made_from_names_keep_the_number_at_the_end);
    TEST(services_of_one_multiplex_share_an_address);
    TEST(two_sockets_on_one_unicast_port_are_refused);
    TEST(fec_and_a_second_leg_are_taken_and_keep_their_ports);
    TEST(one_group_on_two_interfaces_is_two_channels);
    TEST(the_default_interface_is_for_rows_that_name_none);
    TEST(mistakes_are_named_with_line_and_the_nearest_that_would_do);
    TEST(a_thousand_channels_are_taken_and_one_more_is_refused);
#undef TEST
    return g_test_run();
}
