/* Datagrams come out in the order in which they were sent, or not at all. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/rtp-order.h"

typedef struct {
    RtpOrder order;
    GString *out; /* first byte of each payload as a letter */
    MonoUs now_us;
    MonoUs last_us;
} Rig;

static void
visit(const guint8 *payload, gsize size, MonoUs arrival_us, void *user_data)
{
    Rig *rig = user_data;

    g_assert_cmpuint(size, >=, 1);
    g_assert_cmpint(arrival_us, >=, rig->last_us);
    rig->last_us = arrival_us;
    g_string_append_c(rig->out, (char)payload[0]);
}

static void
push_sized(Rig *rig, guint16 sequence, gsize size)
{
    const RtpPayloadSink sink = {visit, rig};
    g_autofree guint8 *datagram = g_malloc0(12 + size);

    datagram[0] = 0x80;
    datagram[1] = 33;
    datagram[2] = (guint8)(sequence >> 8);
    datagram[3] = (guint8)sequence;
    datagram[12] = (guint8)('a' + (guint16)(sequence + 3) % 26); /* 65533 is a, 0 is d */
    rig->now_us += US_PER_MS;
    rtp_order_push(&rig->order, datagram, 12 + size, rig->now_us, &sink);
}

/* Sends the letters of @text as sequence numbers from 65533 on. */
static Rig *
play(const char *text)
{
    Rig *rig = g_new0(Rig, 1);

    rig->out = g_string_new(NULL);
    for (; *text; text++)
        if (*text == '.')
            rig->now_us += RTP_ORDER_US;
        else
            push_sized(rig, (guint16)(65533 + *text - 'a'), 1);
    return rig;
}

static void
comes_out_as(const char *sent, const char *expected, guint late)
{
    Rig *rig = play(sent);

    g_assert_cmpstr(rig->out->str, ==, expected);
    g_assert_cmpuint(rig->order.late, ==, late);
    g_string_free(rig->out, TRUE);
    g_free(rig);
}

static void
a_late_one_is_put_in_its_place_across_the_wrap(void)
{
    comes_out_as("abcdef", "abcdef", 0);
    comes_out_as("abdcef", "abcdef", 0);
    comes_out_as("aefbdcg", "abcdefg", 0);
    comes_out_as("abccd", "abcd", 0);
}

static void
a_gap_is_given_up_after_its_time(void)
{
    comes_out_as("abde", "ab", 0);
    comes_out_as("abde.f", "abdef", 0);
    comes_out_as("abde.fcg", "abdefg", 1);
}

static void
a_gap_is_given_up_when_no_more_can_be_held(void)
{
    comes_out_as("abdefghijklmnopqrs", "ab", 0);
    comes_out_as("abdefghijklmnopqrst", "abdefghijklmnopqrst", 0);
}

static void
one_that_is_too_long_to_hold_ends_the_wait(void)
{
    Rig *rig = play("abd");

    push_sized(rig, 1 /* e */, RTP_ORDER_BYTES + 1);
    g_assert_cmpstr(rig->out->str, ==, "abde");
    g_string_free(rig->out, TRUE);
    g_free(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/order/late", a_late_one_is_put_in_its_place_across_the_wrap);
    g_test_add_func("/rtp/order/time", a_gap_is_given_up_after_its_time);
    g_test_add_func("/rtp/order/room", a_gap_is_given_up_when_no_more_can_be_held);
    g_test_add_func("/rtp/order/long", one_that_is_too_long_to_hold_ends_the_wait);
    return g_test_run();
}
