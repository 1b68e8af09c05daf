/* Who is followed is decided first; only that sender's datagrams are measured as RTP. */
#include "pipelines/ts/ip-leg.h"

#include <string.h>

#define TS_BYTES 188u

/* Counts what every media datagram has. Returns: index of its sender, or IP_SENDERS_MAX */
static unsigned
note(IpLeg *leg, const IpDatagram *datagram)
{
    leg->datagrams++;
    leg->bytes += datagram->size;
    if (datagram->arrival_us > leg->last_us)
        leg->last_us = datagram->arrival_us;
    return ip_senders_note(&leg->senders, datagram);
}

static bool
is_silent(const IpLeg *leg, MonoUs now_us)
{
    return leg->followed_us == 0 || now_us - leg->followed_us >= IP_FOLLOW_US;
}

static void
follow(IpLeg *leg, unsigned sender, MonoUs now_us)
{
    if (!leg->senders.source.known || sender != leg->senders.followed)
        ip_senders_follow(&leg->senders, sender, now_us);
    leg->followed_us = now_us;
}

bool
ip_leg_plain(IpLeg *leg, const IpDatagram *datagram)
{
    const MonoUs now_us = datagram->arrival_us;
    const unsigned sender = note(leg, datagram);

    if (sender != IP_SENDERS_MAX && (sender == leg->senders.followed || is_silent(leg, now_us)))
        follow(leg, sender, now_us);
    arrival_histogram_push(&leg->arrival, now_us);
    mdi_push(&leg->mdi, datagram->size, now_us);
    return !datagram_repeat_push(&leg->repeat, datagram->data, datagram->size);
}

/* Whether another SSRC on the address and port that is followed takes over. */
static bool
takes_over(IpLeg *leg, uint32_t ssrc, MonoUs now_us)
{
    if (leg->left_us != 0 && ssrc == leg->left_ssrc && now_us - leg->left_us < IP_FOLLOW_US) {
        leg->left_us = now_us;
        return false;
    }
    if (leg->switched_us != 0 && now_us - leg->switched_us < IP_FOLLOW_US)
        return false;
    leg->left_ssrc = leg->ssrc.to;
    leg->left_us = leg->followed_us;
    leg->switched_us = now_us;
    return true;
}

/* Whether a datagram is of the sender that is followed; decides whether to follow another one. */
static bool
admit(IpLeg *leg, unsigned sender, uint32_t ssrc, MonoUs now_us)
{
    if (sender == IP_SENDERS_MAX)
        return false;
    const bool same_sender = sender == leg->senders.followed;

    if (same_sender && leg->ssrc.known && leg->ssrc.to == ssrc) {
        follow(leg, sender, now_us);
        return true;
    }
    if (!is_silent(leg, now_us) && !(same_sender && takes_over(leg, ssrc, now_us)))
        return false;
    follow(leg, sender, now_us);
    ip_change_note(&leg->ssrc, ssrc, now_us);
    rtp_jitter_break(&leg->jitter);
    return true;
}

static void
keep_suspect(IpLeg *leg, const IpDatagram *datagram, const RtpHeader *header)
{
    leg->suspect_size = 0;
    if (datagram->size > sizeof leg->suspect_data)
        return;
    leg->suspect = *header;
    leg->suspect_us = datagram->arrival_us;
    leg->suspect_size = datagram->size;
    memcpy(leg->suspect_data, datagram->data, datagram->size);
}

/* Counts a datagram that belongs to the sequence. */
static void
measure(IpLeg *leg, const IpDatagram *datagram, const RtpHeader *header)
{
    rtp_jitter_push(&leg->jitter, header, datagram->arrival_us);
    mdi_push(&leg->mdi, header->payload_size, datagram->arrival_us);
    leg->ts_each = (uint32_t)(header->payload_size / TS_BYTES);
}

/* What the timestamp says. It is not asked where the next number comes soon: nothing is missing. */
static RtpHint
hint_of(const IpLeg *leg, const RtpHeader *header, MonoUs arrival_us)
{
    const bool next = header->sequence == (uint16_t)(leg->receiver.newest + 1);

    if (next && arrival_us - leg->jitter.arrival_us < RTP_CLOCK_FAR_US)
        return (RtpHint){RTP_CLOCK_UNKNOWN, 0};
    return rtp_jitter_hint(&leg->jitter, header, arrival_us);
}

