/* The decoder element: one thread, no loop filter for single key frames, nothing kept between keys.
 */
#include "pipelines/elements/gantry-key-decoder.h"

#include <libavcodec/avcodec.h>
#include <stdbool.h>

#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/frame-meta.h"
#include "pipelines/elements/hw-decode.h"
#include "pipelines/elements/picture-memory.h"

#define PIXELS_MAX (4096 * 2304) /* larger pictures are refused before memory is taken */

struct _GantryKeyDecoder {
    GstElement parent;

    GstPad *src; /* no-ref; owned by the element */

    /* Streaming thread only. */
    enum AVCodecID codec_id;
    AVCodecContext *codec; /* owned; NULL until the first unit */
    AVPacket *packet;      /* owned */
    AVFrame *frame;        /* owned */
    PictureMemory *memory; /* owned; of single pictures; (nullable) */
    int width;             /* of the caps last sent, pixels */
    int height;
    MonoUs unit_us;        /* arrival of the last unit */
    unsigned run_pictures; /* that came of the present run of units */
    bool tainted;          /* a unit was damaged, and what follows is made from it */
    Pts90 clean_from; /* while @tainted: pictures from here on are whole; PTS90_MODULUS: none */
    HwDecode *hw;     /* owned; NULL: software */
    bool hw_tried;    /* to open the device of @backend */

    GMutex lock; /* guards what follows */
    KeyDecoderFigures figures;
    char *backend; /* owned; NULL: software */
};

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "sink",
        GST_PAD_SINK,
        GST_PAD_ALWAYS,
        GST_STATIC_CAPS("video/x-h264; video/x-h265; video/mpeg, mpegversion={1,2}"));
static GstStaticPadTemplate src_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(FRAME_CAPS));

G_DEFINE_TYPE(GantryKeyDecoder, gantry_key_decoder, GST_TYPE_ELEMENT)

void
gantry_key_decoder_get_figures(GantryKeyDecoder *self, KeyDecoderFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    g_mutex_unlock(&self->lock);
}

void
gantry_key_decoder_set_backend(GantryKeyDecoder *self, const char *backend)
{
    g_mutex_lock(&self->lock);
    g_free(self->backend);
    self->backend = g_strdup(backend);
    g_mutex_unlock(&self->lock);
}

/* Gives up the device for good: software decodes from now on. */
static void
fall_back(GantryKeyDecoder *self)
{
    avcodec_free_context(&self->codec);
    g_clear_pointer(&self->hw, hw_decode_free);
    g_mutex_lock(&self->lock);
    self->figures.fallbacks++;
    g_mutex_unlock(&self->lock);
}

static void
open_device(GantryKeyDecoder *self)
{
    g_autofree char *backend = NULL;
    bool failed = false;

    if (self->hw_tried)
        return;
    self->hw_tried = true;
    g_mutex_lock(&self->lock);
    backend = g_strdup(self->backend);
    g_mutex_unlock(&self->lock);
    self->hw = hw_decode_new(backend != NULL ? backend : "", &failed);
    if (failed)
        fall_back(self);
}

/* @alone: nothing follows that a picture would have to wait for. In a whole stream a decoder
 * without delay would show the pictures of MPEG-2 in the order of coding. */
static bool
open_codec(GantryKeyDecoder *self, bool alone)
{
    const AVCodec *codec = avcodec_find_decoder(self->codec_id);

    if (self->codec != NULL)
        return true;
    if (codec == NULL)
        return false;
    open_device(self);
    self->codec = avcodec_alloc_context3(codec);
    if (self->codec == NULL)
        return false;
    if (self->hw != NULL && !hw_decode_attach(self->hw, self->codec, codec)) {
        fall_back(self);
        self->codec = avcodec_alloc_context3(codec);
        if (self->codec == NULL)
            return false;
    }
    self->codec->thread_count = 1;
    if (alone)
        self->codec->flags |= (int)AV_CODEC_FLAG_LOW_DELAY;
    if (alone && self->memory != NULL && self->hw == NULL)
        picture_memory_attach(self->memory, self->codec);
    self->codec->max_pixels = PIXELS_MAX;
    if (avcodec_open2(self->codec, codec, NULL) == 0)
        return true;
    avcodec_free_context(&self->codec);
    return false;
}

