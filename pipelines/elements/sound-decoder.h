/* Units of coded sound to samples, by libavcodec. One thread. */
#pragma once

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/measure/sound-layout.h"

typedef struct SoundDecoder SoundDecoder;

/* One decoded frame. Valid during the call only. */
typedef struct {
    const float *planes[SOUND_CHANNELS_MAX]; /* no-ref; one a channel of @layout, full scale 1 */
    SoundLayout layout;
    unsigned n_channels; /* of the stream, those beyond SOUND_CHANNELS_MAX as well */
    unsigned n_samples;  /* a channel, at least 1 */
    unsigned rate_hz;    /* at least 1 */
    Pts90 pts;           /* of its first sample; PTS90_MODULUS where the stream does not say */
    bool two_programmes; /* its two channels have nothing to do with each other: 1+1 */
    const char *codec;   /* no-ref; "HE-AAC", "AC-3": as decoded, for people */
} SoundFrame;

typedef void (*SoundVisitor)(const SoundFrame *frame, void *user_data);

/* @opus_config: of Opus, its channel_config_code plus 1, 0 unknown; which streams a unit holds is
 * not written in it.
 * Returns: (transfer full) (nullable): NULL when @codec_id cannot be decoded here */
SoundDecoder *sound_decoder_new(enum AVCodecID codec_id, unsigned opus_config);
void sound_decoder_free(SoundDecoder *decoder); /* (nullable) */

/* A unit as it comes from the stream. */
typedef struct {
    const uint8_t *data; /* no-ref; AV_INPUT_BUFFER_PADDING_SIZE readable bytes follow @size */
    size_t size;
    Pts90 pts; /* of the first frame that begins in it; PTS90_MODULUS without one */
} SoundUnit;

/* Decodes @unit, which may hold several frames or parts of them. Damaged frames are refused rather
 * than made up. Returns: how many were refused */
unsigned sound_decoder_push(SoundDecoder *decoder,
                            const SoundUnit *unit,
                            SoundVisitor visitor,
                            void *user_data);
