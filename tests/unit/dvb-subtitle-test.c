/* Whether DVB subtitles show anything, from the segments of their display sets. */
#include <glib.h>

#include "pipelines/ts/dvb-subtitle.h"
#include "tests/fixtures/hex.h"

#define BEGIN         "2000"
#define BLANK         "0f10 0001 0002 1e 00"
#define WITH_REGION   "0f10 0001 0008 1e 08 00 ff 0000 0000" /* new epoch; region 0 */
#define SAME_EPOCH    "0f10 0001 0008 1e 00 00 ff 0000 0000"
#define REGION        "0f11 0001 0010 00 00 0100 0020 00 03 00 00 0005 0000 0000"
#define REGION_EMPTY  "0f11 0001 000a 00 00 0100 0020 00 03 00 00"
#define OBJECT        "0f13 0001 000a 0005 00 0003 0000 10f0aa"
#define OBJECT_EMPTY  "0f13 0001 0007 0005 00 0000 0000"
#define OBJECT_SHARED "0f13 0002 000a 0005 00 0003 0000 10f0aa"
#define END           "0f80 0001 0000"
#define DONE          "ff"

static void
push(DvbSubtitle *subtitle, const char *hex, Pts90 pts)
{
    g_autoptr(GByteArray) payload = hex_bytes(hex);
    const TsMoment moment = {{pts, (MonoUs)pts}, pts};

    dvb_subtitle_push(subtitle, payload->data, payload->len, &moment);
}

static void
a_filled_object_on_the_page_is_shown(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, BEGIN WITH_REGION REGION OBJECT END DONE, 100);
    g_assert_cmpuint(subtitle.n_pages, ==, 1);
    g_assert_cmpuint(subtitle.pages[0].id, ==, 1);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 1);
    g_assert_true(subtitle.pages[0].showing);
    g_assert_cmpuint(subtitle.pages[0].last_shown.pts, ==, 100);
    push(&subtitle, BEGIN BLANK END DONE, 200);
    g_assert_cmpuint(subtitle.pages[0].blank, ==, 1);
    g_assert_false(subtitle.pages[0].showing);
    g_assert_cmpuint(subtitle.pages[0].last_shown.pts, ==, 100);
    g_assert_cmpuint(subtitle.pages[0].changed.pts, ==, 200);
    g_assert_cmpuint(subtitle.malformed + subtitle.refused, ==, 0);
}

static void
regions_without_filled_objects_show_nothing(void)
{
    static const char *const sets[] = {
        BEGIN WITH_REGION END DONE,
        BEGIN WITH_REGION REGION END DONE,
        BEGIN WITH_REGION REGION OBJECT_EMPTY END DONE,
        BEGIN WITH_REGION REGION_EMPTY OBJECT END DONE,
    };
    DvbSubtitle subtitle = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(sets); i++)
        push(&subtitle, sets[i], 100 * i);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 0);
    g_assert_cmpuint(subtitle.pages[0].blank, ==, G_N_ELEMENTS(sets));
}

static void
an_epoch_keeps_what_it_has(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, BEGIN WITH_REGION REGION OBJECT END DONE, 1);
    push(&subtitle, BEGIN SAME_EPOCH END DONE, 2);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 2);
    push(&subtitle, BEGIN SAME_EPOCH OBJECT_EMPTY END DONE, 3);
    g_assert_cmpuint(subtitle.pages[0].blank, ==, 1);
    push(&subtitle, BEGIN WITH_REGION REGION END DONE, 4); /* a new one has nothing */
    g_assert_cmpuint(subtitle.pages[0].blank, ==, 2);
}

static void
a_display_set_may_take_several_packets(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, BEGIN WITH_REGION REGION DONE, 1);
    g_assert_cmpuint(subtitle.pages[0].blank, ==, 0);
    push(&subtitle, BEGIN OBJECT END DONE, 1);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 1);
}

static void
a_display_set_without_its_end_is_judged_by_the_next(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, BEGIN WITH_REGION REGION OBJECT DONE, 1);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 0);
    push(&subtitle, BEGIN BLANK DONE, 2);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 1);
    g_assert_cmpuint(subtitle.pages[0].last_shown.pts, ==, 1);
    dvb_subtitle_flush(&subtitle);
    g_assert_cmpuint(subtitle.pages[0].blank, ==, 1);
}

