/* Encoders of libavcodec, and a multiplexer as small as it can be. */
#include "tests/element/ts-maker.h"

#include <libavcodec/avcodec.h>
#include <math.h>
#include <string.h>

#define RATE_HZ   48000
#define PACKET    188
#define LEVEL_S16 8000.0

#define VIDEO_PID(maker) ((uint16_t)((maker)->pmt_pid + 1))
#define AUDIO_PID(maker) ((uint16_t)((maker)->pmt_pid + 2))

typedef struct {
    uint16_t service;
    uint16_t pmt_pid;
} Listed;

struct TsMaker {
    uint16_t service;
    uint16_t pmt_pid;
    Listed listed[TS_MAKER_SERVICES_MAX]; /* in the PAT; @n_listed entries; none: no PAT */
    size_t n_listed;
    AVCodecContext *video;
    uint8_t stream_type; /* of the video, in the PMT */
    uint8_t version;     /* of the PMT */
    AVCodecContext *audio;
    AVFrame *picture;
    AVFrame *sound;
    AVPacket *coded;
    uint8_t counters[8192]; /* continuity, by PID */
    int64_t pictures;
    int64_t samples;
};

static AVCodecContext *
open_video(const TsMakerVideo *video)
{
    const char *name = video->encoder != NULL ? video->encoder : "mpeg2video";
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    AVCodecContext *context = avcodec_alloc_context3(codec);
    AVDictionary *options = NULL;

    context->width = video->width > 0 ? video->width : TS_MAKER_WIDTH;
    context->height = video->height > 0 ? video->height : TS_MAKER_HEIGHT;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->time_base = (AVRational){1, 25};
    context->framerate = (AVRational){25, 1};
    context->gop_size = video->group > 0 ? video->group : TS_MAKER_GROUP;
    context->max_b_frames = video->b_frames;
    context->bit_rate = 2000000;
    context->thread_count = 1;
    if (video->interlaced)
        context->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    if (video->encoder != NULL) {
        av_dict_set(&options, "preset", "ultrafast", 0);
        if (video->params != NULL)
            av_dict_set(&options, g_str_equal(name, "libx265") ? "x265-params" : "x264-params",
                        video->params, 0);
    }
    g_assert_cmpint(avcodec_open2(context, codec, &options), ==, 0);
    av_dict_free(&options);
    return context;
}

static AVCodecContext *
open_audio(void)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_MP2);
    AVCodecContext *context = avcodec_alloc_context3(codec);

    context->sample_rate = RATE_HZ;
    context->sample_fmt = AV_SAMPLE_FMT_S16;
    context->bit_rate = 192000;
    context->time_base = (AVRational){1, RATE_HZ};
    av_channel_layout_default(&context->ch_layout, 2);
    g_assert_cmpint(avcodec_open2(context, codec, NULL), ==, 0);
    return context;
}

static AVFrame *
new_picture(const AVCodecContext *video)
{
    AVFrame *frame = av_frame_alloc();

    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = video->width;
    frame->height = video->height;
    g_assert_cmpint(av_frame_get_buffer(frame, 0), ==, 0);
    return frame;
}

TsMaker *
ts_maker_new(void)
{
    TsMaker *maker = ts_maker_new_service(TS_MAKER_SERVICE, TS_MAKER_PID_PMT);

    ts_maker_list(maker, TS_MAKER_SERVICE, TS_MAKER_PID_PMT);
    return maker;
}

void
ts_maker_list(TsMaker *maker, uint16_t service, uint16_t pmt_pid)
{
    g_assert_cmpuint(maker->n_listed, <, TS_MAKER_SERVICES_MAX);
    maker->listed[maker->n_listed++] = (Listed){service, pmt_pid};
}

TsMaker *
ts_maker_new_service(uint16_t service, uint16_t pmt_pid)
{
    TsMaker *maker = g_new0(TsMaker, 1);

    maker->service = service;
    maker->pmt_pid = pmt_pid;
    maker->video = open_video(&(TsMakerVideo){0});
    maker->stream_type = 0x02;
    maker->audio = open_audio();
    maker->picture = new_picture(maker->video);
    maker->coded = av_packet_alloc();
    maker->sound = av_frame_alloc();
    maker->sound->format = AV_SAMPLE_FMT_S16;
    maker->sound->nb_samples = maker->audio->frame_size;
    maker->sound->sample_rate = RATE_HZ;
    av_channel_layout_default(&maker->sound->ch_layout, 2);
    g_assert_cmpint(av_frame_get_buffer(maker->sound, 0), ==, 0);
    return maker;
}

