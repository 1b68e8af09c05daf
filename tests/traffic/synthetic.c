/* MPEG-2 video (ISO/IEC 13818-2, 6.2.2) and MPEG-1 layer II frames (11172-3, 2.4.1), empty inside.
 */
#include "tests/traffic/synthetic.h"

#include <string.h>

#include "tests/traffic/packet.h"

#define FRAMES_PER_SECOND 25
#define FRAME_90K         3600
#define SOUND_FRAME_90K   2160 /* 1152 samples at 48 kHz */
#define SOUND_FRAME_SIZE  576  /* bytes: 192 kb/s */
#define VIDEO_AHEAD_90K   18000
#define AUDIO_AHEAD_90K   7200
#define VIDEO_PEAK_BPS    12000000 /* below what drains the decoder model's first buffers */
#define AUDIO_PEAK_BPS    2000000
#define PAYLOAD_SIZE      (PACKET_SIZE - 4)
#define AUDIO_PES_HEADER  14
#define VIDEO_SHARE       2       /* the picture takes one part in so many of the rate */
#define VIDEO_MAX_BPS     7000000 /* what the buffer of a main level decoder holds for 0.25 s */
#define STILL_PACKETS     3       /* of a black or frozen frame */
#define PICTURE_HEADER_AT 30      /* bytes before it: sequence, its extension, group */

/* 720 by 576 at 25 Hz, 15 Mb/s, a buffer of 229 kB; progressive; closed group. */
static const uint8_t sequence[PICTURE_HEADER_AT] = {
    0x00, 0x00, 0x01, 0xb3, 0x2d, 0x02, 0x40, 0x23, 0x24, 0x9f, 0x23, 0x80, 0x00, 0x00, 0x01,
    0xb5, 0x14, 0x8a, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0xb8, 0x00, 0x08, 0x00, 0x40};

/* Picture header: an I picture, then its coding extension; slices would follow. */
static const uint8_t picture[] = {0x00, 0x00, 0x01, 0x00, 0x00, 0x0f, 0xff, 0xf8, 0x00,
                                  0x00, 0x01, 0xb5, 0x8f, 0xff, 0xf3, 0x41, 0x80};

/* A PES header with PTS, and DTS if @has_dts; stamps are written when it is sent. */
static void
append_pes_header(GByteArray *pes, uint8_t stream_id, size_t size, bool has_dts)
{
    const size_t length = size > UINT16_MAX || has_dts ? 0 : size;
    const uint8_t head[9] = {0,
                             0,
                             1,
                             stream_id,
                             (uint8_t)(length >> 8),
                             (uint8_t)length,
                             0x84,
                             has_dts ? 0xc0 : 0x80,
                             has_dts ? 10 : 5};
    const uint8_t stamps[10] = {has_dts ? 0x31 : 0x21, 0, 1, 0, 1, 0x11, 0, 1, 0, 1};

    g_byte_array_append(pes, head, sizeof head);
    g_byte_array_append(pes, stamps, has_dts ? 10 : 5);
}

/* Cuts @pes into packets with PID and counter 0; the last is filled up with an adaptation field. */
static void
append_unit(Stream *stream, const GByteArray *pes, bool key, bool has_dts)
{
    StreamUnit unit = {.first_packet = stream->packets->len / PACKET_SIZE, .key = key};

    for (size_t at = 0; at < pes->len; unit.packets++) {
        size_t field = at == 0 && key ? 2 : 0;

        if (pes->len - at < PAYLOAD_SIZE - field)
            field = PAYLOAD_SIZE - (pes->len - at);
        uint8_t packet[PACKET_SIZE] = {0x47, at == 0 ? 0x40 : 0, 0, field > 0 ? 0x30 : 0x10};

        if (field > 0)
            packet[4] = (uint8_t)(field - 1);
        if (field > 1) {
            packet[5] = at == 0 && key ? 0x40 : 0;
            memset(packet + 6, 0xff, field - 2);
        }
        memcpy(packet + 4 + field, pes->data + at, PAYLOAD_SIZE - field);
        if (at == 0)
            unit.pts_at = (uint8_t)(4 + field + 9);
        at += PAYLOAD_SIZE - field;
        g_byte_array_append(stream->packets, packet, sizeof packet);
    }
    unit.dts_at = has_dts ? (uint8_t)(unit.pts_at + 5) : 0;
    unit.presented_after = has_dts ? FRAME_90K : 0;
    g_array_append_val(stream->units, unit);
}

