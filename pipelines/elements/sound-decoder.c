/* Parser and decoder of libavcodec around one stream of sound. */
#include "pipelines/elements/sound-decoder.h"

#include <glib.h>
#include <libavutil/opt.h>
#include <string.h>

#include "pipelines/elements/opus-units.h"

#define CHANNELS_MAX 64
#define SAMPLES_MAX  65536 /* of one frame, a channel */

struct SoundDecoder {
    AVCodecParserContext *parser; /* owned; NULL for Opus, whose units are read here */
    AVCodecContext *codec;        /* owned */
    AVPacket *packet;             /* owned */
    AVFrame *frame;               /* owned */
    bool two_programmes;          /* of the frame that is decoded */
    float *converted;             /* owned; of samples that are not floats already; else NULL */
    SoundVisitor visitor;         /* during a call, as @user_data */
    void *user_data;
};

void
sound_decoder_free(SoundDecoder *decoder)
{
    if (decoder == NULL)
        return;
    if (decoder->parser != NULL)
        av_parser_close(decoder->parser);
    avcodec_free_context(&decoder->codec);
    av_packet_free(&decoder->packet);
    av_frame_free(&decoder->frame);
    g_free(decoder->converted);
    g_free(decoder);
}

static const AVCodec *
find_codec(enum AVCodecID codec_id)
{
    const AVCodec *codec = NULL;

    /* The float decoder: samples then come in one format whatever the codec. */
    if (codec_id == AV_CODEC_ID_MP2)
        codec = avcodec_find_decoder_by_name("mp2float");
    return codec != NULL ? codec : avcodec_find_decoder(codec_id);
}

static void
tell_opus(AVCodecContext *context, unsigned config)
{
    uint8_t head[OPUS_HEAD_MAX];
    const size_t size = opus_head(config, head);

    context->extradata = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (context->extradata == NULL)
        return;
    memcpy(context->extradata, head, size);
    context->extradata_size = (int)size;
    av_channel_layout_default(&context->ch_layout, (int)opus_channels(config));
}

static AVCodecContext *
open_codec(const AVCodec *codec, unsigned opus_config)
{
    AVCodecContext *context = avcodec_alloc_context3(codec);

    if (context == NULL)
        return NULL;
    context->thread_count = 1;
    context->request_sample_fmt = AV_SAMPLE_FMT_FLTP;
    context->err_recognition = AV_EF_CRCCHECK;
    context->pkt_timebase = (AVRational){1, 90000};
    if (codec->id == AV_CODEC_ID_OPUS)
        tell_opus(context, opus_config);
    /* What is measured is the sound as it was coded, not as a receiver would compress it. */
    (void)av_opt_set_double(context, "drc_scale", 0, AV_OPT_SEARCH_CHILDREN);
    if (avcodec_open2(context, codec, NULL) == 0)
        return context;
    avcodec_free_context(&context);
    return NULL;
}

SoundDecoder *
sound_decoder_new(enum AVCodecID codec_id, unsigned opus_config)
{
    const AVCodec *codec = find_codec(codec_id);
    SoundDecoder *decoder = NULL;

    if (codec == NULL)
        return NULL;
    decoder = g_new0(SoundDecoder, 1);
    decoder->codec = open_codec(codec, opus_config);
    decoder->two_programmes = codec_id == AV_CODEC_ID_OPUS && opus_config == 1;
    decoder->packet = av_packet_alloc();
    decoder->frame = av_frame_alloc();
    if (codec_id != AV_CODEC_ID_OPUS)
        decoder->parser = av_parser_init((int)codec_id);
    if (decoder->codec != NULL && decoder->packet != NULL && decoder->frame != NULL &&
        (decoder->parser != NULL || codec_id == AV_CODEC_ID_OPUS))
        return decoder;
    sound_decoder_free(decoder);
    return NULL;
}

static SoundPosition
position_of(enum AVChannel channel)
{
    static const struct {
        enum AVChannel from;
        SoundPosition to;
    } known[] = {
        {AV_CHAN_FRONT_LEFT, SOUND_FRONT_LEFT},    {AV_CHAN_FRONT_RIGHT, SOUND_FRONT_RIGHT},
        {AV_CHAN_FRONT_CENTER, SOUND_CENTRE},      {AV_CHAN_LOW_FREQUENCY, SOUND_LOW},
        {AV_CHAN_LOW_FREQUENCY_2, SOUND_LOW},      {AV_CHAN_SIDE_LEFT, SOUND_SIDE_LEFT},
        {AV_CHAN_SIDE_RIGHT, SOUND_SIDE_RIGHT},    {AV_CHAN_BACK_LEFT, SOUND_BACK_LEFT},
        {AV_CHAN_BACK_RIGHT, SOUND_BACK_RIGHT},    {AV_CHAN_STEREO_LEFT, SOUND_FRONT_LEFT},
        {AV_CHAN_STEREO_RIGHT, SOUND_FRONT_RIGHT},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].from == channel)
            return known[i].to;
    return SOUND_OTHER;
}

