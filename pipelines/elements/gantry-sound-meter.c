/* The sound-meter element: units to the decoder, its frames to the stream, figures under a lock. */
#include "pipelines/elements/gantry-sound-meter.h"

#include "pipelines/elements/es-components.h"
#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/sound-decoder.h"

struct _GantrySoundMeter {
    GstElement parent;

    /* Streaming thread only. */
    enum AVCodecID codec_id;   /* as the tables say */
    unsigned opus_config;      /* the same; see sound_decoder_new() */
    enum AVCodecID decoded_id; /* of @decoder */
    uint64_t frames_before;    /* frames decoded by those before @decoder */
    SoundDecoder *decoder;     /* owned; NULL until the first unit */
    SoundStream *stream;       /* owned */
    SoundVisitor hear;         /* (nullable) */
    void *hear_data;           /* no-ref */

    gint begin_programme; /* atomic; with the next unit */

    GMutex lock; /* guards what follows */
    SoundFigures figures;
    SoundLimits limits; /* for the stream */
    bool limits_new;
};

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("sink",
                            GST_PAD_SINK,
                            GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("audio/mpeg; audio/x-ac3; audio/x-eac3; audio/x-opus"));

G_DEFINE_TYPE(GantrySoundMeter, gantry_sound_meter, GST_TYPE_ELEMENT)

void
gantry_sound_meter_get_figures(GantrySoundMeter *self, SoundFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    g_mutex_unlock(&self->lock);
}

void
gantry_sound_meter_set_listener(GantrySoundMeter *self, SoundVisitor hear, void *user_data)
{
    self->hear = hear;
    self->hear_data = user_data;
}

void
gantry_sound_meter_begin_programme(GantrySoundMeter *self)
{
    g_atomic_int_set(&self->begin_programme, 1);
}

void
gantry_sound_meter_set_limits(GantrySoundMeter *self, const SoundLimits *limits)
{
    g_mutex_lock(&self->lock);
    self->limits = *limits;
    self->limits_new = true;
    g_mutex_unlock(&self->lock);
}

static void
take_limits(GantrySoundMeter *self)
{
    g_mutex_lock(&self->lock);
    if (self->limits_new)
        sound_stream_set_limits(self->stream, &self->limits);
    self->limits_new = false;
    g_mutex_unlock(&self->lock);
}

static void
take_frame(const SoundFrame *frame, void *user_data)
{
    GantrySoundMeter *self = user_data;

    sound_stream_add(self->stream, frame);
    if (self->hear != NULL)
        self->hear(frame, self->hear_data);
}

static void
take_unit(GantrySoundMeter *self, GstBuffer *buffer, const GstMapInfo *map)
{
    const SoundUnit unit = {map->data, map->size, es_unit_pts(buffer)};
    const bool lost = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED) ||
                      GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);

    take_limits(self);
    if (g_atomic_int_compare_and_exchange(&self->begin_programme, 1, 0))
        sound_stream_begin_programme(self->stream);
    sound_stream_begin_unit(self->stream, es_unit_arrived_us(buffer), lost);
    sound_stream_end_unit(self->stream, sound_decoder_push(self->decoder, &unit, take_frame, self));
}

static void
put_figures(GantrySoundMeter *self)
{
    g_mutex_lock(&self->lock);
    self->figures = *sound_stream_figures(self->stream);
    g_mutex_unlock(&self->lock);
}

/* Tables confuse the two framings of AAC; how a unit begins does not. */
static enum AVCodecID
codec_of_unit(enum AVCodecID named, const GstMapInfo *map)
{
    const guint head = map->size >= 2 ? (guint)map->data[0] << 8 | map->data[1] : 0;

    if (named != AV_CODEC_ID_AAC && named != AV_CODEC_ID_AAC_LATM)
        return named;
    if ((head & 0xffe0) == 0x56e0)
        return AV_CODEC_ID_AAC_LATM;
    return (head & 0xfff6) == 0xfff0 ? AV_CODEC_ID_AAC : named;
}

/* Until a frame was decoded, the decoder may be the wrong one. */
static void
choose_decoder(GantrySoundMeter *self, const GstMapInfo *map)
{
    const enum AVCodecID codec_id = codec_of_unit(self->codec_id, map);

    if (self->decoder != NULL && (codec_id == self->decoded_id ||
                                  sound_stream_figures(self->stream)->frames > self->frames_before))
        return;
    sound_decoder_free(self->decoder);
    self->decoder =
        codec_id != AV_CODEC_ID_NONE ? sound_decoder_new(codec_id, self->opus_config) : NULL;
    self->decoded_id = codec_id;
    self->frames_before = sound_stream_figures(self->stream)->frames;
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantrySoundMeter *self = GANTRY_SOUND_METER(parent);
    g_autoptr(GstBuffer) owned = buffer;
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    choose_decoder(self, &map);
    if (self->decoder != NULL)
        take_unit(self, buffer, &map);
    gst_buffer_unmap(buffer, &map);
    put_figures(self);
    return GST_FLOW_OK;
}

static enum AVCodecID
codec_of(GstCaps *caps)
{
    const GstStructure *structure = gst_caps_get_structure(caps, 0);
    int version = 0;

    if (gst_structure_has_name(structure, "audio/x-ac3"))
        return AV_CODEC_ID_AC3;
    if (gst_structure_has_name(structure, "audio/x-eac3"))
        return AV_CODEC_ID_EAC3;
    if (gst_structure_has_name(structure, "audio/x-opus"))
        return AV_CODEC_ID_OPUS;
    if (!gst_structure_get_int(structure, "mpegversion", &version))
        return AV_CODEC_ID_NONE;
    if (version == 1)
        return AV_CODEC_ID_MP2;
    return g_strcmp0(gst_structure_get_string(structure, "stream-format"), "loas") == 0
               ? AV_CODEC_ID_AAC_LATM
               : AV_CODEC_ID_AAC;
}

static unsigned
opus_config_of(GstCaps *caps)
{
    int config = 0;

    (void)gst_structure_get_int(gst_caps_get_structure(caps, 0), ES_OPUS_CONFIG, &config);
    return (unsigned)CLAMP(config, 0, G_MAXUINT8);
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantrySoundMeter *self = GANTRY_SOUND_METER(parent);
    GstCaps *caps = NULL;

    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
        gst_event_parse_caps(event, &caps);
        g_clear_pointer(&self->decoder, sound_decoder_free);
        self->codec_id = codec_of(caps);
        self->opus_config = opus_config_of(caps);
        sound_stream_restart(self->stream);
    }
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
        sound_stream_finish(self->stream);
        put_figures(self);
    }
    gst_event_unref(event);
    return TRUE;
}

static void
finalize(GObject *object)
{
    GantrySoundMeter *self = GANTRY_SOUND_METER(object);

    sound_decoder_free(self->decoder);
    sound_stream_free(self->stream);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_sound_meter_parent_class)->finalize(object);
}

static void
gantry_sound_meter_class_init(GantrySoundMeterClass *klass)
{
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = finalize;
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_set_static_metadata(element_class, "Gantry sound meter",
                                          "Sink/Analyzer/Audio", "Measures sound", "Gantry");
}

static void
gantry_sound_meter_init(GantrySoundMeter *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    self->codec_id = AV_CODEC_ID_NONE;
    self->stream = sound_stream_new();
    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
}