static void
send_caps(GantryKeyDecoder *self, const AVFrame *frame)
{
    g_autoptr(GstCaps) caps = NULL;
    GstSegment segment;

    if (frame->width == self->width && frame->height == self->height)
        return;
    caps = gst_static_pad_template_get_caps(&src_template);
    caps = gst_caps_make_writable(g_steal_pointer(&caps));
    gst_caps_set_simple(caps, "width", G_TYPE_INT, frame->width, "height", G_TYPE_INT,
                        frame->height, NULL);
    self->width = frame->width;
    self->height = frame->height;
    gst_pad_push_event(self->src, gst_event_new_caps(caps));
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->src, gst_event_new_segment(&segment));
}

/* Damage goes from picture to picture, up to the first key that came whole: what a decoder makes of
 * it repeats, or is grey, and is no content of the channel. */
static void
follow_damage(GantryKeyDecoder *self, GstBuffer *unit)
{
    const bool key = !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT) ||
                     GST_BUFFER_FLAG_IS_SET(unit, ES_UNIT_RUN_FIRST);

    if (GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_CORRUPTED) ||
        (!key && GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DISCONT))) {
        self->tainted = true;
        self->clean_from = PTS90_MODULUS;
    } else if (key && GST_BUFFER_FLAG_IS_SET(unit, ES_UNIT_ALONE | ES_UNIT_RUN_FIRST)) {
        self->tainted = false;
    } else if (key && self->tainted && self->clean_from == PTS90_MODULUS) {
        self->clean_from = es_unit_pts(unit);
        self->tainted = self->clean_from < PTS90_MODULUS;
    }
}

/* Whether the picture of @pts was made from a damaged one. */
static bool
is_tainted(GantryKeyDecoder *self, Pts90 pts)
{
    if (self->tainted && pts < PTS90_MODULUS && self->clean_from < PTS90_MODULUS &&
        pts90_distance(self->clean_from, pts) >= 0)
        self->tainted = false;
    return self->tainted;
}

static bool
is_filtered(enum AVCodecID codec)
{
    return codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC;
}

/* Pushes every picture that is ready; @unit: with which they came. Returns how many. */
static unsigned
push_pictures(GantryKeyDecoder *self, GstBuffer *unit)
{
    unsigned pictures = 0;

    while (avcodec_receive_frame(self->codec, self->frame) == 0) {
        if (!hw_decode_fetch(self->frame)) {
            fall_back(self);
            break;
        }
        GstBuffer *buffer = frame_buffer_new(self->frame);
        const int64_t pts = self->frame->pts;

        es_unit_set_times(buffer, pts == AV_NOPTS_VALUE ? PTS90_MODULUS : (Pts90)pts,
                          es_unit_arrived_us(unit));
        if (GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_CORRUPTED) ||
            self->frame->decode_error_flags != 0 || is_tainted(self, es_unit_pts(buffer)))
            GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
        if (self->codec->skip_loop_filter == AVDISCARD_ALL && is_filtered(self->codec_id))
            GST_BUFFER_FLAG_SET(buffer, FRAME_UNFILTERED);
        send_caps(self, self->frame);
        av_frame_unref(self->frame);
        (void)gst_pad_push(self->src, buffer);
        pictures++;
    }
    return pictures;
}

/* Sends one unit, drains after the @last of those that belong together, and pushes what comes.
 * Returns: whether the decoder took it */
static bool
send_unit(GantryKeyDecoder *self, GstBuffer *unit, bool last, unsigned *ret_pictures)
{
    const bool taken = avcodec_send_packet(self->codec, self->packet) >= 0;

    if (last)
        (void)avcodec_send_packet(self->codec, NULL);
    *ret_pictures = push_pictures(self, unit);
    return taken && self->codec != NULL;
}

