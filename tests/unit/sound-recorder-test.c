/* What the recorder keeps: across a wrap of the PTS, a change of the rate, and its bound. */
#include "pipelines/probe/sound-recorder.h"

#include <string.h>

#define N 480u /* samples a frame: 10 ms */

/* A frame of N samples of @value. */
static void
take(SoundRecorder *recorder, float value, unsigned rate_hz, Pts90 pts)
{
    float samples[N];
    SoundFrame frame = {.layout = sound_layout_of_count(1),
                        .n_channels = 1,
                        .n_samples = N,
                        .rate_hz = rate_hz,
                        .pts = pts};

    for (unsigned i = 0; i < N; i++)
        samples[i] = value;
    frame.planes[0] = samples;
    sound_recorder_take(recorder, &frame);
}

static uint64_t
number_at(GBytes *wav, size_t at, unsigned bytes)
{
    const uint8_t *data = g_bytes_get_data(wav, NULL);
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)data[at + i] << 8 * i;
    return value;
}

/* Left and right at sample @i. */
static int16_t
sample_at(GBytes *wav, unsigned i)
{
    g_assert_cmpint((int16_t)number_at(wav, 60 + 4 * i, 2), ==,
                    (int16_t)number_at(wav, 62 + 4 * i, 2));
    return (int16_t)number_at(wav, 60 + 4 * i, 2);
}

static size_t
frames_of(GBytes *wav)
{
    return (g_bytes_get_size(wav) - 60) / 4;
}

static void
test_nothing(void)
{
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(PTS90_MODULUS);

    g_assert_null(sound_recorder_wav(recorder));
}

static void
test_wrap(void)
{
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(PTS90_MODULUS - 450);
    g_autoptr(GBytes) wav = NULL;

    take(recorder, 0.25f, 48000, PTS90_MODULUS - 1800); /* before it */
    take(recorder, 0.5f, 48000, PTS90_MODULUS - 900);   /* the second half of it */
    take(recorder, -1.5f, 48000, 0);
    wav = sound_recorder_wav(recorder);
    g_assert_cmpuint(frames_of(wav), ==, N / 2 + N);
    g_assert_cmpuint(number_at(wav, 44, 8), ==, PTS90_MODULUS - 450);
    g_assert_cmpint(sample_at(wav, 0), ==, 16384);
    g_assert_cmpint(sample_at(wav, N / 2), ==, -32767); /* not louder than full scale */
}

static void
test_gap(void)
{
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(PTS90_MODULUS);
    g_autoptr(GBytes) wav = NULL;

    take(recorder, 0.5f, 48000, 0);
    take(recorder, 0.5f, 48000, 1800);             /* 10 ms are missing */
    take(recorder, 0.5f, 48000, 1800 + 90000 * 9); /* another time base */
    take(recorder, 0.5f, 48000, PTS90_MODULUS);    /* which goes on without saying so */
    wav = sound_recorder_wav(recorder);
    g_assert_cmpuint(frames_of(wav), ==, 5 * N);
    g_assert_cmpint(sample_at(wav, N), ==, 0);
    g_assert_cmpint(sample_at(wav, 2 * N - 1), ==, 0);
    g_assert_cmpint(sample_at(wav, 2 * N), ==, 16384);
}

static void
test_rate(void)
{
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(PTS90_MODULUS);
    g_autoptr(GBytes) wav = NULL;

    take(recorder, 0.5f, 48000, 0);
    take(recorder, 0.25f, 32000, 900);
    wav = sound_recorder_wav(recorder);
    g_assert_cmpuint(frames_of(wav), ==, N);
    g_assert_cmpuint(number_at(wav, 24, 4), ==, 32000);
    g_assert_cmpuint(number_at(wav, 44, 8), ==, 900);
    g_assert_cmpint(sample_at(wav, 0), ==, 8192);
}

static void
test_bound(void)
{
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(PTS90_MODULUS);
    g_autoptr(GBytes) wav = NULL;

    for (uint64_t i = 0; i < SOUND_RECORDER_BYTES / (4 * N) + 10; i++)
        take(recorder, 0.5f, 48000, 900 * i);
    wav = sound_recorder_wav(recorder);
    g_assert_cmpuint(frames_of(wav) * 4, <=, SOUND_RECORDER_BYTES);
    g_assert_cmpuint(frames_of(wav) * 4, >, SOUND_RECORDER_BYTES - 4 * N);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sound-recorder/nothing", test_nothing);
    g_test_add_func("/sound-recorder/across-a-wrap", test_wrap);
    g_test_add_func("/sound-recorder/what-is-missing-is-silence", test_gap);
    g_test_add_func("/sound-recorder/one-rate", test_rate);
    g_test_add_func("/sound-recorder/bound", test_bound);
    return g_test_run();
}