static Stream *
stream_new(uint8_t type, uint32_t unit_90k)
{
    Stream *stream = g_new0(Stream, 1);

    stream->packets = g_byte_array_new();
    stream->units = g_array_new(FALSE, TRUE, sizeof(StreamUnit));
    stream->type = type;
    stream->numbered = true;
    stream->unit_90k = unit_90k;
    return stream;
}

/* A second of frames that take @packets each. */
static Stream *
make_picture(unsigned packets)
{
    Stream *stream = stream_new(0x02, FRAME_90K);
    g_autoptr(GByteArray) pes = g_byte_array_new();

    for (unsigned frame = 0; frame < FRAMES_PER_SECOND; frame++) {
        const bool key = frame == 0;
        const guint size = packets * PAYLOAD_SIZE - (key ? 2 : 0);

        g_byte_array_set_size(pes, 0);
        append_pes_header(pes, 0xe0, 0, true);
        if (key)
            g_byte_array_append(pes, sequence, sizeof sequence);
        g_byte_array_append(pes, picture, sizeof picture);
        const guint used = pes->len;

        g_byte_array_set_size(pes, size);
        for (guint i = used; i < size; i++)
            pes->data[i] = (uint8_t)(0x80 | (i * 7 + frame)); /* no start code in it */
        append_unit(stream, pes, key, true);
    }
    return stream;
}

/* 24 s hold a whole number of sound frames; one packet group is made and repeated. */
static Stream *
make_sound(uint8_t fill)
{
    static const uint8_t frame[4] = {0xff, 0xfd, 0xa4, 0x00};
    Stream *stream = stream_new(0x03, SOUND_FRAME_90K);
    g_autoptr(GByteArray) pes = g_byte_array_new();

    append_pes_header(pes, 0xc0, 3 + 5 + SOUND_FRAME_SIZE, false);
    g_byte_array_append(pes, frame, sizeof frame);
    const guint used = pes->len;

    g_byte_array_set_size(pes, AUDIO_PES_HEADER + SOUND_FRAME_SIZE);
    memset(pes->data + used, fill, pes->len - used);
    append_unit(stream, pes, true, false);
    return stream;
}

Source *
synthetic_source_new(uint32_t rate_bps, unsigned services)
{
    const uint32_t rate = CLAMP(rate_bps, SYNTHETIC_RATE_MIN_BPS, SYNTHETIC_RATE_MAX_BPS);
    const uint32_t video_bps = MIN(rate / VIDEO_SHARE / services, VIDEO_MAX_BPS);
    Source *source = g_new0(Source, 1);

    source->name = g_strdup("synthetic");
    source->coding = g_strdup("MPEG-2 video, MPEG-1 layer II; empty");
    source->rate_bps = rate / SOURCE_RATE_UNIT_BPS * SOURCE_RATE_UNIT_BPS;
    source->gop_units = FRAMES_PER_SECOND;
    source->video_ahead_90k = VIDEO_AHEAD_90K;
    source->audio_ahead_90k = AUDIO_AHEAD_90K;
    source->video_gap_slots = (rate + VIDEO_PEAK_BPS - 1) / VIDEO_PEAK_BPS;
    source->audio_gap_slots = (rate + AUDIO_PEAK_BPS - 1) / AUDIO_PEAK_BPS;
    source->picture[PICTURE_NORMAL] =
        make_picture(MAX(1, video_bps / (FRAMES_PER_SECOND * PACKET_SIZE * 8)));
    source->picture[PICTURE_BLACK] = make_picture(STILL_PACKETS);
    source->picture[PICTURE_FREEZE] = make_picture(STILL_PACKETS);
    source->sound = make_sound(0x5a);
    source->silence = make_sound(0x00);
    return source;
}
