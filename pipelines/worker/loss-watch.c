/* From readings to samples, one evidence a service. */
#include "pipelines/worker/loss-watch.h"

#include "pipelines/worker/own-share.h"

struct LossWatch {
    const BoxCounters *counters; /* no-ref */
    char *interface;
    BoxCount first; /* counters when the watch began */
    BoxCount last;  /* at the last step */
    bool begun;
    uint64_t bytes;     /* of the source, at the last step */
    uint64_t datagrams; /* the same */
    OwnShare share;     /* of what is missing in what was analysed */
    OwnShare leg_shares[IP_LEGS];
    size_t n_services;
    LossEvidence *evidence; /* one a service */
    bool *news;             /* the same */
};

LossWatch *
loss_watch_new(const BoxCounters *counters, const MessageConfig *config)
{
    LossWatch *watch = g_new0(LossWatch, 1);

    watch->counters = counters;
    watch->interface = g_strdup(config->interface != NULL ? config->interface : "");
    watch->n_services = config->n_services;
    watch->evidence = g_new0(LossEvidence, config->n_services);
    watch->news = g_new0(bool, config->n_services);
    return watch;
}

void
loss_watch_free(LossWatch *watch)
{
    if (watch == NULL)
        return;
    g_free(watch->interface);
    g_free(watch->evidence);
    g_free(watch->news);
    g_free(watch);
}

/* Transport packets in a datagram, as far as all of the last second were alike; else 0. */
static unsigned
packets_per_datagram(LossWatch *watch, const UdpSourceFigures *source)
{
    const uint64_t bytes = source->bytes - watch->bytes;
    const uint64_t datagrams = source->datagrams - watch->datagrams;

    watch->bytes = source->bytes;
    watch->datagrams = source->datagrams;
    if (datagrams == 0 || bytes % (datagrams * TS_PACKET_SIZE) != 0)
        return 0;
    return (unsigned)(bytes / datagrams / TS_PACKET_SIZE);
}

static double
share_of(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

/* Reads the kernel's counters; tells the reading what they grew by. */
static BoxCount
read_box(LossWatch *watch, ReadingLoss *loss)
{
    BoxCount now;

    box_counters_read(watch->counters, watch->interface, &now);
    if (!watch->begun)
        watch->first = watch->last = now;
    watch->begun = true;
    loss->nic_missed = now.nic_missed - watch->first.nic_missed;
    loss->softnet_drops = now.softnet_drops - watch->first.softnet_drops;
    loss->steal =
        share_of(now.steal_ticks - watch->last.steal_ticks, now.all_ticks - watch->last.all_ticks);
    watch->last = now;
    return now;
}

static void
share_rtp_loss(LossWatch *watch, Reading *reading)
{
    const uint64_t *drops = reading->source.leg_drops;

    reading->loss.rtp_own_lost =
        own_share_step(&watch->share, reading->ip.lost, drops[0] + drops[1], reading->now_us);
    for (unsigned i = 0; i < IP_LEGS; i++)
        reading->loss.leg_own_lost[i] = own_share_step(
            &watch->leg_shares[i], reading->ip.legs[i].lost, drops[i], reading->now_us);
}

static LossSample
sample_of(LossWatch *watch, const Reading *reading, const BoxCount *box)
{
    const IpFigures *ip = &reading->ip;

    return (LossSample){
        .at_us = reading->now_us,
        .own_drops = reading->source.own_drops,
        .nic_missed = box->nic_missed,
        .softnet_drops = box->softnet_drops,
        .steal_ticks = box->steal_ticks,
        .all_ticks = box->all_ticks,
        .late_us = reading->source.late_max_us,
        .rtp = ip->is_rtp,
        .fec = ip->fec.present,
        .two_legs = ip->legs[1].expected,
        .rtp_lost = ip->lost - reading->loss.rtp_own_lost,
        .leg_lost = {ip->legs[0].lost - reading->loss.leg_own_lost[0],
                     ip->legs[1].lost - reading->loss.leg_own_lost[1]},
        .input_missing = reading->ts.cc_missing,
        .packets_per_datagram = packets_per_datagram(watch, &reading->source),
    };
}

void
loss_watch_step(LossWatch *watch, Reading *reading)
{
    const BoxCount box = read_box(watch, &reading->loss);

    share_rtp_loss(watch, reading);
    const LossSample sample = sample_of(watch, reading, &box);

    for (size_t i = 0; i < watch->n_services; i++) {
        ServiceReading *service = &reading->services[i];
        const LossCount count = {
            .errors = service->ts.cc_errors,
            .missing = service->ts.cc_missing,
            .own_missing = service->ts.own_missing,
        };

        watch->news[i] = loss_evidence_step(&watch->evidence[i], &sample, &count);
        service->of_monitor = watch->evidence[i].of_monitor;
    }
}

const LossVerdict *
loss_watch_news(const LossWatch *watch, size_t index)
{
    return index < watch->n_services && watch->news[index] ? &watch->evidence[index].verdict : NULL;
}
