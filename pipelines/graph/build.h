/* The pipelines of one input, running. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/elements/es-components.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-key-decoder.h"
#include "pipelines/elements/gantry-picture-meter.h"
#include "pipelines/elements/gantry-segments.h"
#include "pipelines/elements/gantry-sound-meter.h"
#include "pipelines/elements/gantry-ts-meter.h"
#include "pipelines/elements/gantry-udp-source.h"
#include "pipelines/graph/plan.h"

/* What one service's figures are read from. */
typedef struct {
    GantryKeyDecoder *decoder;              /* no-ref; these live as long as the graph */
    GantryPictureMeter *picture;            /* no-ref */
    GantrySoundMeter *sounds[ES_AUDIO_MAX]; /* no-ref; by slot; NULL until the stream appears: ask
                                               graph_sound() */
} GraphService;

typedef struct {
    GPtrArray *pipelines;     /* element-type GstElement*, owned */
    GPtrArray *elements;      /* element-type GstElement*, by index of the plan; no-ref; NULL for
                                 what is made late */
    Plan *plan;               /* owned */
    GantryUdpSource *source;  /* no-ref; NULL where the plan has none */
    GantryTsMeter *meter;     /* no-ref */
    GantryEsCutter *cutter;   /* no-ref */
    GantrySegments *segments; /* no-ref; (nullable): none are kept */
    GraphService *services;   /* one a pipeline; owned */
} Graph;

/* Builds what @plan says; nothing runs yet. @plan: (transfer full).
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INTERNAL */
Graph *graph_new(Plan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The meter of the sound in @slot of service @index. Any thread. Returns: (transfer none)
 * (nullable): NULL until there is such a stream */
GantrySoundMeter *graph_sound(Graph *graph, unsigned index, unsigned slot);

/* Lets everything run. Returns: false with %GANTRY_ERROR_INTERNAL */
bool graph_start(Graph *graph, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Stops everything and waits for the streaming thread. The caller holds a dead-man timer. */
void graph_stop(Graph *graph);

/* Stops, then frees. @graph: (nullable) */
void graph_free(Graph *graph);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Graph, graph_free)
