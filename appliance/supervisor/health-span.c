/* Means and the worst of ten seconds. */
#include "appliance/supervisor/health-span.h"

#include <math.h>

#define HEALTH_SPAN_US (10 * US_PER_SECOND)

static HealthRow
row_of(const ChannelRecord *channel)
{
    const HealthSpan *span = &channel->health;
    HealthRow row = {
        .channel = channel->channel->id,
        .at_us = span->at_us,
        .bitrate_mean = span->n > 0 ? span->sum_bps / span->n : (double)NAN,
        .bitrate_min = span->n > 0 ? span->minimum_bps : (double)NAN,
        .bitrate_max = span->n > 0 ? span->maximum_bps : (double)NAN,
        .cc_errors = span->cc_errors,
        .packets = span->packets,
        .own_drops = span->own_drops,
        .state = span->worst,
        .measured_s = span->measured_s,
        .error_seconds = MIN(span->error_seconds, span->measured_s),
    };

    for (size_t i = 0; i < HEALTH_GAUGES; i++)
        row.gauges[i] = health_gauge_sum_up(&span->gauges[i]);
    return row;
}

/* A state that is worse to have been in, for the ten seconds' summary. */
static unsigned
badness(ChannelState state)
{
    switch (state) {
    case CHANNEL_DISABLED: /* nothing is reported of it, so nothing is kept */
    case CHANNEL_OK:
        return 0;
    case CHANNEL_PLANNED:
        return 1;
    case CHANNEL_STARTING:
        return 2;
    case CHANNEL_UNKNOWN:
        return 3;
    case CHANNEL_FAULT:
        break;
    }
    return 4;
}

bool
health_span_roll(ChannelRecord *channel, WallUs wall_us, HealthRow *ret_row)
{
    const double bitrate_bps = channel_record_bitrate_bps(channel);
    HealthSpan *span = &channel->health;
    const WallUs begin_us = wall_us - wall_us % HEALTH_SPAN_US;
    const bool ended = span->at_us != begin_us && span->at_us != 0;

    if (ended)
        *ret_row = row_of(channel);
    if (span->at_us != begin_us)
        *span = (HealthSpan){.at_us = begin_us, .worst = channel->status.state};
    if (isfinite(bitrate_bps)) {
        span->sum_bps += bitrate_bps;
        span->minimum_bps = span->n > 0 ? MIN(span->minimum_bps, bitrate_bps) : bitrate_bps;
        span->maximum_bps = span->n > 0 ? MAX(span->maximum_bps, bitrate_bps) : bitrate_bps;
        span->n++;
    }
    if (badness(channel->status.state) > badness(span->worst))
        span->worst = channel->status.state;
    if (channel->status.state != CHANNEL_UNKNOWN && channel->status.state != CHANNEL_STARTING)
        span->measured_s = MIN(span->measured_s + 1, (unsigned)(HEALTH_SPAN_US / US_PER_SECOND));
    return ended;
}

void
health_span_keep(ChannelRecord *channel, unsigned metric, MonoUs at_us, double value)
{
    size_t gauge = 0;

    samples_put(channel->samples, metric, at_us, value);
    if (health_gauge_find(metric, &gauge))
        health_gauge_add(&channel->health.gauges[gauge], value);
}
