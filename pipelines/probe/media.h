/* What pictures and sound of a file showed: a record a component, and when it was black, frozen or
 * silent. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/media-spans.h"
#include "pipelines/probe/sound-recorder.h"
#include "pipelines/probe/steady-picture.h"
#include "pipelines/ts/ts-tables.h"

#define MEDIA_FIRST_US ((MonoUs)1) /* where times begin that are not measured: 0 is never */

/* How much of the video is decoded. */
typedef enum {
    MEDIA_DEPTH_BITSTREAM, /* nothing, and no sound */
    MEDIA_DEPTH_KEY_4S,    /* a key frame every 4 s, more of them on suspicion */
    MEDIA_DEPTH_EVERY_KEY, /* every key frame */
    MEDIA_DEPTH_FULL,      /* every picture */
    MEDIA_DEPTH_COUNT,
} MediaDepth;

typedef struct {
    uint16_t service_id;
    uint16_t pid; /* 0: the service has no video that can be decoded */
    TsCodec codec;
    unsigned width; /* pixels; 0: no picture came */
    unsigned height;
    bool interlaced;
    uint64_t pictures; /* that were looked at */
    uint64_t damaged;  /* of these, not judged */
    uint64_t errors;   /* units that the decoder refused */
    int64_t step_us;   /* longest time between two of @pictures; 0 before the second */
    MediaSpans black;
    MediaSpans freeze;  /* kind: FreezeKind */
    MediaSpans uniform; /* a single colour */
    MediaSpans bars;
    SteadyPicture steady; /* the picture that stood longest */
    GBytes *jpeg;         /* owned; (nullable): the last small picture, if they are wanted */
} MediaVideo;

/* In LUFS, LU and dBTP; NAN where nothing can be said. */
typedef struct {
    double integrated_lufs;
    double range_lu;
    double true_peak_dbtp;
    double max_momentary_lufs;
    double max_short_term_lufs;
} MediaLoudness;

typedef struct {
    uint16_t service_id; /* 0: of no transport stream */
    uint16_t pid;        /* the same */
    TsCodec codec;       /* TS_CODEC_UNKNOWN: PCM of a WAV file */
    char language[4];    /* ISO 639; "" unknown */
    unsigned n_channels; /* 0: nothing was decoded */
    unsigned rate_hz;
    uint64_t errors; /* frames that the decoder refused */
    MediaLoudness loudness;
    MediaSpans silence;
} MediaAudio;

typedef struct {
    MediaDepth depth;
    int64_t shortest_us; /* spans that are shorter are not shown */
    bool wants_pictures; /* MediaVideo.jpeg */
    SoundRecorder
        *recorder; /* no-ref; (nullable): hears the sound of @recorded_pid, at any depth */
    uint16_t recorded_pid;
    MonoUs origin_us; /* when the file's first picture or sound is presented; times of spans are
                         shown from there */
    bool begun;       /* there was one */
    GArray *videos;   /* of MediaVideo */
    GArray *audios;   /* of MediaAudio */
} Media;

Media *media_new(MediaDepth depth, int64_t shortest_us); /* Returns: (transfer full) */
void media_free(Media *media);                           /* (nullable) */

/* Adds an empty record. Returns: (transfer none): valid until the next is added */
MediaVideo *media_add_video(Media *media);
MediaAudio *media_add_audio(Media *media);

/* Something is presented at @at_us. */
void media_note_time(Media *media, MonoUs at_us);

/* Seconds from the file's first picture or sound to @at_us. */
double media_seconds(const Media *media, MonoUs at_us);

/* Whether @span is long enough to be shown. */
bool media_is_shown(const Media *media, const MediaSpan *span);

/* "key-4s", ... Never NULL. */
const char *media_depth_name(MediaDepth depth);
/* Returns: false when no depth has that name */
bool media_depth_parse(const char *name, MediaDepth *ret_depth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Media, media_free)
