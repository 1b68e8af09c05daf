/* gantrysoundmeter: levels and silence of one sound component, decoded by libavcodec. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_SOUND_METER (gantry_sound_meter_get_type())
G_DECLARE_FINAL_TYPE(GantrySoundMeter, gantry_sound_meter, GANTRY, SOUND_METER, GstElement)

#define SOUND_METER_CHANNELS  8u                /* shown; more are measured for silence only */
#define SOUND_METER_WINDOW_US (200 * US_PER_MS) /* of sound, by its samples */

typedef struct {
    unsigned n_channels; /* at most SOUND_METER_CHANNELS */
    float peak_dbfs[SOUND_METER_CHANNELS];
    float rms_dbfs[SOUND_METER_CHANNELS];
    MonoUs at_us; /* arrival of the unit in which the window ended */
} SoundLevels;

typedef struct {
    uint64_t windows; /* measured */
    uint64_t errors;  /* frames that the decoder refused */
    Condition silent; /* every channel below -60 dBFS */
    double peak_dbfs; /* highest sample peak of the last second */
    double rms_dbfs;  /* of the loudest channel, over the last second */
    unsigned n_channels;
    unsigned rate_hz;
    SoundLevels last; /* newest window; at_us 0 before the first */
} SoundFigures;

/* Any thread. */
void gantry_sound_meter_get_figures(GantrySoundMeter *self, SoundFigures *ret_figures);

G_END_DECLS
