/* Stream types of ISO 13818-1, ATSC, SCTE and Blu-ray; private data (0x06) by descriptor. */
#include "pipelines/ts/ts-descriptors.h"

#include <string.h>

#define HDMV TS_REGISTRATION('H', 'D', 'M', 'V')

typedef struct {
    uint32_t key;
    TsCodec codec;
} CodecOf;

static const CodecOf by_stream_type[] = {
    {0x01, TS_CODEC_MPEG1_VIDEO}, {0x02, TS_CODEC_MPEG2_VIDEO}, {0x03, TS_CODEC_MPEG_AUDIO},
    {0x04, TS_CODEC_MPEG_AUDIO},  {0x0f, TS_CODEC_AAC_ADTS},    {0x11, TS_CODEC_AAC_LATM},
    {0x15, TS_CODEC_ID3},         {0x1b, TS_CODEC_H264},        {0x24, TS_CODEC_HEVC},
    {0x81, TS_CODEC_AC3},         {0x86, TS_CODEC_SCTE35},      {0x87, TS_CODEC_EAC3},
};
/* Where the service is registered as HDMV. */
static const CodecOf by_hdmv_type[] = {
    {0x82, TS_CODEC_DTS}, {0x84, TS_CODEC_EAC3}, {0x85, TS_CODEC_DTS},
    {0x86, TS_CODEC_DTS}, {0xa1, TS_CODEC_EAC3}, {0xa2, TS_CODEC_DTS},
};
static const CodecOf by_descriptor[] = {
    {0x46, TS_CODEC_TELETEXT}, {0x56, TS_CODEC_TELETEXT}, {0x59, TS_CODEC_DVB_SUBTITLES},
    {0x6a, TS_CODEC_AC3},      {0x7a, TS_CODEC_EAC3},     {0x7b, TS_CODEC_DTS},
    {0x7c, TS_CODEC_AAC_LATM},
};
static const CodecOf by_registration[] = {
    {TS_REGISTRATION('A', 'C', '-', '3'), TS_CODEC_AC3},
    {TS_REGISTRATION('E', 'A', 'C', '3'), TS_CODEC_EAC3},
    {TS_REGISTRATION('A', 'C', '-', '4'), TS_CODEC_AC4},
    {TS_REGISTRATION('D', 'T', 'S', '1'), TS_CODEC_DTS},
    {TS_REGISTRATION('D', 'T', 'S', '2'), TS_CODEC_DTS},
    {TS_REGISTRATION('D', 'T', 'S', '3'), TS_CODEC_DTS},
    {TS_REGISTRATION('O', 'p', 'u', 's'), TS_CODEC_OPUS},
    {TS_REGISTRATION('H', 'E', 'V', 'C'), TS_CODEC_HEVC},
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

static void
read_language(TsComponent *component, ByteReader descriptor)
{
    if (descriptor.left < 3 || component->language[0])
        return;
    for (size_t i = 0; i < 3; i++)
        if (descriptor.at[i] < 0x20 || descriptor.at[i] > 0x7e)
            return;
    memcpy(component->language, descriptor.at, 3);
}

static void
read_descriptor(TsComponent *component, uint8_t tag, ByteReader body, TsCodec *codec)
{
    const TsCodec named = LOOK_UP(by_descriptor, tag);

    if (named != TS_CODEC_UNKNOWN)
        *codec = named;
    switch (tag) {
    case 0x05:
        component->registration = byte_reader_u32(&body);
        break;
    case 0x09:
        component->scrambled = true;
        break;
    case 0x0a:
    case 0x46:
    case 0x56:
    case 0x59:
        read_language(component, body);
        break;
    case 0x6f:
        if (component->stream_type == 0x05)
            *codec = TS_CODEC_AIT;
        break;
    case 0x7f:
        if (byte_reader_u8(&body) == 0x15)
            *codec = TS_CODEC_AC4;
        break;
    default:
        break;
    }
}

static TsCodec
codec_of(const TsComponent *component, TsCodec by_tag, uint32_t service_registration)
{
    const uint8_t type = component->stream_type;
    TsCodec codec = TS_CODEC_UNKNOWN;

    if (service_registration == HDMV)
        codec = LOOK_UP(by_hdmv_type, type);
    if (codec == TS_CODEC_UNKNOWN)
        codec = LOOK_UP(by_stream_type, type);
    if (codec == TS_CODEC_UNKNOWN && (type == 0x05 || type == 0x06 || type >= 0x80))
        codec = by_tag;
    if (codec == TS_CODEC_UNKNOWN && (type == 0x06 || type >= 0x80))
        codec = LOOK_UP(by_registration, component->registration);
    return codec;
}

TsComponent
ts_component(uint8_t stream_type,
             uint16_t pid,
             ByteReader descriptors,
             uint32_t service_registration)
{
    TsComponent component = {.pid = pid, .stream_type = stream_type};
    TsCodec by_tag = TS_CODEC_UNKNOWN;

    while (descriptors.left >= 2) {
        const uint8_t tag = byte_reader_u8(&descriptors);
        const ByteReader body = byte_reader_slice(&descriptors, byte_reader_u8(&descriptors));

        if (body.broken)
            break;
        read_descriptor(&component, tag, body, &by_tag);
    }
    component.codec = codec_of(&component, by_tag, service_registration);
    component.kind = ts_codec_kind(component.codec);
    return component;
}
