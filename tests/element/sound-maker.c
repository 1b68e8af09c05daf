/* One encoder for a sound; the framing of AAC and Opus is written here. */
#include "tests/element/sound-maker.h"

#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *caps;
    const char *encoder;
    enum AVSampleFormat format;
    guint frame;       /* samples */
    guint least, most; /* channels */
} Codec;

static const Codec codecs[SOUND_MAKER_CODECS] = {
    {"MPEG audio", "audio/mpeg, mpegversion=1", "mp2", AV_SAMPLE_FMT_S16, 1152, 1, 2},
    {"AAC", "audio/mpeg, mpegversion=4, stream-format=adts", "aac", AV_SAMPLE_FMT_FLTP, 1024, 1, 6},
    {"AAC LATM", "audio/mpeg, mpegversion=4, stream-format=loas", "aac", AV_SAMPLE_FMT_FLTP, 1024,
     1, 6},
    {"AC-3", "audio/x-ac3", "ac3", AV_SAMPLE_FMT_FLTP, 1536, 1, 6},
    {"E-AC-3", "audio/x-eac3", "eac3", AV_SAMPLE_FMT_FLTP, 1536, 1, 6},
    {"Opus", "audio/x-opus", "libopus", AV_SAMPLE_FMT_FLT, 960, 1, 6},
};

const char *
sound_maker_name(SoundMakerCodec codec)
{
    return codecs[codec].name;
}

const char *
sound_maker_caps(SoundMakerCodec codec)
{
    return codecs[codec].caps;
}

gboolean
sound_maker_can(SoundMakerCodec codec, guint n_channels)
{
    return n_channels >= codecs[codec].least && n_channels <= codecs[codec].most &&
           avcodec_find_encoder_by_name(codecs[codec].encoder) != NULL;
}

guint
sound_maker_frame(SoundMakerCodec codec)
{
    return codecs[codec].frame;
}

static AVCodecContext *
open_encoder(const Codec *codec, const SoundBuild *sound)
{
    const AVCodec *encoder = avcodec_find_encoder_by_name(codec->encoder);
    AVCodecContext *context = avcodec_alloc_context3(encoder);

    context->sample_rate = (int)sound->rate_hz;
    context->sample_fmt = codec->format;
    context->bit_rate = 96000 * (int)sound->n_channels;
    context->time_base = (AVRational){1, (int)sound->rate_hz};
    if (sound->n_channels == 6) /* surround to the side, as broadcast has it */
        (void)av_channel_layout_from_string(&context->ch_layout,
                                            strstr(codec->encoder, "ac3") ? "5.1(side)" : "5.1");
    else
        av_channel_layout_default(&context->ch_layout, (int)sound->n_channels);
    g_assert_cmpint(avcodec_open2(context, encoder, NULL), ==, 0);
    return context;
}

/* Appends the lowest @n bits of @value. */
static void
put_bits(GByteArray *bytes, guint *bits, guint value, guint n)
{
    while (n-- > 0) {
        const guint8 zero = 0;

        if (*bits % 8 == 0)
            g_byte_array_append(bytes, &zero, 1);
        bytes->data[*bits / 8] |= (guint8)((value >> n & 1) << (7 - *bits % 8));
        ++*bits;
    }
}

static guint
rate_index(guint rate_hz)
{
    static const guint rates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000};

    for (guint i = 0; i < G_N_ELEMENTS(rates); i++)
        if (rates[i] == rate_hz)
            return i;
    g_assert_not_reached();
}

/* ISO/IEC 14496-3, 1.A.2.2 */
static void
put_adts(GByteArray *bytes, const SoundBuild *sound, guint size)
{
    guint bits = 0;

    put_bits(bytes, &bits, 0xfff, 12);
    put_bits(bytes, &bits, 1, 4); /* MPEG-4, layer 0, no CRC */
    put_bits(bytes, &bits, 1, 2); /* low complexity */
    put_bits(bytes, &bits, rate_index(sound->rate_hz), 4);
    put_bits(bytes, &bits, 0, 1);
    put_bits(bytes, &bits, sound->n_channels, 3);
    put_bits(bytes, &bits, 0, 4);
    put_bits(bytes, &bits, size + 7, 13);
    put_bits(bytes, &bits, 0x7ff, 11);
    put_bits(bytes, &bits, 0, 2);
}

