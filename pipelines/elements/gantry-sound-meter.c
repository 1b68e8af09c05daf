/* The sound-meter element: windows of 200 ms, by the samples themselves. */
#include "pipelines/elements/gantry-sound-meter.h"

#include <math.h>
#include <string.h>

#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/sound-decoder.h"
#include "pipelines/measure/condition-timer.h"

#define WINDOWS_A_SECOND 5

/* A pause between two words is no silence; one that lasts dates from its beginning. */
static const ConditionRule silence_rule = {
    .hold_us = 2 * US_PER_SECOND, .clear_us = 0, .gap_us = 2 * US_PER_SECOND};

struct _GantrySoundMeter {
    GstElement parent;

    /* Streaming thread only. */
    enum AVCodecID codec_id;
    SoundDecoder *decoder; /* owned; NULL until the first unit */
    MonoUs unit_us;        /* arrival of the unit that is being decoded */
    ConditionTimer silence;
    LevelWindow window;
    unsigned n_channels;              /* of the stream */
    float peaks[WINDOWS_A_SECOND];    /* of the last windows, highest, dBFS */
    double squares[WINDOWS_A_SECOND]; /* of the last windows, loudest channel, mean square */
    MonoUs window_us;                 /* when the present window began, by arrival */

    GMutex lock; /* guards @figures */
    SoundFigures figures;
};

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("sink",
                            GST_PAD_SINK,
                            GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("audio/mpeg; audio/x-ac3; audio/x-eac3"));

G_DEFINE_TYPE(GantrySoundMeter, gantry_sound_meter, GST_TYPE_ELEMENT)

void
gantry_sound_meter_get_figures(GantrySoundMeter *self, SoundFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    g_mutex_unlock(&self->lock);
}

static void
publish(GantrySoundMeter *self, const LevelFigures *levels, unsigned rate_hz)
{
    SoundFigures *figures = &self->figures;
    float peak_dbfs = LEVEL_FLOOR_DBFS;
    double square = 0.0;

    for (size_t i = 0; i < WINDOWS_A_SECOND; i++) {
        peak_dbfs = MAX(peak_dbfs, self->peaks[i]);
        square += self->squares[i] / WINDOWS_A_SECOND;
    }
    g_mutex_lock(&self->lock);
    figures->windows++;
    (void)condition_timer_sample(&self->silence, &silence_rule, levels->silent, self->window_us);
    figures->silent = self->silence.condition;
    figures->peak_dbfs = (double)peak_dbfs;
    figures->rms_dbfs = MAX(10.0 * log10(square + 1e-12), (double)LEVEL_FLOOR_DBFS);
    figures->n_channels = self->n_channels;
    figures->rate_hz = rate_hz;
    figures->last.n_channels = levels->n_channels;
    figures->last.at_us = self->unit_us;
    memcpy(figures->last.peak_dbfs, levels->peak_dbfs, sizeof levels->peak_dbfs);
    memcpy(figures->last.rms_dbfs, levels->rms_dbfs, sizeof levels->rms_dbfs);
    g_mutex_unlock(&self->lock);
}

static void
end_window(GantrySoundMeter *self, unsigned rate_hz)
{
    const LevelFigures levels = level_figures(&self->window);

    G_STATIC_ASSERT(sizeof levels.peak_dbfs == sizeof self->figures.last.peak_dbfs);
    for (size_t i = WINDOWS_A_SECOND - 1; i > 0; i--) {
        self->peaks[i] = self->peaks[i - 1];
        self->squares[i] = self->squares[i - 1];
    }
    self->peaks[0] = levels.highest_peak_dbfs;
    self->squares[0] = pow(10.0, (double)levels.loudest_rms_dbfs / 10.0);
    publish(self, &levels, rate_hz);
    self->window = (LevelWindow){0};
    self->window_us = self->unit_us;
}

static void
add_samples(GantrySoundMeter *self, const SoundFrame *frame, unsigned from, unsigned count)
{
    const unsigned n_channels = MIN(frame->n_channels, SOUND_METER_CHANNELS);
    const bool planar = frame->format == LEVEL_FLOAT_PLANAR || frame->format == LEVEL_S16_PLANAR ||
                        frame->format == LEVEL_S32_PLANAR;
    const void *planes[SOUND_METER_CHANNELS];

    for (unsigned i = 0; i < (planar ? n_channels : 1); i++)
        planes[i] = frame->planes[i] + from * frame->sample_size;
    level_add(&self->window, frame->format, planes, planar ? n_channels : frame->n_channels, count);
}

static void
take_frame(const SoundFrame *frame, void *user_data)
{
    GantrySoundMeter *self = user_data;
    const unsigned window = MAX(frame->rate_hz / WINDOWS_A_SECOND, 1);

    if (self->n_channels != frame->n_channels)
        self->window = (LevelWindow){0};
    self->n_channels = frame->n_channels;
    for (unsigned done = 0; done < frame->n_samples;) {
        const uint64_t room = window > self->window.frames ? window - self->window.frames : 0;
        const unsigned count = (unsigned)MIN(frame->n_samples - done, room);

        if (count > 0)
            add_samples(self, frame, done, count);
        done += count;
        if (self->window.frames >= window || count == 0)
            end_window(self, frame->rate_hz);
    }
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantrySoundMeter *self = GANTRY_SOUND_METER(parent);
    g_autoptr(GstBuffer) owned = buffer;
    unsigned refused = 0;
    GstMapInfo map;

    if (self->decoder == NULL && self->codec_id != AV_CODEC_ID_NONE)
        self->decoder = sound_decoder_new(self->codec_id);
    if (self->decoder == NULL || !gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    self->unit_us = es_unit_arrived_us(buffer);
    if (self->window_us == 0)
        self->window_us = self->unit_us;
    refused = sound_decoder_push(self->decoder, map.data, map.size, take_frame, self);
    gst_buffer_unmap(buffer, &map);
    if (refused > 0) {
        g_mutex_lock(&self->lock);
        self->figures.errors += refused;
        g_mutex_unlock(&self->lock);
    }
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
    if (!gst_structure_get_int(structure, "mpegversion", &version))
        return AV_CODEC_ID_NONE;
    if (version == 1)
        return AV_CODEC_ID_MP2;
    return g_strcmp0(gst_structure_get_string(structure, "stream-format"), "loas") == 0
               ? AV_CODEC_ID_AAC_LATM
               : AV_CODEC_ID_AAC;
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
    }
    gst_event_unref(event);
    return TRUE;
}

static void
finalize(GObject *object)
{
    GantrySoundMeter *self = GANTRY_SOUND_METER(object);

    sound_decoder_free(self->decoder);
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
    self->figures.peak_dbfs = (double)LEVEL_FLOOR_DBFS;
    self->figures.rms_dbfs = (double)LEVEL_FLOOR_DBFS;
    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
}
