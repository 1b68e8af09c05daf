/* What stands in a socket's buffer, taken out in batches, with each datagram's arrival time. */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "pipelines/elements/clock-map.h"
#include "pipelines/elements/datagram-meta.h"

/* Bytes of control messages: a time stamp, a drop count, type of service, time to live. */
#define UDP_DRAIN_CONTROL 128

typedef struct {
    struct mmsghdr messages[DATAGRAM_BATCH_MAX];
    struct iovec vectors[DATAGRAM_BATCH_MAX];
    struct sockaddr_in6 names[DATAGRAM_BATCH_MAX]; /* room for both IP versions */
    _Alignas(struct cmsghdr) uint8_t control[DATAGRAM_BATCH_MAX][UDP_DRAIN_CONTROL];
    uint32_t dropped; /* the socket's own count when last seen; wraps */
} UdpDrain;

/* One batch. */
typedef struct {
    unsigned n_datagrams;
    uint64_t bytes;
    uint64_t own_drops; /* datagrams that the kernel dropped here because the buffer was full */
    uint64_t cut;       /* datagrams longer than DATAGRAM_SLOT */
} UdpBatch;

/* For a socket just opened: its drop count starts at 0. */
void udp_drain_reset(UdpDrain *drain);

/**
 * udp_drain_read:
 * @clock: (inout): of all sockets whose datagrams are put in order together
 * @slots: DATAGRAM_BATCH_MAX slots of DATAGRAM_SLOT bytes
 * @meta: (out): filled with the datagrams of the batch, in order, arrivals never decreasing
 *
 * Never blocks. Returns: the batch; fewer than DATAGRAM_BATCH_MAX datagrams mean that no more wait
 */
UdpBatch
udp_drain_read(UdpDrain *drain, int fd, ClockMap *clock, uint8_t *slots, GantryDatagramMeta *meta);