/* The same, 1.7.3: one programme, one layer, its configuration in every frame. */
static void
put_latm(GByteArray *bytes, const SoundBuild *sound, const guint8 *data, guint size)
{
    g_autoptr(GByteArray) element = g_byte_array_new();
    guint bits = 0, head_bits = 0;

    put_bits(element, &bits, 0, 1 + 1); /* another configuration, of version 0 */
    put_bits(element, &bits, 1, 1);
    put_bits(element, &bits, 0, 6 + 4 + 3);
    put_bits(element, &bits, 2, 5); /* low complexity */
    put_bits(element, &bits, rate_index(sound->rate_hz), 4);
    put_bits(element, &bits, sound->n_channels, 4);
    put_bits(element, &bits, 0, 3); /* of the AAC itself */
    put_bits(element, &bits, 0, 3);
    put_bits(element, &bits, 0xff, 8);
    put_bits(element, &bits, 0, 2);
    for (guint left = size;; left -= 255) {
        put_bits(element, &bits, MIN(left, 255), 8);
        if (left < 255)
            break;
    }
    for (guint i = 0; i < size; i++)
        put_bits(element, &bits, data[i], 8);
    put_bits(bytes, &head_bits, 0x2b7, 11);
    put_bits(bytes, &head_bits, element->len, 13);
    g_byte_array_append(bytes, element->data, element->len);
}

/* ETSI TS 103 491: a control header. */
static void
put_opus(GByteArray *bytes, guint size)
{
    guint bits = 0;

    put_bits(bytes, &bits, 0x3ff, 11);
    put_bits(bytes, &bits, 0, 5);
    for (guint left = size;; left -= 255) {
        put_bits(bytes, &bits, MIN(left, 255), 8);
        if (left < 255)
            break;
    }
}

static GBytes *
framed(SoundMakerCodec codec, const SoundBuild *sound, const AVPacket *packet)
{
    GByteArray *bytes = g_byte_array_new();
    const guint size = (guint)packet->size;

    if (codec == SOUND_MAKER_AAC_ADTS)
        put_adts(bytes, sound, size);
    else if (codec == SOUND_MAKER_OPUS)
        put_opus(bytes, size);
    if (codec == SOUND_MAKER_AAC_LATM)
        put_latm(bytes, sound, packet->data, size);
    else
        g_byte_array_append(bytes, packet->data, size);
    return g_byte_array_free_to_bytes(bytes);
}

static void
fill_frame(AVFrame *frame, const SoundBuild *sound, gsize from)
{
    for (guint i = 0; i < sound->n_channels; i++)
        for (guint k = 0; k < (guint)frame->nb_samples; k++) {
            const gsize at = from + k;
            const float sample =
                at < sound->planes[i]->len ? g_array_index(sound->planes[i], float, at) : 0;

            if (frame->format == AV_SAMPLE_FMT_S16)
                ((gint16 *)(void *)frame->data[0])[k * sound->n_channels + i] =
                    (gint16)CLAMP(sample * 32768, -32768, 32767);
            else if (frame->format == AV_SAMPLE_FMT_FLT)
                ((float *)(void *)frame->data[0])[k * sound->n_channels + i] = sample;
            else
                ((float *)(void *)frame->data[i])[k] = sample;
        }
}

static AVFrame *
frame_new(const AVCodecContext *encoder, const SoundBuild *sound, gsize from)
{
    AVFrame *frame = av_frame_alloc();

    frame->nb_samples = encoder->frame_size;
    frame->format = encoder->sample_fmt;
    frame->sample_rate = encoder->sample_rate;
    frame->pts = (int64_t)from;
    g_assert_cmpint(av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout), ==, 0);
    g_assert_cmpint(av_frame_get_buffer(frame, 0), ==, 0);
    fill_frame(frame, sound, from);
    return frame;
}

GPtrArray *
sound_maker_encode(SoundMakerCodec codec, const SoundBuild *sound)
{
    AVCodecContext *encoder = open_encoder(&codecs[codec], sound);
    GPtrArray *units = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    AVPacket *packet = av_packet_alloc();

    g_assert_cmpuint((guint)encoder->frame_size, ==, codecs[codec].frame);
    for (gsize at = 0; at < sound_build_frames(sound); at += (gsize)encoder->frame_size) {
        AVFrame *frame = frame_new(encoder, sound, at);

        g_assert_cmpint(avcodec_send_frame(encoder, frame), ==, 0);
        av_frame_free(&frame);
        while (avcodec_receive_packet(encoder, packet) == 0) {
            g_ptr_array_add(units, framed(codec, sound, packet));
            av_packet_unref(packet);
        }
    }
    av_packet_free(&packet);
    avcodec_free_context(&encoder);
    return units;
}
