/* Tables of the standards, in bits and bits a second as these have them. */
#include "pipelines/ts/ts-std-model.h"

#include <stddef.h>

#define TICKS_PER_S  27000000.0
#define MUX_S        0.004       /* BSmux: so long at the highest rate */
#define OVERHEAD_S   (1.0 / 750) /* BSoh */
#define LEAST_BPS    2e6         /* of BSmux and BSoh for H.264 and HEVC */
#define TB_FACTOR    1.2         /* Rx over the rate of the stream */
#define AVC_FACTOR   1200.0      /* cpbBrNalFactor of the profiles that 13818-1 counts with */
#define HEVC_FACTOR  1100.0      /* BrNalFactor, CpbNalFactor of Main and Main 10 */
#define LONG_DELAY_S 10          /* H.264 and HEVC, 2.14.3.1 and 2.17.2 */

static double
bytes_a_tick(double bps)
{
    return bps / 8 / TICKS_PER_S;
}

static double
ticks_a_byte(double bps)
{
    return 8 * TICKS_PER_S / bps;
}

typedef struct {
    uint8_t profile;
    uint8_t level;
    bool high; /* High-1440 and above: MB holds no share of the VBV */
    double rate_bps;
    double vbv_bits;
} MpegLevel;

/* Rmax and VBVmax of ISO 13818-2, tables 8-13 and 8-14. */
static const MpegLevel mpeg_levels[] = {
    {0, 0, false, 1856000, 327680},    /* MPEG-1, constrained parameters */
    {5, 8, false, 15000000, 1835008},  /* simple, main */
    {4, 10, false, 4000000, 475136},   /* main, low */
    {4, 8, false, 15000000, 1835008},  /* main, main */
    {4, 6, true, 60000000, 7340032},   /* main, high 1440 */
    {4, 4, true, 80000000, 9781248},   /* main, high */
    {1, 8, false, 20000000, 2441216},  /* high, main */
    {1, 6, true, 80000000, 9781248},   /* high, high 1440 */
    {1, 4, true, 100000000, 12222464}, /* high, high */
    {8, 5, false, 50000000, 9437184},  /* 4:2:2, main */
    {8, 2, true, 300000000, 47185920}, /* 4:2:2, high */
};

static double
unit_ticks_of(const EsVideo *video)
{
    if (video->rate_num == 0 || video->rate_den == 0)
        return 0;
    return TICKS_PER_S * video->rate_den / video->rate_num;
}

static bool
mpeg_model(const EsVideo *video, const EsPicture *picture, TsStdModel *ret_model)
{
    const MpegLevel *level = NULL;

    for (size_t i = 0; i < sizeof mpeg_levels / sizeof mpeg_levels[0]; i++)
        if (mpeg_levels[i].profile == video->profile && mpeg_levels[i].level == video->level)
            level = &mpeg_levels[i];
    if (!level)
        return false;
    const double vbv = video->buffer_bits > 0 && video->buffer_bits < level->vbv_bits
                           ? video->buffer_bits
                           : level->vbv_bits;
    const double spare = level->high ? 0 : level->vbv_bits - vbv;

    *ret_model = (TsStdModel){
        .transport_rate = bytes_a_tick(TB_FACTOR * level->rate_bps),
        .transport_ticks = ticks_a_byte(TB_FACTOR * level->rate_bps),
        .multiplex_size = ((MUX_S + OVERHEAD_S) * level->rate_bps + spare) / 8,
        .multiplex_rate = bytes_a_tick(level->rate_bps),
        .size = vbv / 8,
        .together = picture->vbv_delay,
        .delay_ticks = TICKS_PER_S,
        .unit_ticks = unit_ticks_of(video),
    };
    return true;
}

typedef struct {
    uint8_t level;
    double rate;   /* MaxBR */
    double buffer; /* MaxCPB */
} Level;

/* ISO 14496-10 table A-1. */
static const Level avc_levels[] = {
    {10, 64, 175},        {9, 128, 350},        {11, 192, 500},       {12, 384, 1000},
    {13, 768, 2000},      {20, 2000, 2000},     {21, 4000, 4000},     {22, 4000, 4000},
    {30, 10000, 10000},   {31, 14000, 14000},   {32, 20000, 20000},   {40, 20000, 25000},
    {41, 50000, 62500},   {42, 50000, 62500},   {50, 135000, 135000}, {51, 240000, 240000},
    {52, 240000, 240000}, {60, 240000, 240000}, {61, 480000, 480000}, {62, 800000, 800000},
};

/* ISO 23008-2 tables A.8 and A.9: level_idc, then MaxBR = MaxCPB of the Main tier. */
static const Level hevc_levels[] = {
    {30, 128, 350},        {60, 1500, 1500},    {63, 3000, 3000},    {90, 6000, 6000},
    {93, 10000, 10000},    {120, 12000, 12000}, {123, 20000, 20000}, {150, 25000, 25000},
    {153, 40000, 40000},   {156, 60000, 60000}, {180, 60000, 60000}, {183, 120000, 120000},
    {186, 240000, 240000},
};

/* The same of the High tier, from level 4 on. */
static const Level hevc_high_levels[] = {
    {120, 30000, 30000},   {123, 50000, 50000},   {150, 100000, 100000}, {153, 160000, 160000},
    {156, 240000, 240000}, {180, 240000, 240000}, {183, 480000, 480000}, {186, 800000, 800000},
};

