/* Legs measure, the window puts in order, FEC repairs; here they are joined. */
#include "pipelines/ts/ip-flow.h"

#include <string.h>

#include "pipelines/ts/rtp-fec.h"

#define SYNC_BYTE    0x47u
#define HOUSEWORK_US (100 * US_PER_MS) /* what depends on time is looked at so often */

/* How one leg takes part in what is handed on. */
typedef enum {
    JOIN_NEVER, /* has not been part of it yet */
    JOINED,
    JOIN_LEFT, /* was, until the other leg went on to another start of the sender */
} Join;

struct IpFlow {
    IpLeg legs[IP_LEGS];
    Join joins[IP_LEGS];
    MonoUs joined_us[IP_LEGS]; /* last datagram as part of what is handed on */
    bool two_legs;             /* the second one is expected */
    bool known;                /* @is_rtp is */
    bool is_rtp;
    bool jumped;        /* the clock did, since the last datagram */
    unsigned plain_leg; /* the one that is handed on, without RTP */
    MonoUs kind_us;     /* last datagram that was of the kind that @is_rtp says */
    MonoUs tick_us;     /* when time was looked at last */
    MonoUs trust_us;    /* arrivals before it were on another clock */
    RtpWindow window;
    RtpFec fec;
    RtpFecMedia media; /* of what is handed on */
    IpSkew skew;
    uint64_t lost_seen; /* of @window.lost, the part that @unrecovered knows */
    uint64_t unrecovered;
    uint64_t fec_foreign;
};

IpFlow *
ip_flow_new(void)
{
    IpFlow *flow = g_new0(IpFlow, 1);

    rtp_window_init(&flow->window);
    return flow;
}

void
ip_flow_free(IpFlow *flow)
{
    if (!flow)
        return;
    rtp_window_clear(&flow->window);
    rtp_fec_clear(&flow->fec);
    g_free(flow);
}

void
ip_flow_reset(IpFlow *flow)
{
    RtpWindow window = flow->window;
    uint8_t *fec_bytes = flow->fec.bytes;

    rtp_window_reset(&window);
    *flow = (IpFlow){.window = window, .fec = {.bytes = fec_bytes}};
}

void
ip_flow_expect_leg(IpFlow *flow)
{
    flow->two_legs = true;
    flow->window.remember = true;
    rtp_window_reserve(&flow->window, IP_MERGE_SLOTS);
}

/* Both legs are there, so that one can wait for the other. */
static bool
both_present(const IpFlow *flow, MonoUs now_us)
{
    for (unsigned i = 0; i < IP_LEGS; i++)
        if (flow->joins[i] != JOINED || now_us - flow->joined_us[i] >= IP_ABSENT_US)
            return false;
    return true;
}

/* How long gaps wait, as things are at present. */
static void
set_wait(IpFlow *flow, MonoUs now_us)
{
    RtpWindow *window = &flow->window;
    const bool fec = rtp_fec_present(&flow->fec, now_us);

    window->two_legs = both_present(flow, now_us);
    window->wait_us = RTP_WINDOW_US + (window->two_legs ? IP_SKEW_MAX_US : 0);
    window->hold_max = window->two_legs ? IP_MERGE_HOLD : RTP_WINDOW_HOLD;
    window->pass_max = RTP_WINDOW_HOLD;
    if (fec) {
        const uint32_t hold = MAX(rtp_fec_hold(&flow->fec), RTP_WINDOW_HOLD);

        window->wait_us = MAX(window->wait_us, RTP_FEC_WAIT_US);
        window->hold_max = MAX(window->hold_max, hold);
        window->pass_max = hold;
    }
}

static void
repair(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink)
{
    RtpItem item;

    while (flow->window.n_held > 0 &&
           rtp_fec_repair(&flow->fec, &flow->window, &flow->media, now_us, &item)) {
        rtp_window_push(&flow->window, &item, sink);
        rtp_fec_touch(&flow->fec);
    }
}

static void
count_unrecovered(IpFlow *flow, MonoUs now_us)
{
    if (flow->window.lost == flow->lost_seen)
        return;
    if (rtp_fec_present(&flow->fec, now_us))
        flow->unrecovered += flow->window.lost - flow->lost_seen;
    flow->lost_seen = flow->window.lost;
}

