/* Every character table of EN 300 468 annex A, to clean UTF-8. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/dvb-text.h"

#define ROOM 128u

typedef struct {
    const char *hex; /* the bytes */
    const char *text;
} Sample;

static void
expect(const Sample *samples, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        const gsize size = strlen(samples[i].hex) / 2;
        guint8 bytes[ROOM];
        char text[ROOM];

        for (gsize n = 0; n < size; n++)
            bytes[n] = (guint8)(g_ascii_xdigit_value(samples[i].hex[2 * n]) << 4 |
                                g_ascii_xdigit_value(samples[i].hex[2 * n + 1]));
        dvb_text(bytes, size, text, sizeof text);
        g_assert_cmpstr(text, ==, samples[i].text);
    }
}

static void
the_default_table_has_latin_with_accents_before_their_letters(void)
{
    static const Sample samples[] = {
        {"", ""},
        {"506c61696e", "Plain"},
        {"436166c265", "Café"},
        {"c8756265", "übe"},
        {"c141c241c341c441ca41", "ÀÁÂÃÅ"},
        {"c663c56f", "c̆ō"},
        {"cb63cf73ce61cd6fc77a", "çšąőż"},
        {"c220c820", "´¨"},
        {"a4a3e2f8fbf5", "€£Đłßı"},
        {"c2", ""},
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
one_byte_selects_a_part_of_iso_8859(void)
{
    static const Sample samples[] = {
        {"01bfe0d8d2d5e2", "Привет"}, /* -5 */
        {"02c7d1", "ار"},             /* -6: U+0627, U+0631 */
        {"03c1e2", "Αβ"},             /* -7 */
        {"04e0f9", "אש"},             /* -8 */
        {"05ddfe", "İş"},             /* -9 */
        {"06c7e0", "Įā"},             /* -10 */
        {"07a1", "ก"},                /* -11 */
        {"09e0", "ą"},                /* -13 */
        {"0aa1", "Ḃ"},                /* -14 */
        {"0ba4", "€"},                /* -15 */
        {"0841e1", "A\xef\xbf\xbd"},  /* -12 does not exist */
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
three_bytes_select_any_part(void)
{
    static const Sample samples[] = {
        {"100001e9", "é"},
        {"100002b1", "ą"},
        {"100003a1", "Ħ"},
        {"100004a2", "ĸ"},
        {"100005bf", "П"},
        {"100009fd", "ı"},
        {"10000fa4", "€"},
        {"100010aa", "Ș"},
        {"10000c41b0", "A\xef\xbf\xbd"},
        {"10010541b0", "A\xef\xbf\xbd"},
        {"10", ""},
        {"1000", ""},
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
characters_of_two_bytes_and_utf8_are_read(void)
{
    static const Sample samples[] = {
        {"110041042600e9", "AЦé"},
        {"11d83dde00", "😀"},
        {"11d83d0041", "\xef\xbf\xbd"
                       "A"},
        {"12c7d1b1b92041", "한국 A"},
        {"13d6d0b9fa41", "中国A"},
        {"14a4a4b0ea41", "中國A"},
        {"15e4b8ade59bbd", "中国"},
        {"15ff41", "\xef\xbf\xbd"
                   "A"},
        {"13d6", "\xef\xbf\xbd"},
        {"13d62041", "\xef\xbf\xbd A"},
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
control_codes_are_taken_off_and_a_line_break_is_a_space(void)
{
    static const Sample samples[] = {
        {"86426f6c6487", "Bold"}, {"418a42", "A B"},
        {"0186bf87", "П"},        {"110041e08a0042e086", "A B"},
        {"1341e08a42", "A B"},    {"15c28641c28a42ee8287ee828a43", "A B C"},
        {"4107420143", "ABC"},
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
what_cannot_be_decoded_is_not_shown_as_letters(void)
{
    static const Sample samples[] = {
        {"1f0141424344", "\xef\xbf\xbd"},
        {"0e4e484b0f46", "\xef\xbf\xbd"},
        {"4e481b247c46", "\xef\xbf\xbd"},
        {"1641e9", "A\xef\xbf\xbd"},
    };

    expect(samples, G_N_ELEMENTS(samples));
}

static void
atsc_names_end_at_their_padding(void)
{
    static const guint8 name[] = {0, 'W', 0, 'X', 0, 'Y', 0, 0, 0, 'Z'};
    char text[ROOM];

    dvb_text_utf16(name, sizeof name, text, sizeof text);
    g_assert_cmpstr(text, ==, "WXY");
}

static void
a_text_is_cut_between_characters(void)
{
    char text[4];

    dvb_text((const guint8 *)"\x15"
                             "\xc3\xa9\xc3\xa9",
             5, text, sizeof text);
    g_assert_cmpstr(text, ==, "é");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dvb-text/default",
                    the_default_table_has_latin_with_accents_before_their_letters);
    g_test_add_func("/dvb-text/8859", one_byte_selects_a_part_of_iso_8859);
    g_test_add_func("/dvb-text/any-8859", three_bytes_select_any_part);
    g_test_add_func("/dvb-text/double", characters_of_two_bytes_and_utf8_are_read);
    g_test_add_func("/dvb-text/control", control_codes_are_taken_off_and_a_line_break_is_a_space);
    g_test_add_func("/dvb-text/unknown", what_cannot_be_decoded_is_not_shown_as_letters);
    g_test_add_func("/dvb-text/utf16", atsc_names_end_at_their_padding);
    g_test_add_func("/dvb-text/cut", a_text_is_cut_between_characters);
    return g_test_run();
}
