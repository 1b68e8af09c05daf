/* Filling blocks. */
#include "pipelines/elements/segment-lane.h"

#include <string.h>

#include "pipelines/base/clock.h"

#define TABLE_PMT 2u

void
segment_lane_init(SegmentLane *lane, SegmentStore *store, unsigned index)
{
    *lane = (SegmentLane){.store = store, .index = index, .service.cut_pid = TS_PID_NULL};
    segment_cutter_init(&lane->cutter);
}

void
segment_lane_follow(SegmentLane *lane, const SegmentService *service)
{
    if (service->pmt_pid != lane->service.pmt_pid)
        lane->pmt = (SegmentTable){0};
    lane->service = *service;
    segment_cutter_set(&lane->cutter, service->cut_pid, service->codec);
}

/* The label of @mono_us. */
static WallUs
wall_of(MonoUs mono_us)
{
    const MonoUs now_us = boot_now_us();

    return wall_now_us() - (now_us - mono_us);
}

void
segment_lane_lose(SegmentLane *lane, uint64_t n)
{
    lane->lost += n;
    lane->lost_ever += n;
}

/* Hands the block over. @last_pts: of the last unit in it */
static void
give(SegmentLane *lane, uint64_t last_pts)
{
    SegmentBlock *block = g_steal_pointer(&lane->block);

    segment_cutter_forget(&lane->cutter);
    if (block == NULL)
        return;
    block->end_us = MAX(lane->cutter.packet_us, block->start_us);
    block->last_pts = last_pts;
    block->given_us = lane->now_us;
    segment_store_give(lane->store, block);
}

static void
keep_head(SegmentLane *lane)
{
    unsigned n = segment_table_packets(&lane->pat, lane->head.bytes);

    n += segment_table_packets(&lane->pmt, lane->head.bytes + n * (size_t)TS_PACKET_SIZE);
    lane->head.n = n;
}

/* Lets @block begin a segment, with what is in lane->head in front. */
static void
begin_block(SegmentLane *lane, SegmentBlock *block, bool key)
{
    block->begins = true;
    block->key = key;
    block->start_us = lane->now_us;
    block->start_wall_us = wall_of(lane->now_us);
    block->first_pts = key ? lane->cutter.unit_pts : PTS90_MODULUS;
    block->head_packets = lane->head.n;
    block->size = lane->head.n * (size_t)TS_PACKET_SIZE;
    memcpy(block->data, lane->head.bytes, block->size);
    lane->must_begin = false;
    segment_cutter_begin(&lane->cutter, key, lane->now_us);
}

/* Makes lane->block what is being filled. Returns: false if there is none to be had */
static bool
open_block(SegmentLane *lane)
{
    SegmentBlock *block = lane->block != NULL ? NULL : segment_store_take(lane->store);

    if (lane->block != NULL)
        return true;
    if (block == NULL)
        return false;
    block->lane = lane->index;
    block->lost_before = lane->lost;
    lane->lost = 0;
    lane->block_us = lane->now_us;
    if (lane->must_begin) {
        keep_head(lane);
        begin_block(lane, block, false);
    }
    lane->block = block;
    return true;
}

/* Begins a segment with what lies in the block from @from on. */
static void
begin_segment(SegmentLane *lane, size_t from, bool key)
{
    const uint64_t last_pts = key ? lane->cutter.last_pts : lane->cutter.unit_pts;
    const SegmentBlock *before = lane->block;
    const size_t tail = before != NULL ? before->size - from : 0;
    SegmentBlock *block = segment_store_take(lane->store);

    if (block == NULL) {
        if (before != NULL)
            lane->block->size = from;
        give(lane, last_pts);
        segment_lane_lose(lane, tail / TS_PACKET_SIZE);
        lane->must_begin = true;
        segment_cutter_begin(&lane->cutter, false, lane->now_us);
        return;
    }
    block->lane = lane->index;
    block->lost_before = before == NULL ? lane->lost : 0;
    lane->lost = before == NULL ? 0 : lane->lost;
    begin_block(lane, block, key);
    if (before != NULL) {
        memcpy(block->data + block->size, before->data + from, tail);
        block->size += tail;
        lane->block->size = from;
        give(lane, last_pts);
    }
    lane->block = block;
    lane->block_us = lane->now_us;
}

static size_t
block_size(const SegmentLane *lane)
{
    return lane->block != NULL ? lane->block->size : 0;
}

