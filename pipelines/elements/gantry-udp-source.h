/* gantryudpsrc: the datagrams of one input, drained from its own sockets 5 to 40 times a second. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/elements/datagram-meta.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_UDP_SOURCE (gantry_udp_source_get_type())
G_DECLARE_FINAL_TYPE(GantryUdpSource, gantry_udp_source, GANTRY, UDP_SOURCE, GstElement)

/**
 * GantryUdpSource:
 *
 * Properties, all to be set before READY: `address` (see stream-address.h), `interface`,
 * `receive-buffer` (bytes), `phase` (microseconds from 0 to 200000: when within 200 ms this input
 * is drained, so that many inputs do not wake together).
 *
 * An address with a second leg or FEC has a socket for each of them; their datagrams come in order
 * of arrival. A socket that cannot be opened is tried again every second; the figures say why. When
 * the sockets are empty, the buffer says so (GantryDatagramMeta.drained_us); it may be empty, too.
 */

/* A turn costs more than the packets that it finds: caches and page tables are cold. So there are
 * as few as the buffers' room allows: after one that found more than UDP_SOURCE_FULL of a buffer
 * taken, turns come twice as often; after one that found less than UDP_SOURCE_ROOMY, half as
 * often. A buffer under UDP_SOURCE_SMALL bytes is always emptied as often as can be: a stream that
 * begins would fill it before it is known. */
#define UDP_SOURCE_PERIOD_US     (200 * US_PER_MS) /* the longest: states are looked at as often */
#define UDP_SOURCE_PERIOD_MIN_US (25 * US_PER_MS)
#define UDP_SOURCE_FULL          0.125
#define UDP_SOURCE_ROOMY         0.05
#define UDP_SOURCE_SMALL         (2u * 1024u * 1024u)
#define UDP_SOURCE_GAP_US        (200 * US_PER_MS) /* a longer silence is an interruption */
#define UDP_SOURCE_SETTLE_US                                                                       \
    (2 * US_PER_SECOND) /* so long after the last datagram, empty buffers say that time goes on */
#define UDP_SOURCE_TEXT_BYTES 160

typedef struct {
    uint64_t datagrams; /* this and the following: since the element was made */
    uint64_t bytes;     /* of payload */
    uint64_t own_drops; /* datagrams lost here, because the socket's buffer was full */
    uint64_t cut;       /* datagrams that were longer than any transport stream's */
    uint64_t clock_jumps;
    uint64_t rejoins;
    uint64_t leg_drops[IP_LEGS]; /* of @own_drops, the media of each leg */
    MonoUs opened_us;            /* when the first leg's socket was opened; 0 while it is not */
    MonoUs last_us;              /* arrival of the last datagram of media; 0 before the first */
    MonoUs resumed_us;           /* arrival of the first datagram after the last interruption */
    MonoUs turned_us;            /* when the measuring thread last turned */
    int64_t interval_max_us; /* longest time between two datagrams since the figures were taken */
    int64_t late_max_us;     /* latest turn of the measuring thread since the figures were taken */
    uint32_t granted;        /* bytes of receive buffer that the kernel granted, first leg */
    int problem_code;        /* GantryError, while @problem says anything */
    char problem[UDP_SOURCE_TEXT_BYTES]; /* why nothing can be received; "" while a leg can be */
    char partial[UDP_SOURCE_TEXT_BYTES]; /* why one socket of several is not open; "" while all are
                                          */
} UdpSourceFigures;

/* Copies the figures and starts a new interval. Any thread. */
void gantry_udp_source_take_figures(GantryUdpSource *self, UdpSourceFigures *ret_figures);

/* Copies the figures. Any thread. */
void gantry_udp_source_get_figures(GantryUdpSource *self, UdpSourceFigures *ret_figures);

G_END_DECLS
