/* Addresses as people write them. */
#include <glib.h>

#include "pipelines/ts/ip-source.h"

static void
addresses_are_written_as_people_write_them(void)
{
    static const struct {
        IpSource source;
        const char *text;
    } cases[] = {
        {{0}, "unknown"},
        {{IP_FAMILY_4, 5000, {239, 255, 0, 1}}, "239.255.0.1:5000"},
        {{IP_FAMILY_6, 1, {0}}, "[::]:1"},
        {{IP_FAMILY_6, 65535, {[15] = 1}}, "[::1]:65535"},
        {{IP_FAMILY_6, 9, {0x20, 1, 0x0d, 0xb8, [15] = 1}}, "[2001:db8::1]:9"},
        {{IP_FAMILY_6, 9, {0xfe, 0x80}}, "[fe80::]:9"},
        {{IP_FAMILY_6, 9, {0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}}, "[1:0:1:1:1:1:1:1]:9"},
        {{IP_FAMILY_6, 9, {0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}}, "[1:0:0:1::1]:9"},
        {{IP_FAMILY_6, 9, {0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1}}, "[1::1:0:0:1:1]:9"},
        {{IP_FAMILY_6,
          65535,
          {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
    };
    char text[IP_SOURCE_TEXT_MAX];

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        ip_source_text(&cases[i].source, text, sizeof text);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
a_text_without_room_is_cut(void)
{
    const IpSource source = {IP_FAMILY_4, 5000, {10, 0, 0, 1}};
    char text[5];

    ip_source_text(&source, text, sizeof text);
    g_assert_cmpstr(text, ==, "10.0");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ip/source/text", addresses_are_written_as_people_write_them);
    g_test_add_func("/ip/source/cut", a_text_without_room_is_cut);
    return g_test_run();
}
