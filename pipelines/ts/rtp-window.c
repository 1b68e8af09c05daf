/* Only what waits is copied, each datagram once. */
#include "pipelines/ts/rtp-window.h"

#include <glib.h>
#include <string.h>

#define FIRST_CYCLE (UINT64_C(1) << 32) /* room to look back from the first number */
#define CYCLE       UINT64_C(65536)

static RtpSlot *
slot_at(const RtpWindow *window, uint64_t number)
{
    return &window->slots[number & (window->capacity - 1)];
}

static uint8_t *
bytes_at(const RtpWindow *window, uint64_t number)
{
    return window->bytes + (number & (window->capacity - 1)) * RTP_WINDOW_BYTES;
}

void
rtp_window_init(RtpWindow *window)
{
    *window = (RtpWindow){.slots = NULL};
    rtp_window_reserve(window, RTP_WINDOW_SLOTS);
    rtp_window_reset(window);
}

void
rtp_window_reset(RtpWindow *window)
{
    *window = (RtpWindow){
        .slots = window->slots,
        .bytes = window->bytes,
        .capacity = window->capacity,
        .hold_max = RTP_WINDOW_HOLD,
        .pass_max = RTP_WINDOW_HOLD,
        .wait_us = RTP_WINDOW_US,
    };
    memset(window->slots, 0, window->capacity * sizeof *window->slots);
}

void
rtp_window_clear(RtpWindow *window)
{
    g_clear_pointer(&window->slots, g_free);
    g_clear_pointer(&window->bytes, g_free);
}

void
rtp_window_reserve(RtpWindow *window, uint32_t capacity)
{
    const RtpWindow old = *window;

    if (capacity <= old.capacity)
        return;
    window->capacity = capacity;
    window->slots = g_new0(RtpSlot, capacity);
    window->bytes = g_malloc((size_t)capacity * RTP_WINDOW_BYTES); /* untouched until needed */
    for (uint32_t i = 0; i < old.capacity; i++) {
        const RtpSlot *slot = &old.slots[i];

        if (slot->state == RTP_SLOT_EMPTY)
            continue;
        *slot_at(window, slot->number) = *slot;
        memcpy(bytes_at(window, slot->number), bytes_at(&old, slot->number), slot->size);
    }
    g_free(old.slots);
    g_free(old.bytes);
}

uint64_t
rtp_window_number(const RtpWindow *window, uint16_t sequence)
{
    return window->next + (uint64_t)(int64_t)(int16_t)(sequence - (uint16_t)window->next);
}

const RtpSlot *
rtp_window_slot(const RtpWindow *window, uint64_t number)
{
    const RtpSlot *slot = slot_at(window, number);

    return slot->state != RTP_SLOT_EMPTY && slot->number == number ? slot : NULL;
}

const uint8_t *
rtp_window_bytes(const RtpWindow *window, uint64_t number, size_t *ret_size)
{
    const RtpSlot *slot = rtp_window_slot(window, number);

    if (!slot || slot->size == 0)
        return NULL;
    *ret_size = slot->size;
    return bytes_at(window, number);
}

/* @payload: (inout): its time and what it follows are set here */
static void
hand_on(RtpWindow *window, IpPayload *payload, const IpPayloadSink *sink)
{
    if (payload->arrival_us > window->last_us)
        window->last_us = payload->arrival_us;
    if (payload->size == 0)
        return;
    payload->arrival_us = window->last_us;
    payload->after_gap = window->gap;
    window->gap = false;
    window->handed_on++;
    sink->visitor(payload, sink->user_data);
}

void
rtp_window_bypass(RtpWindow *window, const IpPayload *payload, const IpPayloadSink *sink)
{
    IpPayload out = *payload;

    hand_on(window, &out, sink);
}

static void
fill_slot(RtpWindow *window, uint64_t number, const RtpItem *item, RtpSlotState state)
{
    const bool copy = (state == RTP_SLOT_HELD || window->keep) && item->size <= RTP_WINDOW_BYTES;

    *slot_at(window, number) = (RtpSlot){
        .number = number,
        .arrival_us = item->arrival_us,
        .size = copy ? (uint16_t)item->size : 0,
        .payload_offset = copy ? (uint16_t)item->payload_offset : 0,
        .payload_size = copy ? (uint16_t)item->payload_size : 0,
        .state = (uint8_t)state,
        .leg = item->leg,
        .repaired = item->repaired,
    };
    if (copy)
        memcpy(bytes_at(window, number), item->data, item->size);
}

static void
pass(RtpWindow *window, const RtpItem *item, const IpPayloadSink *sink)
{
    IpPayload payload = {
        .data = item->data + item->payload_offset,
        .size = item->payload_size,
        .arrival_us = item->arrival_us,
        .repaired = item->repaired,
    };

    if (window->remember)
        fill_slot(window, window->next, item, RTP_SLOT_PASSED);
    window->next++;
    hand_on(window, &payload, sink);
}

static void
pass_held(RtpWindow *window, RtpSlot *slot, const IpPayloadSink *sink)
{
    IpPayload payload = {
        .data = bytes_at(window, slot->number) + slot->payload_offset,
        .size = slot->payload_size,
        .arrival_us = slot->arrival_us,
        .repaired = slot->repaired,
    };

    slot->state = RTP_SLOT_PASSED;
    if (!window->keep)
        slot->size = 0;
    window->n_held--;
    window->next++;
    hand_on(window, &payload, sink);
}

static RtpSlot *
held(const RtpWindow *window, uint64_t number)
{
    RtpSlot *slot = slot_at(window, number);

    return slot->state == RTP_SLOT_HELD && slot->number == number ? slot : NULL;
}

