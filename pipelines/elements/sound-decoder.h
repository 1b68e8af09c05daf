/* Units of coded sound to planes of float samples, by libavcodec. One thread. */
#pragma once

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct SoundDecoder SoundDecoder;

/* One decoded frame. Valid during the call only. */
typedef struct {
    const float *const *planes; /* no-ref; one a channel, @n_samples each */
    unsigned n_channels;
    unsigned n_samples;
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
