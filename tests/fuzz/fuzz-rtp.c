/* Datagrams, each behind a byte of its length, through one receiver. */
#include <glib.h>

#include "pipelines/ts/rtp-header.h"
#include "pipelines/ts/rtp-receiver.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    RtpReceiver receiver = {0};

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
            g_assert_true(payload_size == 0 || payload[payload_size - 1] <= 0xff); /* sanitizer */
        } else {
            g_assert_null(payload);
        }
        data += 1 + length;
        size -= 1 + length;
    }
    g_assert_cmpuint(receiver.duplicates + receiver.reordered, <=, receiver.received);
    return 0;
}
