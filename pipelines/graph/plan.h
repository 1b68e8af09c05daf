/* What an input's pipelines are made of, as data. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"

#define PLAN_PROPERTIES_MAX 4u

typedef struct {
    const char *name; /* of the property */
    char *value;      /* as text; owned; NULL behind the last one */
} PlanProperty;

typedef struct {
    const char *factory;
    char *name;        /* unique within the plan; owned */
    unsigned pipeline; /* index of the pipeline it belongs to */
    bool late;         /* made when the pad appears that it is linked to */
    unsigned slot;     /* of a sound */
    PlanProperty properties[PLAN_PROPERTIES_MAX + 1];
} PlanElement;

/* From the source pad of one element to the sink of another. With @pad, from the pad of that name,
 * as soon as it appears. */
typedef struct {
    unsigned from; /* index of the element */
    unsigned to;
    char *pad; /* owned; NULL for the always pad "src" */
} PlanLink;

typedef struct {
    GPtrArray *pipelines; /* element-type char*: their names, the channel ids */
    GArray *elements;     /* element-type PlanElement */
    GArray *links;        /* element-type PlanLink */
} Plan;

/**
 * plan_new:
 * @config: (transfer none): at least one service; without an address there is no source, and
 *   whoever runs the graph pushes into the meter
 *
 * Elements of service n are named `decoder-n`, `picture-n` and `sound-n-k`, k being the slot of the
 * sound, those of the input `source`, `meter`, `cutter` and, where segments are kept, `segments`.
 *
 * Returns: (transfer full): the plan, or %NULL with %GANTRY_ERROR_INVALID: no service, or too
 *   many. A bad address is no error of the plan: the source says what is wrong with it.
 */
Plan *plan_new(const MessageConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void plan_free(Plan *plan); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)
