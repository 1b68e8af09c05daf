/* A file is a head and chunks; a chunk is kept, skipped, or samples. */
#include "pipelines/probe/wav-reader.h"

#include <glib.h>
#include <string.h>

#define CHUNK_HEAD     8u
#define SIZE_UNKNOWN   0xffffffffu /* of one who writes to a pipe, or says it elsewhere (RF64) */
#define FRAME_MAX      (WAV_CHANNELS_MAX * 8u)
#define TAG_PCM        1u
#define TAG_FLOAT      3u
#define TAG_EXTENSIBLE 0xfffeu

typedef enum {
    WAV_HEAD,   /* of the file */
    WAV_CHUNK,  /* head of a chunk */
    WAV_FORMAT, /* chunk that is kept */
    WAV_SKIP,   /* chunk that is not */
    WAV_SAMPLES,
    WAV_WRONG,
} State;

struct WavReader {
    WavVisitor visitor;
    void *user_data; /* no-ref */
    State state;
    uint8_t kept[FRAME_MAX]; /* head, format or frame that is not complete */
    size_t n_kept;
    uint64_t left;  /* bytes of the chunk to come, but for what pads it */
    bool unlimited; /* samples until the file ends */
    bool odd;       /* a byte follows that pads the chunk */
    bool known;     /* @format was read */
    WavFormat format;
    const char *wrong; /* (nullable) */
    uint64_t frames;
    size_t n_block; /* samples in @block */
    float block[WAV_CHANNELS_MAX][WAV_BLOCK];
};

WavReader *
wav_reader_new(WavVisitor visitor, void *user_data)
{
    WavReader *reader = g_new0(WavReader, 1);

    reader->visitor = visitor;
    reader->user_data = user_data;
    return reader;
}

void
wav_reader_free(WavReader *reader)
{
    g_free(reader);
}

