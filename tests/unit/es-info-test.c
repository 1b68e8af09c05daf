/* Headers of picture and sound, written bit by bit as the standards have them. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/es-frames.h"
#include "pipelines/ts/es-info.h"
#include "pipelines/ts/ts-head.h"

/* Bits, most significant first. */
typedef struct {
    GByteArray *bytes;
    unsigned used; /* bits of the last byte */
} Bits;

static void
put(Bits *bits, unsigned count, guint64 value)
{
    for (unsigned i = count; i-- > 0;) {
        const guint8 zero = 0;

        if (bits->used == 0)
            g_byte_array_append(bits->bytes, &zero, 1);
        bits->bytes->data[bits->bytes->len - 1] |= (guint8)((value >> i & 1) << (7 - bits->used));
        bits->used = (bits->used + 1) % 8;
    }
}

static void
put_ue(Bits *bits, guint32 value)
{
    unsigned length = 0;

    while ((value + 1) >> length > 1)
        length++;
    put(bits, length, 0);
    put(bits, length + 1, value + 1);
}

/* A start code and the NAL unit in @bits behind it, with emulation prevention; frees @bits. */
static void
append_nal(GByteArray *unit, Bits *bits)
{
    static const guint8 start[] = {0, 0, 1}, three = 3;
    unsigned zeros = 0;

    put(bits, 1, 1);
    g_byte_array_append(unit, start, sizeof start);
    for (guint i = 0; i < bits->bytes->len; i++) {
        if (zeros >= 2 && bits->bytes->data[i] <= 3) {
            g_byte_array_append(unit, &three, 1);
            zeros = 0;
        }
        g_byte_array_append(unit, &bits->bytes->data[i], 1);
        zeros = bits->bytes->data[i] == 0 ? zeros + 1 : 0;
    }
    g_byte_array_unref(bits->bytes);
}

static Bits
begin(unsigned count, guint64 value)
{
    Bits bits = {.bytes = g_byte_array_new()};

    put(&bits, count, value);
    return bits;
}

typedef struct {
    guint32 units; /* num_units_in_tick */
    guint32 scale; /* time_scale */
    bool fixed;    /* fixed_frame_rate_flag */
} Timing;

/* Profile and level, then 1920 x 1080 in fields, an HRD of 8 Mb/s. */
static void
append_h264_sps_timed(GByteArray *unit, unsigned profile, unsigned level, Timing timing)
{
    Bits sps = begin(8, 0x67);

    put(&sps, 8, profile);
    put(&sps, 8, 0);
    put(&sps, 8, level);
    put_ue(&sps, 0); /* id */
    if (profile == 100) {
        put_ue(&sps, 1); /* 4:2:0 */
        put_ue(&sps, 0);
        put_ue(&sps, 0);
        put(&sps, 2, 0);
    }
    put_ue(&sps, 4); /* frame numbers */
    put_ue(&sps, 2); /* order */
    put_ue(&sps, 4); /* references */
    put(&sps, 1, 0);
    put_ue(&sps, 119);
    put_ue(&sps, 33);
    put(&sps, 4, 3); /* fields, no mbaff, direct 8x8, cropped */
    put_ue(&sps, 0);
    put_ue(&sps, 0);
    put_ue(&sps, 0);
    put_ue(&sps, 2);
    put(&sps, 1, 1); /* VUI */
    put(&sps, 4, 0);
    put(&sps, 1, 1); /* timing */
    put(&sps, 32, timing.units);
    put(&sps, 32, timing.scale);
    put(&sps, 1, timing.fixed);
    put(&sps, 1, 1); /* NAL HRD */
    put_ue(&sps, 0);
    put(&sps, 4, 4); /* x 1024 */
    put(&sps, 4, 6); /* x 1024 */
    put_ue(&sps, 7811);
    put_ue(&sps, 3905);
    put(&sps, 1, 0);
    put(&sps, 20, 0);
    put(&sps, 1, 0);
    put(&sps, 1, 0); /* low delay */
    put(&sps, 1, 0);
    append_nal(unit, &sps);
}

