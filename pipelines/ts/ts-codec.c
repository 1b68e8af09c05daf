/* Names and kinds of codecs and layouts, listed once. */
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
    [TS_CODEC_MPEG4_VIDEO] = {"MPEG-4 part 2", TS_KIND_VIDEO},
    [TS_CODEC_VVC] = {"VVC", TS_KIND_VIDEO},
    [TS_CODEC_EVC] = {"EVC", TS_KIND_VIDEO},
    [TS_CODEC_LCEVC] = {"LCEVC", TS_KIND_VIDEO},
    [TS_CODEC_JPEG2000] = {"JPEG 2000", TS_KIND_VIDEO},
    [TS_CODEC_JPEG_XS] = {"JPEG XS", TS_KIND_VIDEO},
    [TS_CODEC_VC1] = {"VC-1", TS_KIND_VIDEO},
    [TS_CODEC_AVS] = {"AVS", TS_KIND_VIDEO},
    [TS_CODEC_AVS2] = {"AVS2", TS_KIND_VIDEO},
    [TS_CODEC_AVS3] = {"AVS3", TS_KIND_VIDEO},
    [TS_CODEC_AV1] = {"AV1", TS_KIND_VIDEO},
    [TS_CODEC_MPEGH_AUDIO] = {"MPEG-H audio", TS_KIND_AUDIO},
    [TS_CODEC_TRUEHD] = {"TrueHD", TS_KIND_AUDIO},
    [TS_CODEC_LPCM] = {"LPCM", TS_KIND_AUDIO},
    [TS_CODEC_S302M] = {"SMPTE 302M", TS_KIND_AUDIO},
    [TS_CODEC_TTML] = {"TTML", TS_KIND_SUBTITLES},
    [TS_CODEC_PGS] = {"PGS", TS_KIND_SUBTITLES},
    [TS_CODEC_ARIB_CAPTIONS] = {"ARIB captions", TS_KIND_SUBTITLES},
    [TS_CODEC_KLV] = {"KLV", TS_KIND_DATA},
    [TS_CODEC_METADATA] = {"Metadata", TS_KIND_DATA},
    [TS_CODEC_VBI] = {"VBI", TS_KIND_DATA},
    [TS_CODEC_VANC] = {"SMPTE 2038", TS_KIND_DATA},
    [TS_CODEC_T2MI] = {"T2-MI", TS_KIND_DATA},
    [TS_CODEC_DSMCC] = {"DSM-CC", TS_KIND_DATA},
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

static const char *const layouts[] = {
    [TS_LAYOUT_UNKNOWN] = "",
    [TS_LAYOUT_MONO] = "mono",
    [TS_LAYOUT_DUAL_MONO] = "dual mono",
    [TS_LAYOUT_STEREO] = "stereo",
    [TS_LAYOUT_MATRIXED] = "surround in stereo",
    [TS_LAYOUT_MULTI] = "multichannel",
    [TS_LAYOUT_BEYOND] = "more than 5.1",
};

const char *
ts_layout_name(TsLayout layout)
{
    const bool listed = (unsigned)layout < sizeof layouts / sizeof layouts[0];

    return layouts[listed ? layout : TS_LAYOUT_UNKNOWN];
}

bool
ts_component_has_sections(const TsComponent *component)
{
    return component->stream_type == 0x05 ||
           (component->codec == TS_CODEC_SCTE35 && component->stream_type == 0x86);
}
