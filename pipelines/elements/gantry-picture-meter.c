/* The picture-meter element: one scaling a picture, all checks on the small one. */
#include "pipelines/elements/gantry-picture-meter.h"

#include <string.h>

#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/frame-meta.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/thumbnail.h"
#include "pipelines/measure/luma.h"
#include "pipelines/measure/still.h"

#define BEFORE_BYTES      (THUMBNAIL_WIDTH_LARGE * THUMBNAIL_HEIGHT_MAX)
#define PERIOD_DEFAULT_MS 1000
#define PERIOD_SLACK_US   (50 * US_PER_MS) /* so that jitter of arrival does not skip a picture */

struct _GantryPictureMeter {
    GstElement parent;

    GstPad *sink;   /* no-ref; owned by the element */
    gint period_ms; /* atomic */
    gint wanted;    /* atomic; a shot is wanted */

    /* Streaming thread only. */
    ThumbnailMaker *maker; /* owned */
    uint8_t *before;       /* luma of the last picture, BEFORE_BYTES; owned */
    MonoUs before_us;      /* its arrival */
    int before_height;     /* pixels; 0: none */
    MonoUs thumbnail_us;   /* when the last thumbnail was captured; 0 before the first */
    gint suspicious;       /* what was last said upstream; -1: nothing */

    GMutex lock; /* guards what follows */
    PictureFigures figures;
    PictureThumbnail thumbnail; /* newest, not yet taken */
};

enum { PROP_PERIOD = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(FRAME_CAPS));

G_DEFINE_TYPE(GantryPictureMeter, gantry_picture_meter, GST_TYPE_ELEMENT)

void
picture_thumbnail_clear(PictureThumbnail *thumbnail)
{
    for (size_t i = 0; i < PICTURE_METER_SIZES; i++)
        g_clear_pointer(&thumbnail->sizes[i].jpeg, g_bytes_unref);
    *thumbnail = (PictureThumbnail){0};
}

void
gantry_picture_meter_get_figures(GantryPictureMeter *self, PictureFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    g_mutex_unlock(&self->lock);
}

bool
gantry_picture_meter_take_thumbnail(GantryPictureMeter *self, PictureThumbnail *ret_thumbnail)
{
    g_mutex_lock(&self->lock);
    const bool fresh = self->thumbnail.sizes[0].jpeg != NULL;

    if (fresh) {
        *ret_thumbnail = self->thumbnail;
        self->thumbnail = (PictureThumbnail){0};
    }
    g_mutex_unlock(&self->lock);
    return fresh;
}

void
gantry_picture_meter_set_period(GantryPictureMeter *self, unsigned period_ms)
{
    g_atomic_int_set(&self->period_ms, (gint)MIN(period_ms, (unsigned)G_MAXINT));
}

void
gantry_picture_meter_want_shot(GantryPictureMeter *self)
{
    g_atomic_int_set(&self->wanted, 1);
}

/* Makes the shot that was asked for; without one, asks for nothing again. */
static void
add_shot(GantryPictureMeter *self, const AVFrame *frame, PictureJpeg *ret_shot)
{
    int height = 0;

    ret_shot->jpeg = thumbnail_maker_shot(self->maker, frame, PICTURE_METER_JPEG_BYTES, &height);
    ret_shot->width = THUMBNAIL_WIDTH_SHOT;
    ret_shot->height = (unsigned)height;
}

static void
make_thumbnail(GantryPictureMeter *self, GstBuffer *buffer, const AVFrame *frame)
{
    static const int widths[] = {THUMBNAIL_WIDTH_LARGE, THUMBNAIL_WIDTH_SMALL};
    const MonoUs captured_us = es_unit_arrived_us(buffer);
    const int64_t period_us = g_atomic_int_get(&self->period_ms) * US_PER_MS;
    PictureThumbnail thumbnail = {.captured_us = captured_us, .pts = es_unit_pts(buffer)};

    const bool wanted = g_atomic_int_compare_and_exchange(&self->wanted, 1, 0) != FALSE;

    if (!wanted && self->thumbnail_us != 0 &&
        captured_us - self->thumbnail_us < period_us - PERIOD_SLACK_US)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
        int height = 0;

        thumbnail.sizes[i].jpeg =
            thumbnail_maker_jpeg(self->maker, widths[i], PICTURE_METER_JPEG_BYTES, &height);
        thumbnail.sizes[i].width = (unsigned)widths[i];
        thumbnail.sizes[i].height = (unsigned)height;
        if (thumbnail.sizes[i].jpeg == NULL) {
            picture_thumbnail_clear(&thumbnail);
            return;
        }
    }
    if (wanted)
        add_shot(self, frame, &thumbnail.sizes[G_N_ELEMENTS(widths)]);
    self->thumbnail_us = captured_us;
    g_mutex_lock(&self->lock);
    picture_thumbnail_clear(&self->thumbnail);
    self->thumbnail = thumbnail;
    g_mutex_unlock(&self->lock);
}