static SoundLayout
layout_of(const AVChannelLayout *from)
{
    SoundLayout layout = {.n_channels = MIN((unsigned)from->nb_channels, SOUND_CHANNELS_MAX)};

    for (unsigned i = 0; i < layout.n_channels; i++)
        layout.at[i] = position_of(av_channel_layout_channel_from_index(from, i));
    return layout;
}

static const char *
name_of(const AVCodecContext *codec)
{
    const bool two = codec->profile == FF_PROFILE_AAC_HE_V2;
    const bool one = codec->profile == FF_PROFILE_AAC_HE;
    static const struct {
        enum AVCodecID codec_id;
        const char *name;
    } known[] = {
        {AV_CODEC_ID_MP2, "MPEG audio"},
        {AV_CODEC_ID_AC3, "AC-3"},
        {AV_CODEC_ID_EAC3, "E-AC-3"},
        {AV_CODEC_ID_OPUS, "Opus"},
    };

    if (codec->codec_id == AV_CODEC_ID_AAC)
        return two ? "HE-AAC v2" : one ? "HE-AAC" : "AAC";
    if (codec->codec_id == AV_CODEC_ID_AAC_LATM)
        return two ? "HE-AAC v2 LATM" : one ? "HE-AAC LATM" : "AAC LATM";
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].codec_id == codec->codec_id)
            return known[i].name;
    return "";
}

/* One sample of @format at @index of @data; full scale is 1. */
static float
sample_at(enum AVSampleFormat format, const uint8_t *data, size_t index)
{
    switch ((int)format) {
    case AV_SAMPLE_FMT_FLT:
    case AV_SAMPLE_FMT_FLTP:
        return ((const float *)(const void *)data)[index];
    case AV_SAMPLE_FMT_S16:
    case AV_SAMPLE_FMT_S16P:
        return (float)((const int16_t *)(const void *)data)[index] / 32768.0f;
    default:
        return (float)((const int32_t *)(const void *)data)[index] / 2147483648.0f;
    }
}

static bool
can_convert(enum AVSampleFormat format)
{
    const enum AVSampleFormat plain = av_get_packed_sample_fmt(format);

    return plain == AV_SAMPLE_FMT_FLT || plain == AV_SAMPLE_FMT_S16 || plain == AV_SAMPLE_FMT_S32;
}

/* Makes planes of float of @from, whatever it is in. */
static void
convert(SoundDecoder *decoder, const AVFrame *from, SoundFrame *frame)
{
    const enum AVSampleFormat format = (enum AVSampleFormat)from->format;
    const bool planar = av_sample_fmt_is_planar(format) != 0;
    const size_t stride = planar ? 1 : (size_t)from->ch_layout.nb_channels;

    if (decoder->converted == NULL)
        decoder->converted = g_new(float, (gsize)SOUND_CHANNELS_MAX *SAMPLES_MAX);
    for (unsigned i = 0; i < frame->layout.n_channels; i++) {
        const uint8_t *data = planar ? from->extended_data[i] : from->extended_data[0];
        float *plane = decoder->converted + (size_t)i * SAMPLES_MAX;

        for (size_t k = 0; k < frame->n_samples; k++)
            plane[k] = sample_at(format, data, planar ? k : k * stride + i);
        frame->planes[i] = plane;
    }
}

