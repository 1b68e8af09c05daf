/* Sequence headers, parameter sets and the first slice header. */
#include <string.h>

#include "pipelines/ts/bit-reader.h"
#include "pipelines/ts/es-info.h"
#include "pipelines/ts/start-code.h"

#define MOST_FIXED_HZ 300u /* pictures a second that can be */
#define MOST_HZ       120u
#define HIGHEST_CPB   31u /* cpb_cnt_minus1 */
#define HIGHEST_POC   255u

/* H.264 profiles whose SPS has chroma format and scaling lists. */
static bool
is_high(uint8_t profile)
{
    static const uint8_t high[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};

    return memchr(high, profile, sizeof high) != NULL;
}

static void
skip_scaling_list(BitReader *bits, unsigned size)
{
    uint32_t last = 8, next = 8; /* modulo 256: the numbers of the stream may be any */

    for (unsigned i = 0; i < size && !bits->broken; i++) {
        if (next != 0)
            next = (last + (uint32_t)bit_reader_se(bits)) & 255;
        if (next != 0)
            last = next;
    }
}

static void
read_h264_format(BitReader *bits, EsVideo *video)
{
    video->chroma = (uint8_t)(bit_reader_ue(bits) & 3);
    if (video->chroma == 3)
        bit_reader_skip(bits, 1);
    video->bit_depth = (uint8_t)(8 + (bit_reader_ue(bits) & 7));
    (void)bit_reader_ue(bits);
    bit_reader_skip(bits, 1);
    if (!bit_reader_flag(bits))
        return;
    for (unsigned i = 0; i < (video->chroma == 3 ? 12u : 8u); i++)
        if (bit_reader_flag(bits))
            skip_scaling_list(bits, i < 6 ? 16 : 64);
}

static void
skip_h264_order(BitReader *bits)
{
    const uint32_t type = bit_reader_ue(bits);

    if (type == 0)
        (void)bit_reader_ue(bits);
    if (type != 1)
        return;
    bit_reader_skip(bits, 1);
    (void)bit_reader_se(bits);
    (void)bit_reader_se(bits);
    const uint32_t n = bit_reader_ue(bits);

    for (uint32_t i = 0; i < n && i < HIGHEST_POC && !bits->broken; i++)
        (void)bit_reader_se(bits);
}

/* The last of the buffers is what the T-STD takes. @keep: it is the NAL one. */
static void
read_h264_hrd(BitReader *bits, EsVideo *video, bool keep)
{
    const uint32_t highest = bit_reader_ue(bits);
    const unsigned rate_scale = bit_reader_bits(bits, 4), size_scale = bit_reader_bits(bits, 4);

    for (uint32_t i = 0; i <= highest && highest <= HIGHEST_CPB && !bits->broken; i++) {
        const uint64_t rate = ((uint64_t)bit_reader_ue(bits) + 1) << (6 + rate_scale);
        const uint64_t size = ((uint64_t)bit_reader_ue(bits) + 1) << (4 + size_scale);

        bit_reader_skip(bits, 1);
        if (keep && !bits->broken && size <= UINT32_MAX) {
            video->buffer_bps = rate;
            video->buffer_bits = (uint32_t)size;
        }
    }
    bit_reader_skip(bits, 20);
}

/* Whether a time base is the rate of the pictures: some write one of a microsecond. Where the rate
 * is not said to be fixed, more is asked of it. */
static bool
is_rate(uint32_t num, uint32_t den, bool fixed)
{
    const uint64_t most = fixed ? MOST_FIXED_HZ : MOST_HZ;

    return num >= den && num <= most * den;
}

static void
read_h264_vui(BitReader *bits, EsVideo *video)
{
    if (bit_reader_flag(bits) && bit_reader_bits(bits, 8) == 255)
        bit_reader_skip(bits, 32);
    if (bit_reader_flag(bits))
        bit_reader_skip(bits, 1);
    if (bit_reader_flag(bits)) {
        bit_reader_skip(bits, 4);
        if (bit_reader_flag(bits))
            bit_reader_skip(bits, 24);
    }
    if (bit_reader_flag(bits)) {
        (void)bit_reader_ue(bits);
        (void)bit_reader_ue(bits);
    }
    if (bit_reader_flag(bits)) {
        const uint32_t units = bit_reader_bits(bits, 32), scale = bit_reader_bits(bits, 32);

        video->rate_num = units <= UINT32_MAX / 2 && units > 0 ? scale : 0;
        video->rate_den = 2 * units;
        if (!is_rate(scale, video->rate_den, bit_reader_flag(bits)))
            video->rate_num = 0;
    }
    const bool nal = bit_reader_flag(bits);

    if (nal)
        read_h264_hrd(bits, video, true);
    const bool vcl = bit_reader_flag(bits);

    if (vcl)
        read_h264_hrd(bits, video, false);
    video->low_delay = (nal || vcl) && bit_reader_flag(bits);
}

