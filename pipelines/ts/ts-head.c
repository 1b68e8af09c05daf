/* Bytes are copied once, and looked through once. */
#include "pipelines/ts/ts-head.h"

#include <string.h>

#include "pipelines/ts/start-code.h"

bool
ts_head_readable(TsCodec codec)
{
    return codec == TS_CODEC_H264 || codec == TS_CODEC_HEVC || codec == TS_CODEC_MPEG1_VIDEO ||
           codec == TS_CODEC_MPEG2_VIDEO;
}

/* @code: the byte behind the start code */
static bool
is_slice(TsCodec codec, uint8_t code)
{
    if (codec == TS_CODEC_H264)
        return (code & 31) >= 1 && (code & 31) <= 5;
    if (codec == TS_CODEC_HEVC)
        return (code >> 1 & 63) < 32;
    return code >= 0x01 && code <= 0xaf;
}

/* What opens an access unit, before its first slice. MPEG-1 and -2 need no such: PES packets of
 * theirs begin with it. */
static bool
is_opening(TsCodec codec, uint8_t code)
{
    const unsigned avc = code & 31, hevc = code >> 1 & 63;

    if (codec == TS_CODEC_H264)
        return avc >= 6 && avc <= 9;
    if (codec == TS_CODEC_HEVC)
        return (hevc >= 32 && hevc <= 35) || hevc == 39;
    return true;
}

void
ts_head_begin(TsHead *head, Pts90 pts)
{
    head->open = true;
    head->size = 0;
    head->from = 0;
    head->opened = false;
    head->slice = TS_HEAD_MAX;
    head->pts = pts;
}

static void
look_for_slice(TsHead *head, TsCodec codec)
{
    ByteReader unit = byte_reader(head->data + head->from, head->size - head->from);

    while (start_code_next(&unit)) {
        if (!head->opened && is_opening(codec, unit.at[0])) {
            head->opened = true;
            head->slice = TS_HEAD_MAX;
        }
        if (head->slice < TS_HEAD_MAX || !is_slice(codec, unit.at[0]))
            continue;
        head->slice = (uint32_t)(unit.at - head->data) - 3;
        if (head->opened)
            return;
    }
    /* A start code and the byte behind it may be split here. */
    head->from = head->size > 3 ? head->size - 3 : 0;
}

static bool
has_slice(const TsHead *head)
{
    return head->opened && head->slice < TS_HEAD_MAX;
}

bool
ts_head_add(TsHead *head, TsCodec codec, const uint8_t *data, size_t size)
{
    if (!head->open)
        return false;
    const size_t room = TS_HEAD_MAX - head->size, taken = size < room ? size : room;

    memcpy(head->data + head->size, data, taken);
    head->size += (uint32_t)taken;
    if (!has_slice(head))
        look_for_slice(head, codec);
    const bool found = has_slice(head) && head->size >= head->slice + TS_HEAD_SLICE;
    const bool full = head->size == TS_HEAD_MAX;

    head->cut += full && head->slice == TS_HEAD_MAX;
    head->open = !found && !full;
    return !head->open;
}

bool
ts_head_end(TsHead *head)
{
    const bool was_open = head->open;

    head->open = false;
    return was_open && head->size > 0;
}
