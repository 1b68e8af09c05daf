/* Units of coded sound to samples, by libavcodec. One thread. */
#pragma once

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/measure/level.h"

typedef struct SoundDecoder SoundDecoder;

/* One decoded frame. Valid during the call only. */
typedef struct {
    LevelFormat format;
    const uint8_t *const *planes; /* no-ref; one a channel if @format is planar, else one */
    size_t sample_size;           /* bytes from one sample to the next in a plane */
    unsigned n_channels;
    unsigned n_samples; /* a channel */
    unsigned rate_hz;
} SoundFrame;

typedef void (*SoundVisitor)(const SoundFrame *frame, void *user_data);

/* Returns: (transfer full) (nullable): NULL when @codec_id cannot be decoded here */
SoundDecoder *sound_decoder_new(enum AVCodecID codec_id);
void sound_decoder_free(SoundDecoder *decoder); /* (nullable) */

/* Decodes @size bytes that may hold several frames or parts of them; at least
 * AV_INPUT_BUFFER_PADDING_SIZE readable bytes follow. Returns: how many frames were refused */
unsigned sound_decoder_push(
    SoundDecoder *decoder, const uint8_t *data, size_t size, SoundVisitor visitor, void *user_data);
