/* Differences are taken in units of 1/9 us, in which both clocks are whole numbers. */
#include "pipelines/ts/rtp-jitter.h"

#include <stdlib.h>

#define PER_US   9   /* units in a microsecond */
#define PER_TICK 100 /* units in a tick of 90 kHz */
#define GAIN     16  /* of the filter, RFC 3550 */

static int64_t
ticks_between(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* By how much later than its timestamp says a datagram came, relative to an earlier one. */
static int64_t
deviation(MonoUs arrival_us, int64_t ticks)
{
    return arrival_us * PER_US - ticks * PER_TICK;
}

RtpHint
rtp_jitter_hint(const RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us)
{
    if (!jitter->started || !jitter->steady)
        return (RtpHint){RTP_CLOCK_UNKNOWN, 0};
    const int64_t ticks = ticks_between(jitter->timestamp, header->timestamp);

    if (llabs(deviation(arrival_us - jitter->arrival_us, ticks)) > RTP_CLOCK_FAR_US * PER_US)
        return (RtpHint){RTP_CLOCK_JUMPED, 0};
    return (RtpHint){RTP_CLOCK_GOES_ON, (int64_t)((double)ticks / jitter->ticks + 0.5)};
}

static void
anchor(RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us)
{
    jitter->check_us = arrival_us;
    jitter->check_stamp = header->timestamp;
    jitter->check_sequence = header->sequence;
}

static void
check(RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us)
{
    const int64_t ticks = ticks_between(jitter->check_stamp, header->timestamp);
    const uint16_t numbers = (uint16_t)(header->sequence - jitter->check_sequence);
    const MonoUs elapsed_us = arrival_us - jitter->check_us;

    anchor(jitter, header, arrival_us);
    if (elapsed_us > 2 * RTP_CLOCK_CHECK_US) /* there was a gap: nothing is learnt from it */
        return;
    jitter->steady = numbers > 0 && ticks > 0 &&
                     llabs(deviation(elapsed_us, ticks)) <= RTP_CLOCK_TOLERANCE_US * PER_US;
    if (jitter->steady)
        jitter->ticks = (double)ticks / numbers;
}

/* @off: units of 1/9 us */
static void
filter(RtpJitter *jitter, int64_t off)
{
    const double off_us = (double)llabs(off) / PER_US;

    if (off_us > (double)RTP_CLOCK_FAR_US) /* the clock jumped: that is no jitter */
        return;
    jitter->jitter_us += (off_us - jitter->jitter_us) / GAIN;
    if (jitter->jitter_us > jitter->max_us)
        jitter->max_us = jitter->jitter_us;
}

void
rtp_jitter_push(RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us)
{
    if (jitter->started)
        filter(jitter, deviation(arrival_us - jitter->arrival_us,
                                 ticks_between(jitter->timestamp, header->timestamp)));
    else
        anchor(jitter, header, arrival_us);
    if (arrival_us - jitter->check_us >= RTP_CLOCK_CHECK_US)
        check(jitter, header, arrival_us);
    jitter->started = true;
    jitter->timestamp = header->timestamp;
    jitter->arrival_us = arrival_us;
}

void
rtp_jitter_break(RtpJitter *jitter)
{
    jitter->started = false;
}
