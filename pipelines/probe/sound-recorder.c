/* Frames, mixed down to two channels, one behind the other. */
#include "pipelines/probe/sound-recorder.h"

#include <math.h>
#include <string.h>

#define CHANNELS     2u
#define SAMPLE_BYTES (CHANNELS * sizeof(int16_t)) /* of both channels at one instant */
#define FULL_SCALE   32767.0f
#define HEAD_BYTES   60u        /* up to the samples: RIFF, fmt, pts and data's head */
#define MINUS_3_DB   0.7071068f /* centre and surround in front, ITU-R BS.775-3 annex 4 */

struct SoundRecorder {
    Pts90 after;
    unsigned rate_hz; /* 0: nothing came yet */
    Pts90 first;      /* PTS of the first sample in @samples */
    Pts90 next;       /* PTS behind the last frame; PTS90_MODULUS: unknown */
    GByteArray *samples;
};

typedef struct {
    float left;
    float right;
} Gain;

SoundRecorder *
sound_recorder_new(Pts90 after)
{
    SoundRecorder *recorder = g_new0(SoundRecorder, 1);

    recorder->after = after;
    recorder->first = recorder->next = PTS90_MODULUS;
    recorder->samples = g_byte_array_new();
    return recorder;
}

void
sound_recorder_free(SoundRecorder *recorder)
{
    if (recorder == NULL)
        return;
    g_byte_array_unref(recorder->samples);
    g_free(recorder);
}

static Pts90
moved(Pts90 pts, uint64_t samples, unsigned rate_hz)
{
    return (pts + samples * 90000 / rate_hz) % PTS90_MODULUS;
}

static Gain
gain_of(const SoundLayout *layout, unsigned channel)
{
    if (layout->n_channels == 1)
        return (Gain){1, 1};
    switch (layout->at[channel]) {
    case SOUND_FRONT_LEFT:
        return (Gain){1, 0};
    case SOUND_FRONT_RIGHT:
        return (Gain){0, 1};
    case SOUND_SIDE_LEFT:
    case SOUND_BACK_LEFT:
        return (Gain){MINUS_3_DB, 0};
    case SOUND_SIDE_RIGHT:
    case SOUND_BACK_RIGHT:
        return (Gain){0, MINUS_3_DB};
    case SOUND_LOW:
        return (Gain){0, 0};
    case SOUND_CENTRE:
    case SOUND_OTHER:
        break;
    }
    return (Gain){MINUS_3_DB, MINUS_3_DB};
}

static int16_t
sample_of(float value)
{
    return isfinite(value) ? (int16_t)lrintf(CLAMP(value, -1.0f, 1.0f) * FULL_SCALE) : 0;
}

/* Whether @n more samples have room. */
static bool
has_room(const SoundRecorder *recorder, uint64_t n)
{
    return recorder->samples->len + n * SAMPLE_BYTES <= SOUND_RECORDER_BYTES;
}

static void
append(SoundRecorder *recorder, const SoundFrame *frame, unsigned from)
{
    Gain gains[SOUND_CHANNELS_MAX];
    const guint at = recorder->samples->len;

    for (unsigned channel = 0; channel < frame->layout.n_channels; channel++)
        gains[channel] = gain_of(&frame->layout, channel);
    g_byte_array_set_size(recorder->samples,
                          at + (guint)((frame->n_samples - from) * SAMPLE_BYTES));
    int16_t *out = (int16_t *)(gpointer)(recorder->samples->data + at);

    for (unsigned i = from; i < frame->n_samples; i++) {
        float left = 0, right = 0;

        for (unsigned channel = 0; channel < frame->layout.n_channels; channel++) {
            left += gains[channel].left * frame->planes[channel][i];
            right += gains[channel].right * frame->planes[channel][i];
        }
        *out++ = GINT16_TO_LE(sample_of(left));
        *out++ = GINT16_TO_LE(sample_of(right));
    }
}

/* What should have come before @pts is silence. */
static void
fill_gap(SoundRecorder *recorder, Pts90 pts)
{
    const guint at = recorder->samples->len;
    int64_t ticks = 0;

    if (at == 0 || recorder->next == PTS90_MODULUS || pts == PTS90_MODULUS)
        return;
    ticks = pts90_distance(recorder->next, pts);
    const uint64_t n = ticks > 0 ? (uint64_t)ticks * recorder->rate_hz / 90000 : 0;

    if (ticks <= 90 || ticks > (int64_t)SOUND_RECORDER_GAP_S * 90000 || !has_room(recorder, n))
        return; /* time stamps are rounded; another time base begins behind the last one */
    g_byte_array_set_size(recorder->samples, at + (guint)(n * SAMPLE_BYTES));
    memset(recorder->samples->data + at, 0, n * SAMPLE_BYTES);
}

/* How many samples of @frame, which begins at @pts, are not wanted. */
static unsigned
left_out(const SoundRecorder *recorder, const SoundFrame *frame, Pts90 pts)
{
    int64_t ticks = 0;

    if (recorder->samples->len > 0 || recorder->after >= PTS90_MODULUS)
        return 0;
    if (pts == PTS90_MODULUS)
        return frame->n_samples;
    ticks = pts90_distance(pts, recorder->after);
    const uint64_t n = ticks > 0 ? (uint64_t)ticks * frame->rate_hz / 90000 : 0;

    return n < frame->n_samples ? (unsigned)n : frame->n_samples;
}

void
sound_recorder_take(SoundRecorder *recorder, const SoundFrame *frame)
{
    const Pts90 pts = frame->pts < PTS90_MODULUS ? frame->pts : recorder->next;

    if (frame->rate_hz != recorder->rate_hz) {
        g_byte_array_set_size(recorder->samples, 0);
        recorder->rate_hz = frame->rate_hz;
    }
    fill_gap(recorder, pts);
    const unsigned from = left_out(recorder, frame, pts);

    if (from < frame->n_samples && has_room(recorder, frame->n_samples - from)) {
        if (recorder->samples->len == 0)
            recorder->first =
                pts < PTS90_MODULUS ? moved(pts, from, frame->rate_hz) : PTS90_MODULUS;
        append(recorder, frame, from);
    }
    recorder->next =
        pts < PTS90_MODULUS ? moved(pts, frame->n_samples, frame->rate_hz) : PTS90_MODULUS;
}

static uint8_t *
put(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *at++ = (uint8_t)(value >> 8 * i);
    return at;
}

static uint8_t *
put_name(uint8_t *at, const char *name)
{
    memcpy(at, name, 4);
    return at + 4;
}

GBytes *
sound_recorder_wav(const SoundRecorder *recorder)
{
    const guint size = recorder->samples->len;
    uint8_t *wav = NULL, *at = NULL;

    if (size == 0)
        return NULL;
    at = wav = g_malloc(HEAD_BYTES + size);
    at = put(put_name(at, "RIFF"), HEAD_BYTES - 8 + size, 4);
    at = put(put_name(put_name(at, "WAVE"), "fmt "), 16, 4);
    at = put(put(put(at, 1, 2), CHANNELS, 2), recorder->rate_hz, 4); /* 1: PCM */
    at = put(put(put(at, recorder->rate_hz * SAMPLE_BYTES, 4), SAMPLE_BYTES, 2), 16, 2);
    at = put(put(put_name(at, "pts "), 8, 4), recorder->first, 8);
    at = put(put_name(at, "data"), size, 4);
    memcpy(at, recorder->samples->data, size);
    return g_bytes_new_take(wav, HEAD_BYTES + size);
}
