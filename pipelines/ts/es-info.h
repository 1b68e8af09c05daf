/* Parameters of picture and sound, as the headers within the stream say them. Pure, bounded.
 *
 * Video: sequence headers and parameter sets (MPEG-1, MPEG-2, H.264, HEVC) and the kind of picture.
 * Audio: the header of a frame (MPEG audio, ADTS, LATM, AC-3, E-AC-3). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-tables.h"

#define ES_AUDIO_HEADER 16u /* bytes that suffice for any header of a frame */

typedef struct {
    bool known;     /* a sequence header or SPS was read: what follows is its */
    uint16_t width; /* of the picture shown, luma samples */
    uint16_t height;
    bool interlaced;   /* fields may occur */
    uint32_t rate_num; /* pictures a second: @rate_num / @rate_den; 0 while not said or not sane */
    uint32_t rate_den;
    uint8_t profile;      /* profile_idc; MPEG-2: with its escape bit, 0 for MPEG-1 */
    uint8_t level;        /* level_idc; MPEG-2: its code of 4 bits */
    bool level_1b;        /* H.264: constraint_set3_flag with level 1.1 */
    bool high_tier;       /* HEVC */
    uint8_t chroma;       /* 1 4:2:0, 2 4:2:2, 3 4:4:4; 0 none */
    uint8_t bit_depth;    /* luma */
    bool low_delay;       /* MPEG-2 low_delay, H.264 low_delay_hrd_flag */
    uint32_t buffer_bits; /* VBV, or CPB of the NAL HRD; 0 while not said */
    uint64_t buffer_bps;  /* rate into it; 0 while not said */
} EsVideo;

typedef struct {
    char type;      /* 'I', 'P', 'B'; 0 unknown */
    bool delimited; /* an access unit delimiter stood before it */
    bool vbv_delay; /* MPEG-1 and -2: vbv_delay is given, not 0xffff */
} EsPicture;

typedef struct {
    uint32_t sample_rate_hz;
    uint8_t channels;     /* the low-frequency one counted; 0 while not said */
    uint16_t samples;     /* of the frame, a channel; 0: belongs to the frame before it */
    uint32_t frame_bytes; /* with its header */
    uint32_t bitrate_bps; /* of this frame */
} EsAudio;

/**
 * es_video_read:
 * @codec: MPEG-1, MPEG-2, H.264 or HEVC; of others nothing is read
 * @head: @size bytes of an access unit, from its first start code into its first slice
 * @video: (inout): brought up to what @head says; kept where it says nothing
 */
void es_video_read(
    TsCodec codec, const uint8_t *head, size_t size, EsVideo *video, EsPicture *ret_picture);

/**
 * es_audio_read:
 * @codec: an audio codec
 * @frame: up to ES_AUDIO_HEADER bytes, from where a frame should begin
 * @audio: (inout): LATM keeps what an earlier frame said
 *
 * Returns: whether a frame begins there and its length is known
 */
bool es_audio_read(TsCodec codec, const uint8_t *frame, size_t size, EsAudio *audio);

/* Whether es_audio_read() knows @codec. */
bool es_audio_readable(TsCodec codec);
