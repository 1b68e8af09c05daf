/* Keeping the clip of an alarm: segments of the worker's ring are kept with the evidence, where
 * they outlive the ring. Blocks on disk: for the evidence's thread alone. */
#pragma once

#include "appliance/model/evidence.h"

/**
 * evidence_clip_keep:
 * @ring: the channel's folder of segments; need not be there
 * @target: folder of the clip, made if there is anything to keep
 * @clip: its times; the rest is set
 *
 * What is missing is told in the clip's text.
 */
void evidence_clip_keep(const char *ring, const char *target, EvidenceClip *clip);
