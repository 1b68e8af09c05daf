/* Stream types of ISO 13818-1, ATSC, SCTE and Blu-ray; private data (0x06) by descriptor. */
#include "pipelines/ts/ts-stream-types.h"

#include "pipelines/ts/ts-descriptors.h"

#define HDMV          TS_REGISTRATION('H', 'D', 'M', 'V')
#define USER_PRIVATE  0x80u /* types from here on mean what a registration says */
#define TYPE_SECTIONS 0x05u
#define TYPE_PRIVATE  0x06u
#define TYPE_METADATA 0x15u

typedef struct {
    uint32_t key;
    TsCodec codec;
} CodecOf;

static const CodecOf by_stream_type[] = {
    {0x01, TS_CODEC_MPEG1_VIDEO}, {0x02, TS_CODEC_MPEG2_VIDEO}, {0x03, TS_CODEC_MPEG_AUDIO},
    {0x04, TS_CODEC_MPEG_AUDIO},  {0x08, TS_CODEC_DSMCC},       {0x0a, TS_CODEC_DSMCC},
    {0x0b, TS_CODEC_DSMCC},       {0x0c, TS_CODEC_DSMCC},       {0x0d, TS_CODEC_DSMCC},
    {0x0f, TS_CODEC_AAC_ADTS},    {0x10, TS_CODEC_MPEG4_VIDEO}, {0x11, TS_CODEC_AAC_LATM},
    {0x14, TS_CODEC_DSMCC},       {0x16, TS_CODEC_METADATA},    {0x1b, TS_CODEC_H264},
    {0x1f, TS_CODEC_H264},        {0x20, TS_CODEC_H264},        {0x21, TS_CODEC_JPEG2000},
    {0x23, TS_CODEC_H264},        {0x24, TS_CODEC_HEVC},        {0x25, TS_CODEC_HEVC},
    {0x28, TS_CODEC_HEVC},        {0x29, TS_CODEC_HEVC},        {0x2a, TS_CODEC_HEVC},
    {0x2b, TS_CODEC_HEVC},        {0x2d, TS_CODEC_MPEGH_AUDIO}, {0x2e, TS_CODEC_MPEGH_AUDIO},
    {0x31, TS_CODEC_HEVC},        {0x32, TS_CODEC_JPEG_XS},     {0x33, TS_CODEC_VVC},
    {0x34, TS_CODEC_VVC},         {0x35, TS_CODEC_EVC},         {0x36, TS_CODEC_LCEVC},
    {0x42, TS_CODEC_AVS},         {0x81, TS_CODEC_AC3},         {0x86, TS_CODEC_SCTE35},
    {0x87, TS_CODEC_EAC3},        {0x8a, TS_CODEC_DTS},         {0xc2, TS_CODEC_EAC3},
    {0xd2, TS_CODEC_AVS2},        {0xd4, TS_CODEC_AVS3},        {0xea, TS_CODEC_VC1},
};
/* Where the service or the component is registered as HDMV. */
static const CodecOf by_hdmv_type[] = {
    {0x80, TS_CODEC_LPCM}, {0x81, TS_CODEC_AC3}, {0x82, TS_CODEC_DTS}, {0x83, TS_CODEC_TRUEHD},
    {0x84, TS_CODEC_EAC3}, {0x85, TS_CODEC_DTS}, {0x86, TS_CODEC_DTS}, {0x90, TS_CODEC_PGS},
    {0xa1, TS_CODEC_EAC3}, {0xa2, TS_CODEC_DTS}, {0xea, TS_CODEC_VC1},
};
static const CodecOf by_descriptor[] = {
    {0x45, TS_CODEC_VBI},           {0x46, TS_CODEC_TELETEXT}, {0x56, TS_CODEC_TELETEXT},
    {0x59, TS_CODEC_DVB_SUBTITLES}, {0x6a, TS_CODEC_AC3},      {0x7a, TS_CODEC_EAC3},
    {0x7b, TS_CODEC_DTS},           {0x7c, TS_CODEC_AAC_LATM},
};
/* By descriptor_tag_extension of EN 300 468. */
static const CodecOf by_extension[] = {
    {0x0e, TS_CODEC_DTS},  {0x0f, TS_CODEC_DTS}, {0x11, TS_CODEC_T2MI}, {0x15, TS_CODEC_AC4},
    {0x20, TS_CODEC_TTML}, {0x21, TS_CODEC_DTS}, {0x80, TS_CODEC_OPUS},
};
static const CodecOf by_registration[] = {
    {TS_REGISTRATION('A', 'C', '-', '3'), TS_CODEC_AC3},
    {TS_REGISTRATION('E', 'A', 'C', '3'), TS_CODEC_EAC3},
    {TS_REGISTRATION('A', 'C', '-', '4'), TS_CODEC_AC4},
    {TS_REGISTRATION('D', 'T', 'S', '1'), TS_CODEC_DTS},
    {TS_REGISTRATION('D', 'T', 'S', '2'), TS_CODEC_DTS},
    {TS_REGISTRATION('D', 'T', 'S', '3'), TS_CODEC_DTS},
    {TS_REGISTRATION('d', 't', 's', 'h'), TS_CODEC_DTS},
    {TS_REGISTRATION('d', 't', 's', 'x'), TS_CODEC_DTS},
    {TS_REGISTRATION('O', 'p', 'u', 's'), TS_CODEC_OPUS},
    {TS_REGISTRATION('H', 'E', 'V', 'C'), TS_CODEC_HEVC},
    {TS_REGISTRATION('V', 'V', 'C', ' '), TS_CODEC_VVC},
    {TS_REGISTRATION('A', 'V', '0', '1'), TS_CODEC_AV1},
    {TS_REGISTRATION('V', 'C', '-', '1'), TS_CODEC_VC1},
    {TS_REGISTRATION('A', 'V', 'S', 'V'), TS_CODEC_AVS2},
    {TS_REGISTRATION('A', 'V', 'S', '3'), TS_CODEC_AVS3},
    {TS_REGISTRATION('B', 'S', 'S', 'D'), TS_CODEC_S302M},
    {TS_REGISTRATION('K', 'L', 'V', 'A'), TS_CODEC_KLV},
    {TS_REGISTRATION('V', 'A', 'N', 'C'), TS_CODEC_VANC},
    {TS_REGISTRATION('I', 'D', '3', ' '), TS_CODEC_ID3},
    {TS_REGISTRATION('C', 'U', 'E', 'I'), TS_CODEC_SCTE35},
};
#define LOOK_UP(table, key) look_up(table, sizeof table / sizeof table[0], key)