/* 25 pictures a second. */
static void
append_h264_sps(GByteArray *unit, unsigned profile, unsigned level)
{
    append_h264_sps_timed(unit, profile, level, (Timing){1, 50, true});
}

static void
an_h264_sps_says_size_rate_level_and_buffer(void)
{
    g_autoptr(GByteArray) unit = g_byte_array_new();
    EsVideo video = {0};
    EsPicture picture;

    append_h264_sps(unit, 100, 40);
    es_video_read(TS_CODEC_H264, unit->data, unit->len, &video, &picture);
    g_assert_true(video.known);
    g_assert_cmpuint(video.width, ==, 1920);
    g_assert_cmpuint(video.height, ==, 1080);
    g_assert_true(video.interlaced);
    g_assert_cmpuint(video.rate_num, ==, 50);
    g_assert_cmpuint(video.rate_den, ==, 2);
    g_assert_cmpuint(video.profile, ==, 100);
    g_assert_cmpuint(video.level, ==, 40);
    g_assert_cmpuint(video.chroma, ==, 1);
    g_assert_cmpuint(video.buffer_bps, ==, 7812 * 1024);
    g_assert_cmpuint(video.buffer_bits, ==, 3906 * 1024);
    g_assert_cmpint(picture.type, ==, 0);
}

static void
a_time_base_that_no_picture_rate_can_be_is_none(void)
{
    static const struct {
        Timing timing;
        guint32 num; /* 0: none */
    } rows[] = {
        {{1, 50, true}, 50},         {{1, 50, false}, 50},        {{1001, 48000, false}, 48000},
        {{1, 600, true}, 600},       {{1, 600, false}, 0},        {{1, 601, true}, 0},
        {{1, 2, true}, 2},           {{1, 1, true}, 0},           {{1, 0, true}, 0},
        {{0, 50, true}, 0},          {{1, 2000000, false}, 0},    {{1, 180000, false}, 0},
        {{0x80000000, 50, true}, 0}, {{1, G_MAXUINT32, true}, 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) unit = g_byte_array_new();
        EsVideo video = {0};
        EsPicture picture;

        append_h264_sps_timed(unit, 100, 40, rows[i].timing);
        es_video_read(TS_CODEC_H264, unit->data, unit->len, &video, &picture);
        g_assert_true(video.known);
        g_assert_cmpuint(video.rate_num, ==, rows[i].num);
        g_assert_cmpuint(video.buffer_bits, ==, 3906 * 1024);
    }
}

static void
a_damaged_sps_changes_nothing(void)
{
    g_autoptr(GByteArray) unit = g_byte_array_new();
    EsPicture picture;

    append_h264_sps(unit, 100, 40);
    for (guint size = 4; size < 16; size++) {
        EsVideo video = {.width = 7};

        es_video_read(TS_CODEC_H264, unit->data, size, &video, &picture);
        g_assert_cmpuint(video.width, ==, 7);
        g_assert_false(video.known);
    }
}

static void
the_first_slice_says_the_kind_of_picture(void)
{
    static const struct {
        guint8 type;
        char kind;
    } slices[] = {{0, 'P'}, {1, 'B'}, {2, 'I'}, {5, 'P'}, {7, 'I'}};

    for (gsize i = 0; i < G_N_ELEMENTS(slices); i++) {
        g_autoptr(GByteArray) unit = g_byte_array_new();
        Bits delimiter = begin(8, 9), slice = begin(8, 0x41);
        EsVideo video = {0};
        EsPicture picture;

        append_nal(unit, &delimiter);
        put_ue(&slice, 0);
        put_ue(&slice, slices[i].type);
        append_nal(unit, &slice);
        es_video_read(TS_CODEC_H264, unit->data, unit->len, &video, &picture);
        g_assert_cmpint(picture.type, ==, slices[i].kind);
        g_assert_true(picture.delimited);
    }
}

