/* Which components of which services are looked at: one video and one audio of each.
 *
 * The meter reads the tables and tells the cutter by a sticky event. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/ts/ts-tables.h"

#define ES_SERVICES_MAX   64u /* services of one input that are measured */
#define ES_COMPONENTS_MAX (2u * ES_SERVICES_MAX)

typedef struct {
    uint16_t service; /* index into the configured services, not the id */
    uint16_t pid;
    TsCodec codec;
    TsKind kind; /* TS_KIND_VIDEO or TS_KIND_AUDIO */
} EsComponent;

typedef struct {
    EsComponent entries[ES_COMPONENTS_MAX];
    size_t n; /* entries set; the others are zero, so that two lists compare as bytes */
} EsComponents;

/* Adds to @list the first video and the first audio of @service whose codec can be decoded; if
 * none of a kind can, the first of that kind. @index: of the service in the configuration. */
void es_components_choose(EsComponents *list, uint16_t index, const TsService *service);

/* Caps of the units of @codec as text; NULL where it cannot be decoded here. */
const char *es_codec_caps(TsCodec codec);

/* Whether @codec is one that key decoder or sound-meter know. */
bool es_codec_decodable(TsCodec codec);

/* Returns: (transfer full): a sticky downstream event with @list */
GstEvent *es_components_to_event(const EsComponents *list);

/* Reads @event. Returns: false for any other event */
bool es_components_from_event(GstEvent *event, EsComponents *ret_list);
