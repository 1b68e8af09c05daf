/* The last pictures of one channel, by the time of their capture: of these the evidence of an alarm
 * is chosen, whose beginning is known only when the raise delay is over. Bounded by age and bytes.
 * For one thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define EVIDENCE_FRAMES_SPAN_US    (90 * US_PER_SECOND) /* older ones go */
#define EVIDENCE_FRAMES_SPACING_US (900 * US_PER_MS) /* shortest time between two that are kept */
#define EVIDENCE_FRAMES_BYTES      (512u << 10)      /* of all JPEGs together */
#define EVIDENCE_FRAMES_MAX        128u

typedef struct {
    MonoUs captured_us;
    WallUs wall_us; /* the same instant as wall time */
    uint64_t pts;   /* 90 kHz; PTS90_MODULUS: none */
    uint16_t width;
    uint16_t height;
    GBytes *jpeg; /* whoever holds the frame owns a reference */
} EvidenceFrame;

typedef struct EvidenceFrames EvidenceFrames;

EvidenceFrames *evidence_frames_new(void);
void evidence_frames_free(EvidenceFrames *frames); /* (nullable) */

/* Keeps @frame (a reference is taken of its JPEG) and lets go what is too old or too much.
 * Returns: false, and keeps nothing, for one that is captured after @now_us, not after the newest,
 *   or too soon after it */
bool evidence_frames_add(EvidenceFrames *frames, const EvidenceFrame *frame, MonoUs now_us);

/* The newest one captured before @before_us; the first captured from @from_us on and before
 * @before_us. Returns: (transfer none) (nullable): valid until the next one is added */
const EvidenceFrame *evidence_frames_last(const EvidenceFrames *frames, MonoUs before_us);
const EvidenceFrame *
evidence_frames_first(const EvidenceFrames *frames, MonoUs from_us, MonoUs before_us);

/* How many are kept, and the bytes of their JPEGs. @ret_bytes: (out) (optional) */
size_t evidence_frames_count(const EvidenceFrames *frames, size_t *ret_bytes);
