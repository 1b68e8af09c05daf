/* Parser and decoder of libavcodec around one stream of sound. */
#include "pipelines/elements/sound-decoder.h"

#include <glib.h>

#define CHANNELS_MAX 64

struct SoundDecoder {
    AVCodecParserContext *parser; /* owned */
    AVCodecContext *codec;        /* owned */
    AVPacket *packet;             /* owned */
    AVFrame *frame;               /* owned */
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

SoundDecoder *
sound_decoder_new(enum AVCodecID codec_id)
{
    const AVCodec *codec = find_codec(codec_id);
    SoundDecoder *decoder = NULL;

    if (codec == NULL)
        return NULL;
    decoder = g_new0(SoundDecoder, 1);
    decoder->parser = av_parser_init((int)codec_id);
    decoder->codec = avcodec_alloc_context3(codec);
    decoder->packet = av_packet_alloc();
    decoder->frame = av_frame_alloc();
    if (decoder->codec != NULL) {
        decoder->codec->thread_count = 1;
        decoder->codec->request_sample_fmt = AV_SAMPLE_FMT_FLTP;
    }
    if (decoder->parser != NULL && decoder->codec != NULL && decoder->packet != NULL &&
        decoder->frame != NULL && avcodec_open2(decoder->codec, codec, NULL) == 0)
        return decoder;
    sound_decoder_free(decoder);
    return NULL;
}

static bool
level_format_of(int format, LevelFormat *ret_format)
{
    static const struct {
        enum AVSampleFormat from;
        LevelFormat to;
    } known[] = {
        {AV_SAMPLE_FMT_FLTP, LEVEL_FLOAT_PLANAR}, {AV_SAMPLE_FMT_FLT, LEVEL_FLOAT},
        {AV_SAMPLE_FMT_S16P, LEVEL_S16_PLANAR},   {AV_SAMPLE_FMT_S16, LEVEL_S16},
        {AV_SAMPLE_FMT_S32P, LEVEL_S32_PLANAR},   {AV_SAMPLE_FMT_S32, LEVEL_S32},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if ((int)known[i].from != format)
            continue;
        *ret_format = known[i].to;
        return true;
    }
    return false;
}

static bool
show_frame(const AVFrame *frame, SoundVisitor visitor, void *user_data)
{
    const int channels = frame->ch_layout.nb_channels;
    const int bytes = av_get_bytes_per_sample((enum AVSampleFormat)frame->format);
    const bool planar = av_sample_fmt_is_planar((enum AVSampleFormat)frame->format) != 0;
    SoundFrame shown;

    if (channels <= 0 || channels > CHANNELS_MAX || frame->nb_samples <= 0 ||
        frame->sample_rate <= 0 || !level_format_of(frame->format, &shown.format))
        return false;
    shown.planes = (const uint8_t *const *)(void *)frame->extended_data;
    shown.sample_size = (size_t)(planar ? bytes : bytes * channels);
    shown.n_channels = (unsigned)channels;
    shown.n_samples = (unsigned)frame->nb_samples;
    shown.rate_hz = (unsigned)frame->sample_rate;
    visitor(&shown, user_data);
    return true;
}

/* Returns whether the frame was taken. */
static bool
decode_frame(SoundDecoder *decoder, uint8_t *data, int size, SoundVisitor visitor, void *user_data)
{
    bool good = true;

    decoder->packet->data = data;
    decoder->packet->size = size;
    if (avcodec_send_packet(decoder->codec, decoder->packet) < 0)
        return false;
    while (avcodec_receive_frame(decoder->codec, decoder->frame) == 0) {
        good = show_frame(decoder->frame, visitor, user_data) && good;
        av_frame_unref(decoder->frame);
    }
    return good;
}

unsigned
sound_decoder_push(
    SoundDecoder *decoder, const uint8_t *data, size_t size, SoundVisitor visitor, void *user_data)
{
    unsigned refused = 0;

    for (size_t done = 0; done < size;) {
        uint8_t *frame = NULL;
        int frame_size = 0;
        const int used = av_parser_parse2(decoder->parser, decoder->codec, &frame, &frame_size,
                                          data + done, (int)MIN(size - done, (size_t)G_MAXINT / 2),
                                          AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0);

        if (used < 0 || (used == 0 && frame_size == 0))
            return refused + 1;
        done += (size_t)used;
        if (frame_size > 0)
            refused += !decode_frame(decoder, frame, frame_size, visitor, user_data);
    }
    return refused;
}