static TsCodec
look_up(const CodecOf *table, size_t count, uint32_t key)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].key == key)
            return table[i].codec;
    return TS_CODEC_UNKNOWN;
}

TsCodec
ts_codec_by_descriptor(uint8_t tag)
{
    return LOOK_UP(by_descriptor, tag);
}

TsCodec
ts_codec_by_extension(uint8_t tag_extension)
{
    return LOOK_UP(by_extension, tag_extension);
}

TsCodec
ts_codec_by_registration(uint32_t format_identifier)
{
    return LOOK_UP(by_registration, format_identifier);
}

/* What the component or else the service registers; without that, what ATSC and SCTE made of it. */
static TsCodec
codec_of_user_private(const TsTypeHints *hints)
{
    const bool hdmv = hints->registration == HDMV ||
                      (hints->registration == 0 && hints->service_registration == HDMV);
    TsCodec codec = ts_codec_by_registration(hints->registration);

    if (codec == TS_CODEC_UNKNOWN && hdmv)
        codec = LOOK_UP(by_hdmv_type, hints->stream_type);
    if (codec == TS_CODEC_UNKNOWN && !hdmv)
        codec = LOOK_UP(by_stream_type, hints->stream_type);
    return codec != TS_CODEC_UNKNOWN ? codec : hints->by_tag;
}

/* The first of three that says something. */
static TsCodec
first_known(TsCodec one, TsCodec two, TsCodec three)
{
    if (one != TS_CODEC_UNKNOWN)
        return one;
    return two != TS_CODEC_UNKNOWN ? two : three;
}

TsCodec
ts_codec_of(const TsTypeHints *hints)
{
    const TsCodec registered = ts_codec_by_registration(hints->registration);

    if (hints->stream_type >= USER_PRIVATE)
        return codec_of_user_private(hints);
    switch (hints->stream_type) {
    case TYPE_SECTIONS:
        return hints->by_tag;
    case TYPE_PRIVATE:
        return first_known(hints->by_tag, registered, hints->by_metadata);
    case TYPE_METADATA:
        return first_known(hints->by_metadata, registered, TS_CODEC_METADATA);
    default:
        return LOOK_UP(by_stream_type, hints->stream_type);
    }
}