/* Width and height less what is cropped, where that is sane. */
static void
set_size(EsVideo *video, uint32_t width, uint32_t height, const uint32_t crop[4])
{
    const uint64_t across = (uint64_t)crop[0] + crop[1], down = (uint64_t)crop[2] + crop[3];

    video->width = (uint16_t)(across < width ? width - across : width);
    video->height = (uint16_t)(down < height ? height - down : height);
}

static void
read_h264_size(BitReader *bits, EsVideo *video)
{
    const uint32_t columns = bit_reader_ue(bits) + 1, rows = bit_reader_ue(bits) + 1;
    const bool frames_only = bit_reader_flag(bits);
    const uint32_t across = video->chroma == 1 || video->chroma == 2 ? 2 : 1;
    const uint32_t down = (video->chroma == 1 ? 2u : 1u) * (frames_only ? 1u : 2u);
    uint32_t crop[4] = {0};

    video->interlaced = !frames_only;
    if (!frames_only)
        bit_reader_skip(bits, 1);
    bit_reader_skip(bits, 1);
    if (bit_reader_flag(bits))
        for (unsigned i = 0; i < 4; i++)
            crop[i] = (bit_reader_ue(bits) & 0xffff) * (i < 2 ? across : down);
    if (columns > 4096 || rows > 4096)
        bits->broken = true;
    else
        set_size(video, columns * 16, rows * 16 * (frames_only ? 1 : 2), crop);
}

static void
read_h264_sps(ByteReader nal, EsVideo *video)
{
    EsVideo read = {.known = true, .chroma = 1, .bit_depth = 8};

    byte_reader_skip(&nal, 1);
    BitReader bits = bit_reader(nal, true);

    read.profile = (uint8_t)bit_reader_bits(&bits, 8);
    const uint32_t constraints = bit_reader_bits(&bits, 8);

    read.level = (uint8_t)bit_reader_bits(&bits, 8);
    read.level_1b =
        (read.level == 11 && (constraints & 0x10) && read.profile < 100) || read.level == 9;
    (void)bit_reader_ue(&bits);
    if (is_high(read.profile))
        read_h264_format(&bits, &read);
    (void)bit_reader_ue(&bits);
    skip_h264_order(&bits);
    (void)bit_reader_ue(&bits);
    bit_reader_skip(&bits, 1);
    read_h264_size(&bits, &read);
    if (bit_reader_flag(&bits))
        read_h264_vui(&bits, &read);
    if (!bits.broken)
        *video = read;
}

static char
h264_slice_type(ByteReader nal)
{
    static const char types[] = {'P', 'B', 'I', 'P', 'I'};

    byte_reader_skip(&nal, 1);
    BitReader bits = bit_reader(nal, true);

    (void)bit_reader_ue(&bits);
    const uint32_t type = bit_reader_ue(&bits);

    return bits.broken || type > 9 ? 0 : types[type % 5];
}

static void
read_h264(ByteReader nal, EsVideo *video, EsPicture *picture)
{
    const unsigned type = nal.at[0] & 31;

    if (type == 7)
        read_h264_sps(nal, video);
    picture->delimited |= type == 9;
    if (type >= 6 && type <= 9)
        picture->type = 0; /* what was before it belongs to the picture before */
    if (picture->type == 0 && (type == 1 || type == 2 || type == 5))
        picture->type = h264_slice_type(nal);
}

static void
skip_hevc_layers(BitReader *bits, unsigned layers)
{
    bool profile[8] = {false}, level[8] = {false};

    for (unsigned i = 0; i < layers; i++) {
        profile[i] = bit_reader_flag(bits);
        level[i] = bit_reader_flag(bits);
    }
    if (layers > 0)
        bit_reader_skip(bits, 2 * (8 - layers));
    for (unsigned i = 0; i < layers; i++)
        bit_reader_skip(bits, (profile[i] ? 88u : 0u) + (level[i] ? 8u : 0u));
}

static void
read_hevc_sps(ByteReader nal, EsVideo *video)
{
    EsVideo read = {.known = true};
    uint32_t crop[4] = {0};

    byte_reader_skip(&nal, 2);
    BitReader bits = bit_reader(nal, true);

    bit_reader_skip(&bits, 4);
    const unsigned layers = bit_reader_bits(&bits, 3);

    bit_reader_skip(&bits, 1 + 2);
    read.high_tier = bit_reader_flag(&bits);
    read.profile = (uint8_t)bit_reader_bits(&bits, 5);
    bit_reader_skip(&bits, 32 + 48);
    read.level = (uint8_t)bit_reader_bits(&bits, 8);
    skip_hevc_layers(&bits, layers);
    (void)bit_reader_ue(&bits);
    read.chroma = (uint8_t)(bit_reader_ue(&bits) & 3);
    if (read.chroma == 3)
        bit_reader_skip(&bits, 1);
    const uint32_t width = bit_reader_ue(&bits), height = bit_reader_ue(&bits);
    const uint32_t across = read.chroma == 1 || read.chroma == 2 ? 2 : 1;
    const uint32_t down = read.chroma == 1 ? 2 : 1;

    if (bit_reader_flag(&bits))
        for (unsigned i = 0; i < 4; i++)
            crop[i] = (bit_reader_ue(&bits) & 0xffff) * (i < 2 ? across : down);
    read.bit_depth = (uint8_t)(8 + (bit_reader_ue(&bits) & 7));
    if (bits.broken || layers > 6 || width == 0 || height == 0 || (width | height) > 0xffff)
        return;
    set_size(&read, width, height, crop);
    *video = read;
}

