/* A source: a 24 s programme with its black, frozen and silent forms, and the library of them. */
#pragma once

#include <glib.h>

#include "tests/traffic/stream.h"

#define SOURCE_LOOP_90K              UINT64_C(2160000)   /* 24 s at 90 kHz */
#define SOURCE_LOOP_27M              UINT64_C(648000000) /* 24 s at 27 MHz */
#define SOURCE_RATE_UNIT_BPS         1316 /* its multiples fill 24 s with whole datagrams */
#define SOURCE_PACKETS_PER_RATE_UNIT 21   /* packets in 24 s for each such unit of rate */
#define SOURCE_MAX                   64

typedef enum {
    PICTURE_NORMAL,
    PICTURE_BLACK,
    PICTURE_FREEZE,
    PICTURE_FORMS,
} PictureForm;

typedef struct {
    char *name;                     /* owned; as burned in */
    char *coding;                   /* owned; for people */
    uint32_t rate_bps;              /* of the multiplex, a multiple of SOURCE_RATE_UNIT_BPS */
    uint32_t gop_units;             /* pictures from one key frame to the next, always */
    uint32_t video_ahead_90k;       /* how long before decoding to send; 0: the multiplexer's way */
    uint32_t audio_ahead_90k;       /* likewise */
    uint32_t video_gap_slots;       /* packets of the multiplex from one to the next, at least */
    uint32_t audio_gap_slots;       /* likewise */
    Stream *picture[PICTURE_FORMS]; /* owned */
    Stream *sound;                  /* owned */
    Stream *silence;                /* owned */
} Source;

/* Reads FOLDER/sources.conf, as make-sources wrote it, and what it names.
 * @only: (nullable): take this source alone.
 * Returns: (transfer full) (element-type Source): NULL with an error that names the file. */
GPtrArray *
source_library_load(const char *folder, const char *only, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @source: (nullable) */
void source_free(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)
