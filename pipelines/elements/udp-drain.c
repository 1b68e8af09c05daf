/* recvmmsg() and its control messages. */
#include "pipelines/elements/udp-drain.h"

#include <string.h>

#include "pipelines/base/clock.h"

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
            .msg_name = &drain->names[i],
            .msg_namelen = sizeof drain->names[i],
            .msg_control = drain->control[i],
            .msg_controllen = UDP_DRAIN_CONTROL,
        };
    }
}

static bool
holds(const struct cmsghdr *control, int level, int type, size_t size)
{
    return control->cmsg_level == level && control->cmsg_type == type &&
           control->cmsg_len >= CMSG_LEN(size);
}

static int
int_in(const struct cmsghdr *control)
{
    int value;

    memcpy(&value, CMSG_DATA(control), sizeof value);
    return value;
}

static MonoUs
stamp_in(const ClockMap *clock, const struct cmsghdr *control, MonoUs now_us)
{
    struct timespec stamp;

    memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
    return clock_map_apply(clock, (WallUs)stamp.tv_sec * US_PER_SECOND + stamp.tv_nsec / 1000,
                           now_us);
}

/* The kernel's count when this datagram was queued: what it grew by was lost just before it. */
static void
take_drops(UdpDrain *drain, const struct cmsghdr *control, Datagram *datagram)
{
    uint32_t dropped;

    memcpy(&dropped, CMSG_DATA(control), sizeof dropped);
    datagram->dropped_before = dropped - drain->dropped;
    drain->dropped = dropped;
}

static void
take_control(UdpDrain *drain,
             const ClockMap *clock,
             struct msghdr *message,
             MonoUs now_us,
             Datagram *datagram)
{
    for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
        if (holds(at, SOL_SOCKET, SCM_TIMESTAMPNS, sizeof(struct timespec)))
            datagram->arrived_us = stamp_in(clock, at, now_us);
        else if (holds(at, SOL_SOCKET, SO_RXQ_OVFL, sizeof(uint32_t)))
            take_drops(drain, at, datagram);
        else if (holds(at, IPPROTO_IP, IP_TOS, 1))
            datagram->tos = *(const uint8_t *)CMSG_DATA(at);
        else if (holds(at, IPPROTO_IP, IP_TTL, sizeof(int)) ||
                 holds(at, IPPROTO_IPV6, IPV6_HOPLIMIT, sizeof(int)))
            datagram->ttl = (uint8_t)int_in(at);
        else if (holds(at, IPPROTO_IPV6, IPV6_TCLASS, sizeof(int)))
            datagram->tos = (uint8_t)int_in(at);
    }
}

static IpSource
source_of(const struct sockaddr_in6 *name)
{
    IpSource source = {0};
    struct sockaddr_in in;

    if (name->sin6_family == AF_INET6) {
        memcpy(source.address, &name->sin6_addr, sizeof source.address);
        source.port = ntohs(name->sin6_port);
        source.family = IP_FAMILY_6;
        return source;
    }
    memcpy(&in, name, sizeof in);
    memcpy(source.address, &in.sin_addr, sizeof in.sin_addr);
    source.port = ntohs(in.sin_port);
    source.family = IP_FAMILY_4;
    return source;
}

static Datagram
read_message(UdpDrain *drain, const ClockMap *clock, unsigned index, MonoUs now_us)
{
    struct mmsghdr *message = &drain->messages[index];
    Datagram datagram = {
        .arrived_us = now_us,
        .offset = index * DATAGRAM_SLOT,
        .size = (uint16_t)MIN(message->msg_len, DATAGRAM_SLOT),
        .source = source_of(&drain->names[index]),
    };

    take_control(drain, clock, &message->msg_hdr, now_us, &datagram);
    return datagram;
}

UdpBatch
udp_drain_read(UdpDrain *drain, int fd, ClockMap *clock, uint8_t *slots, GantryDatagramMeta *meta)
{
    UdpBatch batch = {0};
    MonoUs last_us = 0;

    prepare(drain, slots);
    const int got = recvmmsg(fd, drain->messages, DATAGRAM_BATCH_MAX, MSG_DONTWAIT, NULL);

    meta->n_datagrams = 0;
    if (got <= 0)
        return batch;
    const WallUs before_us = wall_now_us();
    const MonoUs now_us = boot_now_us();
    const WallUs after_us = wall_now_us();

    meta->clock_jumped = !clock_map_update(clock, before_us, now_us, after_us);
    for (unsigned i = 0; i < (unsigned)got; i++) {
        Datagram *datagram = &meta->datagrams[i];

        *datagram = read_message(drain, clock, i, now_us);
        last_us = MAX(last_us, datagram->arrived_us);
        datagram->arrived_us = last_us;
        batch.bytes += datagram->size;
        batch.own_drops += datagram->dropped_before;
        batch.cut += (drain->messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    }
    meta->n_datagrams = (unsigned)got;
    batch.n_datagrams = (unsigned)got;
    return batch;
}