static void
objects_may_stand_under_a_shared_page(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, BEGIN WITH_REGION REGION OBJECT_SHARED END DONE, 1);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 1);
}

static void
text_objects_are_counted_by_character(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle,
         BEGIN WITH_REGION "0f11 0001 0012 00 00 0100 0020 00 03 00 00 0005 4000 0000 0102"
                           "0f13 0001 000a 0005 04 03 0041 0020 0042" END DONE,
         1);
    g_assert_cmpuint(subtitle.pages[0].characters.characters, ==, 2);
    g_assert_cmpuint(subtitle.pages[0].shown, ==, 1);
}

static void
bounds_are_kept_and_counted(void)
{
    g_autoptr(GString) hex = g_string_new(BEGIN);
    DvbSubtitle subtitle = {0};

    for (guint i = 0; i < DVB_SUBTITLE_PAGES_MAX + 2; i++)
        g_string_append_printf(hex, "0f10 %04x 0002 1e 00", i);
    push(&subtitle, hex->str, 1);
    g_assert_cmpuint(subtitle.n_pages, ==, DVB_SUBTITLE_PAGES_MAX);
    g_assert_cmpuint(subtitle.refused, ==, 2);
    g_string_assign(hex, BEGIN);
    for (guint i = 0; i < DVB_SUBTITLE_REGIONS_MAX + 2; i++)
        g_string_append_printf(hex, "0f11 0001 000a %02x 00 0100 0020 00 03 00 00", i);
    push(&subtitle, hex->str, 2);
    g_assert_cmpuint(subtitle.refused, ==, 4);
    g_string_assign(hex, BEGIN);
    for (guint i = 0; i < DVB_SUBTITLE_OBJECTS_MAX + 2; i++)
        g_string_append_printf(hex, "0f13 0001 0008 %04x 00 0001 0000 10", i);
    push(&subtitle, hex->str, 3);
    g_assert_cmpuint(subtitle.refused, ==, 6);
}

static void
segments_that_leave_their_payload_are_malformed(void)
{
    DvbSubtitle subtitle = {0};

    push(&subtitle, "1000 0f", 1);                      /* teletext */
    push(&subtitle, BEGIN "0f10 0001 0009 1e 08", 2);   /* longer than the payload */
    push(&subtitle, BEGIN "0f10 0001 0001 1e" DONE, 3); /* shorter than its syntax */
    push(&subtitle, BEGIN "0f11 0001 0002 0000" DONE, 4);
    push(&subtitle, BEGIN "0f13 0001 0004 0005 04 03" DONE, 5);
    g_assert_cmpuint(subtitle.malformed, ==, 5);
    push(&subtitle, "ffffffff", 6); /* a padding stream is no fault */
    g_assert_cmpuint(subtitle.malformed, ==, 5);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dvb-subtitle/a filled object on the page is shown",
                    a_filled_object_on_the_page_is_shown);
    g_test_add_func("/dvb-subtitle/regions without filled objects show nothing",
                    regions_without_filled_objects_show_nothing);
    g_test_add_func("/dvb-subtitle/an epoch keeps what it has", an_epoch_keeps_what_it_has);
    g_test_add_func("/dvb-subtitle/a display set may take several packets",
                    a_display_set_may_take_several_packets);
    g_test_add_func("/dvb-subtitle/a display set without its end is judged by the next",
                    a_display_set_without_its_end_is_judged_by_the_next);
    g_test_add_func("/dvb-subtitle/objects may stand under a shared page",
                    objects_may_stand_under_a_shared_page);
    g_test_add_func("/dvb-subtitle/text objects are counted by character",
                    text_objects_are_counted_by_character);
    g_test_add_func("/dvb-subtitle/bounds are kept and counted", bounds_are_kept_and_counted);
    g_test_add_func("/dvb-subtitle/segments that leave their payload are malformed",
                    segments_that_leave_their_payload_are_malformed);
    return g_test_run();
}
