/* Sound of a recording as a WAV file. Browsers decode few of the sounds that television has, and
 * this process decodes nothing that comes from outside: a piece of the recording is read, and
 * gantry-probe decodes it in a process of its own, locked in, which gets it on its standard input.
 * HTTP thread only. */
#pragma once

#include "appliance/http/request.h"

#define SOUNDS_AT_ONCE   4u          /* more are asked to come again */
#define SOUND_CLIP_MAX   (64u << 20) /* bytes of recording: what gantry-probe takes */
#define SOUND_WAV_MAX    (16u << 20) /* bytes of an answer: a process that makes more is ended */
#define SOUND_DEADLINE_S 10u         /* for reading and decoding; then the process is ended */

typedef struct SoundMaker SoundMaker;

/* @program: of gantry-probe. Returns: (transfer full) */
SoundMaker *sound_maker_new(const char *program);
void sound_maker_free(SoundMaker *maker); /* (nullable); ends what runs */

/* What is wanted of the recording. */
typedef struct {
    SegmentQuery query; /* its texts are copied */
    uint16_t pid;
    Pts90 after; /* samples up to this PTS are left out; PTS90_MODULUS: none */
} SoundWanted;

/* Answers @request, not answered yet, with the sound, or with the reason why not. */
void sound_maker_answer(SoundMaker *maker, HttpRequest *request, const SoundWanted *wanted);
