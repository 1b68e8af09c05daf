/* gantrysoundmeter: one sound component, decoded by libavcodec and measured; see sound-stream.h. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/elements/sound-stream.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_SOUND_METER (gantry_sound_meter_get_type())
G_DECLARE_FINAL_TYPE(GantrySoundMeter, gantry_sound_meter, GANTRY, SOUND_METER, GstElement)

/* Hears every frame that is decoded from the next unit on. Streaming thread only, or before it
 * runs.
 * @hear: (nullable); called on the streaming thread */
void gantry_sound_meter_set_listener(GantrySoundMeter *self, SoundVisitor hear, void *user_data);

/* Any thread. */
void gantry_sound_meter_get_figures(GantrySoundMeter *self, SoundFigures *ret_figures);

/* Another programme begins: its figures begin anew. Any thread. */
void gantry_sound_meter_begin_programme(GantrySoundMeter *self);

/* What it judges by from the next unit on. Any thread. */
void gantry_sound_meter_set_limits(GantrySoundMeter *self, const SoundLimits *limits);

G_END_DECLS
