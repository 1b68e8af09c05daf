/* Characters of CEA-708 by service. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/cea708.h"
#include "tests/fixtures/hex.h"

static const TsMoment moment = {{7, 70}, 700};

/* One packet from its service blocks: header put before them, filled up to an even size. */
static void
push(Cea708 *captions, guint sequence, const char *hex)
{
    g_autoptr(GByteArray) blocks = hex_bytes(hex);
    const guint size = (blocks->len + 2) / 2 * 2;
    guint8 packet[CEA708_PACKET_MAX] = {(guint8)(sequence << 6 | (size / 2 & 63))};

    g_assert_cmpuint(size, <=, sizeof packet);
    memcpy(packet + 1, blocks->data, blocks->len);
    for (guint i = 0; i < size; i += 2)
        cea708_push(captions, i == 0, packet + i, &moment);
}

static void
characters_are_counted_by_service(void)
{
    Cea708 captions = {0};

    push(&captions, 0, "23 414220 43 4f c1 a0 00");
    push(&captions, 1, "e2 3f 4142");
    g_assert_cmpuint(captions.services[1].characters, ==, 2);
    g_assert_cmpuint(captions.services[2].characters, ==, 2);
    g_assert_cmpuint(captions.services[63].characters, ==, 2);
    g_assert_cmpuint(captions.services[63].last.place.packet, ==, 7);
    g_assert_cmpuint(captions.packets, ==, 2);
    g_assert_cmpuint(captions.malformed + captions.sequence_breaks + captions.cut, ==, 0);
}

static void
commands_and_their_parameters_are_no_characters(void)
{
    static const char *const blocks[] = {
        "27 98 414243444546",  /* DefineWindow */
        "25 97 41424344",      /* SetWindowAttributes */
        "24 91 414243",        /* SetPenColor */
        "23 92 4142",          /* SetPenLocation */
        "23 90 4142",          /* SetPenAttributes */
        "22 88 41",            /* ClearWindows */
        "23 0c 08 0d",         /* form feed, backspace, carriage return */
        "24 10 0841 80",       /* C2 with one byte */
        "24 10 174142",        /* C2 with two */
        "26 10 80 41424344",   /* C3 with four */
        "27 10 88 4142434445", /* C3 with five */
        "26 10 90 03 414243",  /* C3 of variable length */
        "23 10 20 03",         /* transparent space */
        "24 11 41 1c 41",      /* C0 with parameters, the last cut short */
        "20",                  /* an empty block */
    };
    Cea708 captions = {0};

    for (guint i = 0; i < G_N_ELEMENTS(blocks); i++)
        push(&captions, i & 3, blocks[i]);
    g_assert_cmpuint(captions.services[1].characters, ==, 0);
    g_assert_cmpuint(captions.packets, ==, G_N_ELEMENTS(blocks));
    g_assert_cmpuint(captions.malformed, ==, 0);
}

static void
extended_sets_and_wide_characters_count(void)
{
    Cea708 captions = {0};

    push(&captions, 0, "24 10 39 10 a0");     /* G2, G3 */
    push(&captions, 1, "26 18 ac00 18 0020"); /* one letter, one blank */
    g_assert_cmpuint(captions.services[1].characters, ==, 3);
}

static void
a_null_block_ends_the_packet(void)
{
    Cea708 captions = {0};

    push(&captions, 0, "21 41 00 21 42");
    g_assert_cmpuint(captions.services[1].characters, ==, 1);
    push(&captions, 1, "e1 00 41"); /* no service, but a block */
    g_assert_cmpuint(captions.services[0].characters, ==, 0);
}

static void
a_packet_without_its_end_is_read_when_the_next_begins(void)
{
    static const guint8 pairs[][2] = {
        {0x04, 0x23}, {'a', 'b'}, {'c', 0x00}}; /* 8 bytes announced */
    Cea708 captions = {0};

    cea708_push(&captions, false, pairs[1], &moment); /* of a packet whose begin was not seen */
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        cea708_push(&captions, i == 0, pairs[i], &moment);
    g_assert_cmpuint(captions.packets, ==, 0);
    push(&captions, 1, "21 41");
    g_assert_cmpuint(captions.services[1].characters, ==, 4);
    g_assert_cmpuint(captions.cut, ==, 1);
    g_assert_cmpuint(captions.sequence_breaks, ==, 0);
}

static void
a_block_that_leaves_its_packet_is_read_as_far_as_it_goes(void)
{
    Cea708 captions = {0};

    push(&captions, 0, "3f 414243");
    g_assert_cmpuint(captions.services[1].characters, ==, 3);
    g_assert_cmpuint(captions.malformed, ==, 1);
}

static void
a_missing_packet_shows_in_the_sequence(void)
{
    Cea708 captions = {0};

    push(&captions, 3, "00");
    push(&captions, 0, "00");
    push(&captions, 2, "00");
    g_assert_cmpuint(captions.sequence_breaks, ==, 1);
}

static void
the_largest_packet_fits(void)
{
    Cea708 captions = {0};
    guint8 pair[2] = {0xc0, 0x00};

    for (guint i = 0; i < CEA708_PACKET_MAX / 2; i++, pair[0] = 0)
        cea708_push(&captions, i == 0, pair, &moment);
    g_assert_cmpuint(captions.packets, ==, 1);
    g_assert_false(captions.open);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cea708/characters are counted by service", characters_are_counted_by_service);
    g_test_add_func("/cea708/commands and their parameters are no characters",
                    commands_and_their_parameters_are_no_characters);
    g_test_add_func("/cea708/extended sets and wide characters count",
                    extended_sets_and_wide_characters_count);
    g_test_add_func("/cea708/a null block ends the packet", a_null_block_ends_the_packet);
    g_test_add_func("/cea708/a packet without its end is read when the next begins",
                    a_packet_without_its_end_is_read_when_the_next_begins);
    g_test_add_func("/cea708/a block that leaves its packet is read as far as it goes",
                    a_block_that_leaves_its_packet_is_read_as_far_as_it_goes);
    g_test_add_func("/cea708/a missing packet shows in the sequence",
                    a_missing_packet_shows_in_the_sequence);
    g_test_add_func("/cea708/the largest packet fits", the_largest_packet_fits);
    return g_test_run();
}
