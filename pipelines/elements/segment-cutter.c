/* Looking for key frames, only where one would be cut at. */
#include "pipelines/elements/segment-cutter.h"

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/pes-header.h"
#include "pipelines/ts/ts-pid.h"

void
segment_cutter_init(SegmentCutter *cutter)
{
    *cutter =
        (SegmentCutter){.pid = TS_PID_NULL, .unit_pts = PTS90_MODULUS, .last_pts = PTS90_MODULUS};
}

void
segment_cutter_set(SegmentCutter *cutter, uint16_t pid, TsCodec codec)
{
    if (cutter->pid == pid && cutter->codec == codec)
        return;
    cutter->pid = pid;
    cutter->codec = codec;
    cutter->video = ts_codec_kind(codec) == TS_KIND_VIDEO;
    cutter->looking = false;
    cutter->unit_pts = cutter->last_pts = PTS90_MODULUS;
}

bool
segment_cutter_is_due(const SegmentCutter *cutter, MonoUs now_us)
{
    return !cutter->begun || now_us - cutter->packet_us > SEGMENT_PAUSE_US ||
           now_us - cutter->began_us >= SEGMENT_PATIENCE_US;
}

static bool
wants_key(const SegmentCutter *cutter, MonoUs now_us)
{
    return !cutter->key || now_us - cutter->began_us >= SEGMENT_LENGTH_US;
}

/* Takes bytes of a unit. */
static SegmentCut
look(SegmentCutter *cutter, ByteReader payload)
{
    const unsigned passed =
        cutter->header_left < payload.left ? cutter->header_left : (unsigned)payload.left;

    byte_reader_skip(&payload, passed);
    cutter->header_left -= passed;
    if (payload.left == 0 || !ts_head_add(&cutter->head, cutter->codec, payload.at, payload.left))
        return SEGMENT_CUT_MAYBE;
    cutter->looking = false;
    return key_frame_in(cutter->codec, cutter->head.data, cutter->head.size) ? SEGMENT_CUT_HERE
                                                                             : SEGMENT_CUT_NONE;
}

/* A unit begins in the packet with @header. */
static SegmentCut
begin_unit(SegmentCutter *cutter, const TsHeader *header, MonoUs now_us)
{
    const ByteReader payload =
        byte_reader(header->bytes + header->payload_at, TS_PACKET_SIZE - header->payload_at);
    PesHeader pes = {.size = 0, .pts = PTS90_MODULUS};
    const bool readable = !header->scrambled &&
                          pes_header_read(payload.at, payload.left, &pes) == PES_HEADER_GOOD &&
                          !pes.scrambled;

    cutter->last_pts = cutter->unit_pts;
    cutter->unit_pts = readable ? pes.pts : PTS90_MODULUS;
    cutter->looking = false;
    if (!wants_key(cutter, now_us))
        return SEGMENT_CUT_NONE;
    if (!cutter->video)
        return SEGMENT_CUT_HERE;
    if (!readable || !ts_head_readable(cutter->codec))
        return header->random_access ? SEGMENT_CUT_HERE : SEGMENT_CUT_NONE;
    ts_head_begin(&cutter->head, cutter->unit_pts);
    cutter->header_left = pes.size;
    cutter->looking = true;
    return look(cutter, payload);
}

SegmentCut
segment_cutter_take(SegmentCutter *cutter, const uint8_t *packet, MonoUs now_us)
{
    TsHeader header;

    if ((packet[1] & 0x80) != 0)
        return SEGMENT_CUT_NONE;
    ts_header(packet, &header);
    if (header.unit_start)
        return begin_unit(cutter, &header, now_us);
    if (!cutter->looking)
        return SEGMENT_CUT_NONE;
    const SegmentCut cut =
        look(cutter, byte_reader(packet + header.payload_at, TS_PACKET_SIZE - header.payload_at));

    return cut == SEGMENT_CUT_HERE ? SEGMENT_CUT_THERE : SEGMENT_CUT_NONE;
}

void
segment_cutter_begin(SegmentCutter *cutter, bool key, MonoUs now_us)
{
    cutter->begun = true;
    cutter->key = key || (!cutter->video && cutter->pid != TS_PID_NULL);
    cutter->began_us = now_us;
    cutter->looking = false;
}

void
segment_cutter_forget(SegmentCutter *cutter)
{
    cutter->looking = false;
}
