/* Slugs, text from outside, the byte reader and clock arithmetic. */
#include <glib.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"
#include "pipelines/base/units.h"

static void
only_slugs_pass_as_slugs(void)
{
    g_autofree char *longest = g_strnfill(SLUG_MAX, 'a');
    g_autofree char *too_long = g_strnfill(SLUG_MAX + 1, 'a');

    g_assert_true(slug_is_valid("das-erste-hd"));
    g_assert_true(slug_is_valid("0"));
    g_assert_true(slug_is_valid(longest));
    g_assert_false(slug_is_valid(too_long));
    g_assert_false(slug_is_valid(NULL));
    g_assert_false(slug_is_valid(""));
    g_assert_false(slug_is_valid("-a"));
    g_assert_false(slug_is_valid("../etc"));
    g_assert_false(slug_is_valid("A"));
    g_assert_false(slug_is_valid("a\n"));
}

static void
any_text_makes_a_slug(void)
{
    const char *const texts[] = {"Das Erste HD", "  ", "Ünïcode", "a/../b", "----", "x"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *slug = slug_from_text(texts[i]);

        g_assert_true(slug_is_valid(slug));
    }
    g_autofree char *slug = slug_from_text("Das Erste HD!");

    g_assert_cmpstr(slug, ==, "das-erste-hd");
}

static void
foreign_text_comes_out_valid_bounded_and_without_controls(void)
{
    g_autofree char *clean = text_clean("a\x1b[31m\xff\xc3\xa4z", 100);
    g_autofree char *cut = text_clean("\xc3\xa4\xc3\xa4", 3);

    g_assert_true(g_utf8_validate(clean, -1, NULL));
    g_assert_null(strchr(clean, 0x1b));
    g_assert_true(g_str_has_suffix(clean, "\xc3\xa4z"));
    g_assert_cmpstr(cut, ==, "\xc3\xa4");
}

static void
foreign_text_neither_breaks_a_line_nor_turns_around_what_follows(void)
{
    g_autofree char *line = text_clean("a\r\nb\u2028c\u2029d\xc2\x85"
                                       "e",
                                       100);
    g_autofree char *turned = text_clean("\u202egnp\u202c.\u2066exe\u2069", 100);
    g_autofree char *hebrew = text_clean("\u200f\u05d0 1 \u200e", 100);

    g_assert_cmpstr(line, ==, "abcde");
    g_assert_cmpstr(turned, ==, "gnp.exe");
    g_assert_cmpstr(hebrew, ==, "\u200f\u05d0 1 \u200e");
}

static void
json_that_nests_too_deep_is_told_before_it_is_parsed(void)
{
    static const char nested[] = "{\"a\":[[1]]}", quoted[] = "{\"[[[[\\\"[\":1}";

    g_assert_true(text_json_is_shallow(nested, strlen(nested), 3));
    g_assert_false(text_json_is_shallow(nested, strlen(nested), 2));
    g_assert_true(text_json_is_shallow(quoted, strlen(quoted), 1));
}

static void
the_nearest_word_is_named_only_when_it_is_near(void)
{
    const char *const known[] = {"interface", "address", "group", NULL};

    g_assert_cmpstr(text_nearest("interfcae", known), ==, "interface");
    g_assert_cmpstr(text_nearest("adress", known), ==, "address");
    g_assert_null(text_nearest("zzzzz", known));
    g_assert_null(text_nearest("x", known));
}

static void
a_reader_never_passes_its_end_and_says_so(void)
{
    static const uint8_t bytes[] = {1, 2, 3, 4};
    ByteReader reader = byte_reader(bytes, sizeof bytes);

    g_assert_cmpuint(byte_reader_u16(&reader), ==, 0x0102);
    ByteReader inner = byte_reader_slice(&reader, 1);
    g_assert_cmpuint(byte_reader_u8(&inner), ==, 3);
    g_assert_cmpuint(byte_reader_u8(&inner), ==, 0);
    g_assert_true(inner.broken);
    g_assert_false(reader.broken);
    g_assert_cmpuint(byte_reader_u32(&reader), ==, 0);
    g_assert_true(reader.broken);
    g_assert_cmpuint(reader.left, ==, 0);             /* so that loops over it end */
    g_assert_cmpuint(byte_reader_u8(&reader), ==, 0); /* broken stays broken */
}

static void
clock_distances_cross_the_wrap(void)
{
    g_assert_cmpuint(pcr27_distance(PCR27_MODULUS - 1, 1), ==, 2);
    g_assert_cmpint(pts90_distance(PTS90_MODULUS - 1, 1), ==, 2);
    g_assert_cmpint(pts90_distance(1, PTS90_MODULUS - 1), ==, -2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/slug/valid", only_slugs_pass_as_slugs);
    g_test_add_func("/base/slug/made", any_text_makes_a_slug);
    g_test_add_func("/base/text/clean", foreign_text_comes_out_valid_bounded_and_without_controls);
    g_test_add_func("/base/text/lines",
                    foreign_text_neither_breaks_a_line_nor_turns_around_what_follows);
    g_test_add_func("/base/text/json", json_that_nests_too_deep_is_told_before_it_is_parsed);
    g_test_add_func("/base/text/nearest", the_nearest_word_is_named_only_when_it_is_near);
    g_test_add_func("/base/reader", a_reader_never_passes_its_end_and_says_so);
    g_test_add_func("/base/units/wrap", clock_distances_cross_the_wrap);
    return g_test_run();
}
