/* A damaged journal segment: the walk ends, stays inside, and finds ascending records only. */
#include <glib.h>

#include "appliance/events/segment.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    SegmentHeader header = {0};
    const bool sound = segment_header_read(data, size, &header);
    SegmentWalk walk = {
        .data = data,
        .size = size,
        .offset = sound ? SEGMENT_HEADER_BYTES : 0,
    };
    SegmentRecord record;
    uint64_t last = 0;

    while (segment_walk_next(&walk, &record)) {
        g_assert_cmpuint(record.seq, >, last);
        g_assert_true(record.payload >= data && record.size <= size);
        g_assert_true(record.payload + record.size <= data + size);
        g_autoptr(Event) event = event_decode(record.payload, record.size, NULL);

        last = record.seq;
    }
    g_assert_cmpuint(walk.offset, ==, size);
    g_assert_cmpuint(walk.good_end, <=, size);
    return 0;
}
