/* The applications that a service offers. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ait.h"
#include "tests/fixtures/hex.h"

/* Lengths by hand: name "TV" 8 bytes, "http://a/" 16, "x.html" 8. */
#define NAME      "0106 656e67 02 5456"
#define TRANSPORT "020e 0003 01 09 687474703a2f2f612f 00"
#define LOCATION  "1506 782e68746d6c"
#define ONE(version, id, control)                                                                  \
    "74b000 0010 " version " 00 00 f000 f029 00000120 " id " " control                             \
    " f020 " NAME TRANSPORT LOCATION

static const TsPlace place = {7, 70};

static void
push(Ait *ait, const char *hex)
{
    g_autoptr(GByteArray) section = hex_section(hex);

    ait_push(ait, section->data, section->len, &place);
}

static void
an_application_is_read_with_name_and_url(void)
{
    Ait ait = {0};

    push(&ait, ONE("c1", "0071", "01"));
    g_assert_cmpuint(ait.malformed, ==, 0);
    g_assert_cmpuint(ait.n_applications, ==, 1);
    g_assert_cmpuint(ait.applications[0].type, ==, 0x10);
    g_assert_cmpuint(ait.applications[0].organisation, ==, 0x120);
    g_assert_cmpuint(ait.applications[0].application, ==, 0x71);
    g_assert_cmpstr(ait_type_name(ait.applications[0].type), ==, "HbbTV");
    g_assert_cmpstr(ait_control_name(ait.applications[0].control), ==, "AUTOSTART");
    g_assert_cmpstr(ait.applications[0].name, ==, "TV");
    g_assert_cmpstr(ait.applications[0].language, ==, "eng");
    g_assert_cmpstr(ait.applications[0].url, ==, "http://a/x.html");
    g_assert_cmpuint(ait.last.packet, ==, 7);
}

static void
a_new_version_takes_the_place_of_the_old(void)
{
    Ait ait = {0};

    push(&ait, ONE("c1", "0071", "01"));
    push(&ait, ONE("c1", "0071", "01"));
    g_assert_cmpuint(ait.changes, ==, 0);
    push(&ait, ONE("c3", "0072", "02"));
    g_assert_cmpuint(ait.sections, ==, 3);
    g_assert_cmpuint(ait.changes, ==, 1);
    g_assert_cmpuint(ait.n_applications, ==, 1);
    g_assert_cmpuint(ait.applications[0].application, ==, 0x72);
    g_assert_cmpuint(ait.applications[0].version, ==, 1);
    push(&ait, ONE("c4", "0073", "02")); /* not yet valid */
    g_assert_cmpuint(ait.applications[0].application, ==, 0x72);
}

static void
types_stand_beside_each_other(void)
{
    Ait ait = {0};

    push(&ait, ONE("c1", "0071", "01"));
    push(&ait, "74b000 8001 c5 00 00 f000 f009 00000002 0003 04 f000");
    g_assert_cmpuint(ait.n_applications, ==, 2);
    g_assert_true(ait.applications[1].test);
    g_assert_cmpuint(ait.applications[1].type, ==, 1);
    g_assert_cmpstr(ait.applications[1].url, ==, "");
}

static void
the_common_loop_gives_the_transport_that_an_application_lacks(void)
{
    Ait ait = {0};

    push(&ait, "74b000 0010 c1 00 00 f010 " TRANSPORT "f011 00000001 0002 01 f008 " LOCATION);
    g_assert_cmpuint(ait.malformed, ==, 0);
    g_assert_cmpstr(ait.applications[0].url, ==, "http://a/x.html");
}

static void
text_is_made_safe(void)
{
    Ait ait = {0};

    push(&ait, "74b000 0010 c1 00 00 f000 f013 00000001 0002 01 f00a 0208 0003 01 03 611bff 00");
    g_assert_cmpuint(ait.malformed, ==, 0);
    g_assert_cmpstr(ait.applications[0].url, ==, "a\357\277\275");
}

static void
what_cannot_be_read_is_counted(void)
{
    g_autoptr(GByteArray) broken = hex_section(ONE("c1", "0071", "01"));
    Ait ait = {0};

    broken->data[20] ^= 1;
    ait_push(&ait, broken->data, broken->len, &place);
    g_assert_cmpuint(ait.crc_errors, ==, 1);
    broken->data[0] = 0x02;
    ait_push(&ait, broken->data, broken->len, &place);
    g_assert_cmpuint(ait.other_table, ==, 1);
    push(&ait, "74b000 0010 c1 00 00 f0ff");
    push(&ait, "74b000 0010 c1 01 01 f000 f009 00000001 0002 01 f001");
    push(&ait, "74b000 0010 c1 02 02 f000 f00b 00000001 0002 01 f002 0105");
    g_assert_cmpuint(ait.malformed, ==, 3);
    g_assert_cmpuint(ait.n_applications, ==, 0);
}

static void
applications_beyond_the_bound_are_counted(void)
{
    g_autoptr(GString) hex = g_string_new("74b000 0010 c1 00 00 f000");
    Ait ait = {0};

    g_string_append_printf(hex, "f%03x", 9 * (AIT_APPLICATIONS_MAX + 2));
    for (guint i = 0; i < AIT_APPLICATIONS_MAX + 2; i++)
        g_string_append_printf(hex, "00000001 %04x 01 f000", i);
    push(&ait, hex->str);
    g_assert_cmpuint(ait.n_applications, ==, AIT_APPLICATIONS_MAX);
    g_assert_cmpuint(ait.refused, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ait/an application is read with name and URL",
                    an_application_is_read_with_name_and_url);
    g_test_add_func("/ait/a new version takes the place of the old",
                    a_new_version_takes_the_place_of_the_old);
    g_test_add_func("/ait/types stand beside each other", types_stand_beside_each_other);
    g_test_add_func("/ait/the common loop gives the transport that an application lacks",
                    the_common_loop_gives_the_transport_that_an_application_lacks);
    g_test_add_func("/ait/text is made safe", text_is_made_safe);
    g_test_add_func("/ait/what cannot be read is counted", what_cannot_be_read_is_counted);
    g_test_add_func("/ait/applications beyond the bound are counted",
                    applications_beyond_the_bound_are_counted);
    return g_test_run();
}
