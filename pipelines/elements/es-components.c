/* Choice of components, and the event that carries it. */
#include "pipelines/elements/es-components.h"

#include <string.h>

#define EVENT_NAME "GantryComponents"

bool
es_codec_decodable(TsCodec codec)
{
    switch (codec) {
    case TS_CODEC_MPEG1_VIDEO:
    case TS_CODEC_MPEG2_VIDEO:
    case TS_CODEC_H264:
    case TS_CODEC_HEVC:
    case TS_CODEC_MPEG_AUDIO:
    case TS_CODEC_AAC_ADTS:
    case TS_CODEC_AAC_LATM:
    case TS_CODEC_AC3:
    case TS_CODEC_EAC3:
        return true;
    case TS_CODEC_UNKNOWN:
    case TS_CODEC_AC4:
    case TS_CODEC_DTS:
    case TS_CODEC_OPUS:
    case TS_CODEC_TELETEXT:
    case TS_CODEC_DVB_SUBTITLES:
    case TS_CODEC_SCTE35:
    case TS_CODEC_ID3:
    case TS_CODEC_AIT:
        return false;
    }
    return false;
}

static const TsComponent *
first_of(const TsService *service, TsKind kind)
{
    const TsComponent *first = NULL;

    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        if (component->kind != kind)
            continue;
        if (es_codec_decodable(component->codec))
            return component;
        if (first == NULL)
            first = component;
    }
    return first;
}

void
es_components_choose(EsComponents *list, uint16_t index, const TsService *service)
{
    static const TsKind kinds[] = {TS_KIND_VIDEO, TS_KIND_AUDIO};

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const TsComponent *component = first_of(service, kinds[i]);

        if (component == NULL || list->n == ES_COMPONENTS_MAX)
            continue;
        EsComponent *entry = &list->entries[list->n++];

        entry->service = index;
        entry->pid = component->pid;
        entry->codec = component->codec;
        entry->kind = kinds[i];
    }
}

GstEvent *
es_components_to_event(const EsComponents *list)
{
    g_autoptr(GBytes) bytes = g_bytes_new(list->entries, list->n * sizeof list->entries[0]);

    return gst_event_new_custom(
        GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
        gst_structure_new(EVENT_NAME, "entries", G_TYPE_BYTES, bytes, NULL));
}

bool
es_components_from_event(GstEvent *event, EsComponents *ret_list)
{
    const GstStructure *structure = gst_event_get_structure(event);
    const GValue *value = NULL;

    if (!gst_event_has_name(event, EVENT_NAME))
        return false;
    value = gst_structure_get_value(structure, "entries");
    if (value == NULL || !G_VALUE_HOLDS(value, G_TYPE_BYTES))
        return false;
    GBytes *bytes = g_value_get_boxed(value);
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    const size_t n = MIN(size / sizeof ret_list->entries[0], ES_COMPONENTS_MAX);

    *ret_list = (EsComponents){.n = n};
    if (n > 0)
        memcpy(ret_list->entries, data, n * sizeof ret_list->entries[0]);
    return true;
}
