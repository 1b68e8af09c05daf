/* Names and kinds of codecs, listed once. */
#include "pipelines/ts/ts-tables.h"

typedef struct {
    const char *name;
    TsKind kind;
} CodecInfo;

static const CodecInfo codecs[] = {
    [TS_CODEC_UNKNOWN] = {"", TS_KIND_DATA},
    [TS_CODEC_MPEG1_VIDEO] = {"MPEG-1", TS_KIND_VIDEO},
    [TS_CODEC_MPEG2_VIDEO] = {"MPEG-2", TS_KIND_VIDEO},
    [TS_CODEC_H264] = {"H.264", TS_KIND_VIDEO},
    [TS_CODEC_HEVC] = {"HEVC", TS_KIND_VIDEO},
    [TS_CODEC_MPEG_AUDIO] = {"MPEG audio", TS_KIND_AUDIO},
    [TS_CODEC_AAC_ADTS] = {"AAC", TS_KIND_AUDIO},
    [TS_CODEC_AAC_LATM] = {"AAC LATM", TS_KIND_AUDIO},
    [TS_CODEC_AC3] = {"AC-3", TS_KIND_AUDIO},
    [TS_CODEC_EAC3] = {"E-AC-3", TS_KIND_AUDIO},
    [TS_CODEC_AC4] = {"AC-4", TS_KIND_AUDIO},
    [TS_CODEC_DTS] = {"DTS", TS_KIND_AUDIO},
    [TS_CODEC_OPUS] = {"Opus", TS_KIND_AUDIO},
    [TS_CODEC_TELETEXT] = {"Teletext", TS_KIND_SUBTITLES},
    [TS_CODEC_DVB_SUBTITLES] = {"DVB subtitles", TS_KIND_SUBTITLES},
    [TS_CODEC_SCTE35] = {"SCTE-35", TS_KIND_DATA},
    [TS_CODEC_ID3] = {"ID3", TS_KIND_DATA},
    [TS_CODEC_AIT] = {"AIT", TS_KIND_DATA},
};

static const CodecInfo *
codec_info(TsCodec codec)
{
    const bool listed = (unsigned)codec < sizeof codecs / sizeof codecs[0];

    return &codecs[listed ? codec : TS_CODEC_UNKNOWN];
}

const char *
ts_codec_name(TsCodec codec)
{
    return codec_info(codec)->name;
}

TsKind
ts_codec_kind(TsCodec codec)
{
    return codec_info(codec)->kind;
}
