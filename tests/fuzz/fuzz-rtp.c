/* Datagrams, each behind a byte of its length, through one receiver. */
#include <glib.h>

#include "pipelines/ts/rtp-order.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
visit(const guint8 *payload, gsize size, MonoUs arrival_us, void *user_data)
{
    MonoUs *last_us = user_data;

    g_assert_cmpint(arrival_us, >=, *last_us);
    *last_us = arrival_us;
    g_assert_true(size == 0 || payload[size - 1] <= 0xff); /* for the sanitizer */
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    RtpReceiver receiver = {0};
    g_autofree RtpOrder *order = g_new0(RtpOrder, 1);
    MonoUs now_us = 0, last_us = 0;
    const RtpPayloadSink sink = {visit, &last_us};

    while (size > 0) {
        const gsize length = MIN(data[0], size - 1);
        const guint8 *datagram = data + 1, *payload = NULL;
        gsize payload_size = 0;

        rtp_looks_like(datagram, length);
        const RtpVerdict verdict =
            rtp_receiver_push(&receiver, datagram, length, &payload, &payload_size);

        if (verdict == RTP_PAYLOAD || verdict == RTP_GAP) {
            g_assert_true(payload >= datagram);
            g_assert_true(payload + payload_size <= datagram + length);
        } else {
            g_assert_null(payload);
        }
        now_us += (MonoUs)length * 100;
        rtp_order_push(order, datagram, length, now_us, &sink);
        g_assert_cmpuint(order->n_held, <=, RTP_ORDER_MAX);
        data += 1 + length;
        size -= 1 + length;
    }
    g_assert_cmpuint(receiver.duplicates + receiver.reordered, <=, receiver.received);
    return 0;
}
