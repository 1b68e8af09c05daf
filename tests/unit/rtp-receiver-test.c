/* RTP headers off; lost, late, doubled and foreign datagrams told apart. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/rtp-receiver.h"

typedef struct {
    guint16 sequence;
    RtpVerdict verdict;
} Step;

static RtpVerdict
push(RtpReceiver *receiver, guint16 sequence, guint32 ssrc)
{
    guint8 datagram[12 + 188] = {
        0x80,         33,   (guint8)(sequence >> 8), (guint8)sequence, 0, 0, 0, 0, 0, 0, 0,
        (guint8)ssrc, 0x47,
    };
    const guint8 *payload = NULL;
    gsize size = 0;
    const RtpVerdict verdict =
        rtp_receiver_push(receiver, datagram, sizeof datagram, &payload, &size);

    if (verdict == RTP_PAYLOAD || verdict == RTP_GAP) {
        g_assert_cmpuint(size, ==, 188);
        g_assert_cmpuint(payload[0], ==, 0x47);
    }
    return verdict;
}

static void
follow(RtpReceiver *receiver, const Step *steps, guint count)
{
    for (guint i = 0; i < count; i++)
        g_assert_cmpint(push(receiver, steps[i].sequence, 1), ==, steps[i].verdict);
}

static void
a_gap_is_lost_until_it_comes_late(void)
{
    static const Step steps[] = {
        {10, RTP_PAYLOAD}, {11, RTP_PAYLOAD}, {14, RTP_GAP},
        {13, RTP_PAYLOAD}, {15, RTP_PAYLOAD}, {13, RTP_DUPLICATE},
    };
    RtpReceiver receiver = {0};

    follow(&receiver, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(receiver.lost, ==, 1);
    g_assert_cmpuint(receiver.reordered, ==, 1);
    g_assert_cmpuint(receiver.duplicates, ==, 1);
}

static void
the_sequence_wraps(void)
{
    static const Step steps[] = {{65534, RTP_PAYLOAD},
                                 {65535, RTP_PAYLOAD},
                                 {0, RTP_PAYLOAD},
                                 {2, RTP_GAP},
                                 {1, RTP_PAYLOAD}};
    RtpReceiver receiver = {0};

    follow(&receiver, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(receiver.lost, ==, 0);
    g_assert_cmpuint(receiver.reordered, ==, 1);
}

static void
the_same_twice_is_thrown_away(void)
{
    static const Step steps[] = {{5, RTP_PAYLOAD}, {5, RTP_DUPLICATE}, {6, RTP_PAYLOAD}};
    RtpReceiver receiver = {0};

    follow(&receiver, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(receiver.received, ==, 3);
}

static void
a_new_sender_is_no_loss(void)
{
    RtpReceiver receiver = {0};

    push(&receiver, 10, 1);
    g_assert_cmpint(push(&receiver, 40000, 2), ==, RTP_GAP);
    g_assert_cmpint(push(&receiver, 40001, 2), ==, RTP_PAYLOAD);
    g_assert_cmpuint(receiver.restarts, ==, 1);
    g_assert_cmpuint(receiver.lost, ==, 0);
}

static void
a_long_gap_is_counted_in_full(void)
{
    static const Step steps[] = {{1, RTP_PAYLOAD}, {501, RTP_GAP}};
    RtpReceiver receiver = {0};

    follow(&receiver, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(receiver.lost, ==, 499);
}

static void
what_came_too_late_stays_lost(void)
{
    RtpReceiver receiver = {0};

    push(&receiver, 100, 1);
    push(&receiver, 102, 1);
    g_assert_cmpuint(receiver.pending, ==, 1);
    rtp_receiver_tick(&receiver, 10 * US_PER_SECOND);
    g_assert_cmpuint(receiver.pending, ==, 1);
    push(&receiver, 104, 1);
    rtp_receiver_tick(&receiver, 10 * US_PER_SECOND + RTP_RESOLVE_US);
    g_assert_cmpuint(receiver.pending, ==, 1); /* 103 is missing for a shorter time */
    g_assert_cmpint(push(&receiver, 101, 1), ==, RTP_PAYLOAD);
    g_assert_cmpuint(receiver.late, ==, 1);
    g_assert_cmpint(push(&receiver, 103, 1), ==, RTP_PAYLOAD);
    g_assert_cmpuint(receiver.late, ==, 1);
    g_assert_cmpuint(receiver.lost, ==, 1);
    g_assert_cmpuint(receiver.reordered, ==, 2);
}

