/* Opening, merging and closing of lanes. */
#include "pipelines/elements/udp-lanes.h"

#include <string.h>
#include <unistd.h>

static const unsigned port_offsets[IP_STREAM_COUNT] = {
    [IP_STREAM_MEDIA] = 0,
    [IP_STREAM_FEC_COLUMN] = STREAM_FEC_COLUMN_OFFSET,
    [IP_STREAM_FEC_ROW] = STREAM_FEC_ROW_OFFSET,
};

static void
add_lane(UdpLanes *lanes, unsigned leg, IpStream stream)
{
    UdpLane *lane = g_new0(UdpLane, 1);

    lane->leg = leg;
    lane->stream = stream;
    lane->fd = -1;
    lanes->lanes[lanes->n++] = lane;
}

UdpLanes *
udp_lanes_new(const UdpSocketSettings *settings)
{
    UdpLanes *lanes = g_new0(UdpLanes, 1);
    const StreamFec fec = settings->address.fec;

    lanes->settings = *settings;
    for (unsigned leg = 0; leg < settings->address.n_legs; leg++) {
        add_lane(lanes, leg, IP_STREAM_MEDIA);
        if (fec != STREAM_FEC_NONE)
            add_lane(lanes, leg, IP_STREAM_FEC_COLUMN);
        if (fec == STREAM_FEC_COLUMN_AND_ROW)
            add_lane(lanes, leg, IP_STREAM_FEC_ROW);
    }
    for (unsigned i = 0; i < lanes->n && lanes->n > 1; i++)
        lanes->lanes[i]->slots = g_malloc((gsize)DATAGRAM_BATCH_MAX * DATAGRAM_SLOT);
    return lanes;
}

static void
close_lane(UdpLane *lane)
{
    if (lane->fd >= 0)
        close(lane->fd);
    lane->fd = -1;
    lane->opened_us = 0;
}

void
udp_lanes_free(UdpLanes *lanes)
{
    if (lanes == NULL)
        return;
    for (unsigned i = 0; i < lanes->n; i++) {
        close_lane(lanes->lanes[i]);
        g_free(lanes->lanes[i]->slots);
        g_free(lanes->lanes[i]);
    }
    g_free(lanes);
}

static void
open_lane(const UdpLanes *lanes, UdpLane *lane)
{
    UdpSocketSettings settings = lanes->settings;
    g_autoptr(GError) error = NULL;

    settings.leg = lane->leg;
    settings.port_offset = port_offsets[lane->stream];
    if (lane->leg > 0 && settings.address.interface2[0] != '\0')
        g_strlcpy(settings.interface, settings.address.interface2, sizeof settings.interface);
    lane->tried_us = lanes->turn_us;
    lane->fd = udp_socket_open(&settings, &lane->granted, &error);
    lane->opened_us = lane->fd >= 0 ? lanes->turn_us : 0;
    lane->problem_code = error != NULL ? error->code : 0;
    g_strlcpy(lane->problem, error != NULL ? error->message : "", sizeof lane->problem);
    udp_drain_reset(&lane->drain);
}

/* An interface that went and came back has forgotten the group: after a long silence, join again.
 */
static void
renew_lane(UdpLanes *lanes, UdpLane *lane)
{
    if (lane->fd < 0 || lanes->turn_us - MAX(lane->last_us, lane->opened_us) < UDP_LANE_REJOIN_US)
        return;
    close_lane(lane);
    lanes->rejoins++;
}

void
udp_lanes_turn(UdpLanes *lanes, MonoUs now_us)
{
    lanes->turn_us = now_us;
    lanes->jumps = lanes->clock.jumps;
    for (unsigned i = 0; i < lanes->n; i++) {
        UdpLane *lane = lanes->lanes[i];

        lane->drained = false;
        lane->found = 0;
        renew_lane(lanes, lane);
        if (lane->fd < 0 && (lane->tried_us == 0 || now_us - lane->tried_us >= UDP_LANE_REOPEN_US))
            open_lane(lanes, lane);
    }
}