/* What waits is repaired, or given up. */
static void
settle(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink)
{
    if (flow->window.n_held > 0) {
        repair(flow, now_us, sink);
        rtp_window_expire(&flow->window, now_us, sink);
    }
    count_unrecovered(flow, now_us);
}

void
ip_flow_tick(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink)
{
    flow->tick_us = now_us;
    for (unsigned i = 0; i < IP_LEGS; i++)
        ip_leg_tick(&flow->legs[i], now_us);
    for (unsigned i = 0; i < RTP_FEC_KINDS; i++)
        rtp_receiver_tick(&flow->fec.receivers[i], now_us);
    ip_skew_tick(&flow->skew, now_us);
    settle(flow, now_us, sink);
    set_wait(flow, now_us);
}

/* Another sender, or another start of it, is handed on from now on. */
static void
begin(IpFlow *flow, unsigned leg, const RtpHeader *header, const IpPayloadSink *sink)
{
    rtp_window_restart(&flow->window, header->sequence, sink);
    rtp_fec_reset(&flow->fec);
    for (unsigned i = 0; i < IP_LEGS; i++)
        if (i != leg && flow->joins[i] == JOINED)
            flow->joins[i] = JOIN_LEFT;
    flow->media.ssrc = header->ssrc;
}

/* Whether a datagram is part of the sequence that is handed on. */
static bool
is_same(const IpFlow *flow, const RtpHeader *header)
{
    const RtpWindow *window = &flow->window;
    const int64_t ahead = (int64_t)(rtp_window_number(window, header->sequence) - window->end);

    return window->started && header->ssrc == flow->media.ssrc && ahead < IP_MERGE_SLOTS &&
           ahead > -(int64_t)IP_MERGE_SLOTS;
}

/* Whether what came on @leg is handed on; decides which leg goes ahead. @restarted: the leg's
 * sender is another one, or starts again, with this datagram. */
static bool
take_part(IpFlow *flow,
          unsigned leg,
          const RtpHeader *header,
          bool restarted,
          MonoUs now_us,
          const IpPayloadSink *sink)
{
    const unsigned other = 1 - leg;

    if (flow->joins[leg] != JOINED || restarted) {
        const bool other_leads =
            flow->joins[other] == JOINED && now_us - flow->joined_us[other] < IP_FOLLOW_US;

        if (flow->joins[leg] == JOINED || !is_same(flow, header)) {
            if (flow->joins[leg] != JOINED && other_leads) {
                flow->skew.figures.mismatched++;
                return false;
            }
            begin(flow, leg, header, sink);
        }
        flow->joins[leg] = JOINED;
        flow->joined_us[leg] = now_us;
        set_wait(flow, now_us);
    }
    flow->joined_us[leg] = now_us;
    flow->media.payload_type = header->payload_type;
    return true;
}

/* The same number came on the other leg before. */
static void
note_twin(IpFlow *flow, const RtpItem *item)
{
    const RtpSlot *slot =
        rtp_window_slot(&flow->window, rtp_window_number(&flow->window, item->sequence));

    if (!slot || slot->repaired || slot->leg == item->leg || slot->arrival_us < flow->trust_us)
        return;
    const int64_t later_us = item->arrival_us - slot->arrival_us;

    ip_skew_push(&flow->skew, item->leg == 1 ? later_us : -later_us, item->arrival_us);
}

static void
place(IpFlow *flow, const RtpItem *item, const IpPayloadSink *sink)
{
    if (rtp_window_push(&flow->window, item, sink) == RTP_PLACE_TWIN)
        note_twin(flow, item);
    if (flow->window.n_held > 0)
        rtp_fec_touch(&flow->fec);
}

static RtpItem
item_of(const uint8_t *data, size_t size, const RtpHeader *header)
{
    return (RtpItem){
        .data = data,
        .size = size,
        .payload_offset = header->payload_offset,
        .payload_size = header->payload_size,
        .sequence = header->sequence,
    };
}

/* The first datagram of another start, which waited for the second one. */
static void
take_suspect(IpFlow *flow, unsigned index, const IpPayloadSink *sink)
{
    IpLeg *leg = &flow->legs[index];
    RtpItem item = item_of(leg->suspect_data, leg->suspect_size, &leg->suspect);

    item.arrival_us = leg->suspect_us;
    item.leg = (uint8_t)index;
    leg->suspect_size = 0;
    if (take_part(flow, index, &leg->suspect, true, item.arrival_us, sink))
        place(flow, &item, sink);
}

