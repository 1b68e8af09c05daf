/* A handful of slots, searched: gaps are rare, and short. */
#include "pipelines/ts/rtp-order.h"

#include <string.h>

/* One payload on its way. */
typedef struct {
    const uint8_t *payload;
    size_t size;
    MonoUs arrival_us;
    uint16_t sequence;
} Item;

static void
emit(RtpOrder *order, const Item *item, const RtpPayloadSink *sink)
{
    if (item->arrival_us > order->last_us)
        order->last_us = item->arrival_us;
    order->next = (uint16_t)(item->sequence + 1);
    sink->visitor(item->payload, item->size, order->last_us, sink->user_data);
}

static void
emit_held(RtpOrder *order, RtpHeld *held, const RtpPayloadSink *sink)
{
    const Item item = {held->payload, held->size, held->arrival_us, held->sequence};

    held->used = false;
    order->n_held--;
    emit(order, &item, sink);
}

/* The held datagram that comes first; NULL: none is held. */
static RtpHeld *
first_held(RtpOrder *order)
{
    RtpHeld *first = NULL;
    uint16_t least = 0;

    for (unsigned i = 0; i < RTP_ORDER_MAX && order->n_held > 0; i++) {
        RtpHeld *held = &order->held[i];
        const uint16_t ahead = (uint16_t)(held->sequence - order->next);

        if (!held->used || (first && ahead >= least))
            continue;
        first = held;
        least = ahead;
    }
    return first;
}

static MonoUs
oldest_us(const RtpOrder *order)
{
    MonoUs oldest = US_NEVER;

    for (unsigned i = 0; i < RTP_ORDER_MAX; i++)
        if (order->held[i].used && order->held[i].arrival_us < oldest)
            oldest = order->held[i].arrival_us;
    return oldest;
}

/* Hands on what is due; gives gaps up while @leave datagrams or less are not held. */
static void
release(RtpOrder *order, unsigned leave, const RtpPayloadSink *sink)
{
    for (RtpHeld *held; (held = first_held(order));) {
        if (held->sequence != order->next && order->n_held <= leave)
            return;
        emit_held(order, held, sink);
    }
}

static void
hold(RtpOrder *order, const Item *item)
{
    for (unsigned i = 0; i < RTP_ORDER_MAX; i++) {
        RtpHeld *held = &order->held[i];

        if (held->used)
            continue;
        held->used = true;
        held->sequence = item->sequence;
        held->size = item->size;
        held->arrival_us = item->arrival_us;
        memcpy(held->payload, item->payload, item->size);
        order->n_held++;
        return;
    }
}

static void
place(RtpOrder *order, const Item *item, const RtpPayloadSink *sink)
{
    const uint16_t ahead = (uint16_t)(item->sequence - order->next);

    if (ahead >= 0x8000) {
        order->late++;
    } else if (ahead == 0) {
        emit(order, item, sink);
        release(order, RTP_ORDER_MAX, sink);
    } else if (item->size > RTP_ORDER_BYTES) {
        release(order, 0, sink);
        emit(order, item, sink);
    } else {
        if (order->n_held == RTP_ORDER_MAX)
            release(order, RTP_ORDER_MAX - 1, sink);
        if (item->sequence == order->next)
            emit(order, item, sink);
        else
            hold(order, item);
    }
}

RtpVerdict
rtp_order_push(RtpOrder *order,
               const uint8_t *data,
               size_t size,
               MonoUs arrival_us,
               const RtpPayloadSink *sink)
{
    const bool started = order->receiver.started;
    const uint64_t restarts = order->receiver.restarts;
    Item item = {.arrival_us = arrival_us};
    const RtpVerdict verdict =
        rtp_receiver_push(&order->receiver, data, size, &item.payload, &item.size);

    if (verdict != RTP_PAYLOAD && verdict != RTP_GAP)
        return verdict;
    item.sequence = (uint16_t)(data[2] << 8 | data[3]);
    if (!started || restarts != order->receiver.restarts) {
        release(order, 0, sink);
        order->next = item.sequence;
    }
    place(order, &item, sink);
    if (order->n_held > 0 && arrival_us - oldest_us(order) >= RTP_ORDER_US)
        release(order, 0, sink);
    return verdict;
}
