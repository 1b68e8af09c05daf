/* Coded sound for tests: samples through the encoders of libavcodec, framed as in a transport
 * stream. */
#pragma once

#include <glib.h>

#include "tests/fixtures/sound-build.h"

typedef enum {
    SOUND_MAKER_MP2,
    SOUND_MAKER_AAC_ADTS,
    SOUND_MAKER_AAC_LATM,
    SOUND_MAKER_AC3,
    SOUND_MAKER_EAC3,
    SOUND_MAKER_OPUS,
    SOUND_MAKER_CODECS,
} SoundMakerCodec;

/* What a codec is called, and the caps of its units. */
const char *sound_maker_name(SoundMakerCodec codec);
const char *sound_maker_caps(SoundMakerCodec codec);

/* Whether @n_channels can be coded with it in a transport stream here. */
gboolean sound_maker_can(SoundMakerCodec codec, guint n_channels);

/* Samples of one frame. */
guint sound_maker_frame(SoundMakerCodec codec);

/* Encodes @sound. Returns: (transfer full) (element-type GBytes): a frame each */
GPtrArray *sound_maker_encode(SoundMakerCodec codec, const SoundBuild *sound);
