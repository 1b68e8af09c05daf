/* A ring of bits behind the newest number tells late from twice. */
#include "pipelines/ts/rtp-receiver.h"

#include <string.h>

#define FIRST_CYCLE (UINT64_C(1) << 32) /* room to look back from the first number */
#define CYCLE       INT64_C(65536)      /* numbers of 16 bits */
#define CONFIRM_MAX 8u                  /* numbers within which a suspect is confirmed */
#define BITS        64u
#define MISJUDGE    4 /* times by which the rate may have changed within a burst */
#define PENDING_MAX                                                                                \
    (RTP_RESOLVE - 1u) /* numbers between the newest and the oldest not resolved                   \
                        */

static bool
came(const RtpReceiver *receiver, uint64_t number)
{
    return receiver->came[number % RTP_WINDOW / BITS] >> number % BITS & 1;
}

static void
set_came(RtpReceiver *receiver, uint64_t number)
{
    receiver->came[number % RTP_WINDOW / BITS] |= UINT64_C(1) << number % BITS;
}

static void
clear_came(RtpReceiver *receiver, uint64_t number)
{
    receiver->came[number % RTP_WINDOW / BITS] &= ~(UINT64_C(1) << number % BITS);
}

/* What is missing before @upto stays lost. */
static void
resolve(RtpReceiver *receiver, uint64_t upto)
{
    for (; receiver->pending > 0 && receiver->resolved < upto; receiver->resolved++)
        if (!came(receiver, receiver->resolved))
            receiver->pending--;
}

static void
start(RtpReceiver *receiver, uint32_t ssrc, uint16_t sequence)
{
    receiver->restarts += receiver->started;
    receiver->started = true;
    receiver->suspected = false;
    receiver->ssrc = ssrc;
    receiver->newest = FIRST_CYCLE + sequence;
    receiver->pending = 0;
    receiver->mark = receiver->newest;
    memset(receiver->came, 0xff, sizeof receiver->came); /* what came before is not missed */
}

/* Numbers are missing between the newest and @newest. */
static void
leave_out(RtpReceiver *receiver, uint64_t newest)
{
    const uint64_t missing = newest - receiver->newest - 1;

    if (missing >= RTP_WINDOW)
        memset(receiver->came, 0, sizeof receiver->came);
    else
        for (uint64_t i = 1; i <= missing; i++)
            clear_came(receiver, receiver->newest + i);
    if (receiver->pending == 0)
        receiver->resolved = receiver->newest + 1;
    if (missing > PENDING_MAX) {
        receiver->pending = PENDING_MAX;
        receiver->resolved = newest - PENDING_MAX;
    } else {
        receiver->pending += (uint32_t)missing;
    }
    receiver->lost += missing;
    receiver->bursts += missing > 1;
    if (missing > receiver->burst_max)
        receiver->burst_max = (uint32_t)missing;
}

/* @ahead numbers on, 1 being the next one. */
static RtpVerdict
go_on(RtpReceiver *receiver, uint64_t ahead)
{
    const uint64_t newest = receiver->newest + ahead;

    if (ahead > 1)
        leave_out(receiver, newest);
    receiver->newest = newest;
    set_came(receiver, newest);
    if (receiver->pending > 0)
        resolve(receiver, newest - PENDING_MAX);
    return ahead > 1 ? RTP_GAP : RTP_PAYLOAD;
}

/* @behind the newest one, 0 being the newest again. */
static RtpVerdict
look_back(RtpReceiver *receiver, uint64_t behind)
{
    const uint64_t number = receiver->newest - behind;

    if (came(receiver, number)) {
        receiver->duplicates++;
        return RTP_DUPLICATE;
    }
    set_came(receiver, number);
    receiver->reordered++;
    if (receiver->pending > 0 && number >= receiver->resolved) {
        receiver->pending--;
        receiver->lost--;
    } else {
        receiver->late++;
    }
    return RTP_PAYLOAD;
}

