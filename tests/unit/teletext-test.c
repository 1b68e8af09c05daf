/* Teletext pages by their characters. Packets are built from numbers and text. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/teletext.h"

#define PACKET 42u
#define UNIT   (2 + 2 + PACKET)

static const TsMoment moment = {{7, 70}, 700};

static guint8
reversed(guint8 byte)
{
    guint8 result = 0;

    for (guint bit = 0; bit < 8; bit++)
        result |= (guint8)((byte >> bit & 1) << (7 - bit));
    return result;
}

/* Hamming 8/4 by its equations: P1 D1 P2 D2 P3 D3 P4 D4, first bit lowest. */
static guint8
hamming(guint value)
{
    const guint d1 = value & 1, d2 = value >> 1 & 1, d3 = value >> 2 & 1, d4 = value >> 3 & 1;
    const guint p1 = 1 ^ d1 ^ d3 ^ d4, p2 = 1 ^ d1 ^ d2 ^ d4, p3 = 1 ^ d1 ^ d2 ^ d3;
    const guint p4 = 1 ^ p1 ^ d1 ^ p2 ^ d2 ^ p3 ^ d3 ^ d4;

    return reversed(
        (guint8)(p1 | d1 << 1 | p2 << 2 | d2 << 3 | p3 << 4 | d3 << 5 | p4 << 6 | d4 << 7));
}

static guint8
with_parity(guint8 code)
{
    return reversed((guint8)(code | (__builtin_popcount(code) % 2 == 0 ? 0x80 : 0)));
}

/* The payload of a PES packet with one data unit, its address filled in. */
static void
begin(guint8 payload[1 + UNIT], guint magazine, guint row)
{
    const guint8 head[] = {0x10, 0x03, 2 + PACKET, 0xe7, 0xe4};

    memcpy(payload, head, sizeof head);
    payload[5] = hamming((magazine & 7) | (row & 1) << 3);
    payload[6] = hamming(row >> 1);
}

static void
push_header(Teletext *teletext, guint page, gboolean subtitle, gboolean serial)
{
    guint8 payload[1 + UNIT];

    begin(payload, page >> 8, 0);
    payload[7] = hamming(page & 15);
    payload[8] = hamming(page >> 4 & 15);
    for (guint i = 9; i < 15; i++)
        payload[i] = hamming(0);
    payload[12] = hamming(subtitle ? 8 : 0);
    payload[14] = hamming(serial ? 1 : 0);
    for (guint i = 15; i < sizeof payload; i++)
        payload[i] = with_parity('h');
    teletext_push(teletext, payload, sizeof payload, &moment);
}

static void
push_row(Teletext *teletext, guint magazine, guint row, const char *text)
{
    guint8 payload[1 + UNIT];

    begin(payload, magazine, row);
    for (guint i = 0; i < 40; i++)
        payload[7 + i] = with_parity(i < strlen(text) ? (guint8)text[i] : ' ');
    teletext_push(teletext, payload, sizeof payload, &moment);
}

static void
characters_are_counted_by_page(void)
{
    Teletext teletext = {0};

    push_header(&teletext, 0x888, TRUE, FALSE);
    push_row(&teletext, 8, 20, "\v\vTwo words\n\n");
    push_row(&teletext, 8, 22, "\r\v\vmore");
    g_assert_cmpuint(teletext.n_pages, ==, 1);
    g_assert_cmphex(teletext.pages[0].number, ==, 0x888);
    g_assert_true(teletext.pages[0].subtitle);
    g_assert_cmpuint(teletext.pages[0].count.characters, ==, 12);
    g_assert_cmpuint(teletext.pages[0].count.last.pts, ==, 700);
    g_assert_cmpuint(teletext.subtitles.characters, ==, 12);
    g_assert_cmpuint(teletext.hamming_errors + teletext.parity_errors + teletext.malformed, ==, 0);
}

static void
headers_and_blank_rows_are_nothing_shown(void)
{
    Teletext teletext = {0};

    for (guint i = 0; i < 10; i++)
        push_header(&teletext, 0x150, TRUE, FALSE);
    push_row(&teletext, 1, 10, "\v\v   ");
    push_row(&teletext, 1, 24, "\v\vFastext");
    push_row(&teletext, 1, 26, "\v\v enhancement");
    g_assert_cmpuint(teletext.pages[0].headers, ==, 10);
    g_assert_cmpuint(teletext.pages[0].count.characters, ==, 0);
    g_assert_cmpuint(teletext.pages[0].count.last.place.packet, ==, 0);
}

static void
what_stands_outside_the_box_of_a_subtitle_is_not_shown(void)
{
    Teletext teletext = {0};

    push_header(&teletext, 0x150, TRUE, FALSE);
    push_row(&teletext, 1, 10, "outside\v\vin\n\noutside");
    push_header(&teletext, 0x100, FALSE, FALSE);
    push_row(&teletext, 1, 10, "outside\v\vin\n\noutside");
    g_assert_cmpuint(teletext.pages[0].count.characters, ==, 2);
    g_assert_cmpuint(teletext.pages[1].count.characters, ==, 16);
    g_assert_cmpuint(teletext.all.characters, ==, 18);
    g_assert_cmpuint(teletext.subtitles.characters, ==, 2);
}