/* A burst so long that 16 bits do not tell where it ended. @ahead: numbers, by the leg. */
static void
skip_burst(IpFlow *flow, unsigned leg, uint64_t ahead, uint16_t sequence, const IpPayloadSink *sink)
{
    const uint64_t number = flow->window.leg_end[leg] - 1 + ahead;

    if (ahead > RTP_WINDOW_FAR && (uint16_t)number == sequence)
        rtp_window_skip(&flow->window, number, sink);
}

static void
push_rtp(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink)
{
    IpLeg *leg = &flow->legs[datagram->leg];
    const uint64_t newest = leg->receiver.newest, restarts = leg->receiver.restarts;
    bool restarted = !leg->receiver.started;
    RtpHeader header;
    const RtpVerdict verdict = ip_leg_rtp(leg, datagram, &header);

    if (verdict == RTP_MALFORMED || verdict == RTP_SUSPECT)
        return;
    flow->kind_us = datagram->arrival_us;
    if (verdict == RTP_DUPLICATE)
        return;
    restarted = restarted || leg->receiver.restarts != restarts;
    if (leg->suspect_size > 0) {
        take_suspect(flow, datagram->leg, sink);
        restarted = false;
    }
    if (!take_part(flow, datagram->leg, &header, restarted, datagram->arrival_us, sink))
        return;
    if (!restarted && verdict == RTP_GAP)
        skip_burst(flow, datagram->leg, leg->receiver.newest - newest, header.sequence, sink);
    RtpItem item = item_of(datagram->data, datagram->size, &header);

    item.arrival_us = datagram->arrival_us;
    item.leg = datagram->leg;
    place(flow, &item, sink);
}

static void
push_plain(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink)
{
    const MonoUs now_us = datagram->arrival_us;
    const IpPayload payload = {
        .data = datagram->data, .size = datagram->size, .arrival_us = now_us};

    if (datagram->leg != flow->plain_leg &&
        now_us - flow->legs[flow->plain_leg].last_us >= IP_FOLLOW_US) {
        flow->window.gap = flow->window.handed_on > 0;
        flow->plain_leg = datagram->leg;
    }
    if (ip_leg_plain(&flow->legs[datagram->leg], datagram) && datagram->leg == flow->plain_leg)
        rtp_window_bypass(&flow->window, &payload, sink);
}

static void
change_kind(IpFlow *flow, bool is_rtp, const IpPayloadSink *sink)
{
    if (flow->known && flow->is_rtp != is_rtp) {
        rtp_window_flush(&flow->window, sink);
        flow->window.gap = true;
        memset(flow->joins, 0, sizeof flow->joins);
    }
    flow->is_rtp = is_rtp;
    flow->known = true;
}

/* Finds out whether the flow is RTP, and whether that changes. */
static void
choose_kind(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink)
{
    const bool stale = datagram->arrival_us - flow->kind_us >= IP_FOLLOW_US;
    const bool synced = datagram->data[0] == SYNC_BYTE;

    if (flow->is_rtp && !(stale && synced))
        return;
    const bool is_rtp = !synced && rtp_looks_like(datagram->data, datagram->size);

    if (flow->known ? stale && is_rtp != flow->is_rtp : synced || is_rtp)
        change_kind(flow, is_rtp, sink);
    if (!is_rtp)
        flow->kind_us = datagram->arrival_us;
}

static void
push_media(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink)
{
    choose_kind(flow, datagram, sink);
    if (flow->is_rtp)
        push_rtp(flow, datagram, sink);
    else
        push_plain(flow, datagram, sink);
}

/* Whether FEC comes from the address that the media of its leg come from. */
static bool
is_own_fec(const IpFlow *flow, const IpDatagram *datagram)
{
    const IpSenders *senders = &flow->legs[datagram->leg].senders;
    const IpSource *media = &senders->senders[senders->followed].address;

    return senders->n == 0 || media->family != datagram->source.family ||
           memcmp(media->address, datagram->source.address, sizeof media->address) == 0;
}