static void
an_hevc_sps_says_size_tier_and_level(void)
{
    g_autoptr(GByteArray) unit = g_byte_array_new();
    Bits sps = begin(16, 33 << 9 | 1);
    EsVideo video = {0};
    EsPicture picture;

    put(&sps, 4, 0);
    put(&sps, 3, 0); /* one layer */
    put(&sps, 1, 1);
    put(&sps, 2, 0);
    put(&sps, 1, 1); /* High tier */
    put(&sps, 5, 2); /* Main 10 */
    put(&sps, 32, 0x20000000);
    put(&sps, 48, 0);
    put(&sps, 8, 153);
    put_ue(&sps, 0);
    put_ue(&sps, 1);
    put_ue(&sps, 3840);
    put_ue(&sps, 2176);
    put(&sps, 1, 1);
    put_ue(&sps, 0);
    put_ue(&sps, 0);
    put_ue(&sps, 0);
    put_ue(&sps, 8);
    put_ue(&sps, 2); /* 10 bits */
    put_ue(&sps, 2);
    append_nal(unit, &sps);
    es_video_read(TS_CODEC_HEVC, unit->data, unit->len, &video, &picture);
    g_assert_true(video.known);
    g_assert_cmpuint(video.width, ==, 3840);
    g_assert_cmpuint(video.height, ==, 2160);
    g_assert_true(video.high_tier);
    g_assert_cmpuint(video.profile, ==, 2);
    g_assert_cmpuint(video.level, ==, 153);
    g_assert_cmpuint(video.bit_depth, ==, 10);
}

static void
append_hex(GByteArray *bytes, const char *hex)
{
    for (; *hex; hex += 2) {
        const guint8 byte =
            (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));

        g_byte_array_append(bytes, &byte, 1);
    }
}

static void
an_mpeg2_sequence_says_size_rate_and_buffer(void)
{
    g_autoptr(GByteArray) unit = g_byte_array_new();
    EsVideo video = {0};
    EsPicture picture;

    /* 720 x 576, 25 pictures, 15 Mb/s, 1835008 bits; main profile, main level; a B picture */
    append_hex(unit, "000001b32d024033249f2380");
    append_hex(unit, "000001b514820001000000");
    append_hex(unit, "00000100001f93f8");
    es_video_read(TS_CODEC_MPEG2_VIDEO, unit->data, unit->len, &video, &picture);
    g_assert_true(video.known);
    g_assert_cmpuint(video.width, ==, 720);
    g_assert_cmpuint(video.height, ==, 576);
    g_assert_cmpuint(video.rate_num, ==, 25);
    g_assert_cmpuint(video.rate_den, ==, 1);
    g_assert_cmpuint(video.profile, ==, 4);
    g_assert_cmpuint(video.level, ==, 8);
    g_assert_true(video.interlaced);
    g_assert_cmpuint(video.buffer_bps, ==, 15000000);
    g_assert_cmpuint(video.buffer_bits, ==, 1835008);
    g_assert_cmpint(picture.type, ==, 'B');
}

typedef struct {
    const char *hex;
    TsCodec codec;
    guint rate_hz, channels, samples, bytes;
} Sound;

static const Sound sounds[] = {
    {"fffda4042222222222222222222222", TS_CODEC_MPEG_AUDIO, 48000, 2, 1152, 576},
    {"fffb90c400000000000000000000", TS_CODEC_MPEG_AUDIO, 44100, 1, 1152, 417},
    {"fff14c802b9ffc2100000000000000", TS_CODEC_AAC_ADTS, 48000, 2, 1024, 348},
    {"0b7712341440434000000000", TS_CODEC_AC3, 48000, 2, 1536, 768},
    {"0b7700ff34860b000000000000", TS_CODEC_EAC3, 48000, 2, 1536, 512},
    {"56e12320001190560000000000000000", TS_CODEC_AAC_LATM, 48000, 2, 1024, 294},
};

