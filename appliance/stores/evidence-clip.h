/* Keeping the clip of an alarm: segments of the worker's ring are linked into the evidence, where
 * they outlive the ring. Blocks on disk: for the evidence's thread alone.
 *
 * The ring is another user's folder: what lies there is taken for regular files of a bounded size
 * or not at all. */
#pragma once

#include "appliance/model/evidence.h"

#define EVIDENCE_SEGMENT_BYTES_MAX (UINT64_C(256) << 20) /* of one segment */

/**
 * evidence_clip_keep:
 * @ring: the channel's folder of segments; need not be there
 * @folder: that of the evidence
 * @clip: its times; state, text and segments are set
 * @now_us: ignores segments that claim to end later
 *
 * A segment that cannot be linked, because it is another user's or on another disk, is copied. What
 * is missing is told in the clip's text.
 */
void evidence_clip_keep(const char *ring, const char *folder, EvidenceClip *clip, WallUs now_us);
