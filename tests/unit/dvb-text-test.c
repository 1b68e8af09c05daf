/* Every character table of EN 300 468 annex A, to clean UTF-8. */
#include <glib.h>
#include <stdbool.h>
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

/* A table of annex A, what selects it, and the same table as the C library has it. */
typedef struct {
    const char *selector; /* hex */
    const char *charset;
    guint first, last; /* codes: one byte each below 0x100 */
    guint apart;       /* codes that the two have otherwise, or one of them alone */
} Table;

/* Where they are apart: the euro and the D with stroke of DVB's ISO 6937; in UTF-16 the 32 control
 * codes and 11 characters that are not let through; two of KS X 1001 that came later; forms of GB
 * 2312 that GBK has for vertical writing; the extensions of ETEN in Big5. */
static const Table tables[] = {
    {"", "ISO_6937", 0xa0, 0xbf, 1},          {"", "ISO_6937", 0xd0, 0xff, 1},
    {"01", "ISO-8859-5", 0xa0, 0xff, 0},      {"02", "ISO-8859-6", 0xa0, 0xff, 0},
    {"03", "ISO-8859-7", 0xa0, 0xff, 0},      {"04", "ISO-8859-8", 0xa0, 0xff, 0},
    {"05", "ISO-8859-9", 0xa0, 0xff, 0},      {"06", "ISO-8859-10", 0xa0, 0xff, 0},
    {"07", "ISO-8859-11", 0xa0, 0xff, 0},     {"09", "ISO-8859-13", 0xa0, 0xff, 0},
    {"0a", "ISO-8859-14", 0xa0, 0xff, 0},     {"0b", "ISO-8859-15", 0xa0, 0xff, 0},
    {"100001", "ISO-8859-1", 0xa0, 0xff, 0},  {"100002", "ISO-8859-2", 0xa0, 0xff, 0},
    {"100003", "ISO-8859-3", 0xa0, 0xff, 0},  {"100004", "ISO-8859-4", 0xa0, 0xff, 0},
    {"100005", "ISO-8859-5", 0xa0, 0xff, 0},  {"100006", "ISO-8859-6", 0xa0, 0xff, 0},
    {"100007", "ISO-8859-7", 0xa0, 0xff, 0},  {"100008", "ISO-8859-8", 0xa0, 0xff, 0},
    {"100009", "ISO-8859-9", 0xa0, 0xff, 0},  {"10000a", "ISO-8859-10", 0xa0, 0xff, 0},
    {"10000b", "ISO-8859-11", 0xa0, 0xff, 0}, {"10000d", "ISO-8859-13", 0xa0, 0xff, 0},
    {"10000e", "ISO-8859-14", 0xa0, 0xff, 0}, {"10000f", "ISO-8859-15", 0xa0, 0xff, 0},
    {"100010", "ISO-8859-16", 0xa0, 0xff, 0}, {"11", "UTF-16BE", 0x100, 0xffff, 43},
    {"12", "EUC-KR", 0xa1a1, 0xfefe, 2},      {"13", "EUC-CN", 0xa1a1, 0xf7fe, 35},
    {"14", "BIG5", 0xa140, 0xf9fe, 462},
};

static gsize
take_hex(const char *hex, guint8 *ret_bytes)
{
    const gsize size = strlen(hex) / 2;

    for (gsize n = 0; n < size; n++)
        ret_bytes[n] =
            (guint8)(g_ascii_xdigit_value(hex[2 * n]) << 4 | g_ascii_xdigit_value(hex[2 * n + 1]));
    return size;
}

/* What another library makes of it. Returns: (transfer full) */
static char *
by_the_c_library(const Table *table, const guint8 *code, gsize size)
{
    g_autofree char *text =
        g_convert((const char *)code, (gssize)size, "UTF-8", table->charset, NULL, NULL, NULL);

    return text != NULL ? g_utf8_normalize(text, -1, G_NORMALIZE_NFC) : NULL;
}

/* Whether both know code @number and agree, or neither does. */
static bool
agree(const Table *table, guint number, bool *ret_known)
{
    guint8 bytes[8];
    char text[ROOM];
    const gsize head = take_hex(table->selector, bytes);
    gsize size = head;

    if (number > 0xff)
        bytes[size++] = (guint8)(number >> 8);
    bytes[size++] = (guint8)number;
    dvb_text(bytes, size, text, sizeof text);
    g_autofree char *other = by_the_c_library(table, bytes + head, size - head);
    const bool unknown = text[0] == '\0' || strstr(text, "\xef\xbf\xbd") != NULL;

    *ret_known = !unknown;
    return other != NULL ? g_str_equal(text, other) : unknown;
}

static void
every_code_of_every_table_is_what_another_library_makes_of_it(void)
{
    guint codes = 0, known_codes = 0;

    for (gsize t = 0; t < G_N_ELEMENTS(tables); t++) {
        const Table *table = &tables[t];
        guint apart = 0;

        for (guint number = table->first; number <= table->last; number++) {
            const guint trail = number & 0xff;
            bool known = false;

            if (table->first > 0xff && g_str_has_prefix(table->charset, "EUC") && trail < 0xa1)
                continue;
            if (!agree(table, number, &known)) {
                apart++;
                if (g_test_verbose())
                    g_test_message("%s: %04x", table->charset, number);
            }
            codes++;
            known_codes += known;
        }
        if (apart != table->apart)
            g_test_message("%s %s: %u apart", table->selector, table->charset, apart);
        g_assert_cmpuint(apart, ==, table->apart);
    }
    g_test_message("row 62: %u codes of %zu tables, %u of them letters", codes,
                   G_N_ELEMENTS(tables), known_codes);
}

/* Whatever the first byte says and whatever follows: valid, bounded, a piece of one line. */
static void
no_bytes_in_any_table_are_more_than_text(void)
{
    g_autoptr(GRand) dice = g_rand_new_with_seed(62);
    guint texts = 0;

    for (guint selector = 0; selector <= 0xff; selector++) {
        for (guint n = 0; n < 400; n++) {
            guint8 bytes[64];
            char text[48];
            const gsize size = 1 + (gsize)g_rand_int_range(dice, 0, 63);

            for (gsize i = 0; i < size; i++)
                bytes[i] = (guint8)g_rand_int_range(dice, n % 2 == 0 ? 0 : 0x80, 0x100);
            bytes[0] = (guint8)selector;
            memset(text, 'x', sizeof text);
            dvb_text(bytes, size, text, sizeof text);
            g_assert_nonnull(memchr(text, '\0', sizeof text));
            g_assert_true(g_utf8_validate(text, -1, NULL));
            for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
                const gunichar c = g_utf8_get_char(at);

                g_assert_false(g_unichar_iscntrl(c));
                g_assert_false((c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
            }
            texts++;
        }
    }
    g_test_message("row 62: %u texts behind 256 first bytes", texts);
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
    g_test_add_func("/dvb-text/tables",
                    every_code_of_every_table_is_what_another_library_makes_of_it);
    g_test_add_func("/dvb-text/anything", no_bytes_in_any_table_are_more_than_text);
    g_test_add_func("/dvb-text/cut", a_text_is_cut_between_characters);
    return g_test_run();
}