static void
read_hevc(ByteReader nal, EsVideo *video, EsPicture *picture)
{
    const unsigned type = nal.at[0] >> 1 & 63;

    if (type == 33)
        read_hevc_sps(nal, video);
    picture->delimited |= type == 35;
    if ((type >= 32 && type <= 35) || type == 39)
        picture->type = 0;
    if (type >= 16 && type <= 23)
        picture->type = 'I';
}

/* Frame rates of MPEG-1 and -2, by code. */
static const uint32_t mpeg_rates[16][2] = {
    [1] = {24000, 1001}, [2] = {24, 1}, [3] = {25, 1},       [4] = {30000, 1001},
    [5] = {30, 1},       [6] = {50, 1}, [7] = {60000, 1001}, [8] = {60, 1},
};

static void
read_mpeg_sequence(ByteReader unit, EsVideo *video)
{
    BitReader bits = bit_reader(unit, false);
    EsVideo read = {.known = true, .chroma = 1, .bit_depth = 8};

    bit_reader_skip(&bits, 8);
    read.width = (uint16_t)bit_reader_bits(&bits, 12);
    read.height = (uint16_t)bit_reader_bits(&bits, 12);
    bit_reader_skip(&bits, 4);
    const unsigned rate = bit_reader_bits(&bits, 4);

    read.rate_num = mpeg_rates[rate][0];
    read.rate_den = mpeg_rates[rate][1];
    read.buffer_bps = (uint64_t)bit_reader_bits(&bits, 18) * 400;
    bit_reader_skip(&bits, 1);
    read.buffer_bits = bit_reader_bits(&bits, 10) * 16 * 1024;
    if (!bits.broken)
        *video = read;
}

static void
read_mpeg_extension(ByteReader unit, EsVideo *video)
{
    BitReader bits = bit_reader(unit, false);
    EsVideo read = *video;

    bit_reader_skip(&bits, 8);
    if (!video->known || bit_reader_bits(&bits, 4) != 1)
        return;
    read.profile = (uint8_t)bit_reader_bits(&bits, 4);
    read.level = (uint8_t)bit_reader_bits(&bits, 4);
    read.interlaced = !bit_reader_flag(&bits);
    read.chroma = (uint8_t)bit_reader_bits(&bits, 2);
    read.width |= (uint16_t)(bit_reader_bits(&bits, 2) << 12);
    read.height |= (uint16_t)(bit_reader_bits(&bits, 2) << 12);
    read.buffer_bps += ((uint64_t)bit_reader_bits(&bits, 12) << 18) * 400;
    bit_reader_skip(&bits, 1);
    read.buffer_bits += (bit_reader_bits(&bits, 8) << 10) * 16 * 1024;
    read.low_delay = bit_reader_flag(&bits);
    read.rate_num *= bit_reader_bits(&bits, 2) + 1;
    read.rate_den *= bit_reader_bits(&bits, 5) + 1;
    if (!bits.broken)
        *video = read;
}

static void
read_mpeg(ByteReader unit, EsVideo *video, EsPicture *picture)
{
    static const char types[8] = {0, 'I', 'P', 'B', 'I', 0, 0, 0};

    if (unit.at[0] == 0xb3) {
        read_mpeg_sequence(unit, video);
    } else if (unit.at[0] == 0xb5) {
        read_mpeg_extension(unit, video);
    } else if (unit.at[0] == 0 && picture->type == 0) {
        BitReader bits = bit_reader(unit, false);

        bit_reader_skip(&bits, 18);
        picture->type = types[bit_reader_bits(&bits, 3)];
        picture->vbv_delay = bit_reader_bits(&bits, 16) != 0xffff && !bits.broken;
    }
}

void
es_video_read(
    TsCodec codec, const uint8_t *head, size_t size, EsVideo *video, EsPicture *ret_picture)
{
    ByteReader unit = byte_reader(head, size);
    EsPicture picture = {0};

    while (start_code_next(&unit)) {
        if (codec == TS_CODEC_H264)
            read_h264(unit, video, &picture);
        else if (codec == TS_CODEC_HEVC)
            read_hevc(unit, video, &picture);
        else if (codec == TS_CODEC_MPEG1_VIDEO || codec == TS_CODEC_MPEG2_VIDEO)
            read_mpeg(unit, video, &picture);
    }
    *ret_picture = picture;
}