static void
find_oldest(RtpWindow *window)
{
    uint32_t unseen = window->n_held;

    window->oldest_us = US_NEVER;
    for (uint64_t number = window->next; unseen > 0 && number < window->end; number++) {
        const RtpSlot *slot = held(window, number);

        if (!slot)
            continue;
        unseen--;
        if (slot->arrival_us < window->oldest_us)
            window->oldest_us = slot->arrival_us;
    }
}

/* Hands on what follows without a gap. */
static void
drain(RtpWindow *window, const IpPayloadSink *sink)
{
    const uint32_t before = window->n_held;

    for (RtpSlot *slot; window->n_held > 0 && (slot = held(window, window->next));)
        pass_held(window, slot, sink);
    if (window->n_held != before)
        find_oldest(window);
}

static void
give_up_one(RtpWindow *window)
{
    if (window->remember)
        *slot_at(window, window->next) = (RtpSlot){.number = window->next, .state = RTP_SLOT_LOST};
    window->next++;
    window->lost++;
    window->gap = true;
}

/* Gives up the numbers before @upto that are missing, and hands on those that are held. */
static void
give_up(RtpWindow *window, uint64_t upto, const IpPayloadSink *sink)
{
    while (window->next < upto) {
        RtpSlot *slot = held(window, window->next);

        if (slot)
            pass_held(window, slot, sink);
        else
            give_up_one(window);
    }
    find_oldest(window);
    drain(window, sink);
}

static void
note_end(RtpWindow *window, uint64_t number, const RtpItem *item)
{
    if (number >= window->end)
        window->end = number + 1;
    if (!item->repaired && number >= window->leg_end[item->leg])
        window->leg_end[item->leg] = number + 1;
}

static RtpPlace
look_back(RtpWindow *window, uint64_t number)
{
    const RtpSlot *slot = window->remember ? rtp_window_slot(window, number) : NULL;

    if (slot && slot->state == RTP_SLOT_PASSED)
        return RTP_PLACE_TWIN;
    window->late++;
    return RTP_PLACE_LATE;
}

static RtpPlace
hold(RtpWindow *window, uint64_t number, const RtpItem *item)
{
    if (held(window, number))
        return RTP_PLACE_TWIN;
    fill_slot(window, number, item, RTP_SLOT_HELD);
    if (item->repaired) /* it has no time of its own, and none waits because of it */
        slot_at(window, number)->arrival_us =
            window->n_held > 0 ? window->oldest_us : window->last_us;
    if (window->n_held++ == 0 || slot_at(window, number)->arrival_us < window->oldest_us)
        window->oldest_us = slot_at(window, number)->arrival_us;
    return RTP_PLACE_NEW;
}

static RtpPlace
place(RtpWindow *window, uint64_t number, const RtpItem *item, const IpPayloadSink *sink)
{
    if (number < window->next)
        return look_back(window, number);
    if (number > window->next && item->size > RTP_WINDOW_BYTES) {
        window->too_long++;
        give_up(window, number, sink);
    } else if (number - window->next > window->hold_max) {
        give_up(window, number - window->hold_max, sink);
    }
    if (number != window->next)
        return number < window->next ? RTP_PLACE_TWIN : hold(window, number, item);
    pass(window, item, sink);
    drain(window, sink);
    return RTP_PLACE_NEW;
}

RtpPlace
rtp_window_push(RtpWindow *window, const RtpItem *item, const IpPayloadSink *sink)
{
    if (!window->started)
        rtp_window_restart(window, item->sequence, sink);
    const uint64_t number = rtp_window_number(window, item->sequence);

    note_end(window, number, item);
    return place(window, number, item, sink);
}

/* Both legs have passed the number that is due: neither will bring it. */
static bool
both_passed(const RtpWindow *window)
{
    return window->two_legs && window->leg_end[0] > window->next + window->pass_max &&
           window->leg_end[1] > window->next + window->pass_max;
}

/* The first number from the one that is due on that is held; one is. */
static uint64_t
first_held(const RtpWindow *window)
{
    uint64_t number = window->next;

    while (number < window->end && !held(window, number))
        number++;
    return number;
}

void
rtp_window_expire(RtpWindow *window, MonoUs now_us, const IpPayloadSink *sink)
{
    while (window->n_held > 0 &&
           (now_us - window->oldest_us >= window->wait_us ||
            window->end - window->next > window->hold_max + 1 || both_passed(window)))
        give_up(window, first_held(window), sink);
}

void
rtp_window_flush(RtpWindow *window, const IpPayloadSink *sink)
{
    while (window->n_held > 0)
        give_up(window, first_held(window), sink);
}

static void
go_to(RtpWindow *window, uint64_t number)
{
    window->next = number;
    window->end = number;
    for (unsigned i = 0; i < RTP_WINDOW_LEGS; i++)
        window->leg_end[i] = number;
}

void
rtp_window_skip(RtpWindow *window, uint64_t number, const IpPayloadSink *sink)
{
    if (!window->started || number <= window->end + RTP_WINDOW_FAR)
        return;
    rtp_window_flush(window, sink);
    window->lost += number - window->next;
    window->gap = true;
    go_to(window, number);
}

void
rtp_window_restart(RtpWindow *window, uint16_t sequence, const IpPayloadSink *sink)
{
    const bool again = window->started;

    rtp_window_flush(window, sink);
    go_to(window, (again ? (window->end / CYCLE + 2) * CYCLE : FIRST_CYCLE) + sequence);
    window->gap = again;
    window->restarts += again;
    window->started = true;
}