static uint64_t
little(const uint8_t *at, size_t count)
{
    uint64_t value = 0;

    for (size_t i = count; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

bool
wav_looks_like(const uint8_t *data, size_t size)
{
    return size >= WAV_MAGIC_SIZE &&
           (memcmp(data, "RIFF", 4) == 0 || memcmp(data, "RF64", 4) == 0 ||
            memcmp(data, "BW64", 4) == 0) &&
           memcmp(data + 8, "WAVE", 4) == 0;
}

static void
fail(WavReader *reader, const char *wrong)
{
    reader->state = WAV_WRONG;
    reader->wrong = wrong;
}

static void
read_format(WavReader *reader)
{
    const uint8_t *at = reader->kept;
    uint64_t tag = little(at, 2);
    WavFormat *format = &reader->format;
    const uint64_t frame = little(at + 12, 2);

    *format = (WavFormat){
        .n_channels = (unsigned)little(at + 2, 2),
        .rate_hz = (unsigned)little(at + 4, 4),
        .bits = (unsigned)little(at + 14, 2),
    };
    if (tag == TAG_EXTENSIBLE && reader->n_kept >= WAV_FORMAT_MAX) {
        format->speakers = (uint32_t)little(at + 20, 4);
        tag = little(at + 24, 2);
    }
    format->is_float = tag == TAG_FLOAT;
    if (tag != TAG_PCM && tag != TAG_FLOAT)
        fail(reader, "its samples are neither PCM nor float");
    else if (format->n_channels == 0 || format->n_channels > WAV_CHANNELS_MAX)
        fail(reader, "it has no channel, or more than 8");
    else if (format->rate_hz < WAV_RATE_MIN_HZ || format->rate_hz > WAV_RATE_MAX_HZ)
        fail(reader, "its sample rate is not 8 to 384 kHz");
    else if (format->is_float ? format->bits != 32 && format->bits != 64
                              : format->bits != 16 && format->bits != 24 && format->bits != 32)
        fail(reader, "its samples have not 16, 24 or 32 bits");
    else if (frame != format->n_channels * (format->bits / 8))
        fail(reader, "the sizes in its format contradict each other");
    reader->known = reader->state != WAV_WRONG;
}

static void
hand_on(WavReader *reader)
{
    const float *planes[WAV_CHANNELS_MAX];

    if (reader->n_block == 0)
        return;
    for (size_t i = 0; i < WAV_CHANNELS_MAX; i++)
        planes[i] = reader->block[i];
    reader->visitor(&reader->format, planes, reader->n_block, reader->user_data);
    reader->n_block = 0;
}

static float
sample_of(const WavFormat *format, const uint8_t *at)
{
    const uint64_t bits = little(at, format->bits / 8);
    const uint32_t word = (uint32_t)bits;
    double wide;
    float narrow;

    if (!format->is_float) /* to the top of 32 bits, where its sign is */
        return (float)(int32_t)(word << (32 - format->bits)) / 2147483648.0f;
    if (format->bits == 64) {
        memcpy(&wide, &bits, sizeof wide);
        return (float)wide;
    }
    memcpy(&narrow, &word, sizeof narrow);
    return narrow;
}

static void
take_frame(WavReader *reader, const uint8_t *frame)
{
    const size_t size = reader->format.bits / 8;

    for (size_t i = 0; i < reader->format.n_channels; i++)
        reader->block[i][reader->n_block] = sample_of(&reader->format, frame + i * size);
    reader->n_block++;
    reader->frames++;
    if (reader->n_block == WAV_BLOCK)
        hand_on(reader);
}

/* Collects up to @want bytes. Returns: whether they are there */
static bool
keep(WavReader *reader, size_t want, const uint8_t **data, size_t *size)
{
    const size_t count = MIN(want - reader->n_kept, *size);

    memcpy(reader->kept + reader->n_kept, *data, count);
    reader->n_kept += count;
    *data += count;
    *size -= count;
    return reader->n_kept == want;
}

static void
begin_chunk(WavReader *reader)
{
    const uint64_t size = little(reader->kept + 4, 4);
    const bool samples = memcmp(reader->kept, "data", 4) == 0;
    const bool format = memcmp(reader->kept, "fmt ", 4) == 0;

    reader->n_kept = 0;
    reader->left = size;
    reader->odd = size % 2 != 0;
    reader->unlimited = samples && (size == SIZE_UNKNOWN || size == 0);
    if (samples && !reader->known)
        fail(reader, "its samples come before their format");
    else if (format && size < 16)
        fail(reader, "its format is too short");
    else
        reader->state = samples ? WAV_SAMPLES : format && !reader->known ? WAV_FORMAT : WAV_SKIP;
}

static void
end_chunk(WavReader *reader)
{
    reader->n_kept = 0;
    reader->left = reader->odd;
    reader->odd = false;
    reader->state = reader->left > 0 ? WAV_SKIP : WAV_CHUNK;
}

static void
skip(WavReader *reader, const uint8_t **data, size_t *size)
{
    const size_t count = (size_t)MIN(reader->left, (uint64_t)*size);

    *data += count;
    *size -= count;
    reader->left -= count;
    if (reader->left == 0)
        end_chunk(reader);
}

static void
take_format(WavReader *reader, const uint8_t **data, size_t *size)
{
    const size_t want = (size_t)MIN(reader->left, (uint64_t)WAV_FORMAT_MAX);

    if (!keep(reader, want, data, size))
        return;
    read_format(reader);
    if (reader->state == WAV_WRONG)
        return;
    reader->n_kept = 0;
    reader->left -= want;
    reader->state = WAV_SKIP;
    if (reader->left == 0)
        end_chunk(reader);
}

static void
take_samples(WavReader *reader, const uint8_t **data, size_t *size)
{
    const size_t frame = reader->format.n_channels * (reader->format.bits / 8);

    while (*size > 0 && (reader->unlimited || reader->left >= frame)) {
        if (!keep(reader, frame, data, size))
            return;
        take_frame(reader, reader->kept);
        reader->n_kept = 0;
        reader->left -= reader->unlimited ? 0 : frame;
    }
    if (reader->unlimited || reader->left >= frame)
        return;
    reader->state = WAV_SKIP; /* less than a frame */
    if (reader->left == 0)
        end_chunk(reader);
}

static void
take_head(WavReader *reader, const uint8_t **data, size_t *size)
{
    if (!keep(reader, WAV_MAGIC_SIZE, data, size))
        return;
    reader->n_kept = 0;
    reader->state = WAV_CHUNK;
    if (!wav_looks_like(reader->kept, WAV_MAGIC_SIZE))
        fail(reader, "it is no WAV file");
}

bool
wav_reader_push(WavReader *reader, const uint8_t *data, size_t size)
{
    while (size > 0 && reader->state != WAV_WRONG) {
        switch (reader->state) {
        case WAV_HEAD:
            take_head(reader, &data, &size);
            break;
        case WAV_CHUNK:
            if (keep(reader, CHUNK_HEAD, &data, &size))
                begin_chunk(reader);
            break;
        case WAV_FORMAT:
            take_format(reader, &data, &size);
            break;
        case WAV_SKIP:
            skip(reader, &data, &size);
            break;
        case WAV_SAMPLES:
            take_samples(reader, &data, &size);
            break;
        case WAV_WRONG:
            break;
        }
    }
    hand_on(reader);
    return reader->state != WAV_WRONG;
}

const char *
wav_reader_wrong(const WavReader *reader)
{
    if (reader->wrong)
        return reader->wrong;
    return reader->frames == 0 ? "it has no samples" : NULL;
}

const WavFormat *
wav_reader_format(const WavReader *reader)
{
    return reader->known ? &reader->format : NULL;
}

uint64_t
wav_reader_frames(const WavReader *reader)
{
    return reader->frames;
}

bool
wav_reader_is_cut(const WavReader *reader)
{
    return reader->state == WAV_SAMPLES && !reader->unlimited;
}