static const Level *
level_of(const Level *levels, size_t n, uint8_t level)
{
    for (size_t i = 0; i < n; i++)
        if (levels[i].level == level)
            return &levels[i];
    return NULL;
}

/* cpbBrNalFactor, ISO 14496-10 table A-2; 0 for profiles that are not listed. */
static double
avc_nal_factor(uint8_t profile)
{
    switch (profile) {
    case 66:
    case 77:
    case 88:
        return 1200;
    case 100:
    case 118:
    case 128:
        return 1500;
    case 110:
        return 3600;
    case 122:
    case 244:
    case 44:
        return 4800;
    default:
        return 0;
    }
}

/* What 2.14.3.1 and 2.17.2 have in common. @most_bps, @most_bits: of the level; @bps, @bits: of the
 * stream */
static void
leaking_model(double most_bps, double most_bits, double bps, double bits, TsStdModel *ret_model)
{
    const double overhead = (MUX_S + OVERHEAD_S) * (most_bps > LEAST_BPS ? most_bps : LEAST_BPS);

    *ret_model = (TsStdModel){
        .transport_rate = bytes_a_tick(TB_FACTOR * bps),
        .transport_ticks = ticks_a_byte(TB_FACTOR * bps),
        .multiplex_size = (overhead + (most_bits > bits ? most_bits - bits : 0)) / 8,
        .multiplex_rate = bytes_a_tick(most_bps),
        .size = bits / 8,
        .delay_ticks = LONG_DELAY_S * TICKS_PER_S,
    };
}

static bool
avc_model(const EsVideo *video, TsStdModel *ret_model)
{
    const uint8_t number = video->level_1b ? 9 : video->level;
    const Level *level = level_of(avc_levels, sizeof avc_levels / sizeof avc_levels[0], number);
    const double factor = avc_nal_factor(video->profile);
    const bool said = video->buffer_bits > 0;

    if (!level || factor <= 0)
        return false;
    leaking_model(AVC_FACTOR * level->rate, AVC_FACTOR * level->buffer,
                  said ? (double)video->buffer_bps : factor * level->rate,
                  said ? video->buffer_bits : AVC_FACTOR * level->buffer, ret_model);
    ret_model->unit_ticks = unit_ticks_of(video);
    return true;
}

static bool
hevc_model(const EsVideo *video, TsStdModel *ret_model)
{
    const Level *level =
        level_of(hevc_levels, sizeof hevc_levels / sizeof hevc_levels[0], video->level);

    if (video->high_tier)
        level = level_of(hevc_high_levels, sizeof hevc_high_levels / sizeof hevc_high_levels[0],
                         video->level);
    if (!level || video->profile < 1 || video->profile > 3)
        return false;
    leaking_model(HEVC_FACTOR * level->rate, HEVC_FACTOR * level->buffer, HEVC_FACTOR * level->rate,
                  HEVC_FACTOR * level->buffer, ret_model);
    return true;
}

bool
ts_std_video_model(TsCodec codec,
                   const EsVideo *video,
                   const EsPicture *picture,
                   TsStdModel *ret_model)
{
    if (!video->known)
        return false;
    if (codec == TS_CODEC_MPEG1_VIDEO || codec == TS_CODEC_MPEG2_VIDEO)
        return mpeg_model(video, picture, ret_model);
    if (codec == TS_CODEC_H264)
        return avc_model(video, ret_model);
    return codec == TS_CODEC_HEVC && hevc_model(video, ret_model);
}

/* B and Rx of AAC by channels, 2.4.2.4. 0 channels: their number stands elsewhere, take many. */
static void
aac_model(uint8_t channels, double *ret_bps, double *ret_bytes)
{
    const bool stereo = channels == 1 || channels == 2;

    *ret_bps = stereo ? 2e6 : channels <= 8 ? 5529600 : 8294400;
    *ret_bytes = stereo ? 3584 : channels <= 8 ? 8976 : 12804;
}

/* stream_type 0x81 is ATSC's: A/53 has a smaller buffer than TS 101 154. */
static double
ac3_bytes(const TsComponent *component)
{
    return component->stream_type == 0x81 ? 2592 : 5696;
}

bool
ts_std_audio_model(const TsComponent *component, const EsAudio *audio, TsStdModel *ret_model)
{
    double bps = 2e6, bytes = 3584;

    if (audio->sample_rate_hz == 0)
        return false;
    if (component->codec == TS_CODEC_AAC_ADTS || component->codec == TS_CODEC_AAC_LATM)
        aac_model(audio->channels, &bps, &bytes);
    else if (component->codec == TS_CODEC_AC3 || component->codec == TS_CODEC_EAC3)
        bytes = ac3_bytes(component);
    else if (component->codec != TS_CODEC_MPEG_AUDIO)
        return false;
    *ret_model = (TsStdModel){
        .transport_rate = bytes_a_tick(bps),
        .transport_ticks = ticks_a_byte(bps),
        .size = bytes,
        .delay_ticks = TICKS_PER_S,
    };
    return true;
}

void
ts_std_system_model(double rate_bps, TsStdModel *ret_model)
{
    const double leak_bps = rate_bps / 500 > 80000 ? rate_bps / 500 : 80000;

    *ret_model = (TsStdModel){
        .transport_rate = bytes_a_tick(1e6),
        .transport_ticks = ticks_a_byte(1e6),
        .multiplex_size = TS_STD_SYSTEM_SIZE,
        .multiplex_rate = bytes_a_tick(leak_bps),
    };
}