static void
the_header_of_a_frame_says_length_and_duration(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sounds); i++) {
        g_autoptr(GByteArray) frame = g_byte_array_new();
        EsAudio audio = {0};

        append_hex(frame, sounds[i].hex);
        g_assert_true(es_audio_read(sounds[i].codec, frame->data, frame->len, &audio));
        g_assert_cmpuint(audio.sample_rate_hz, ==, sounds[i].rate_hz);
        g_assert_cmpuint(audio.channels, ==, sounds[i].channels);
        g_assert_cmpuint(audio.samples, ==, sounds[i].samples);
        g_assert_cmpuint(audio.frame_bytes, ==, sounds[i].bytes);
    }
}

static void
what_is_no_header_is_refused(void)
{
    static const guint8 nothing[ES_AUDIO_HEADER] = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(sounds); i++) {
        EsAudio audio = {0};

        g_assert_false(es_audio_read(sounds[i].codec, nothing, sizeof nothing, &audio));
        g_assert_false(es_audio_read(sounds[i].codec, nothing, 0, &audio));
    }
}

/* Frames of 576 bytes, @n of them. */
static GByteArray *
sound_of(guint n)
{
    GByteArray *bytes = g_byte_array_new();

    for (guint i = 0; i < n; i++) {
        append_hex(bytes, "fffda404");
        g_byte_array_set_size(bytes, (i + 1) * 576);
        memset(bytes->data + i * 576 + 4, 0x22, 572);
    }
    return bytes;
}

static guint
count_frames(EsFrames *frames, const GByteArray *bytes, gsize piece)
{
    EsFrame frame;
    guint n = 0;

    for (gsize at = 0; at < bytes->len; at += piece) {
        ByteReader data = byte_reader(bytes->data + at, MIN(piece, bytes->len - at));

        while (es_frames_next(frames, TS_CODEC_MPEG_AUDIO, &data, &frame)) {
            g_assert_cmpuint(frame.at % 576, ==, 0);
            g_assert_cmpuint(frame.bytes, ==, 576);
            n++;
        }
    }
    return n;
}

static void
frames_are_found_however_they_are_split(void)
{
    static const gsize pieces[] = {1, 3, 17, 184, 575, 576, 577, 10000};
    g_autoptr(GByteArray) bytes = sound_of(10);

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        EsFrames frames = {0};

        /* The first is believed with the second. */
        g_assert_cmpuint(count_frames(&frames, bytes, pieces[i]), ==, 9);
        g_assert_cmpuint(frames.audio.sample_rate_hz, ==, 48000);
        g_assert_cmpuint(frames.losses, ==, 0);
    }
}

static void
frames_are_found_again_behind_rubbish(void)
{
    g_autoptr(GByteArray) bytes = sound_of(10);
    EsFrames frames = {0};

    memset(bytes->data + 2 * 576, 0xff, 576);
    g_assert_cmpuint(count_frames(&frames, bytes, 184), >=, 7);
    g_assert_cmpuint(frames.losses, >=, 1);
}

static void
a_head_ends_with_the_first_slice_wherever_it_is_split(void)
{
    g_autoptr(GByteArray) unit = g_byte_array_new();
    Bits slice = begin(8, 0x65);

    append_h264_sps(unit, 100, 40);
    const guint before = unit->len;

    put(&slice, 64, G_MAXUINT64);
    put(&slice, 64, G_MAXUINT64);
    append_nal(unit, &slice);
    for (guint split = 1; split < unit->len; split++) {
        g_autofree TsHead *head = g_new0(TsHead, 1);

        ts_head_begin(head, 900);
        bool whole = ts_head_add(head, TS_CODEC_H264, unit->data, split);

        if (!whole)
            whole = ts_head_add(head, TS_CODEC_H264, unit->data + split, unit->len - split);
        g_assert_true(whole);
        g_assert_cmpuint(ts_head_before_slice(head), ==, before);
        g_assert_cmpuint(head->pts, ==, 900);
        g_assert_false(ts_head_add(head, TS_CODEC_H264, unit->data, unit->len));
    }
}