void
segment_lane_arrive(SegmentLane *lane, MonoUs now_us)
{
    const bool due = segment_cutter_is_due(&lane->cutter, now_us);

    lane->now_us = now_us;
    if (due) {
        keep_head(lane);
        begin_segment(lane, block_size(lane), false);
    }
    lane->cutter.packet_us = now_us;
}

/* Room for more packets in the block. While a cut may come to lie in it, it takes a few more. */
static size_t
room_left(const SegmentLane *lane)
{
    const size_t room = lane->block->room + (lane->cutter.looking ? SEGMENT_BLOCK_TAIL : 0);

    return lane->block->size < room ? (room - lane->block->size) / TS_PACKET_SIZE * TS_PACKET_SIZE
                                    : 0;
}

static void
append(SegmentLane *lane, const uint8_t *packets, size_t size)
{
    while (size > 0) {
        if (!open_block(lane)) {
            segment_lane_lose(lane, size / TS_PACKET_SIZE);
            return;
        }
        const size_t room = room_left(lane), part = MIN(room, size);

        memcpy(lane->block->data + lane->block->size, packets, part);
        lane->block->size += part;
        packets += part;
        size -= part;
        if (part == room)
            give(lane, lane->cutter.unit_pts);
    }
}

/* A packet of the PID that is cut at. */
static void
look_for_cut(SegmentLane *lane, const uint8_t *packet)
{
    switch (segment_cutter_take(&lane->cutter, packet, lane->now_us)) {
    case SEGMENT_CUT_NONE:
        break;
    case SEGMENT_CUT_HERE:
        keep_head(lane);
        begin_segment(lane, block_size(lane), true);
        break;
    case SEGMENT_CUT_MAYBE:
        keep_head(lane);
        lane->maybe_at = block_size(lane);
        break;
    case SEGMENT_CUT_THERE:
        begin_segment(lane, MIN(lane->maybe_at, block_size(lane)), true);
        break;
    }
}

static unsigned
pid_of(const uint8_t *packet)
{
    return (packet[1] & 0x1fu) << 8 | packet[2];
}

/* Looks at @packet, if it tells anything. */
static void
look_at(SegmentLane *lane, const uint8_t *packet, unsigned pid)
{
    if (pid == lane->service.pmt_pid)
        segment_table_take(&lane->pmt, packet, TABLE_PMT, lane->service.service_id);
    if (pid == lane->cutter.pid && segment_cutter_wants(&lane->cutter, packet))
        look_for_cut(lane, packet);
}

void
segment_lane_take(SegmentLane *lane, const uint8_t *packet)
{
    look_at(lane, packet, pid_of(packet));
    append(lane, packet, TS_PACKET_SIZE);
}

void
segment_lane_take_pat(SegmentLane *lane, const uint8_t *packet)
{
    const SegmentProgram program = {lane->service.transport_stream_id, lane->service.service_id,
                                    lane->service.pmt_pid};
    uint8_t own[TS_PACKET_SIZE];

    if (lane->service.service_id == 0 ||
        !segment_pat_rewrite(packet, &program, lane->pat_counter, own))
        return;
    lane->pat_counter = (lane->pat_counter + 1u) & 15u;
    segment_table_take(&lane->pat, own, 0, 0);
    append(lane, own, TS_PACKET_SIZE);
}

void
segment_lane_take_all(SegmentLane *lane, const uint8_t *packets, size_t size)
{
    const unsigned pmt = lane->service.pmt_pid;
    const uint8_t *from = packets, *end = packets + size;

    for (const uint8_t *at = packets; at < end; at += TS_PACKET_SIZE) {
        const unsigned pid = pid_of(at);

        if (pid != lane->cutter.pid && pid != 0 && pid != pmt)
            continue;
        if (pid == lane->cutter.pid && !segment_cutter_wants(&lane->cutter, at))
            continue;
        append(lane, from, (size_t)(at - from));
        from = at;
        if (pid == 0)
            segment_table_take(&lane->pat, at, 0, 0);
        look_at(lane, at, pid);
    }
    append(lane, from, (size_t)(end - from));
}

void
segment_lane_flush(SegmentLane *lane, MonoUs now_us, bool all)
{
    lane->now_us = now_us;
    if (all || (lane->block != NULL && !lane->cutter.looking &&
                now_us - lane->block_us >= SEGMENT_FLUSH_US))
        give(lane, lane->cutter.unit_pts);
}