/* Reads a batch of one lane. */
static UdpBatch
read_lane(UdpLanes *lanes, UdpLane *lane, uint8_t *slots, GantryDatagramMeta *meta)
{
    const UdpBatch batch = udp_drain_read(&lane->drain, lane->fd, &lanes->clock, slots, meta);

    for (unsigned i = 0; i < batch.n_datagrams; i++) {
        Datagram *datagram = &meta->datagrams[i];

        datagram->leg = (uint8_t)lane->leg;
        datagram->stream = (uint8_t)lane->stream;
        lane->last_us = MAX(lane->last_us, datagram->arrived_us);
        datagram->arrived_us = lane->last_us;
    }
    lane->found += batch.n_datagrams;
    lane->own_drops += batch.own_drops;
    lane->cut += batch.cut;
    return batch;
}

/* ---- Merging ---- */

/* The lane's first datagram that is not handed on, of this turn. (nullable) */
static const Datagram *
head_of(UdpLanes *lanes, UdpLane *lane)
{
    if (lane->next == lane->parked.n_datagrams && !lane->drained) {
        lane->next = 0;
        lane->parked.n_datagrams = 0;
        if (lane->fd >= 0)
            (void)read_lane(lanes, lane, lane->slots, &lane->parked);
        lane->drained = lane->parked.n_datagrams < DATAGRAM_BATCH_MAX;
    }
    if (lane->next == lane->parked.n_datagrams)
        return NULL;
    const Datagram *head = &lane->parked.datagrams[lane->next];

    return head->arrived_us <= lanes->turn_us ? head : NULL;
}

static UdpLane *
earliest_of(UdpLanes *lanes)
{
    UdpLane *earliest = NULL;
    MonoUs least_us = US_NEVER;

    for (unsigned i = 0; i < lanes->n; i++) {
        const Datagram *head = head_of(lanes, lanes->lanes[i]);

        if (head == NULL || head->arrived_us >= least_us)
            continue;
        earliest = lanes->lanes[i];
        least_us = head->arrived_us;
    }
    return earliest;
}

static void
take_head(UdpLane *lane, uint8_t *slots, GantryDatagramMeta *meta)
{
    const Datagram *head = &lane->parked.datagrams[lane->next++];
    Datagram *datagram = &meta->datagrams[meta->n_datagrams];

    *datagram = *head;
    datagram->offset = meta->n_datagrams * DATAGRAM_SLOT;
    memcpy(slots + datagram->offset, lane->slots + head->offset, head->size);
    meta->n_datagrams++;
}

static UdpBatch
merge(UdpLanes *lanes, uint8_t *slots, GantryDatagramMeta *meta)
{
    UdpBatch batch = {0};
    UdpLane *lane;

    meta->n_datagrams = 0;
    while (meta->n_datagrams < DATAGRAM_BATCH_MAX && (lane = earliest_of(lanes)) != NULL) {
        take_head(lane, slots, meta);
        batch.bytes += meta->datagrams[meta->n_datagrams - 1].size;
        batch.own_drops += meta->datagrams[meta->n_datagrams - 1].dropped_before;
    }
    batch.n_datagrams = meta->n_datagrams;
    meta->clock_jumped = lanes->clock.jumps != lanes->jumps;
    return batch;
}

UdpBatch
udp_lanes_read(UdpLanes *lanes, uint8_t *slots, GantryDatagramMeta *meta)
{
    if (lanes->n > 1)
        return merge(lanes, slots, meta);
    if (lanes->lanes[0]->fd >= 0)
        return read_lane(lanes, lanes->lanes[0], slots, meta);
    meta->n_datagrams = 0;
    return (UdpBatch){0};
}

double
udp_lanes_fullness(const UdpLanes *lanes)
{
    double fullest = 0;

    for (unsigned i = 0; i < lanes->n; i++) {
        const UdpLane *lane = lanes->lanes[i];
        const double room = 2.0 * lane->granted; /* the kernel doubles what it grants */

        if (lane->fd >= 0 && lane->granted > 0)
            fullest = MAX(fullest, lane->found * (double)UDP_LANE_CHARGE / room);
    }
    return fullest;
}

const UdpLane *
udp_lanes_find(const UdpLanes *lanes, unsigned leg, IpStream stream)
{
    for (unsigned i = 0; i < lanes->n; i++) {
        if (lanes->lanes[i]->leg == leg && lanes->lanes[i]->stream == stream)
            return lanes->lanes[i];
    }
    return NULL;
}