/* Returns: whether the frame is one that can be measured */
static bool
show_frame(SoundDecoder *decoder, const AVFrame *from)
{
    SoundFrame frame = {.pts = PTS90_MODULUS, .codec = name_of(decoder->codec)};

    if (from->ch_layout.nb_channels <= 0 || from->ch_layout.nb_channels > CHANNELS_MAX ||
        from->nb_samples <= 0 || from->nb_samples > SAMPLES_MAX || from->sample_rate <= 0 ||
        !can_convert((enum AVSampleFormat)from->format))
        return false;
    if (from->decode_error_flags != 0 || (from->flags & AV_FRAME_FLAG_CORRUPT) != 0)
        return false;
    frame.layout = layout_of(&from->ch_layout);
    frame.n_channels = (unsigned)from->ch_layout.nb_channels;
    frame.two_programmes = decoder->two_programmes && frame.n_channels == 2;
    if (frame.two_programmes) /* neither loudspeaker is on the left of the other */
        frame.layout.at[0] = frame.layout.at[1] = SOUND_OTHER;
    frame.n_samples = (unsigned)from->nb_samples;
    frame.rate_hz = (unsigned)from->sample_rate;
    if (from->pts >= 0 && (uint64_t)from->pts < PTS90_MODULUS)
        frame.pts = (Pts90)from->pts;
    if (from->format == AV_SAMPLE_FMT_FLTP)
        for (unsigned i = 0; i < frame.layout.n_channels; i++)
            frame.planes[i] = (const float *)(const void *)from->extended_data[i];
    else
        convert(decoder, from, &frame);
    decoder->visitor(&frame, decoder->user_data);
    return true;
}

/* Returns: whether the frame was taken */
static bool
decode_frame(SoundDecoder *decoder, const uint8_t *data, int size, int64_t pts)
{
    bool good = true;

    decoder->packet->data = (uint8_t *)(uintptr_t)data; /* which is not written to */
    decoder->packet->size = size;
    decoder->packet->pts = pts;
    decoder->packet->dts = pts;
    if (avcodec_send_packet(decoder->codec, decoder->packet) < 0)
        return false;
    while (avcodec_receive_frame(decoder->codec, decoder->frame) == 0) {
        good = show_frame(decoder, decoder->frame) && good;
        av_frame_unref(decoder->frame);
    }
    return good;
}

static unsigned
push_opus(SoundDecoder *decoder, const SoundUnit *unit, int64_t pts)
{
    ByteReader reader = byte_reader(unit->data, unit->size), packet;
    unsigned refused = 0;

    while (reader.left > 0) {
        if (!opus_units_next(&reader, &packet))
            return refused + 1;
        refused += !decode_frame(decoder, packet.at, (int)MIN(packet.left, G_MAXINT / 2), pts);
        pts = AV_NOPTS_VALUE; /* it is of the first one */
    }
    return refused;
}

/* Whether a frame says of its two channels that they are two programmes: mode of ISO 11172-3,
 * 2.4.1.3; acmod of ETSI TS 102 366, 4.4.2.3. Of E-AC-3, whose acmod lies three bits on, as well.
 */
static bool
is_two_programmes(enum AVCodecID codec_id, const uint8_t *frame, int size)
{
    if (size < 8)
        return false;
    if (codec_id == AV_CODEC_ID_MP2)
        return frame[3] >> 6 == 2;
    if (codec_id == AV_CODEC_ID_AC3)
        return frame[6] >> 5 == 0;
    return codec_id == AV_CODEC_ID_EAC3 && (frame[4] >> 1 & 7) == 0;
}

static unsigned
push_frames(SoundDecoder *decoder, const SoundUnit *unit, int64_t pts)
{
    unsigned refused = 0;

    for (size_t done = 0; done < unit->size;) {
        uint8_t *frame = NULL;
        int frame_size = 0;
        const int used = av_parser_parse2(
            decoder->parser, decoder->codec, &frame, &frame_size, unit->data + done,
            (int)MIN(unit->size - done, (size_t)G_MAXINT / 2), pts, pts, 0);

        pts = AV_NOPTS_VALUE; /* the parser keeps it for the frame that it belongs to */
        if (used < 0 || (used == 0 && frame_size == 0))
            return refused + 1;
        done += (size_t)used;
        if (frame_size <= 0)
            continue;
        decoder->two_programmes = is_two_programmes(decoder->codec->codec_id, frame, frame_size);
        refused += !decode_frame(decoder, frame, frame_size, decoder->parser->pts);
    }
    return refused;
}

unsigned
sound_decoder_push(SoundDecoder *decoder,
                   const SoundUnit *unit,
                   SoundVisitor visitor,
                   void *user_data)
{
    const int64_t pts = unit->pts < PTS90_MODULUS ? (int64_t)unit->pts : AV_NOPTS_VALUE;

    decoder->visitor = visitor;
    decoder->user_data = user_data;
    return decoder->parser != NULL ? push_frames(decoder, unit, pts)
                                   : push_opus(decoder, unit, pts);
}
