/* Choice of components, and the event that carries it. */
#include "pipelines/elements/es-components.h"

#include <string.h>

#define EVENT_NAME "GantryComponents"

/* What key decoder and sound-meter know. */
static const struct {
    TsCodec codec;
    const char *caps;
} decodable[] = {
    {TS_CODEC_MPEG1_VIDEO, "video/mpeg, mpegversion=1, systemstream=false"},
    {TS_CODEC_MPEG2_VIDEO, "video/mpeg, mpegversion=2, systemstream=false"},
    {TS_CODEC_H264, "video/x-h264, stream-format=byte-stream, alignment=au"},
    {TS_CODEC_HEVC, "video/x-h265, stream-format=byte-stream, alignment=au"},
    {TS_CODEC_MPEG_AUDIO, "audio/mpeg, mpegversion=1"},
    {TS_CODEC_AAC_ADTS, "audio/mpeg, mpegversion=4, stream-format=adts"},
    {TS_CODEC_AAC_LATM, "audio/mpeg, mpegversion=4, stream-format=loas"},
    {TS_CODEC_AC3, "audio/x-ac3"},
    {TS_CODEC_EAC3, "audio/x-eac3"},
    {TS_CODEC_OPUS, "audio/x-opus"},
};

const char *
es_codec_caps(TsCodec codec)
{
    for (size_t i = 0; i < G_N_ELEMENTS(decodable); i++)
        if (decodable[i].codec == codec)
            return decodable[i].caps;
    return NULL;
}

bool
es_codec_decodable(TsCodec codec)
{
    return es_codec_caps(codec) != NULL;
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