void
ts_maker_free(TsMaker *maker)
{
    if (maker == NULL)
        return;
    avcodec_free_context(&maker->video);
    avcodec_free_context(&maker->audio);
    av_frame_free(&maker->picture);
    av_frame_free(&maker->sound);
    av_packet_free(&maker->coded);
    g_free(maker);
}

static void
paint(AVFrame *frame, uint8_t luma, int shift)
{
    g_assert_cmpint(av_frame_make_writable(frame), ==, 0);
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            const bool bar = (x + shift) / 16 % 2 == 0;

            frame->data[0][y * frame->linesize[0] + x] = bar || luma <= 16 ? luma : 40;
        }
    }
    for (int plane = 1; plane < 3; plane++) {
        for (int y = 0; y < frame->height / 2; y++)
            memset(frame->data[plane] + y * frame->linesize[plane], 128, (size_t)frame->width / 2);
    }
}

static uint32_t
crc32_mpeg(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc ^= (uint32_t)data[i] << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x80000000 ? crc << 1 ^ 0x04c11db7 : crc << 1;
    }
    return crc;
}

static void
put_section(TsMaker *maker, GByteArray *out, uint16_t pid, const uint8_t *section, size_t size)
{
    const uint32_t crc = crc32_mpeg(section, size);
    uint8_t packet[PACKET];

    memset(packet, 0xff, sizeof packet);
    packet[0] = 0x47;
    packet[1] = (uint8_t)(0x40 | pid >> 8);
    packet[2] = (uint8_t)pid;
    packet[3] = (uint8_t)(0x10 | (maker->counters[pid]++ & 15));
    packet[4] = 0;
    memcpy(packet + 5, section, size);
    for (int i = 0; i < 4; i++)
        packet[5 + size + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
    g_byte_array_append(out, packet, sizeof packet);
}

static void
put_pat(TsMaker *maker, GByteArray *out)
{
    uint8_t pat[8 + 4 * TS_MAKER_SERVICES_MAX] = {0x00, 0xb0, (uint8_t)(9 + 4 * maker->n_listed),
                                                  0,    1,    0xc1};

    if (maker->n_listed == 0)
        return;
    for (size_t i = 0; i < maker->n_listed; i++) {
        uint8_t *entry = pat + 8 + 4 * i;

        entry[0] = (uint8_t)(maker->listed[i].service >> 8);
        entry[1] = (uint8_t)maker->listed[i].service;
        entry[2] = (uint8_t)(0xe0 | maker->listed[i].pmt_pid >> 8);
        entry[3] = (uint8_t)maker->listed[i].pmt_pid;
    }
    put_section(maker, out, 0, pat, 8 + 4 * maker->n_listed);
}

static void
put_pmt(TsMaker *maker, GByteArray *out)
{
    const uint16_t video = VIDEO_PID(maker), audio = AUDIO_PID(maker);
    const uint8_t pmt[] = {
        0x02,
        0xb0,
        23,
        (uint8_t)(maker->service >> 8),
        (uint8_t)maker->service,
        (uint8_t)(0xc1 | (maker->version & 31) << 1),
        0,
        0,
        (uint8_t)(0xe0 | video >> 8),
        (uint8_t)video,
        0xf0,
        0,
        maker->stream_type,
        (uint8_t)(0xe0 | video >> 8),
        (uint8_t)video,
        0xf0,
        0,
        0x03,
        (uint8_t)(0xe0 | audio >> 8),
        (uint8_t)audio,
        0xf0,
        0,
    };

    put_section(maker, out, maker->pmt_pid, pmt, sizeof pmt);
}

/* Adaptation field of @size bytes, its length byte included; with @pcr_base unless it is < 0. */
static void
put_adaptation(uint8_t *at, size_t size, int64_t pcr_base)
{
    memset(at, 0xff, size);
    at[0] = (uint8_t)(size - 1);
    if (size > 1)
        at[1] = pcr_base >= 0 ? 0x10 : 0;
    if (pcr_base < 0)
        return;
    for (int i = 0; i < 4; i++)
        at[2 + i] = (uint8_t)(pcr_base >> (25 - 8 * i));
    at[6] = (uint8_t)((pcr_base & 1) << 7 | 0x7e);
    at[7] = 0;
}

static void
put_stamp(uint8_t *at, unsigned prefix, int64_t ticks)
{
    at[0] = (uint8_t)(prefix << 4 | (ticks >> 29 & 0x0e) | 1);
    at[1] = (uint8_t)(ticks >> 22);
    at[2] = (uint8_t)(ticks >> 14 | 1);
    at[3] = (uint8_t)(ticks >> 7);
    at[4] = (uint8_t)(ticks << 1 | 1);
}

static void
put_pes(TsMaker *maker, GByteArray *out, uint16_t pid, int64_t pts, int64_t dts)
{
    const bool video = pid == VIDEO_PID(maker);
    g_autoptr(GByteArray) pes = g_byte_array_new();
    const size_t length = video ? 0 : (size_t)maker->coded->size + 13;
    uint8_t header[19] = {
        0, 0, 1, video ? 0xe0 : 0xc0, (uint8_t)(length >> 8), (uint8_t)length, 0x80, 0xc0, 10};

    put_stamp(header + 9, 3, pts);
    put_stamp(header + 14, 1, dts);
    g_byte_array_append(pes, header, sizeof header);
    g_byte_array_append(pes, maker->coded->data, (guint)maker->coded->size);
    for (size_t done = 0; done < pes->len;) {
        const bool first = done == 0;
        const size_t left = pes->len - done;
        const size_t least = first && video ? 8 : 0;
        const size_t payload = MIN(left, (size_t)PACKET - 4 - least);
        const size_t adaptation = PACKET - 4 - payload;
        uint8_t packet[PACKET] = {
            0x47, (uint8_t)(first << 6 | pid >> 8), (uint8_t)pid,
            (uint8_t)((adaptation > 0 ? 0x30 : 0x10) | (maker->counters[pid]++ & 15))};

        if (adaptation > 0)
            put_adaptation(packet + 4, adaptation, first && video ? dts - 9000 : -1);
        memcpy(packet + 4 + adaptation, pes->data + done, payload);
        g_byte_array_append(out, packet, sizeof packet);
        done += payload;
    }
}

static void
put_sound(TsMaker *maker, GByteArray *out, bool tone)
{
    while (maker->samples < (maker->pictures + 1) * RATE_HZ / 25) {
        g_assert_cmpint(av_frame_make_writable(maker->sound), ==, 0);
        int16_t *samples = (int16_t *)(void *)maker->sound->data[0];

        for (int i = 0; i < maker->sound->nb_samples; i++) {
            const double phase = (double)(maker->samples + i) * 2.0 * G_PI * 440.0 / RATE_HZ;

            samples[2 * i] = samples[2 * i + 1] = (int16_t)(tone ? LEVEL_S16 * sin(phase) : 0.0);
        }
        maker->sound->pts = maker->samples;
        g_assert_cmpint(avcodec_send_frame(maker->audio, maker->sound), ==, 0);
        while (avcodec_receive_packet(maker->audio, maker->coded) == 0) {
            const int64_t pts = 90000 + maker->samples * 90000 / RATE_HZ;

            put_pes(maker, out, AUDIO_PID(maker), pts, pts);
            av_packet_unref(maker->coded);
        }
        maker->samples += maker->sound->nb_samples;
    }
}

bool
ts_maker_has_encoder(const char *encoder)
{
    return avcodec_find_encoder_by_name(encoder) != NULL;
}

static uint8_t
stream_type_of(const AVCodecContext *video)
{
    return video->codec_id == AV_CODEC_ID_HEVC   ? 0x24
           : video->codec_id == AV_CODEC_ID_H264 ? 0x1b
                                                 : 0x02;
}

void
ts_maker_set_video(TsMaker *maker, const TsMakerVideo *video)
{
    const uint8_t before = maker->stream_type;

    avcodec_free_context(&maker->video);
    av_frame_free(&maker->picture);
    maker->video = open_video(video);
    maker->picture = new_picture(maker->video);
    maker->picture->interlaced_frame = video->interlaced;
    maker->picture->top_field_first = video->interlaced;
    maker->stream_type = stream_type_of(maker->video);
    maker->version = (uint8_t)(maker->version + (maker->stream_type != before));
}

/* One rectangle of one colour, in pixels. */
static void
paint_field(AVFrame *frame, const int from[2], const int to[2], const uint8_t colour[3])
{
    for (int plane = 0; plane < 3; plane++) {
        const int half = plane > 0;

        for (int y = from[1] >> half; y < to[1] >> half; y++)
            memset(frame->data[plane] + y * frame->linesize[plane] + (from[0] >> half),
                   colour[plane], (size_t)((to[0] - from[0]) >> half));
    }
}

static void
paint_bars(AVFrame *frame)
{
    static const uint8_t bars[8][3] = {{180, 128, 128}, {162, 44, 142}, {131, 156, 44},
                                       {112, 72, 58},   {84, 184, 198}, {65, 100, 212},
                                       {35, 212, 114},  {16, 128, 128}};

    for (int i = 0; i < 8; i++)
        paint_field(frame, (int[]){frame->width * i / 8 & ~1, 0},
                    (int[]){frame->width * (i + 1) / 8 & ~1, frame->height}, bars[i]);
}

static void
paint_grain(TsMaker *maker)
{
    AVFrame *frame = maker->picture;
    uint32_t state = (uint32_t)maker->pictures * 2654435761u + 1;

    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            state = state * 1664525u + 1013904223u;
            frame->data[0][y * frame->linesize[0] + x] += (uint8_t)(state >> 27); /* up to 31 */
        }
    }
}

