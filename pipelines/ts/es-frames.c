/* Bytes of a header are collected, read, and the rest of the frame is passed over. */
#include "pipelines/ts/es-frames.h"

#include <string.h>

#define BELIEVED 2u /* headers in a row */

static uint8_t
first_byte(TsCodec codec)
{
    if (codec == TS_CODEC_AAC_LATM)
        return 0x56;
    return codec == TS_CODEC_AC3 || codec == TS_CODEC_EAC3 ? 0x0b : 0xff;
}

static void
take(EsFrames *frames, ByteReader *data, size_t size)
{
    byte_reader_skip(data, size);
    frames->position += size;
}

static void
drop_part(EsFrames *frames, unsigned size)
{
    frames->have -= size;
    memmove(frames->part, frames->part + size, frames->have);
}

/* Drops what cannot be the begin of a header. */
static void
look_for_sync(EsFrames *frames, uint8_t first)
{
    const uint8_t *next = memchr(frames->part + 1, first, frames->have - 1);

    frames->losses += frames->run > 0;
    frames->run = 0;
    drop_part(frames, next ? (unsigned)(next - frames->part) : frames->have);
}

/* Fills up @part. Returns: false when @data is used up before */
static bool
fill(EsFrames *frames, uint8_t first, ByteReader *data)
{
    if (frames->have == 0 && frames->run == 0 && data->left > 0) {
        const uint8_t *next = memchr(data->at, first, data->left);

        take(frames, data, next ? (size_t)(next - data->at) : data->left);
    }
    const size_t missing = ES_AUDIO_HEADER - frames->have;
    const size_t size = missing < data->left ? missing : data->left;

    if (size > 0)
        memcpy(frames->part + frames->have, data->at, size);
    frames->have += (unsigned)size;
    take(frames, data, size);
    return frames->have == ES_AUDIO_HEADER;
}

/* A header stands in @part: passes over its frame. */
static void
pass(EsFrames *frames, EsFrame *ret_frame)
{
    const uint32_t bytes = frames->reading.frame_bytes;

    *ret_frame = (EsFrame){
        .at = frames->position - frames->have,
        .bytes = bytes,
        .samples = frames->reading.samples,
        .sample_rate_hz = frames->reading.sample_rate_hz,
    };
    frames->skip = bytes > frames->have ? bytes - frames->have : 0;
    drop_part(frames, bytes < frames->have ? bytes : frames->have);
    frames->run += frames->run < BELIEVED;
}

bool
es_frames_next(EsFrames *frames, TsCodec codec, ByteReader *data, EsFrame *ret_frame)
{
    const uint8_t first = first_byte(codec);

    for (;;) {
        const size_t passed = frames->skip < data->left ? frames->skip : data->left;

        take(frames, data, passed);
        frames->skip -= (uint32_t)passed;
        if (frames->skip > 0 || !fill(frames, first, data))
            return false;
        if (!es_audio_read(codec, frames->part, frames->have, &frames->reading)) {
            look_for_sync(frames, first);
            continue;
        }
        pass(frames, ret_frame);
        if (frames->run < BELIEVED)
            continue;
        frames->frames++;
        if (frames->reading.samples > 0)
            frames->audio = frames->reading;
        return true;
    }
}

void
es_frames_break(EsFrames *frames)
{
    frames->skip = 0;
    frames->have = 0;
    frames->run = 0;
}
