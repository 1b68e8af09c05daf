/* Characters of line 21 by channel. Pairs are written without parity; the test adds it. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/cea608.h"

static const TsMoment moment = {{7, 70}, 700};

static guint8
with_parity(guint8 byte)
{
    return (guint8)(byte | (__builtin_popcount(byte) % 2 == 0 ? 0x80 : 0));
}

static void
push(Cea608 *captions, guint field, guint16 code)
{
    const guint8 pair[] = {with_parity((guint8)(code >> 8)), with_parity((guint8)(code & 0x7f))};

    cea608_push(captions, field, pair, &moment);
}

static void
push_text(Cea608 *captions, guint field, const char *text)
{
    for (gsize i = 0; i < strlen(text); i += 2)
        push(captions, field, (guint16)((guint8)text[i] << 8 | (guint8)text[i + 1]));
}

static void
characters_go_to_the_channel_of_the_last_control_code(void)
{
    Cea608 captions = {0};

    push(&captions, 0, 0x1420);
    push_text(&captions, 0, "One ");
    push(&captions, 0, 0x1c20);
    push_text(&captions, 0, "Two two");
    push(&captions, 1, 0x1520);
    push_text(&captions, 1, "Three");
    push(&captions, 1, 0x1d25);
    push_text(&captions, 1, "4");
    g_assert_cmpuint(captions.captions[0].characters, ==, 3);
    g_assert_cmpuint(captions.captions[1].characters, ==, 6);
    g_assert_cmpuint(captions.captions[2].characters, ==, 5);
    g_assert_cmpuint(captions.captions[3].characters, ==, 1);
    g_assert_cmpuint(captions.captions[3].last.place.packet, ==, 7);
    g_assert_cmpuint(captions.captions[3].last.pts, ==, 700);
}

static void
padding_and_blanks_are_no_captions(void)
{
    Cea608 captions = {0};

    push(&captions, 0, 0x1420);
    push(&captions, 0, 0x0000);
    push_text(&captions, 0, "    ");
    push(&captions, 0, 0x1139); /* transparent space */
    push(&captions, 0, 0x142c);
    g_assert_cmpuint(captions.captions[0].characters, ==, 0);
    g_assert_cmpuint(captions.captions[0].last.place.packet, ==, 0);
    g_assert_cmpuint(captions.pairs, ==, 5);
}

static void
what_comes_before_a_control_code_is_nobodys(void)
{
    Cea608 captions = {0};

    push_text(&captions, 0, "left over");
    push(&captions, 0, 0x142d);
    push_text(&captions, 0, "new");
    g_assert_cmpuint(captions.captions[0].characters, ==, 3);
}

static void
text_mode_is_told_from_captions(void)
{
    Cea608 captions = {0};

    push(&captions, 0, 0x142a);
    push_text(&captions, 0, "text");
    push(&captions, 0, 0x142d); /* a carriage return changes nothing */
    push_text(&captions, 0, "more");
    push(&captions, 0, 0x1c20); /* the other channel */
    push_text(&captions, 0, "other");
    push(&captions, 0, 0x1470); /* back by a row code: still text */
    push_text(&captions, 0, "t");
    push(&captions, 0, 0x1429);
    push_text(&captions, 0, "ab");
    g_assert_cmpuint(captions.text[0].characters, ==, 9);
    g_assert_cmpuint(captions.captions[0].characters, ==, 2);
    g_assert_cmpuint(captions.captions[1].characters, ==, 5);
}

static void
extended_data_is_no_caption(void)
{
    Cea608 captions = {0};

    push(&captions, 1, 0x1520);
    push_text(&captions, 1, "ab");
    push(&captions, 1, 0x0103);
    push_text(&captions, 1, "Programme");
    push(&captions, 1, 0x0f1d);
    push(&captions, 1, 0x1520);
    push_text(&captions, 1, "cd");
    g_assert_cmpuint(captions.xds, ==, 9);
    g_assert_cmpuint(captions.captions[2].characters, ==, 4);
}

static void
a_doubled_control_code_counts_once(void)
{
    Cea608 captions = {0};

    push(&captions, 0, 0x1420);
    push(&captions, 0, 0x1420);
    push(&captions, 0, 0x1137); /* a note */
    push(&captions, 0, 0x1137);
    g_assert_cmpuint(captions.captions[0].characters, ==, 1);
    push(&captions, 0, 0x1137); /* two notes, each doubled */
    push(&captions, 0, 0x1137);
    g_assert_cmpuint(captions.captions[0].characters, ==, 2);
    push_text(&captions, 0, "2020"); /* characters are not folded */
    g_assert_cmpuint(captions.captions[0].characters, ==, 6);
}

static void
an_extended_character_takes_the_place_of_its_stand_in(void)
{
    Cea608 captions = {0};

    push(&captions, 0, 0x1420);
    push_text(&captions, 0, "E");
    push(&captions, 0, 0x1221);
    push(&captions, 0, 0x1221);
    g_assert_cmpuint(captions.captions[0].characters, ==, 1);
}

static void
bad_parity_is_counted_and_left_out(void)
{
    const guint8 second_bad[] = {with_parity('a'), with_parity('b') ^ 0x80};
    const guint8 first_bad[] = {with_parity('a') ^ 0x80, with_parity('b')};
    const guint8 bad_control[] = {with_parity(0x1c), with_parity(0x20) ^ 0x80};
    Cea608 captions = {0};

    push(&captions, 0, 0x1420);
    cea608_push(&captions, 0, second_bad, &moment);
    cea608_push(&captions, 0, first_bad, &moment);
    cea608_push(&captions, 0, bad_control, &moment);
    g_assert_cmpuint(captions.parity_errors, ==, 3);
    g_assert_cmpuint(captions.captions[0].characters, ==, 1);
    g_assert_cmpuint(captions.fields[0].channel, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cea608/characters go to the channel of the last control code",
                    characters_go_to_the_channel_of_the_last_control_code);
    g_test_add_func("/cea608/padding and blanks are no captions",
                    padding_and_blanks_are_no_captions);
    g_test_add_func("/cea608/what comes before a control code is nobody's",
                    what_comes_before_a_control_code_is_nobodys);
    g_test_add_func("/cea608/text mode is told from captions", text_mode_is_told_from_captions);
    g_test_add_func("/cea608/extended data is no caption", extended_data_is_no_caption);
    g_test_add_func("/cea608/a doubled control code counts once",
                    a_doubled_control_code_counts_once);
    g_test_add_func("/cea608/an extended character takes the place of its stand-in",
                    an_extended_character_takes_the_place_of_its_stand_in);
    g_test_add_func("/cea608/bad parity is counted and left out",
                    bad_parity_is_counted_and_left_out);
    return g_test_run();
}
