/* gantryescutter: access units of the chosen components, from packets; one pad a component. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/elements/key-choice.h"
#include "pipelines/ts/ts-tables.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_ES_CUTTER (gantry_es_cutter_get_type())
G_DECLARE_FINAL_TYPE(GantryEsCutter, gantry_es_cutter, GANTRY, ES_CUTTER, GstElement)

/**
 * GantryEsCutter:
 *
 * Sink: packets, see packet-batch.h, and the choice of components, see es-components.h. Source pads
 * `video_%u` and `audio_%u_%u`, the first %u being the index of the service, the second the slot of
 * the sound, come when a component is first seen and stay; when its PID or codec changes, the pad
 * says so with new caps. Units are described
 * in es-unit.h. A pad takes the upstream event `GantrySuspicion` (boolean `suspicious`).
 */

typedef struct {
    uint16_t pid;     /* 0 while there is no such component */
    TsCodec codec;    /* of it */
    char language[4]; /* ISO 639, of the tables; "" without one */
    uint64_t units;
    uint64_t keys;
    uint64_t chosen;         /* units passed on */
    uint64_t damaged;        /* units with missing packets */
    MonoUs unit_us;          /* arrival of the last unit; 0 before the first */
    MonoUs key_us;           /* arrival of the last key; 0 before the first */
    int64_t key_interval_us; /* between the last two keys, by PTS where they have one; else 0 */
    MonoUs packet_us;        /* arrival of the last packet; 0 before the first */
    MonoUs advanced_us; /* of the last unit with a later time stamp than those before; 0: none */
    double rate_hz;     /* video: pictures a second by time stamps; 0 while unknown */
    double unit_bytes;  /* video: mean size of the last units, filler taken off; 0 unknown */
    bool small_units;   /* video: so small that the picture may be black or still */
    bool no_keys;       /* video: no key frames come; pictures come from runs of units */
    uint64_t runs;      /* of these, begun */
} EsFigures;

/* Figures of the video of service @index, or of its sound in @slot. All-zero while it has none. Any
 * thread. */
void gantry_es_cutter_get_video(GantryEsCutter *self, unsigned index, EsFigures *ret_figures);
void gantry_es_cutter_get_audio(GantryEsCutter *self,
                                unsigned index,
                                unsigned slot,
                                EsFigures *ret_figures);

/* How much of the video of service @index is passed on. Any thread. */
void gantry_es_cutter_set_sampling(GantryEsCutter *self, unsigned index, Sampling sampling);

/* The next key frame of service @index is passed on, whatever its sampling. Any thread. */
void gantry_es_cutter_want_key(GantryEsCutter *self, unsigned index);

/* Returns: (transfer full): the upstream event by which a picture-meter asks for every key, or says
 * that it need not have them. */
GstEvent *gantry_es_cutter_suspicion_event(bool suspicious);

G_END_DECLS
