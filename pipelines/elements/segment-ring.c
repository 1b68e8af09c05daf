/* Sums over a ring of segments. */
#include "pipelines/elements/segment-ring.h"

void
segment_ring_init(SegmentRing *ring)
{
    *ring = (SegmentRing){.entries = g_array_new(FALSE, FALSE, sizeof(SegmentEntry))};
}

void
segment_ring_clear(SegmentRing *ring)
{
    g_clear_pointer(&ring->entries, g_array_unref);
    *ring = (SegmentRing){0};
}

static int64_t
length_of(const SegmentEntry *entry)
{
    return MAX(entry->end_us - entry->start_us, 0);
}

void
segment_ring_add(SegmentRing *ring, const SegmentEntry *entry)
{
    g_array_append_val(ring->entries, *entry);
    ring->bytes += segment_bytes(entry);
    ring->recorded_us += length_of(entry);
}

bool
segment_ring_is_over(const SegmentRing *ring, const SegmentLimits *limits, uint64_t open_bytes)
{
    if (ring->entries->len == 0)
        return false;
    const SegmentEntry *oldest = &g_array_index(ring->entries, SegmentEntry, 0);

    return ring->entries->len >= SEGMENT_COUNT_MAX ||
           ring->bytes + open_bytes > limits->quota_bytes ||
           ring->recorded_us - length_of(oldest) >= limits->length_us;
}

bool
segment_ring_take_oldest(SegmentRing *ring, SegmentEntry *ret_entry)
{
    if (ring->entries->len == 0)
        return false;
    *ret_entry = g_array_index(ring->entries, SegmentEntry, 0);
    g_array_remove_index(ring->entries, 0);
    ring->bytes -= segment_bytes(ret_entry);
    ring->recorded_us -= length_of(ret_entry);
    return true;
}

static bool
is_named(const SegmentRing *ring, int64_t ms)
{
    for (guint i = ring->entries->len; i-- > 0;)
        if (g_array_index(ring->entries, SegmentEntry, i).start_wall_us / US_PER_MS == ms)
            return true;
    return false;
}

WallUs
segment_ring_free_name(const SegmentRing *ring, WallUs wall_us)
{
    int64_t ms = MAX(wall_us, 0) / US_PER_MS;

    if (!is_named(ring, ms))
        return MAX(wall_us, 0);
    while (is_named(ring, ms))
        ms++;
    return ms * US_PER_MS;
}
