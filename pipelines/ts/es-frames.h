/* Walks along the frames of an audio stream by the lengths in their headers. Pure, bounded.
 *
 * Frames do not begin with PES packets or transport packets; a header may be split over two. Where
 * no header stands where one should, the walk looks for the next, and believes it once another one
 * follows where it says. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/es-info.h"

typedef struct {
    uint64_t position; /* bytes of the stream that were taken */
    uint32_t skip;     /* bytes of the present frame that are to come */
    unsigned have;     /* bytes in @part */
    unsigned run;      /* headers in a row that stood where they should */
    uint64_t frames;   /* believed ones */
    uint64_t losses;   /* times that a header was missing */
    EsAudio reading;   /* of the last header */
    EsAudio audio;     /* of the last frame believed; all 0 before the first */
    uint8_t part[ES_AUDIO_HEADER];
} EsFrames; /* all-zero is the initial state */

typedef struct {
    uint64_t at; /* its first byte, counted as @position is */
    uint32_t bytes;
    uint16_t samples; /* 0: belongs to the frame before it */
    uint32_t sample_rate_hz;
} EsFrame;

/* Moves on through @data to the next frame that is believed.
 * Returns: false when @data is used up */
bool es_frames_next(EsFrames *frames, TsCodec codec, ByteReader *data, EsFrame *ret_frame);

/* Bytes are missing. */
void es_frames_break(EsFrames *frames);
