/* A WAV file in pieces. The last byte is the length of the pieces. */
#include <glib.h>

#include "pipelines/probe/wav-reader.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    guint64 frames;
    guint whole; /* samples that are whole numbers, for the sanitizer: every one is touched */
} Heard;

static void
hear(const WavFormat *format, const float *const *planes, gsize frames, void *user_data)
{
    Heard *heard = user_data;

    g_assert_cmpuint(format->n_channels, >=, 1);
    g_assert_cmpuint(format->n_channels, <=, WAV_CHANNELS_MAX);
    g_assert_cmpuint(format->rate_hz, >=, WAV_RATE_MIN_HZ);
    g_assert_cmpuint(format->rate_hz, <=, WAV_RATE_MAX_HZ);
    g_assert_cmpuint(frames, >=, 1);
    g_assert_cmpuint(frames, <=, WAV_BLOCK);
    for (guint channel = 0; channel < format->n_channels; channel++)
        for (gsize i = 0; i < frames; i++) {
            heard->whole += planes[channel][i] == 0.0f;
            if (!format->is_float)
                g_assert_cmpfloat(ABS(planes[channel][i]), <=, 1);
        }
    heard->frames += frames;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Heard heard = {0};
    g_autoptr(WavReader) reader = wav_reader_new(hear, &heard);
    const gsize piece = size > 0 ? (gsize)data[size - 1] + 1 : 1;
    bool good = true;

    wav_looks_like(data, size);
    for (gsize at = 0; at < size && good; at += piece)
        good = wav_reader_push(reader, data + at, MIN(piece, size - at));
    g_assert_cmpuint(wav_reader_frames(reader), ==, heard.frames);
    if (heard.frames > 0)
        g_assert_nonnull(wav_reader_format(reader));
    if (!good)
        g_assert_nonnull(wav_reader_wrong(reader));
    wav_reader_is_cut(reader);
    return 0;
}