static void
another_start_is_believed_when_a_second_one_follows(void)
{
    static const Step steps[] = {
        {10, RTP_PAYLOAD},    {40000, RTP_SUSPECT}, {11, RTP_PAYLOAD},
        {40001, RTP_SUSPECT}, {20, RTP_GAP},        {5000, RTP_SUSPECT},
        {50000, RTP_SUSPECT}, {50002, RTP_GAP},     {50001, RTP_PAYLOAD},
    };
    RtpReceiver receiver = {0};

    follow(&receiver, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(receiver.strays, ==, 3);
    g_assert_cmpuint(receiver.restarts, ==, 1);
    g_assert_cmpuint(receiver.lost, ==, 8); /* 12 to 19 */
}

static RtpVerdict
place(RtpReceiver *receiver, guint16 sequence, RtpClockVerdict clock, gint64 ahead)
{
    const RtpHeader header = {.sequence = sequence};

    return rtp_receiver_place(receiver, &header, &(RtpHint){clock, ahead});
}

static void
the_clock_tells_a_burst_from_another_start(void)
{
    RtpReceiver receiver = {0};

    place(&receiver, 1, RTP_CLOCK_UNKNOWN, 0);
    g_assert_cmpint(place(&receiver, 30001, RTP_CLOCK_GOES_ON, 29000), ==, RTP_GAP);
    g_assert_cmpuint(receiver.lost, ==, 29999);
    g_assert_cmpint(place(&receiver, 30002, RTP_CLOCK_GOES_ON, 65537), ==, RTP_GAP);
    g_assert_cmpuint(receiver.lost, ==, 29999 + 65536);
    /* the clock goes on, but the number does not fit it: the sequence alone starts again */
    g_assert_cmpint(place(&receiver, 50000, RTP_CLOCK_GOES_ON, 1), ==, RTP_SUSPECT);
    /* near, but on another clock */
    g_assert_cmpint(place(&receiver, 30202, RTP_CLOCK_JUMPED, 0), ==, RTP_SUSPECT);
    g_assert_cmpint(place(&receiver, 30203, RTP_CLOCK_JUMPED, 0), ==, RTP_GAP);
    g_assert_cmpuint(receiver.restarts, ==, 1);
    g_assert_cmpuint(receiver.lost, ==, 29999 + 65536);
}

static void
what_is_not_rtp_is_refused(void)
{
    static const struct {
        guint8 bytes[20];
        gsize size;
    } wrong[] = {
        {{0x47, 0x1f, 0xff, 0x10}, 20}, /* a bare packet */
        {{0x80, 33, 0, 1}, 11},         /* short */
        {{0x8f, 33, 0, 1}, 20},         /* more sources than bytes */
        {{0x90, 33, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 20},       /* long extension */
        {{0xa0, 33, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 9}, 20}, /* padding */
        {{0}, 0},
    };
    RtpReceiver receiver = {0};
    const guint8 *payload = NULL;
    gsize size = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_cmpint(
            rtp_receiver_push(&receiver, wrong[i].bytes, wrong[i].size, &payload, &size), ==,
            RTP_MALFORMED);
    g_assert_cmpuint(receiver.malformed, ==, G_N_ELEMENTS(wrong));
    g_assert_null(payload);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/late", a_gap_is_lost_until_it_comes_late);
    g_test_add_func("/rtp/wrap", the_sequence_wraps);
    g_test_add_func("/rtp/duplicate", the_same_twice_is_thrown_away);
    g_test_add_func("/rtp/sender", a_new_sender_is_no_loss);
    g_test_add_func("/rtp/long-gap", a_long_gap_is_counted_in_full);
    g_test_add_func("/rtp/too-late", what_came_too_late_stays_lost);
    g_test_add_func("/rtp/start", another_start_is_believed_when_a_second_one_follows);
    g_test_add_func("/rtp/clock", the_clock_tells_a_burst_from_another_start);
    g_test_add_func("/rtp/refused", what_is_not_rtp_is_refused);
    return g_test_run();
}
