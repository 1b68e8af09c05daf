/* What is read of an elementary stream: PES header and time stamps, the head of a video unit,
 * frames of sound, whole units. The first byte chooses the codec, the second the length of the
 * pieces. */
#include <glib.h>

#include "pipelines/ts/es-frames.h"
#include "pipelines/ts/es-info.h"
#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/ts-head.h"
#include "pipelines/ts/ts-pes-watch.h"
#include "pipelines/ts/ts-unit.h"

#define MAX_PIECES 64u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    TsCodec codec;
    TsHead head;
    TsUnit unit;
    TsPesWatch watch;
    TsClock clock;
    EsFrames frames;
    EsVideo video;
    guint64 ticks;
} Rig;

static void
read_head(Rig *rig)
{
    EsPicture picture;

    g_assert_cmpuint(rig->head.size, <=, TS_HEAD_MAX);
    g_assert_cmpuint(ts_head_before_slice(&rig->head), <=, rig->head.size);
    es_video_read(rig->codec, rig->head.data, rig->head.size, &rig->video, &picture);
    key_frame_in(rig->codec, rig->head.data, rig->head.size);
    (void)key_frame_parameters(rig->codec, rig->head.data, rig->head.size);
}

static void
clock_on(Rig *rig)
{
    const TsPcrSample sample = {
        .pcr = rig->ticks % PCR27_MODULUS,
        .index = rig->ticks,
        .gap = rig->ticks % 7 == 0,
    };

    ts_clock_take(&rig->clock, &sample);
    ts_pes_watch_clock(&rig->watch, &rig->clock);
    g_assert_cmpuint(rig->watch.n_waiting, ==, 0);
}

static void
begin(Rig *rig, const guint8 *piece, gsize size)
{
    PesHeader header;
    TsClockTime moment = {
        .clocked = rig->ticks % 3 != 0,
        .exact = rig->ticks % 2 != 0,
        .index = rig->ticks,
        .epoch = rig->clock.epoch,
        .ticks = (gint64)rig->ticks,
    };

    if (pes_header_read(piece, size, &header) != PES_HEADER_GOOD)
        return;
    g_assert_cmpuint(header.size, >=, 6);
    g_assert_cmpuint(header.pts, <=, PTS90_MODULUS);
    g_assert_cmpuint(header.dts, <=, PTS90_MODULUS);
    moment.pcr = rig->ticks % PCR27_MODULUS;
    ts_pes_watch_unit(&rig->watch, &header, &moment, true);
    ts_pes_watch_look(&rig->watch, &moment);
    if (rig->ticks % 5 == 0)
        clock_on(rig);
    if (ts_head_end(&rig->head))
        read_head(rig);
    ts_head_begin(&rig->head, header.pts);
    ts_unit_end(&rig->unit);
    ts_unit_begin(&rig->unit, header.pts, header.length);
}

static void
take(Rig *rig, const guint8 *piece, gsize size)
{
    ByteReader reader = byte_reader(piece, size);
    EsFrame frame;

    if (ts_head_add(&rig->head, rig->codec, piece, size))
        read_head(rig);
    if (ts_unit_add(&rig->unit, piece, size))
        g_assert_cmpuint(rig->unit.size, <=, TS_UNIT_MAX);
    while (es_frames_next(&rig->frames, rig->codec, &reader, &frame)) {
        g_assert_cmpuint(frame.bytes, >, 0);
        g_assert_cmpuint(frame.sample_rate_hz, >, 0);
    }
    g_assert_cmpuint(reader.left, ==, 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const TsCodec codecs[] = {
        TS_CODEC_H264, TS_CODEC_HEVC,     TS_CODEC_MPEG2_VIDEO, TS_CODEC_MPEG_AUDIO,
        TS_CODEC_AC3,  TS_CODEC_AAC_ADTS, TS_CODEC_AAC_LATM,    TS_CODEC_EAC3,
    };

    if (size < 2)
        return 0;
    g_autofree Rig *rig = g_new0(Rig, 1);
    const gsize piece = MAX((gsize)data[1] + 1, size / MAX_PIECES);

    rig->codec = codecs[data[0] % G_N_ELEMENTS(codecs)];
    ts_head_begin(&rig->head, 0);
    for (gsize at = 2; at < size; at += piece) {
        const gsize n = MIN(piece, size - at);

        rig->ticks += (guint64)data[at] * 27000 * 8;
        begin(rig, data + at, n);
        take(rig, data + at, n);
    }
    if (ts_head_end(&rig->head))
        read_head(rig);
    ts_unit_clear(&rig->unit);
    return 0;
}
