/* The worker's own sockets, drained in turns: their time stamps say when things came. */
#include "pipelines/probe/live-source.h"

#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/elements/udp-lanes.h"

#define BUFFER  (8u * 1024u * 1024u)
#define TURN_US (20 * US_PER_MS)
#define BATCHES 64u /* of one turn: then keys and clock are looked at again */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpLanes, udp_lanes_free)

typedef struct {
    ProbeSession *session;
    UdpLanes *lanes;
    uint8_t slots[DATAGRAM_BATCH_MAX * DATAGRAM_SLOT];
    GantryDatagramMeta meta;
    uint64_t cut; /* datagrams longer than a slot */
} Listening;

static void
take_datagram(Listening *listening, const Datagram *datagram)
{
    ProbeSession *session = listening->session;
    const IpDatagram arrived = {
        .data = listening->slots + datagram->offset,
        .size = datagram->size,
        .arrival_us = datagram->arrived_us,
        .leg = datagram->leg,
        .stream = datagram->stream,
        .tos = datagram->tos,
        .ttl = datagram->ttl,
        .header_known = datagram->ttl != 0,
        .source = datagram->source,
    };

    if (datagram->dropped_before > 0 && datagram->stream == IP_STREAM_MEDIA)
        probe_session_own_loss(session, datagram->dropped_before, datagram->arrived_us);
    probe_session_datagram(session, &arrived);
}

/* All that came until now. */
static void
take_turn(Listening *listening, MonoUs now_us)
{
    ProbeSession *session = listening->session;
    UdpBatch batch = {.n_datagrams = DATAGRAM_BATCH_MAX};

    udp_lanes_turn(listening->lanes, now_us);
    for (unsigned i = 0; i < BATCHES && batch.n_datagrams == DATAGRAM_BATCH_MAX; i++) {
        batch = udp_lanes_read(listening->lanes, listening->slots, &listening->meta);
        listening->cut += batch.cut;
        if (listening->meta.clock_jumped)
            ip_flow_clock_jumped(session->network);
        for (unsigned n = 0; n < batch.n_datagrams; n++)
            take_datagram(listening, &listening->meta.datagrams[n]);
    }
    if (batch.n_datagrams < DATAGRAM_BATCH_MAX && session->datagrams > 0)
        probe_session_tick(session, now_us);
    ts_analyser_tick(session->analyser, ip_flow_frontier_us(session->network, now_us));
}

/* Returns: false when a socket of the media does not open */
static bool
check_lanes(const UdpLanes *lanes, GError **error)
{
    for (unsigned i = 0; i < lanes->n; i++) {
        const UdpLane *lane = lanes->lanes[i];

        if (lane->fd >= 0)
            continue;
        g_set_error_literal(error, GANTRY_ERROR, lane->problem_code, lane->problem);
        return false;
    }
    return true;
}

static void
listen_to(Listening *listening, const LiveSettings *settings)
{
    ProbeSession *session = listening->session;
    const MonoUs start_us = boot_now_us();
    const MonoUs end_us = session->seconds > 0
                              ? start_us + (MonoUs)(session->seconds * (double)US_PER_SECOND)
                              : US_NEVER;

    for (MonoUs now_us = start_us; now_us < end_us; now_us = boot_now_us()) {
        take_turn(listening, now_us);
        if (settings->follow)
            follow_tick(settings->follow, now_us);
        switch (console_wait(settings->console, -1, MIN(now_us + TURN_US, end_us))) {
        case CONSOLE_QUIT:
            return;
        case CONSOLE_RESIZE:
            if (settings->follow)
                follow_draw(settings->follow, now_us);
            break;
        case CONSOLE_INPUT:
        case CONSOLE_TIME:
            break;
        }
    }
}

static void
warn(ProbeSession *session, const Listening *listening)
{
    if (session->own_drops > 0)
        probe_session_warn(session,
                           "this machine lost %" G_GUINT64_FORMAT
                           " datagrams itself: its socket's buffer was full",
                           session->own_drops);
    if (listening->cut > 0)
        probe_session_warn(session,
                           "%" G_GUINT64_FORMAT " datagrams were longer than %u bytes, and cut",
                           listening->cut, DATAGRAM_SLOT);
}

/* Returns: (transfer full) (nullable): the open sockets */
static UdpLanes *
open_lanes(const char *url, const LiveSettings *settings, GError **error)
{
    UdpSocketSettings sockets = {.receive_buffer = BUFFER};

    g_strlcpy(sockets.interface, settings->interface, sizeof sockets.interface);
    if (!stream_address_parse(url, &sockets.address, error))
        return NULL;
    g_autoptr(UdpLanes) lanes = udp_lanes_new(&sockets);

    udp_lanes_turn(lanes, boot_now_us());
    return check_lanes(lanes, error) ? g_steal_pointer(&lanes) : NULL;
}

bool
live_source_run(ProbeSession *session,
                const char *url,
                const LiveSettings *settings,
                GError **error)
{
    g_autoptr(UdpLanes) lanes = open_lanes(url, settings, error);
    g_autofree Listening *listening = g_new0(Listening, 1);

    if (!lanes)
        return false;
    listening->session = session;
    listening->lanes = lanes;
    session->live = true;
    session->clock_known = true;
    session->wall_offset_us = g_get_real_time() - boot_now_us();
    if (udp_lanes_find(lanes, 1, IP_STREAM_MEDIA))
        probe_session_expect_leg(session);
    listen_to(listening, settings);
    probe_session_finish(session);
    warn(session, listening);
    return probe_session_check(session, error);
}