static void
decode(GantryKeyDecoder *self, GstBuffer *unit, GstMapInfo *map)
{
    const bool alone = GST_BUFFER_FLAG_IS_SET(unit, ES_UNIT_ALONE);
    const bool first = GST_BUFFER_FLAG_IS_SET(unit, ES_UNIT_RUN_FIRST);
    const bool last = alone || GST_BUFFER_FLAG_IS_SET(unit, ES_UNIT_RUN_LAST);
    const Pts90 pts = es_unit_pts(unit);
    AVRational rate = {0, 1};
    unsigned pictures = 0;
    bool taken = false;

    if (first)
        avcodec_free_context(&self->codec);
    if (alone || first)
        self->run_pictures = 0;
    follow_damage(self, unit);
    if (open_codec(self, alone)) {
        self->codec->skip_loop_filter = alone ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
        self->packet->data = map->data;
        self->packet->size = (int)map->size;
        self->packet->pts = pts < PTS90_MODULUS ? (int64_t)pts : AV_NOPTS_VALUE;
        self->packet->flags =
            GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT) ? 0 : AV_PKT_FLAG_KEY;
        taken = send_unit(self, unit, last, &pictures);
        rate = self->codec != NULL ? self->codec->framerate : rate;
        /* Nothing of the decoder is needed for the next key: its pictures and tables, two thirds of
         * the process, are given back until then. */
        if (last)
            avcodec_free_context(&self->codec);
    }
    self->run_pictures += pictures;
    g_mutex_lock(&self->lock);
    self->figures.units++;
    self->figures.pictures += pictures;
    self->figures.errors += !taken || (last && self->run_pictures == 0);
    if (rate.num > 0 && rate.den > 0)
        self->figures.rate_hz = av_q2d(rate);
    g_mutex_unlock(&self->lock);
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantryKeyDecoder *self = GANTRY_KEY_DECODER(parent);
    g_autoptr(GstBuffer) owned = buffer;
    GstMapInfo map;

    if (self->codec_id == AV_CODEC_ID_NONE || !gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    self->unit_us = es_unit_arrived_us(buffer);
    if (map.size > 0 && map.size < G_MAXINT / 2)
        decode(self, buffer, &map);
    gst_buffer_unmap(buffer, &map);
    return GST_FLOW_OK;
}

/* A stream that ends: the pictures that wait for their turn are shown. */
static void
drain(GantryKeyDecoder *self)
{
    if (self->codec == NULL)
        return;
    g_autoptr(GstBuffer) last = gst_buffer_new();

    es_unit_set_times(last, PTS90_MODULUS, self->unit_us);
    (void)avcodec_send_packet(self->codec, NULL);
    const unsigned pictures = push_pictures(self, last);

    avcodec_free_context(&self->codec);
    g_mutex_lock(&self->lock);
    self->figures.pictures += pictures;
    g_mutex_unlock(&self->lock);
}

static enum AVCodecID
codec_of(GstCaps *caps)
{
    const GstStructure *structure = gst_caps_get_structure(caps, 0);
    int version = 0;

    if (gst_structure_has_name(structure, "video/x-h264"))
        return AV_CODEC_ID_H264;
    if (gst_structure_has_name(structure, "video/x-h265"))
        return AV_CODEC_ID_HEVC;
    if (gst_structure_has_name(structure, "video/mpeg") &&
        gst_structure_get_int(structure, "mpegversion", &version))
        return version == 1 ? AV_CODEC_ID_MPEG1VIDEO : AV_CODEC_ID_MPEG2VIDEO;
    return AV_CODEC_ID_NONE;
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantryKeyDecoder *self = GANTRY_KEY_DECODER(parent);
    GstCaps *caps = NULL;

    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) {
        gst_event_unref(event); /* sent anew behind the caps, with the first picture */
        return TRUE;
    }
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS)
        drain(self);
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
        return gst_pad_event_default(pad, parent, event);
    gst_event_parse_caps(event, &caps);
    avcodec_free_context(&self->codec);
    self->codec_id = codec_of(caps);
    self->width = 0;
    gst_event_unref(event);
    return self->codec_id != AV_CODEC_ID_NONE;
}

static void
finalize(GObject *object)
{
    GantryKeyDecoder *self = GANTRY_KEY_DECODER(object);

    avcodec_free_context(&self->codec);
    hw_decode_free(self->hw);
    g_free(self->backend);
    av_packet_free(&self->packet);
    av_frame_free(&self->frame);
    picture_memory_free(self->memory);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_key_decoder_parent_class)->finalize(object);
}

static void
gantry_key_decoder_class_init(GantryKeyDecoderClass *klass)
{
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = finalize;
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(element_class, "Gantry key decoder", "Decoder/Video",
                                          "Decodes key frames by libavcodec", "Gantry");
}

static void
gantry_key_decoder_init(GantryKeyDecoder *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    self->codec_id = AV_CODEC_ID_NONE;
    self->packet = av_packet_alloc();
    self->frame = av_frame_alloc();
    self->memory = picture_memory_new();
    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
    self->src = gst_pad_new_from_static_template(&src_template, "src");
    gst_element_add_pad(GST_ELEMENT(self), self->src);
}
