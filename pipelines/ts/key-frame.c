/* Start codes up to the first slice decide; nothing behind it is looked at. */
#include "pipelines/ts/key-frame.h"

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/bit-reader.h"
#include "pipelines/ts/sei.h"
#include "pipelines/ts/start-code.h"
#include "pipelines/ts/ts-section.h"

#define SEI_RECOVERY_POINT 6u
#define H264_SEI           6u
#define HEVC_SEI           39u  /* the one before the slices */
#define RECOVERY_UNITS_MAX 1024 /* more is no way to begin */

typedef enum { ANSWER_NONE, ANSWER_KEY, ANSWER_NOT } Answer;

/* What was seen before the first slice. */
typedef struct {
    bool parameters; /* H.264 sequence parameter set */
    bool recovery;   /* H.264 recovery point */
} Seen;

/* Whether a slice begins as an intra one: first_mb_in_slice, then slice_type 2 or 4 (modulo 5). */
static bool
intra_slice(ByteReader nal)
{
    BitReader bits;

    byte_reader_skip(&nal, 1);
    bits = bit_reader(nal, true);
    (void)bit_reader_ue(&bits);
    const uint32_t type = bit_reader_ue(&bits);

    return !bits.broken && (type == 2 || type == 4 || type == 7 || type == 9);
}

/* Moves @sei, behind its NAL header, to the payload of a recovery point. */
static bool
find_recovery_point(ByteReader *sei)
{
    while (sei->left >= 2 && !sei->broken) {
        const size_t type = sei_number(sei);
        const size_t size = sei_number(sei);

        if (sei->broken)
            return false;
        if (type == SEI_RECOVERY_POINT)
            return true;
        if (sei->left >= 3 && sei->at[0] == 0 && sei->at[1] == 0 && sei->at[2] <= 1)
            return false; /* the NAL unit ended */
        byte_reader_skip(sei, size);
    }
    return false;
}

static bool
has_recovery_point(ByteReader sei)
{
    byte_reader_skip(&sei, 1);
    return find_recovery_point(&sei);
}

static Answer
h264(ByteReader nal, Seen *seen)
{
    switch (nal.at[0] & 31) {
    case 1:
        return (seen->parameters || seen->recovery) && intra_slice(nal) ? ANSWER_KEY : ANSWER_NOT;
    case 5:
        return ANSWER_KEY;
    case 6:
        seen->recovery |= has_recovery_point(nal);
        return ANSWER_NONE;
    case 7:
        seen->parameters = true;
        return ANSWER_NONE;
    default:
        return ANSWER_NONE;
    }
}

static Answer
hevc(ByteReader nal, Seen *seen)
{
    const unsigned type = nal.at[0] >> 1 & 63;

    if (type >= 32)
        return ANSWER_NONE;
    return type >= 16 && type <= 21 ? ANSWER_KEY : ANSWER_NOT;
}

static Answer
mpeg_video(ByteReader nal, Seen *seen)
{
    if (nal.at[0] != 0 || nal.left < 3)
        return ANSWER_NONE;
    return (nal.at[2] >> 3 & 7) == 1 ? ANSWER_KEY : ANSWER_NOT;
}

bool
key_frame_in(TsCodec codec, const uint8_t *data, size_t size)
{
    Answer (*ask)(ByteReader, Seen *) = NULL;
    ByteReader unit = byte_reader(data, size);
    Seen seen = {false, false};

    if (codec == TS_CODEC_H264)
        ask = h264;
    else if (codec == TS_CODEC_HEVC)
        ask = hevc;
    else if (codec == TS_CODEC_MPEG1_VIDEO || codec == TS_CODEC_MPEG2_VIDEO)
        ask = mpeg_video;
    if (!ask)
        return true;
    while (start_code_next(&unit)) {
        const Answer answer = ask(unit, &seen);

        if (answer != ANSWER_NONE)
            return answer == ANSWER_KEY;
    }
    return false;
}

