/* The sound of one PID as people hear it: two channels of 16 bits, in a WAV file.
 *
 * What is missing between two frames is silence, so that times stay right. A file is of one
 * sampling rate: what came before a change of it is dropped. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/elements/sound-decoder.h"

#define SOUND_RECORDER_BYTES                                                                       \
    (24u << 20)                 /* of samples: 2 minutes at 48 kHz; later ones are left out */
#define SOUND_RECORDER_GAP_S 2u /* what is longer is another time base */

typedef struct SoundRecorder SoundRecorder;

/* @after: samples up to this PTS are left out; PTS90_MODULUS: none. Returns: (transfer full) */
SoundRecorder *sound_recorder_new(Pts90 after);
void sound_recorder_free(SoundRecorder *recorder); /* (nullable) */

/* Takes the next @frame of the stream. */
void sound_recorder_take(SoundRecorder *recorder, const SoundFrame *frame);

/**
 * sound_recorder_wav:
 *
 * RIFF: chunk "fmt " (PCM, 2 channels, 16 bits), chunk "pts " (8 bytes, little-endian: the PTS of
 * the first sample at 90 kHz), chunk "data".
 *
 * Returns: (transfer full) (nullable): NULL if there is no sample
 */
GBytes *sound_recorder_wav(const SoundRecorder *recorder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SoundRecorder, sound_recorder_free)