static void
paint_what(TsMaker *maker, Paint what)
{
    AVFrame *frame = maker->picture;
    const int turn = (int)(maker->pictures % 4);

    paint(frame, what == PAINT_BLACK ? 16 : 200,
          what == PAINT_MOVING || what == PAINT_LIVELY ? (int)maker->pictures * 3 : 0);
    if (what == PAINT_LIVELY)
        paint_grain(maker);
    if (what == PAINT_MOUTH)
        paint_field(frame, (int[]){frame->width / 2, frame->height / 2},
                    (int[]){frame->width / 2 + 22, frame->height / 2 + 4 + 2 * turn},
                    (uint8_t[]){90, 110, 160});
    if (what == PAINT_BLUE)
        paint_field(frame, (int[]){0, 0}, (int[]){frame->width, frame->height},
                    (uint8_t[]){41, 240, 110});
    if (what == PAINT_BARS)
        paint_bars(frame);
}

GByteArray *
ts_maker_next(TsMaker *maker, Paint what, bool tone)
{
    GByteArray *out = g_byte_array_new();

    put_pat(maker, out);
    put_pmt(maker, out);
    paint_what(maker, what);
    maker->picture->pts = maker->pictures;
    g_assert_cmpint(avcodec_send_frame(maker->video, maker->picture), ==, 0);
    while (avcodec_receive_packet(maker->video, maker->coded) == 0) {
        put_pes(maker, out, VIDEO_PID(maker), 90000 + maker->coded->pts * 3600,
                90000 + maker->coded->dts * 3600);
        av_packet_unref(maker->coded);
    }
    put_sound(maker, out, tone);
    maker->pictures++;
    return out;
}

GBytes *
ts_maker_key_frame(uint8_t luma, int shift)
{
    AVCodecContext *video = open_video(&(TsMakerVideo){0});
    AVFrame *picture = new_picture(video);
    AVPacket *coded = av_packet_alloc();
    GBytes *bytes = NULL;

    paint(picture, luma, shift);
    picture->pts = 0;
    g_assert_cmpint(avcodec_send_frame(video, picture), ==, 0);
    g_assert_cmpint(avcodec_send_frame(video, NULL), ==, 0);
    g_assert_cmpint(avcodec_receive_packet(video, coded), ==, 0);
    bytes = g_bytes_new(coded->data, (gsize)coded->size);
    av_packet_free(&coded);
    av_frame_free(&picture);
    avcodec_free_context(&video);
    return bytes;
}