/* The last slice of the picture before, the delimiter, and a slice that is another. */
static GByteArray *
unit_behind_a_slice(TsCodec codec, gsize *ret_before)
{
    const bool hevc = codec == TS_CODEC_HEVC;
    GByteArray *unit = g_byte_array_new();
    Bits tail = begin(16, hevc ? 0x0201 : 0x419f), delimiter = begin(16, hevc ? 0x4601 : 0x0910);
    Bits slice = begin(16, hevc ? 0x2601 : 0x65ff);

    put(&tail, 64, G_MAXUINT64);
    put(&slice, 64, G_MAXUINT64);
    put(&slice, 64, G_MAXUINT64);
    append_nal(unit, &tail);
    append_nal(unit, &delimiter);
    *ret_before = unit->len;
    append_nal(unit, &slice);
    return unit;
}

static void
a_head_goes_on_behind_slices_of_the_picture_before(void)
{
    static const TsCodec codecs[] = {TS_CODEC_H264, TS_CODEC_HEVC};

    for (gsize i = 0; i < G_N_ELEMENTS(codecs); i++) {
        gsize before;
        g_autoptr(GByteArray) unit = unit_behind_a_slice(codecs[i], &before);

        for (guint split = 1; split < unit->len; split++) {
            g_autofree TsHead *head = g_new0(TsHead, 1);

            ts_head_begin(head, 900);
            if (!ts_head_add(head, codecs[i], unit->data, split))
                ts_head_add(head, codecs[i], unit->data + split, unit->len - split);
            g_assert_false(head->open);
            g_assert_cmpuint(ts_head_before_slice(head), ==, before);
        }
    }
}

static void
a_head_of_slices_alone_ends_with_the_first(void)
{
    g_autofree TsHead *head = g_new0(TsHead, 1);
    guint8 filling[184];
    Bits slice = begin(16, 0x41ff);
    g_autoptr(GByteArray) unit = g_byte_array_new();

    memset(filling, 0x55, sizeof filling);
    append_nal(unit, &slice);
    ts_head_begin(head, PTS90_MODULUS);
    g_assert_false(ts_head_add(head, TS_CODEC_H264, unit->data, unit->len));
    while (!ts_head_add(head, TS_CODEC_H264, filling, sizeof filling))
        continue;
    g_assert_cmpuint(ts_head_before_slice(head), ==, 0);
    g_assert_cmpuint(head->size, ==, TS_HEAD_MAX);
    g_assert_cmpuint(head->cut, ==, 0);
}

static void
a_head_without_a_slice_is_cut_and_counted(void)
{
    g_autofree TsHead *head = g_new0(TsHead, 1);
    guint8 nothing[184] = {0};
    guint n = 0;

    ts_head_begin(head, PTS90_MODULUS);
    while (!ts_head_add(head, TS_CODEC_HEVC, nothing, sizeof nothing))
        n++;
    g_assert_cmpuint(n, ==, TS_HEAD_MAX / sizeof nothing);
    g_assert_cmpuint(head->size, ==, TS_HEAD_MAX);
    g_assert_cmpuint(head->cut, ==, 1);
    g_assert_false(ts_head_end(head));
}

#define TEST(function) g_test_add_func("/es-info/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(an_h264_sps_says_size_rate_level_and_buffer);
    TEST(a_time_base_that_no_picture_rate_can_be_is_none);
    TEST(a_damaged_sps_changes_nothing);
    TEST(the_first_slice_says_the_kind_of_picture);
    TEST(an_hevc_sps_says_size_tier_and_level);
    TEST(an_mpeg2_sequence_says_size_rate_and_buffer);
    TEST(the_header_of_a_frame_says_length_and_duration);
    TEST(what_is_no_header_is_refused);
    TEST(frames_are_found_however_they_are_split);
    TEST(frames_are_found_again_behind_rubbish);
    TEST(a_head_ends_with_the_first_slice_wherever_it_is_split);
    TEST(a_head_goes_on_behind_slices_of_the_picture_before);
    TEST(a_head_of_slices_alone_ends_with_the_first);
    TEST(a_head_without_a_slice_is_cut_and_counted);
    return g_test_run();
}
