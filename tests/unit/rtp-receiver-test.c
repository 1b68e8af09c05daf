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
    g_test_add_func("/rtp/refused", what_is_not_rtp_is_refused);
    return g_test_run();
}
