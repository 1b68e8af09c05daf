/* Filler is looked for from the end; a ring of sizes is sorted for its quartile. */
#include "pipelines/ts/unit-hints.h"

#include <string.h>

#define FILLER_H264  12u
#define FILLER_HEVC  38u
#define FILLER_ROUND 64u /* filler units of one access unit that are taken off */

static bool
is_filler(TsCodec codec, const uint8_t *nal)
{
    return codec == TS_CODEC_H264 ? (nal[0] & 31) == FILLER_H264
                                  : (nal[0] >> 1 & 63) == FILLER_HEVC;
}

/* The size without the filler unit at the end; @size if there is none. */
static size_t
without_filler(TsCodec codec, const uint8_t *data, size_t size)
{
    const size_t header = codec == TS_CODEC_H264 ? 1 : 2;
    size_t end = size;

    while (end > 0 && data[end - 1] == 0)
        end--;
    if (end == 0 || data[end - 1] != 0x80)
        return size;
    end--;
    while (end > 0 && data[end - 1] == 0xff)
        end--;
    if (end < header + 3 || !is_filler(codec, data + end - header) ||
        memcmp(data + end - header - 3, "\0\0\1", 3) != 0)
        return size;
    return end - header - 3;
}

size_t
unit_payload_size(TsCodec codec, const uint8_t *data, size_t size)
{
    if (codec == TS_CODEC_MPEG1_VIDEO || codec == TS_CODEC_MPEG2_VIDEO) {
        while (size > 0 && data[size - 1] == 0)
            size--;
        return size;
    }
    if (codec != TS_CODEC_H264 && codec != TS_CODEC_HEVC)
        return size;
    for (unsigned round = 0; round < FILLER_ROUND; round++) {
        const size_t less = without_filler(codec, data, size);

        if (less == size)
            break;
        size = less;
    }
    return size;
}

static uint32_t
lower_quartile(const UnitHints *hints)
{
    uint32_t sorted[UNIT_HINTS_RECENT];

    for (unsigned i = 0; i < UNIT_HINTS_RECENT; i++) {
        unsigned at = i;

        for (; at > 0 && sorted[at - 1] > hints->recent[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = hints->recent[i];
    }
    return sorted[UNIT_HINTS_RECENT / 4];
}

bool
unit_hints_add(UnitHints *hints, bool key, size_t payload)
{
    if (key)
        return hints->small;
    hints->recent[hints->next] = payload < UINT32_MAX ? (uint32_t)payload : UINT32_MAX;
    hints->next = (hints->next + 1) % UNIT_HINTS_RECENT;
    if (hints->n < UNIT_HINTS_RECENT && ++hints->n < UNIT_HINTS_RECENT)
        return hints->small;
    const double quartile = lower_quartile(hints);

    hints->small = quartile < UNIT_HINTS_TINY || quartile * UNIT_HINTS_SHARE < hints->usual;
    if (hints->usual <= 0)
        hints->usual = quartile;
    else if (!hints->small)
        hints->usual += (quartile - hints->usual) / UNIT_HINTS_SLOW;
    return hints->small;
}
