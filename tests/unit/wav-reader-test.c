/* WAV files from bytes. */
#include <glib.h>
#include <string.h>

#include "pipelines/probe/wav-reader.h"

#define FRAMES_MAX 64u

typedef struct {
    float samples[WAV_CHANNELS_MAX][FRAMES_MAX];
    size_t frames;
} Heard;

static void
hear(const WavFormat *format, const float *const *planes, size_t frames, void *user_data)
{
    Heard *heard = user_data;

    for (size_t i = 0; i < frames && heard->frames < FRAMES_MAX; i++, heard->frames++)
        for (unsigned channel = 0; channel < format->n_channels; channel++)
            heard->samples[channel][heard->frames] = planes[channel][i];
}

static void
put(GByteArray *file, const char *name)
{
    g_byte_array_append(file, (const uint8_t *)name, 4);
}

static void
put_number(GByteArray *file, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const uint8_t byte = (uint8_t)(value >> (8 * i));

        g_byte_array_append(file, &byte, 1);
    }
}

/* A file with its head and format; samples are to follow. */
static GByteArray *
file_of(unsigned tag, unsigned channels, unsigned bits)
{
    GByteArray *file = g_byte_array_new();

    put(file, "RIFF");
    put_number(file, 1000, 4);
    put(file, "WAVE");
    put(file, "LIST"); /* an odd one, to be skipped */
    put_number(file, 3, 4);
    put_number(file, 0, 4);
    put(file, "fmt ");
    put_number(file, 16, 4);
    put_number(file, tag, 2);
    put_number(file, channels, 2);
    put_number(file, 48000, 4);
    put_number(file, (uint64_t)48000 * channels * bits / 8, 4);
    put_number(file, (uint64_t)channels * bits / 8, 2);
    put_number(file, bits, 2);
    return file;
}

static WavReader *
read_in_pieces(const GByteArray *file, size_t piece, Heard *heard)
{
    WavReader *reader = wav_reader_new(hear, heard);

    memset(heard, 0, sizeof *heard);
    for (size_t at = 0; at < file->len; at += piece)
        if (!wav_reader_push(reader, file->data + at, MIN(piece, file->len - at)))
            break;
    return reader;
}

static void
samples_are_the_same_in_any_pieces(void)
{
    g_autoptr(GByteArray) file = file_of(1, 2, 24);
    Heard heard;

    put(file, "data");
    put_number(file, 12, 4);
    put_number(file, 0x400000, 3);
    put_number(file, 0x800000, 3);
    put_number(file, 0xc00000, 3);
    put_number(file, 0x000000, 3);
    for (size_t piece = 1; piece <= file->len; piece++) {
        g_autoptr(WavReader) reader = read_in_pieces(file, piece, &heard);

        g_assert_null(wav_reader_wrong(reader));
        g_assert_false(wav_reader_is_cut(reader));
        g_assert_cmpuint(heard.frames, ==, 2);
        g_assert_cmpfloat(heard.samples[0][0], ==, 0.5f);
        g_assert_cmpfloat(heard.samples[1][0], ==, -1.0f);
        g_assert_cmpfloat(heard.samples[0][1], ==, -0.5f);
        g_assert_cmpfloat(heard.samples[1][1], ==, 0.0f);
    }
}

static void
what_stands_behind_the_samples_is_none(void)
{
    g_autoptr(GByteArray) file = file_of(1, 1, 16);
    Heard heard;

    put(file, "data");
    put_number(file, 2, 4);
    put_number(file, 0x2000, 2);
    put(file, "LIST");
    put_number(file, 4, 4);
    put_number(file, 0x7fff7fff, 4);
    g_autoptr(WavReader) reader = read_in_pieces(file, 7, &heard);

    g_assert_cmpuint(wav_reader_frames(reader), ==, 1);
    g_assert_cmpfloat(heard.samples[0][0], ==, 0.25f);
}

static void
a_file_of_unknown_length_ends_where_it_ends(void)
{
    g_autoptr(GByteArray) file = file_of(3, 1, 32);
    Heard heard;

    put(file, "data");
    put_number(file, 0xffffffff, 4);
    put_number(file, 0x3f000000, 4);
    put_number(file, 0xbf800000, 4);
    g_autoptr(WavReader) reader = read_in_pieces(file, 5, &heard);

    g_assert_cmpuint(wav_reader_frames(reader), ==, 2);
    g_assert_cmpfloat(heard.samples[0][0], ==, 0.5f);
    g_assert_cmpfloat(heard.samples[0][1], ==, -1.0f);
    g_assert_false(wav_reader_is_cut(reader));
}

static void
samples_that_are_missing_are_told(void)
{
    g_autoptr(GByteArray) file = file_of(1, 1, 32);
    Heard heard;

    put(file, "data");
    put_number(file, 400, 4);
    put_number(file, 0, 8);
    g_autoptr(WavReader) reader = read_in_pieces(file, 100, &heard);

    g_assert_true(wav_reader_is_cut(reader));
    g_assert_cmpuint(wav_reader_frames(reader), ==, 2);
}

static void
what_cannot_be_read_says_why(void)
{
    static const struct {
        unsigned tag, channels, bits;
        const char *why;
    } cases[] = {
        {2, 1, 16, "PCM"}, {1, 0, 16, "channel"}, {1, 9, 16, "channel"},
        {1, 2, 8, "bits"}, {3, 2, 16, "bits"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) file = file_of(cases[i].tag, cases[i].channels, cases[i].bits);
        Heard heard;
        g_autoptr(WavReader) reader = read_in_pieces(file, 64, &heard);

        g_assert_nonnull(wav_reader_wrong(reader));
        g_assert_nonnull(strstr(wav_reader_wrong(reader), cases[i].why));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wav-reader/samples-are-the-same-in-any-pieces",
                    samples_are_the_same_in_any_pieces);
    g_test_add_func("/wav-reader/what-stands-behind-the-samples-is-none",
                    what_stands_behind_the_samples_is_none);
    g_test_add_func("/wav-reader/a-file-of-unknown-length-ends-where-it-ends",
                    a_file_of_unknown_length_ends_where_it_ends);
    g_test_add_func("/wav-reader/samples-that-are-missing-are-told",
                    samples_that_are_missing_are_told);
    g_test_add_func("/wav-reader/what-cannot-be-read-says-why", what_cannot_be_read_says_why);
    return g_test_run();
}