static void
push_fec(IpFlow *flow, const IpDatagram *datagram)
{
    const RtpFecKind kind = datagram->stream == IP_STREAM_FEC_COLUMN ? RTP_FEC_COLUMN : RTP_FEC_ROW;

    if (!flow->is_rtp || !flow->window.started)
        return;
    if (!is_own_fec(flow, datagram)) {
        flow->fec_foreign++;
        return;
    }
    if (!flow->window.keep && rtp_fec_looks_like(datagram->data, datagram->size)) {
        rtp_fec_init(&flow->fec);
        flow->window.remember = true;
        flow->window.keep = true;
        rtp_window_reserve(&flow->window, RTP_FEC_SLOTS);
    }
    rtp_fec_push(&flow->fec, kind, datagram->data, datagram->size, datagram->arrival_us,
                 &flow->window);
    set_wait(flow, datagram->arrival_us);
}

void
ip_flow_push(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink)
{
    if (datagram->leg >= (flow->two_legs ? IP_LEGS : 1u) || datagram->stream >= IP_STREAM_COUNT ||
        datagram->size == 0)
        return;
    if (flow->jumped)
        flow->trust_us = datagram->arrival_us;
    flow->jumped = false;
    if (datagram->arrival_us - flow->tick_us >= HOUSEWORK_US)
        ip_flow_tick(flow, datagram->arrival_us, sink);
    if (datagram->stream == IP_STREAM_MEDIA)
        push_media(flow, datagram, sink);
    else
        push_fec(flow, datagram);
    settle(flow, datagram->arrival_us, sink);
}

void
ip_flow_finish(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink)
{
    ip_flow_tick(flow, now_us, sink);
    if (flow->window.n_held > 0)
        repair(flow, MAX(now_us, flow->window.oldest_us + RTP_FEC_NEAR_US), sink);
    rtp_window_flush(&flow->window, sink);
    count_unrecovered(flow, now_us);
    for (unsigned i = 0; i < IP_LEGS; i++)
        rtp_receiver_finish(&flow->legs[i].receiver);
    for (unsigned i = 0; i < RTP_FEC_KINDS; i++)
        rtp_receiver_finish(&flow->fec.receivers[i]);
}

void
ip_flow_clock_jumped(IpFlow *flow)
{
    flow->jumped = true;
    for (unsigned i = 0; i < IP_LEGS; i++)
        ip_leg_clock_jumped(&flow->legs[i]);
    ip_skew_clock_jumped(&flow->skew);
}

void
ip_flow_set_media_rate_bps(IpFlow *flow, double rate_bps)
{
    for (unsigned i = 0; i < IP_LEGS; i++)
        mdi_set_rate_bps(&flow->legs[i].mdi, rate_bps);
}

void
ip_flow_set_ts_missing(IpFlow *flow, uint64_t packets)
{
    flow->legs[flow->plain_leg].ts_missing = packets;
}

MonoUs
ip_flow_frontier_us(const IpFlow *flow, MonoUs now_us)
{
    return flow->window.n_held > 0 ? MIN(now_us, flow->window.oldest_us) : now_us;
}

bool
ip_flow_is_rtp(const IpFlow *flow)
{
    return flow->is_rtp;
}

static void
copy_fec(const IpFlow *flow, MonoUs now_us, IpFecFigures *figures)
{
    const RtpFec *fec = &flow->fec;

    *figures = (IpFecFigures){
        .present = rtp_fec_present(fec, now_us),
        .columns = fec->columns,
        .rows = fec->rows,
        .malformed = fec->malformed,
        .recovered = fec->recovered,
        .unrecovered = flow->unrecovered,
        .late = fec->late,
        .dropped = fec->dropped,
        .refused = fec->refused,
        .foreign = flow->fec_foreign,
    };
    for (unsigned i = 0; i < RTP_FEC_KINDS; i++) {
        figures->received[i] = fec->received[i];
        figures->lost[i] = fec->receivers[i].lost - fec->receivers[i].pending;
    }
}

void
ip_flow_figures(const IpFlow *flow, MonoUs now_us, IpFigures *ret_figures)
{
    *ret_figures = (IpFigures){
        .known = flow->known,
        .is_rtp = flow->is_rtp,
        .skew = flow->skew.figures,
        .handed_on = flow->window.handed_on,
        .lost = flow->window.lost,
        .late = flow->window.late,
        .restarts = flow->window.restarts,
        .too_long = flow->window.too_long,
        .held = flow->window.n_held,
    };
    copy_fec(flow, now_us, &ret_figures->fec);
    for (unsigned i = 0; i < IP_LEGS; i++)
        ip_leg_figures(&flow->legs[i], i == 0 || flow->two_legs, now_us, &ret_figures->legs[i]);
}
