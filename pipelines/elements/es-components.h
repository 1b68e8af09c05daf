/* Which components of which services are looked at: one video and every audio of each.
 *
 * The meter reads the tables and tells the cutter by a sticky event. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/ts/ts-tables.h"

#define ES_SERVICES_MAX   64u /* services of one input that are measured */
#define ES_AUDIO_MAX      8u  /* streams of sound of one service; more are counted only */
#define ES_COMPONENTS_MAX ((1u + ES_AUDIO_MAX) * ES_SERVICES_MAX)

typedef struct {
    uint16_t service; /* index into the configured services, not the id */
    uint16_t pid;
    TsCodec codec;
    TsKind kind;  /* TS_KIND_VIDEO or TS_KIND_AUDIO */
    uint8_t slot; /* below ES_AUDIO_MAX, of sound: its place, kept as long as its PID stays */
    uint8_t opus_config; /* channel_config_code of Opus plus 1; 0: not said */
    char language[4];    /* ISO 639, of the tables; "" without one */
} EsComponent;

typedef struct {
    EsComponent entries[ES_COMPONENTS_MAX];
    size_t n; /* entries set; the others are zero, so that two lists compare as bytes */
} EsComponents;

/* Adds to @list the video of @service that is decoded, the first that can be, or else the first;
 * and its streams of sound, at most ES_AUDIO_MAX. A PID that is in @before keeps its slot there.
 * @index: of the service in the configuration. */
void es_components_choose(EsComponents *list,
                          const EsComponents *before,
                          uint16_t index,
                          const TsService *service);

/* The field of the caps of Opus that holds opus_config of the component. */
#define ES_OPUS_CONFIG "channel-config"

/* Returns: (transfer full) (nullable): caps of the units of @component; NULL where it cannot be
 * decoded here */
GstCaps *es_component_caps(const EsComponent *component);

/* Whether @codec is one that key decoder or sound-meter know. */
bool es_codec_decodable(TsCodec codec);

/* Returns: (transfer full): a sticky downstream event with @list */
GstEvent *es_components_to_event(const EsComponents *list);

/* Reads @event. Returns: false for any other event */
bool es_components_from_event(GstEvent *event, EsComponents *ret_list);
