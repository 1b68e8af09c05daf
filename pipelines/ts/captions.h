/* Captions and active format of one video component, from the heads of its access units.
 *
 * Pure, bounded. Heads come in the order in which they are decoded, captions are written in the
 * order in which they are shown: what a picture carries waits here until no earlier picture can
 * come any more. */
#pragma once

#include <glib.h>

#include "pipelines/ts/cea608.h"
#include "pipelines/ts/cea708.h"
#include "pipelines/ts/picture-data.h"

#define CAPTIONS_WAITING_MAX 32u /* pictures; the earliest is let go when one more comes */
#define CAPTIONS_JUMP_S      10  /* a PTS further away than this begins a new order */

typedef struct {
    bool known;       /* a picture had one */
    uint8_t value;    /* active_format, 0 to 15 */
    uint64_t changes; /* of the value */
    TsMoment since;   /* when it took this value */
    TsMoment last;    /* the last picture that had one */
} CaptionsAfd;

typedef struct Captions Captions;

/* Returns: (transfer full) (nullable): NULL for codecs that carry no captions */
Captions *captions_new(TsCodec codec);
void captions_free(Captions *captions); /* (nullable) */

/* @head: of an access unit, from its first start code to its first slice; @moment: its place and
 * PTS */
void captions_push(Captions *captions, const uint8_t *head, size_t size, const TsMoment *moment);

/* The stream ended: what waits is counted. */
void captions_flush(Captions *captions);

/* Returns: (transfer none): valid as long as @captions */
const Cea608 *captions_cea608(const Captions *captions);
const Cea708 *captions_cea708(const Captions *captions);
const CaptionsAfd *captions_afd(const Captions *captions);
uint64_t captions_pictures(const Captions *captions); /* that carried caption bytes, empty or not */
uint64_t captions_refused(const Captions *captions);  /* pairs beyond PICTURE_CC_MAX */

/* All channels and services together; @ret_count gets the last of them by packet. */
void captions_total(const Captions *captions, CharacterCount *ret_count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Captions, captions_free)