bool
recovery_point_in(TsCodec codec, const uint8_t *data, size_t size, unsigned *ret_units)
{
    const bool is_hevc = codec == TS_CODEC_HEVC;
    ByteReader unit = byte_reader(data, size);

    if (!is_hevc && codec != TS_CODEC_H264)
        return false;
    while (start_code_next(&unit)) {
        const unsigned type = is_hevc ? unit.at[0] >> 1 & 63 : unit.at[0] & 31;
        ByteReader sei = unit;

        if (is_hevc ? type < 32 : type == 1 || type == 5)
            return false;
        byte_reader_skip(&sei, is_hevc ? 2 : 1);
        if (type != (is_hevc ? HEVC_SEI : H264_SEI) || !find_recovery_point(&sei))
            continue;
        BitReader bits = bit_reader(sei, true);
        const int64_t units = is_hevc ? bit_reader_se(&bits) : (int64_t)bit_reader_ue(&bits);

        if (bits.broken || units < 0 || units > RECOVERY_UNITS_MAX)
            return false;
        *ret_units = (unsigned)units;
        return true;
    }
    return false;
}

#define SEQUENCE_HEADER  0xb3u
#define EXTENSION        0xb5u
#define SEQUENCE_BYTES   8u    /* of a header, before its matrices: size, aspect, rates */
#define PARAMETERS_BYTES 1024u /* of one set at most; what is longer differs there anyway */

/* What a NAL unit or header is to the format. */
typedef enum { PART_OTHER, PART_FORMAT, PART_SLICE } Part;

static Part
part_of(TsCodec codec, uint8_t first)
{
    const unsigned h264_type = first & 31, hevc_type = first >> 1 & 63;

    if (codec == TS_CODEC_H264)
        return h264_type == 7                     ? PART_FORMAT
               : h264_type >= 1 && h264_type <= 5 ? PART_SLICE
                                                  : PART_OTHER;
    if (codec == TS_CODEC_HEVC)
        return hevc_type == 32 || hevc_type == 33 ? PART_FORMAT
               : hevc_type < 32                   ? PART_SLICE
                                                  : PART_OTHER;
    return first == SEQUENCE_HEADER || first == EXTENSION ? PART_FORMAT
           : first <= 0xaf                                ? PART_SLICE
                                                          : PART_OTHER;
}

/* Bytes from @unit to the next start code, as far as they count. */
static size_t
part_size(TsCodec codec, ByteReader unit)
{
    const ByteReader from = unit;
    const size_t left = from.left;
    const size_t size = start_code_next(&unit) ? (size_t)(unit.at - from.at) - 3 : left;
    const bool header =
        codec != TS_CODEC_H264 && codec != TS_CODEC_HEVC && from.at[0] == SEQUENCE_HEADER;
    const size_t most = header ? SEQUENCE_BYTES : PARAMETERS_BYTES;

    return size < most ? size : most;
}

uint32_t
key_frame_parameters(TsCodec codec, const uint8_t *data, size_t size)
{
    ByteReader unit = byte_reader(data, size);
    uint32_t sum = 0;

    while (start_code_next(&unit)) {
        const Part part = part_of(codec, unit.at[0]);

        if (part == PART_SLICE)
            break;
        if (part == PART_FORMAT)
            sum = ts_crc32_from(sum == 0 ? UINT32_MAX : sum, unit.at, part_size(codec, unit));
    }
    return sum;
}

bool
recovery_counts(TsCodec codec, const uint8_t *data, size_t size)
{
    ByteReader unit = byte_reader(data, size);

    if (codec != TS_CODEC_H264)
        return true;
    while (start_code_next(&unit)) {
        const unsigned type = unit.at[0] & 31;

        if (type == 1 || type == 5)
            return (unit.at[0] & 0x60) != 0; /* nal_ref_idc */
    }
    return true;
}
