/* Which segments have to go. */
#include "pipelines/elements/segment-ring.h"

#define SIX_SECONDS (6 * US_PER_SECOND)

static SegmentRing
ring_of(unsigned n, uint64_t packets)
{
    SegmentRing ring;

    segment_ring_init(&ring);
    for (unsigned i = 0; i < n; i++) {
        const SegmentEntry entry = {.start_wall_us = (i + 1) * SIX_SECONDS,
                                    .start_us = i * SIX_SECONDS,
                                    .end_us = (i + 1) * SIX_SECONDS,
                                    .packets = packets};

        segment_ring_add(&ring, &entry);
    }
    return ring;
}

static unsigned
trim(SegmentRing *ring, const SegmentLimits *limits, uint64_t open_bytes)
{
    SegmentEntry entry;
    unsigned n = 0;

    while (segment_ring_is_over(ring, limits, open_bytes) && segment_ring_take_oldest(ring, &entry))
        n++;
    return n;
}

static void
test_the_oldest_go_beyond_the_length(void)
{
    SegmentRing ring = ring_of(10, 100);
    const SegmentLimits limits = {30 * US_PER_SECOND, G_MAXINT64};

    g_assert_cmpuint(trim(&ring, &limits, 0), ==, 5);
    g_assert_cmpint(ring.recorded_us, ==, 30 * US_PER_SECOND);
    g_assert_cmpint(g_array_index(ring.entries, SegmentEntry, 0).start_us, ==, 5 * SIX_SECONDS);
    segment_ring_clear(&ring);
}

static void
test_the_length_is_never_cut_below(void)
{
    SegmentRing ring = ring_of(10, 100);
    const SegmentLimits limits = {31 * US_PER_SECOND, G_MAXINT64};

    g_assert_cmpuint(trim(&ring, &limits, 0), ==, 4);
    segment_ring_clear(&ring);
}

static void
test_the_quota_counts_what_is_being_written(void)
{
    SegmentRing ring = ring_of(10, 100);
    const SegmentLimits limits = {US_NEVER, (uint64_t)SEGMENT_PACKET_SIZE * 1000};

    g_assert_cmpuint(trim(&ring, &limits, 0), ==, 0);
    g_assert_cmpuint(trim(&ring, &limits, 1), ==, 1);
    g_assert_cmpuint(trim(&ring, &limits, (uint64_t)SEGMENT_PACKET_SIZE * 250), ==, 2);
    g_assert_cmpuint(ring.bytes, ==, (uint64_t)SEGMENT_PACKET_SIZE * 700);
    segment_ring_clear(&ring);
}

static void
test_a_silent_night_does_not_empty_the_ring(void)
{
    SegmentRing ring = ring_of(3, 100);
    const SegmentLimits limits = {600 * US_PER_SECOND, G_MAXINT64};
    const SegmentEntry morning = {.start_us = 40000 * US_PER_SECOND,
                                  .end_us = 40006 * US_PER_SECOND};

    segment_ring_add(&ring, &morning);
    g_assert_cmpuint(trim(&ring, &limits, 0), ==, 0);
    segment_ring_clear(&ring);
}

static void
test_no_two_have_the_same_name(void)
{
    SegmentRing ring = ring_of(2, 1);

    g_assert_cmpint(segment_ring_free_name(&ring, 7 * US_PER_SECOND), ==, 7 * US_PER_SECOND);
    g_assert_cmpint(segment_ring_free_name(&ring, SIX_SECONDS + 400), ==, SIX_SECONDS + US_PER_MS);
    segment_ring_clear(&ring);
}

static void
test_there_are_never_more_than_an_index_holds(void)
{
    SegmentRing ring = ring_of(SEGMENT_COUNT_MAX + 5, 1);
    const SegmentLimits limits = {US_NEVER, G_MAXINT64};

    (void)trim(&ring, &limits, 0);
    g_assert_cmpuint(ring.entries->len, <, SEGMENT_COUNT_MAX);
    segment_ring_clear(&ring);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/segment-ring/the-oldest-go-beyond-the-length",
                    test_the_oldest_go_beyond_the_length);
    g_test_add_func("/segment-ring/the-length-is-never-cut-below",
                    test_the_length_is_never_cut_below);
    g_test_add_func("/segment-ring/the-quota-counts-what-is-being-written",
                    test_the_quota_counts_what_is_being_written);
    g_test_add_func("/segment-ring/a-silent-night-does-not-empty-the-ring",
                    test_a_silent_night_does_not_empty_the_ring);
    g_test_add_func("/segment-ring/no-two-have-the-same-name", test_no_two_have_the_same_name);
    g_test_add_func("/segment-ring/there-are-never-more-than-an-index-holds",
                    test_there_are_never_more_than_an_index_holds);
    return g_test_run();
}
