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

static const char *
caps_of(TsCodec codec)
{
    for (size_t i = 0; i < G_N_ELEMENTS(decodable); i++)
        if (decodable[i].codec == codec)
            return decodable[i].caps;
    return NULL;
}

GstCaps *
es_component_caps(const EsComponent *component)
{
    const char *text = caps_of(component->codec);
    GstCaps *caps = text != NULL ? gst_caps_from_string(text) : NULL;

    if (component->codec == TS_CODEC_OPUS)
        gst_caps_set_simple(caps, ES_OPUS_CONFIG, G_TYPE_INT, (int)component->opus_config, NULL);
    return caps;
}

bool
es_codec_decodable(TsCodec codec)
{
    return caps_of(codec) != NULL;
}

static void
add(EsComponents *list, uint16_t index, const TsComponent *component, unsigned slot)
{
    if (list->n == ES_COMPONENTS_MAX)
        return;
    EsComponent *entry = &list->entries[list->n++];

    entry->service = index;
    entry->pid = component->pid;
    entry->codec = component->codec;
    entry->kind = component->kind;
    entry->slot = (uint8_t)slot;
    entry->opus_config = component->opus_config;
    memcpy(entry->language, component->language, sizeof entry->language);
}

static void
add_video(EsComponents *list, uint16_t index, const TsService *service)
{
    const TsComponent *first = NULL;

    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        if (component->kind != TS_KIND_VIDEO)
            continue;
        if (first == NULL ||
            (es_codec_decodable(component->codec) && !es_codec_decodable(first->codec)))
            first = component;
    }
    if (first != NULL)
        add(list, index, first, 0);
}

/* The slot of @pid in @before; ES_AUDIO_MAX: it had none. */
static unsigned
slot_before(const EsComponents *before, uint16_t index, uint16_t pid)
{
    for (size_t i = 0; i < before->n; i++) {
        const EsComponent *entry = &before->entries[i];

        if (entry->service == index && entry->pid == pid && entry->kind == TS_KIND_AUDIO)
            return entry->slot;
    }
    return ES_AUDIO_MAX;
}

static void
add_audios(EsComponents *list, const EsComponents *before, uint16_t index, const TsService *service)
{
    unsigned taken = 0; /* a bit a slot */

    /* Those that stay first, so that a new stream takes the place of one that is gone. */
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < service->n_components; i++) {
            const TsComponent *component = &service->components[i];
            unsigned slot = slot_before(before, index, component->pid);
            const bool stays = slot < ES_AUDIO_MAX;

            if (component->kind != TS_KIND_AUDIO || stays != (pass == 0))
                continue;
            for (unsigned free = 0; !stays && free < ES_AUDIO_MAX && slot == ES_AUDIO_MAX; free++)
                slot = taken & 1u << free ? slot : free;
            if (slot == ES_AUDIO_MAX || taken & 1u << slot)
                continue;
            taken |= 1u << slot;
            add(list, index, component, slot);
        }
    }
}

void
es_components_choose(EsComponents *list,
                     const EsComponents *before,
                     uint16_t index,
                     const TsService *service)
{
    add_video(list, index, service);
    add_audios(list, before, index, service);
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