static RtpVerdict
place(IpLeg *leg, const IpDatagram *datagram, const RtpHeader *header)
{
    const uint64_t restarts = leg->receiver.restarts;
    const RtpHint hint = hint_of(leg, header, datagram->arrival_us);
    const RtpVerdict verdict = rtp_receiver_place(&leg->receiver, header, &hint);

    if (verdict == RTP_SUSPECT) {
        keep_suspect(leg, datagram, header);
        return verdict;
    }
    if (leg->receiver.restarts == restarts)
        leg->suspect_size = 0; /* the old sequence goes on */
    else
        rtp_jitter_break(&leg->jitter);
    if (verdict != RTP_DUPLICATE)
        measure(leg, datagram, header);
    return verdict;
}

RtpVerdict
ip_leg_rtp(IpLeg *leg, const IpDatagram *datagram, RtpHeader *ret_header)
{
    const unsigned sender = note(leg, datagram);
    const uint32_t ssrc = leg->ssrc.to;

    if (!rtp_header_read(datagram->data, datagram->size, ret_header)) {
        leg->malformed++;
        return RTP_MALFORMED;
    }
    if (!admit(leg, sender, ret_header->ssrc, datagram->arrival_us)) {
        leg->foreign++;
        return RTP_MALFORMED;
    }
    if (leg->ssrc.to != ssrc)
        leg->suspect_size = 0;
    ip_change_note(&leg->payload_type, ret_header->payload_type, datagram->arrival_us);
    arrival_histogram_push(&leg->arrival, datagram->arrival_us);
    return place(leg, datagram, ret_header);
}

void
ip_leg_tick(IpLeg *leg, MonoUs now_us)
{
    const RtpReceiver *receiver = &leg->receiver;

    rtp_receiver_tick(&leg->receiver, now_us);
    arrival_histogram_tick(&leg->arrival, now_us);
    mdi_set_bad(&leg->mdi, receiver->started ? (receiver->lost - receiver->pending +
                                                receiver->reordered - receiver->late) *
                                                   leg->ts_each
                                             : leg->ts_missing);
    mdi_tick(&leg->mdi, now_us);
}

void
ip_leg_clock_jumped(IpLeg *leg)
{
    arrival_histogram_clock_jumped(&leg->arrival);
    mdi_clock_jumped(&leg->mdi);
    rtp_jitter_break(&leg->jitter);
}

static void
copy_rtp(const IpLeg *leg, IpLegFigures *figures)
{
    const RtpReceiver *receiver = &leg->receiver;

    figures->received = receiver->received;
    figures->lost = receiver->lost - receiver->pending;
    figures->reordered = receiver->reordered;
    figures->late = receiver->late;
    figures->duplicates = receiver->duplicates + leg->repeat.count;
    figures->restarts = receiver->restarts;
    figures->strays = receiver->strays;
    figures->bursts = receiver->bursts;
    figures->burst_max = receiver->burst_max;
    figures->pending = receiver->pending;
    figures->jitter_us = leg->jitter.jitter_us;
    figures->jitter_max_us = leg->jitter.max_us;
    figures->clock_steady = leg->jitter.steady;
    figures->ssrc = leg->ssrc;
    figures->payload_type = leg->payload_type;
}

static void
copy_senders(const IpLeg *leg, MonoUs now_us, IpLegFigures *figures)
{
    const IpSenders *senders = &leg->senders;

    figures->dscp = senders->dscp;
    figures->ttl = senders->ttl;
    figures->source = senders->source;
    memcpy(figures->senders, senders->senders, sizeof figures->senders);
    figures->n_senders = senders->n;
    figures->followed = senders->followed;
    figures->second = ip_senders_second(senders, now_us);
    figures->senders_refused = senders->refused;
}

void
ip_leg_figures(const IpLeg *leg, bool expected, MonoUs now_us, IpLegFigures *ret_figures)
{
    *ret_figures = (IpLegFigures){
        .expected = expected,
        .absent = expected && (leg->last_us == 0 || now_us - leg->last_us >= IP_ABSENT_US),
        .last_us = leg->last_us,
        .datagrams = leg->datagrams,
        .bytes = leg->bytes,
        .foreign = leg->foreign,
        .malformed = leg->malformed,
        .mdi = leg->mdi.figures,
    };
    copy_rtp(leg, ret_figures);
    copy_senders(leg, now_us, ret_figures);
    arrival_histogram_figures(&leg->arrival, now_us, &ret_figures->arrival);
}