static RtpVerdict
suspect(RtpReceiver *receiver, const RtpHeader *header)
{
    const uint16_t ahead = (uint16_t)(header->sequence - receiver->suspect);

    if (receiver->suspected && ahead >= 1 && ahead <= CONFIRM_MAX) {
        start(receiver, header->ssrc, receiver->suspect);
        go_on(receiver, ahead);
        return RTP_GAP;
    }
    receiver->strays += receiver->suspected;
    receiver->suspected = true;
    receiver->suspect = header->sequence;
    return RTP_SUSPECT;
}

/* How far ahead of the newest a datagram is whose clock goes on: cycles of 65536 numbers that went
 * by unseen are found from its timestamp. 0: its number does not fit its timestamp. */
static uint64_t
ahead_by_clock(uint16_t ahead, int64_t expected)
{
    int64_t full = ahead;

    if (expected > full + CYCLE / 2)
        full += (expected - full + CYCLE / 2) / CYCLE * CYCLE;
    if (full > (int64_t)RTP_BURST_MAX || expected > full * MISJUDGE || full > expected * MISJUDGE)
        return 0;
    return (uint64_t)full;
}

/* A datagram of the present SSRC. */
static RtpVerdict
place(RtpReceiver *receiver, const RtpHeader *header, const RtpHint *hint)
{
    const uint16_t ahead = (uint16_t)(header->sequence - (uint16_t)receiver->newest);
    const uint16_t behind = (uint16_t)-ahead;
    const bool jumped = hint->clock == RTP_CLOCK_JUMPED;

    if (hint->clock == RTP_CLOCK_GOES_ON && (ahead >= RTP_JUMP || hint->ahead > CYCLE / 2)) {
        const uint64_t far = ahead_by_clock(ahead, hint->ahead);

        if (far > 0)
            return go_on(receiver, far);
    }
    if (behind < (jumped ? RTP_NEAR : RTP_WINDOW))
        return look_back(receiver, behind);
    if (ahead < (jumped ? RTP_NEAR : RTP_JUMP))
        return go_on(receiver, ahead);
    return suspect(receiver, header);
}

RtpVerdict
rtp_receiver_place(RtpReceiver *receiver, const RtpHeader *header, const RtpHint *hint)
{
    const bool started = receiver->started;

    receiver->received++;
    if (!started || header->ssrc != receiver->ssrc) {
        start(receiver, header->ssrc, header->sequence);
        return started ? RTP_GAP : RTP_PAYLOAD;
    }
    const RtpVerdict verdict = place(receiver, header, hint);

    if (receiver->suspected && verdict != RTP_SUSPECT) {
        receiver->strays++;
        receiver->suspected = false;
    }
    return verdict;
}

void
rtp_receiver_tick(RtpReceiver *receiver, MonoUs now_us)
{
    if (!receiver->started || now_us - receiver->mark_us < RTP_RESOLVE_US)
        return;
    resolve(receiver, receiver->mark);
    receiver->mark = receiver->newest;
    receiver->mark_us = now_us;
}

void
rtp_receiver_finish(RtpReceiver *receiver)
{
    receiver->pending = 0;
    receiver->strays += receiver->suspected;
    receiver->suspected = false;
}

RtpVerdict
rtp_receiver_push(RtpReceiver *receiver,
                  const uint8_t *data,
                  size_t size,
                  const uint8_t **ret_payload,
                  size_t *ret_size)
{
    static const RtpHint no_hint = {RTP_CLOCK_UNKNOWN, 0};
    RtpHeader header;

    if (!rtp_header_read(data, size, &header)) {
        receiver->malformed++;
        return RTP_MALFORMED;
    }
    const RtpVerdict verdict = rtp_receiver_place(receiver, &header, &no_hint);

    if (verdict == RTP_PAYLOAD || verdict == RTP_GAP) {
        *ret_payload = data + header.payload_offset;
        *ret_size = header.payload_size;
    }
    return verdict;
}
