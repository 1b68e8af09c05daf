/* All sockets of one input: a lane for each leg and each stream of it, at most six, drained
 * together and handed on in order of arrival.
 *
 * One lane is read straight into the caller's memory. Of several, each is read into memory of its
 * own, and what is first in time is copied out; what arrived after the turn began stays for the
 * next one, as an earlier datagram of another lane may still be on its way to the reader. Arrivals
 * are told apart to 1 us. */
#pragma once

#include "pipelines/elements/udp-drain.h"
#include "pipelines/elements/udp-socket.h"

#define UDP_LANES_MAX (IP_LEGS * (unsigned)IP_STREAM_COUNT)

#define UDP_LANE_REOPEN_US  (1 * US_PER_SECOND)  /* a socket that does not open is tried again */
#define UDP_LANE_REJOIN_US  (30 * US_PER_SECOND) /* silence after which it is opened anew */
#define UDP_LANE_TEXT_BYTES 160
#define UDP_LANE_CHARGE     2304u /* bytes that the kernel charges a buffer for 7 TS packets */

typedef struct {
    unsigned leg;       /* below IP_LEGS */
    IpStream stream;    /* what it carries */
    int fd;             /* -1: closed */
    MonoUs tried_us;    /* when opening was last tried; 0: never */
    MonoUs opened_us;   /* 0 while closed */
    MonoUs last_us;     /* arrival of the last datagram; 0: none */
    uint32_t granted;   /* bytes of receive buffer */
    unsigned found;     /* datagrams read in this turn */
    uint64_t own_drops; /* datagrams lost because the buffer was full, since the lane was made */
    uint64_t cut;       /* datagrams longer than DATAGRAM_SLOT */
    int problem_code;   /* GantryError, while @problem says anything */
    char problem[UDP_LANE_TEXT_BYTES]; /* why it is closed; "" while it is open */
    UdpDrain drain;
    uint8_t *slots;            /* owned; of @parked; (nullable): the only lane */
    GantryDatagramMeta parked; /* read, not yet handed on */
    unsigned next;             /* index of the first of these */
    bool drained;              /* nothing more is read in this turn */
} UdpLane;

typedef struct {
    UdpSocketSettings settings;
    MonoUs turn_us;                /* when this turn began */
    ClockMap clock;                /* one for all, so that arrivals can be compared */
    uint64_t jumps;                /* of @clock, when this turn began */
    uint64_t rejoins;              /* sockets opened anew after long silence */
    unsigned n;                    /* lanes */
    UdpLane *lanes[UDP_LANES_MAX]; /* owned; the media of the first leg comes first */
} UdpLanes;

/* @settings: address, interface and buffer; leg and port offset are not looked at.
 * Returns: (transfer full): all lanes closed */
UdpLanes *udp_lanes_new(const UdpSocketSettings *settings);
void udp_lanes_free(UdpLanes *lanes); /* (nullable) */

/* Begins a turn at @now_us: opens what is closed, in its time, and opens anew what is silent. */
void udp_lanes_turn(UdpLanes *lanes, MonoUs now_us);

/**
 * udp_lanes_read:
 * @slots: DATAGRAM_BATCH_MAX slots of DATAGRAM_SLOT bytes
 * @meta: (out): filled with the datagrams of the batch, in order, arrivals never decreasing
 *
 * Never blocks. Returns: the batch; fewer than DATAGRAM_BATCH_MAX datagrams mean that this turn has
 * no more
 */
UdpBatch udp_lanes_read(UdpLanes *lanes, uint8_t *slots, GantryDatagramMeta *meta);

/* How full the fullest receive buffer was when this turn read it. Returns: a share, 0 to about 1 */
double udp_lanes_fullness(const UdpLanes *lanes);

/* The lane of @stream of @leg. Returns: (transfer none) (nullable) */
const UdpLane *udp_lanes_find(const UdpLanes *lanes, unsigned leg, IpStream stream);
