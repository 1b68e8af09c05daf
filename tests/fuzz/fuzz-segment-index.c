/* The index of a recording, which a worker wrote: whatever stands in it, what is read can be
 * written and read again, and names are names. */
#include <glib.h>

#include "pipelines/base/segment-index.h"

#define ENTRIES 64u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    SegmentEntry entries[ENTRIES], again;
    const size_t n = segment_index_read((const char *)data, size, entries, ENTRIES);
    g_autofree char *text = g_strndup((const char *)data, size);
    char line[SEGMENT_LINE_BYTES], second[SEGMENT_LINE_BYTES], name[SEGMENT_NAME_BYTES];
    WallUs start_us = 0;
    bool part = false;

    g_assert_cmpuint(n, <=, ENTRIES);
    for (size_t i = 0; i < n; i++) {
        const size_t length = segment_line(&entries[i], line);

        g_assert_cmpuint(segment_index_read(line, length, &again, 1), ==, 1);
        segment_line(&again, second);
        g_assert_cmpstr(second, ==, line);
        segment_name(entries[i].start_wall_us, name);
        g_assert_true(segment_name_parse(name, &start_us, &part));
        g_assert_cmpint(start_us / US_PER_MS, ==, entries[i].start_wall_us / US_PER_MS);
    }
    if (segment_name_parse(text, &start_us, &part)) {
        segment_name(start_us, name);
        g_assert_true(g_str_has_prefix(text, name));
    }
    return 0;
}
