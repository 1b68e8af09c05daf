/* recvmmsg() and its control messages. */
#include "pipelines/elements/udp-drain.h"

#include <string.h>
#include <time.h>

static int64_t
read_clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

MonoUs
udp_drain_now_us(void)
{
    return read_clock_us(CLOCK_BOOTTIME);
}

void
udp_drain_reset(UdpDrain *drain)
{
    drain->dropped = 0;
}

static void
prepare(UdpDrain *drain, uint8_t *slots)
{
    for (size_t i = 0; i < DATAGRAM_BATCH_MAX; i++) {
        drain->vectors[i] = (struct iovec){slots + i * DATAGRAM_SLOT, DATAGRAM_SLOT};
        drain->messages[i].msg_hdr = (struct msghdr){
            .msg_iov = &drain->vectors[i],
            .msg_iovlen = 1,
            .msg_control = drain->control[i],
            .msg_controllen = UDP_DRAIN_CONTROL,
        };
    }
}

/* Reads the kernel's stamp and drop count of one datagram; @now_us stands in for a missing stamp.
 */
static MonoUs
read_control(UdpDrain *drain, struct msghdr *message, MonoUs now_us, UdpBatch *batch)
{
    MonoUs arrived_us = now_us;

    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        if (at->cmsg_level != SOL_SOCKET)
            continue;
        if (at->cmsg_type == SCM_TIMESTAMPNS && at->cmsg_len >= CMSG_LEN(sizeof(struct timespec))) {
            struct timespec stamp;

            memcpy(&stamp, CMSG_DATA(at), sizeof stamp);
            arrived_us = clock_map_apply(
                &drain->clock, (WallUs)stamp.tv_sec * US_PER_SECOND + stamp.tv_nsec / 1000, now_us);
        } else if (at->cmsg_type == SO_RXQ_OVFL && at->cmsg_len >= CMSG_LEN(sizeof(uint32_t))) {
            uint32_t dropped;

            memcpy(&dropped, CMSG_DATA(at), sizeof dropped);
            batch->own_drops += (uint32_t)(dropped - drain->dropped);
            drain->dropped = dropped;
        }
    }
    return arrived_us;
}

UdpBatch
udp_drain_read(UdpDrain *drain, int fd, uint8_t *slots, GantryDatagramMeta *meta)
{
    UdpBatch batch = {0};
    MonoUs last_us = 0;

    prepare(drain, slots);
    const int got = recvmmsg(fd, drain->messages, DATAGRAM_BATCH_MAX, MSG_DONTWAIT, NULL);

    meta->n_datagrams = 0;
    if (got <= 0)
        return batch;
    const WallUs before_us = read_clock_us(CLOCK_REALTIME);
    const MonoUs now_us = udp_drain_now_us();
    const WallUs after_us = read_clock_us(CLOCK_REALTIME);

    meta->clock_jumped = !clock_map_update(&drain->clock, before_us, now_us, after_us);
    for (int i = 0; i < got; i++) {
        struct msghdr *message = &drain->messages[i].msg_hdr;
        const uint16_t size = (uint16_t)MIN(drain->messages[i].msg_len, DATAGRAM_SLOT);
        const MonoUs stamped_us = read_control(drain, message, now_us, &batch);

        last_us = MAX(last_us, stamped_us);
        meta->datagrams[i] =
            (Datagram){.offset = (uint32_t)i * DATAGRAM_SLOT, .size = size, .arrived_us = last_us};
        batch.bytes += size;
        batch.cut += (message->msg_flags & MSG_TRUNC) != 0;
    }
    meta->n_datagrams = (unsigned)got;
    batch.n_datagrams = (unsigned)got;
    return batch;
}