static void
note_picture(GantryPictureMeter *self, GstBuffer *buffer, const AVFrame *frame, bool damaged)
{
    const MonoUs captured_us = es_unit_arrived_us(buffer);
    PictureFigures *figures = &self->figures;

    g_mutex_lock(&self->lock);
    figures->pictures++;
    figures->damaged += damaged;
    figures->width = (unsigned)frame->width;
    figures->height = (unsigned)frame->height;
#ifdef AV_FRAME_FLAG_INTERLACED
    figures->interlaced = (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    figures->interlaced = frame->interlaced_frame != 0;
#endif
    figures->interval_us = figures->captured_us != 0 ? captured_us - figures->captured_us : 0;
    figures->captured_us = captured_us;
    g_mutex_unlock(&self->lock);
}

/* Judges the picture that @small shows against black and the picture before. Returns whether more
 * pictures are wanted. */
static bool
judge_picture(GantryPictureMeter *self, const SmallPicture *small, MonoUs captured_us)
{
    const size_t size = (size_t)small->width * (size_t)small->height;
    const LumaPlane plane = {small->planes[0], (size_t)small->strides[0], (unsigned)small->width,
                             (unsigned)small->height};
    const LumaFigures luma = luma_measure(&plane, true);
    const LumaPlane before = {self->before, (size_t)small->width, (unsigned)small->width,
                              (unsigned)small->height};
    const bool comparable = self->before_height == small->height;
    const StillFigures still = comparable ? still_compare(&before, &plane) : (StillFigures){0};
    PictureFigures *figures = &self->figures;

    g_mutex_lock(&self->lock);
    figures->luma_mean = luma.mean;
    figures->exact = comparable && still.verdict == STILL_EXACT;
    condition_set(&figures->black, luma.black, captured_us);
    /* The picture before was already the one that stands. */
    if (comparable)
        condition_set(&figures->still, still.verdict != STILL_MOVING,
                      figures->still.active ? captured_us : self->before_us);
    const bool suspicious = figures->black.active || figures->still.active;

    g_mutex_unlock(&self->lock);
    memcpy(self->before, small->planes[0], size);
    self->before_height = small->height;
    self->before_us = captured_us;
    return suspicious;
}

static void
tell_upstream(GantryPictureMeter *self, bool suspicious)
{
    if (self->suspicious == (gint)suspicious)
        return;
    self->suspicious = (gint)suspicious;
    (void)gst_pad_push_event(self->sink, gantry_es_cutter_suspicion_event(suspicious));
}

static void
measure(GantryPictureMeter *self, GstBuffer *buffer, const AVFrame *frame)
{
    const SmallPicture *small = thumbnail_maker_scale(self->maker, frame);

    if (small == NULL) {
        g_mutex_lock(&self->lock);
        self->figures.unreadable++;
        g_mutex_unlock(&self->lock);
        return;
    }
    const bool damaged = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);

    note_picture(self, buffer, frame, damaged);
    make_thumbnail(self, buffer, frame);
    /* What a decoder puts where the stream has holes is neither black nor still. */
    if (!damaged)
        tell_upstream(self, judge_picture(self, small, es_unit_arrived_us(buffer)));
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    g_autoptr(GstBuffer) owned = buffer;
    const AVFrame *frame = frame_buffer_get(buffer);

    if (frame != NULL)
        measure(GANTRY_PICTURE_METER(parent), buffer, frame);
    return GST_FLOW_OK;
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantryPictureMeter *self = GANTRY_PICTURE_METER(parent);

    /* A new stream: the cutter wants every key until it is told otherwise. */
    if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START)
        self->suspicious = -1;
    gst_event_unref(event);
    return TRUE;
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    if (id == PROP_PERIOD)
        gantry_picture_meter_set_period(GANTRY_PICTURE_METER(object), g_value_get_uint(value));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void
finalize(GObject *object)
{
    GantryPictureMeter *self = GANTRY_PICTURE_METER(object);

    thumbnail_maker_free(self->maker);
    g_free(self->before);
    picture_thumbnail_clear(&self->thumbnail);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_picture_meter_parent_class)->finalize(object);
}

static void
gantry_picture_meter_class_init(GantryPictureMeterClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->finalize = finalize;
    properties[PROP_PERIOD] = g_param_spec_uint(
        "thumbnail-period", "Thumbnail period", "Milliseconds between two thumbnails", 0, G_MAXINT,
        PERIOD_DEFAULT_MS, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_set_static_metadata(element_class, "Gantry picture meter",
                                          "Sink/Analyzer/Video", "Measures pictures", "Gantry");
}

static void
gantry_picture_meter_init(GantryPictureMeter *self)
{
    self->maker = thumbnail_maker_new();
    self->before = g_malloc0(BEFORE_BYTES);
    self->period_ms = PERIOD_DEFAULT_MS;
    self->suspicious = -1;
    g_mutex_init(&self->lock);
    self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
    gst_pad_set_chain_function(self->sink, chain);
    gst_pad_set_event_function(self->sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), self->sink);
}