static void
magazines_run_side_by_side_unless_they_are_serial(void)
{
    Teletext teletext = {0};

    push_header(&teletext, 0x100, FALSE, FALSE);
    push_header(&teletext, 0x200, FALSE, FALSE);
    push_row(&teletext, 1, 1, "one");
    push_row(&teletext, 2, 1, "three");
    push_header(&teletext, 0x300, FALSE, TRUE);
    push_row(&teletext, 1, 2, "gone");
    push_row(&teletext, 3, 2, "kept");
    push_header(&teletext, 0x3ff, FALSE, FALSE); /* ends the page, and is none */
    push_row(&teletext, 3, 2, "gone");
    g_assert_cmpuint(teletext.n_pages, ==, 3);
    g_assert_cmpuint(teletext.pages[0].count.characters, ==, 3);
    g_assert_cmpuint(teletext.pages[1].count.characters, ==, 5);
    g_assert_cmpuint(teletext.pages[2].count.characters, ==, 4);
    g_assert_cmpuint(teletext.all.characters, ==, 12);
}

static void
subtitle_pages_push_others_off_a_full_list(void)
{
    Teletext teletext = {0};

    for (guint i = 0; i < TELETEXT_PAGES_MAX + 3; i++)
        push_header(&teletext, 0x100 + i, FALSE, FALSE);
    g_assert_cmpuint(teletext.unlisted, ==, 3);
    push_row(&teletext, 1, 1, "unlisted");
    g_assert_cmpuint(teletext.all.characters, ==, 8);
    push_header(&teletext, 0x200, FALSE, FALSE); /* not listed, either */
    push_header(&teletext, 0x888, TRUE, FALSE);
    push_row(&teletext, 8, 1, "\v\vshown");
    g_assert_cmpuint(teletext.n_pages, ==, TELETEXT_PAGES_MAX);
    g_assert_cmphex(teletext.pages[0].number, ==, 0x888);
    g_assert_cmpuint(teletext.pages[0].count.characters, ==, 5);
}

static void
one_wrong_bit_is_mended_two_are_not(void)
{
    guint8 payload[1 + UNIT];
    Teletext teletext = {0};

    push_header(&teletext, 0x100, FALSE, FALSE);
    begin(payload, 1, 1);
    for (guint i = 7; i < sizeof payload; i++)
        payload[i] = with_parity('x');
    payload[5] ^= 0x10;
    payload[40] ^= 0x01;
    teletext_push(&teletext, payload, sizeof payload, &moment);
    g_assert_cmpuint(teletext.all.characters, ==, 39);
    g_assert_cmpuint(teletext.parity_errors, ==, 1);
    payload[5] ^= 0x01;
    teletext_push(&teletext, payload, sizeof payload, &moment);
    g_assert_cmpuint(teletext.hamming_errors, ==, 1);
    g_assert_cmpuint(teletext.all.characters, ==, 39);
}

static void
every_byte_counts_by_what_it_is_wherever_it_stands(void)
{
    guint8 payload[1 + UNIT];

    begin(payload, 1, 1);
    for (guint byte = 0; byte < 256; byte++) {
        const guint8 line = reversed((guint8)byte);
        const gboolean good = __builtin_popcount(byte) % 2 == 1;

        for (guint at = 7; at < sizeof payload; at++) {
            Teletext teletext = {0};

            memset(payload + 7, with_parity(' '), sizeof payload - 7);
            payload[at] = line;
            push_header(&teletext, 0x100, FALSE, FALSE);
            teletext_push(&teletext, payload, sizeof payload, &moment);
            g_assert_cmpuint(teletext.all.characters, ==, good && (byte & 0x7f) > 0x20);
            g_assert_cmpuint(teletext.parity_errors, ==, !good);
        }
    }
}

static void
other_payloads_are_malformed(void)
{
    static const guint8 subtitle[] = {0x20, 0x00, 0x0f}, cut[] = {0x10, 0x03, 0x2c, 0xe7},
                        filling[] = {0x10, 0xff, 0x02, 0xff, 0xff}, padding[] = {0xff, 0xff};
    Teletext teletext = {0};

    teletext_push(&teletext, subtitle, sizeof subtitle, &moment);
    teletext_push(&teletext, cut, sizeof cut, &moment);
    g_assert_cmpuint(teletext.malformed, ==, 2);
    teletext_push(&teletext, filling, sizeof filling, &moment);
    teletext_push(&teletext, padding, sizeof padding, &moment);
    g_assert_cmpuint(teletext.malformed, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/teletext/characters are counted by page", characters_are_counted_by_page);
    g_test_add_func("/teletext/headers and blank rows are nothing shown",
                    headers_and_blank_rows_are_nothing_shown);
    g_test_add_func("/teletext/what stands outside the box of a subtitle is not shown",
                    what_stands_outside_the_box_of_a_subtitle_is_not_shown);
    g_test_add_func("/teletext/magazines run side by side unless they are serial",
                    magazines_run_side_by_side_unless_they_are_serial);
    g_test_add_func("/teletext/subtitle pages push others off a full list",
                    subtitle_pages_push_others_off_a_full_list);
    g_test_add_func("/teletext/every byte counts by what it is, wherever it stands",
                    every_byte_counts_by_what_it_is_wherever_it_stands);
    g_test_add_func("/teletext/one wrong bit is mended, two are not",
                    one_wrong_bit_is_mended_two_are_not);
    g_test_add_func("/teletext/other payloads are malformed", other_payloads_are_malformed);
    return g_test_run();
}
