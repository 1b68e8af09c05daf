/* CRC-32 and the header of a section. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-section.h"

/* The definition: one bit at a time. */
static guint32
slow_crc(const guint8 *data, gsize size)
{
    guint32 crc = 0xffffffff;

    for (gsize i = 0; i < size; i++) {
        crc ^= (guint32)data[i] << 24;
        for (guint bit = 0; bit < 8; bit++)
            crc = crc & 0x80000000 ? crc << 1 ^ 0x04c11db7 : crc << 1;
    }
    return crc;
}

static void
the_crc_is_that_of_the_definition_at_every_length(void)
{
    guint8 data[100];

    for (gsize i = 0; i < sizeof data; i++)
        data[i] = (guint8)(i * 37 + 11);
    for (gsize size = 0; size <= sizeof data; size++) {
        const gsize part = size / 3;

        g_assert_cmphex(ts_crc32(data, size), ==, slow_crc(data, size));
        g_assert_cmphex(
            ts_crc32_from(ts_crc32_from(0xffffffff, data, part), data + part, size - part), ==,
            slow_crc(data, size));
    }
}

static void
a_long_header_is_taken_apart(void)
{
    static const guint8 section[] = {0x42, 0xb0, 0x0b, 0x12, 0x34, 0xcb, 1,
                                     2,    0xaa, 0xbb, 0xde, 0xad, 0xbe, 0xef};
    TsSectionHead head;

    g_assert_true(ts_section_head(section, sizeof section, &head));
    g_assert_cmphex(head.table_id, ==, 0x42);
    g_assert_true(head.syntax && head.current);
    g_assert_cmphex(head.extension, ==, 0x1234);
    g_assert_cmpuint(head.version, ==, 5);
    g_assert_cmpuint(head.number, ==, 1);
    g_assert_cmpuint(head.last, ==, 2);
    g_assert_cmphex(head.crc, ==, 0xdeadbeef);
    g_assert_cmpuint(head.body.left, ==, 2);
    g_assert_cmphex(head.body.at[0], ==, 0xaa);
}

static void
a_short_header_has_a_crc_only_where_the_table_says_so(void)
{
    static const guint8 tdt[] = {0x70, 0x70, 5, 1, 2, 3, 4, 5};
    static const guint8 tot[] = {0x73, 0x70, 11, 1, 2, 3, 4, 5, 0xf0, 0, 9, 8, 7, 6};
    TsSectionHead head;

    g_assert_true(ts_section_head(tdt, sizeof tdt, &head));
    g_assert_false(head.syntax);
    g_assert_cmpuint(head.body.left, ==, 5);
    g_assert_true(ts_section_head(tot, sizeof tot, &head));
    g_assert_cmpuint(head.body.left, ==, 7);
    g_assert_cmphex(head.crc, ==, 0x09080706);
}

static void
a_section_shorter_than_its_header_is_refused(void)
{
    static const guint8 section[] = {0x42, 0xb0, 9, 0, 1, 0xc1, 0, 0, 1, 2, 3, 4};
    static const guint8 backwards[] = {0x42, 0xb0, 9, 0, 1, 0xc1, 3, 2, 1, 2, 3, 4};
    TsSectionHead head;

    for (gsize size = 0; size < sizeof section; size++)
        g_assert_false(ts_section_head(section, size, &head));
    g_assert_true(ts_section_head(section, sizeof section, &head));
    g_assert_false(ts_section_head(backwards, sizeof backwards, &head));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/section/crc", the_crc_is_that_of_the_definition_at_every_length);
    g_test_add_func("/ts/section/long", a_long_header_is_taken_apart);
    g_test_add_func("/ts/section/short", a_short_header_has_a_crc_only_where_the_table_says_so);
    g_test_add_func("/ts/section/cut", a_section_shorter_than_its_header_is_refused);
    return g_test_run();
}
