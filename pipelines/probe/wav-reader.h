/* A WAV file in any pieces to samples: RIFF or RF64, PCM of 16, 24 or 32 bits or float, up to eight
 * channels. Pure and bounded: of what is not samples at most WAV_FORMAT_MAX bytes are kept. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAV_MAGIC_SIZE   12u /* bytes that tell such a file */
#define WAV_CHANNELS_MAX 8u
#define WAV_RATE_MIN_HZ  8000u
#define WAV_RATE_MAX_HZ  384000u
#define WAV_FORMAT_MAX   40u  /* bytes of a format chunk that mean something */
#define WAV_BLOCK        512u /* samples a channel that are handed on at most */

typedef struct {
    unsigned n_channels; /* 1 to WAV_CHANNELS_MAX */
    unsigned rate_hz;    /* WAV_RATE_MIN_HZ to WAV_RATE_MAX_HZ */
    unsigned bits;       /* of a sample: 16, 24, 32; 64 only of float */
    bool is_float;
    uint32_t speakers; /* dwChannelMask; 0: not told */
} WavFormat;

/* @planes: one array a channel, full scale 1, @frames samples each. Valid during the call only. */
typedef void (*WavVisitor)(const WavFormat *format,
                           const float *const *planes,
                           size_t frames,
                           void *user_data);

typedef struct WavReader WavReader;

/* Returns: (transfer full) */
WavReader *wav_reader_new(WavVisitor visitor, void *user_data);
void wav_reader_free(WavReader *reader); /* (nullable) */

/* Whether the first @size bytes of a file are those of such a file. */
bool wav_looks_like(const uint8_t *data, size_t size);

/* Takes the next bytes. Returns: false once the file is one that cannot be read; see
 * wav_reader_wrong() */
bool wav_reader_push(WavReader *reader, const uint8_t *data, size_t size);

/* One sentence on why the file cannot be read, or has no samples. Returns: (nullable): NULL while
 * nothing is wrong */
const char *wav_reader_wrong(const WavReader *reader);

/* Returns: (nullable): NULL before the format was read */
const WavFormat *wav_reader_format(const WavReader *reader);
uint64_t wav_reader_frames(const WavReader *reader); /* samples a channel, handed on so far */
/* Whether the samples ended before their announced end; none is announced by who writes to a pipe.
 */
bool wav_reader_is_cut(const WavReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WavReader, wav_reader_free)
