/* The picture-meter element: one scaling a picture, all checks on the small one. */
#include "pipelines/elements/gantry-picture-meter.h"

#include <libavutil/pixdesc.h>
#include <string.h>

#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/frame-meta.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/picture-look.h"
#include "pipelines/elements/thumbnail.h"
#include "pipelines/measure/blockiness.h"
#include "pipelines/measure/condition-timer.h"

#define BLOCKINESS_FOLLOW                                                                          \
    0.2 /* share of one picture in the figure: a key frame alone is no fault */
#define PERIOD_DEFAULT_MS 1000
#define PERIOD_SLACK_US   (50 * US_PER_MS) /* so that jitter of arrival does not skip a picture */

struct _GantryPictureMeter {
    GstElement parent;

    GstPad *sink;   /* no-ref; owned by the element */
    gint period_ms; /* atomic */
    gint wanted;    /* atomic; a shot is wanted */

    /* Streaming thread only. */
    ThumbnailMaker *maker; /* owned */
    PictureLooker *looker; /* owned */
    PictureJudge judge;
    LetterboxWatch letterbox;
    ConditionTimer blocky;
    MonoUs thumbnail_us; /* when the last thumbnail was captured; 0 before the first */
    gint suspicious;     /* what was last said upstream; -1: nothing */

    GMutex lock; /* guards what follows */
    PictureFigures figures;
    SlatePrint print;                       /* of the last picture, once one was judged */
    PictureThumbnail thumbnail;             /* newest, not yet taken */
    SlatePrint slates[PICTURE_LOOK_SLATES]; /* @n_slates of them, for the looker */
    size_t n_slates;
    bool slates_new;
    PictureRules rules; /* for the looker */
    bool rules_new;
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
gantry_picture_meter_get_print(GantryPictureMeter *self, SlatePrint *ret_print)
{
    g_mutex_lock(&self->lock);
    const bool known = self->figures.judged > 0;

    *ret_print = self->print;
    g_mutex_unlock(&self->lock);
    return known;
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
gantry_picture_meter_set_rules(GantryPictureMeter *self, const PictureRules *rules)
{
    g_mutex_lock(&self->lock);
    self->rules = *rules;
    self->rules_new = true;
    g_mutex_unlock(&self->lock);
}

void
gantry_picture_meter_set_slates(GantryPictureMeter *self, const SlatePrint *slates, size_t n)
{
    g_return_if_fail(n <= PICTURE_LOOK_SLATES);

    g_mutex_lock(&self->lock);
    memcpy(self->slates, slates, n * sizeof *slates);
    self->n_slates = n;
    self->slates_new = true;
    self->figures.slates = (unsigned)n;
    g_mutex_unlock(&self->lock);
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

static PictureFormat
format_of(const AVFrame *frame)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);

    return (PictureFormat){
        .width = (unsigned)frame->width,
        .height = (unsigned)frame->height,
        .sample_width = (unsigned)MAX(frame->sample_aspect_ratio.num, 0),
        .sample_height = (unsigned)MAX(frame->sample_aspect_ratio.den, 0),
        .depth = format != NULL ? (unsigned)format->comp[0].depth : 0,
        .primaries = (unsigned)frame->color_primaries,
        .transfer = (unsigned)frame->color_trc,
#ifdef AV_FRAME_FLAG_INTERLACED
        .interlaced = (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0,
#else
        .interlaced = frame->interlaced_frame != 0,
#endif
    };
}

static void
note_picture(GantryPictureMeter *self, GstBuffer *buffer, const AVFrame *frame, bool damaged)
{
    const MonoUs captured_us = es_unit_arrived_us(buffer);
    PictureFigures *figures = &self->figures;

    g_mutex_lock(&self->lock);
    figures->pictures++;
    figures->damaged += damaged;
    if (!damaged || figures->width == 0)
        figures->format = format_of(frame);
    figures->width = figures->format.width;
    figures->height = figures->format.height;
    figures->interlaced = figures->format.interlaced;
    figures->interval_us = figures->captured_us != 0 ? captured_us - figures->captured_us : 0;
    figures->captured_us = captured_us;
    g_mutex_unlock(&self->lock);
}

/* What was set since the last picture. */
static void
take_settings(GantryPictureMeter *self)
{
    g_mutex_lock(&self->lock);
    if (self->slates_new)
        picture_looker_set_slates(self->looker, self->slates, self->n_slates);
    if (self->rules_new)
        picture_looker_set_rules(self->looker, &self->rules);
    self->slates_new = false;
    self->rules_new = false;
    g_mutex_unlock(&self->lock);
}

/* Blocks that show, smoothed. Called under the lock. */
static void
judge_blocks(GantryPictureMeter *self, const PictureSight *sight)
{
    static const ConditionRule rule = {2 * US_PER_SECOND, 2 * US_PER_SECOND, 15 * US_PER_SECOND};
    PictureFigures *figures = &self->figures;
    const MonoUs at_us = sight->look.at_us;

    if (sight->blockiness <= 0)
        return;
    figures->blockiness =
        figures->blockiness > 0
            ? figures->blockiness + BLOCKINESS_FOLLOW * (sight->blockiness - figures->blockiness)
            : sight->blockiness;
    (void)condition_timer_sample(&self->blocky, &rule, figures->blockiness >= BLOCKINESS_VISIBLE,
                                 at_us);
    figures->blocky = self->blocky.condition;
    figures->blocky_us = at_us;
}

/* Called under the lock. */
static void
show_conditions(GantryPictureMeter *self)
{
    const PictureJudge *judge = &self->judge;
    PictureFigures *figures = &self->figures;

    figures->black = judge->conditions[LOOK_BLACK];
    figures->uniform = judge->conditions[LOOK_UNIFORM];
    figures->bars = judge->conditions[LOOK_BARS];
    figures->slate = judge->conditions[LOOK_SLATE];
    figures->still = picture_judge_frozen(judge, &figures->freeze);
    figures->exact = figures->freeze == FREEZE_EXACT;
    figures->in_doubt = picture_judge_in_doubt(judge);
    figures->judged = judge->looks;
    figures->looked_us = judge->look_us;
    figures->between_us = picture_judge_resolution_us(judge);
}

/* Called under the lock. */
static void
show_sight(GantryPictureMeter *self, const PictureSight *sight)
{
    PictureFigures *figures = &self->figures;

    figures->luma_mean = sight->luma.mean;
    figures->dark_share = sight->luma.dark_share;
    if (sight->look.compared) {
        figures->difference_db = sight->still.difference_db;
        figures->block_levels = sight->still.block_levels;
    }
    figures->layout = sight->bars;
    figures->slate_index = sight->slate;
    self->print = sight->print;
    memcpy(figures->colour, sight->uniform.colour, sizeof figures->colour);
    figures->letterbox = self->letterbox.believed;
    judge_blocks(self, sight);
}

/* Returns whether more pictures are wanted. */
static bool
judge_picture(GantryPictureMeter *self,
              const AVFrame *frame,
              const SmallPicture *small,
              GstBuffer *buffer)
{
    const bool filtered = !GST_BUFFER_FLAG_IS_SET(buffer, FRAME_UNFILTERED);
    const JudgeRule rule = picture_judge_rule();
    const PictureSight *sight = NULL;
    PictureSpan span;

    take_settings(self);
    sight = picture_looker_look(self->looker, frame, small, filtered, es_unit_arrived_us(buffer));
    if (picture_judge_look(&self->judge, &rule, &sight->look))
        picture_looker_refer(self->looker, small);
    while (picture_judge_take_span(&self->judge, &span))
        ; /* who asks for figures sees conditions */
    letterbox_watch(&self->letterbox, &sight->letterbox, sight->look.at_us);
    g_mutex_lock(&self->lock);
    show_sight(self, sight);
    show_conditions(self);
    g_mutex_unlock(&self->lock);
    return picture_judge_in_doubt(&self->judge);
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
        tell_upstream(self, judge_picture(self, frame, small, buffer));
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

/* What comes now is another stream; nothing of the last one holds of it. */
static void
forget(GantryPictureMeter *self)
{
    self->suspicious = -1;
    picture_judge_stop(&self->judge, 0);
    picture_looker_forget(self->looker);
    self->letterbox = (LetterboxWatch){0};
    self->blocky = (ConditionTimer){0};
    g_mutex_lock(&self->lock);
    show_conditions(self);
    self->figures.blocky = (Condition){0};
    self->figures.blockiness = 0;
    self->figures.difference_db = 0;
    self->figures.letterbox = (LetterboxFigures){0};
    g_mutex_unlock(&self->lock);
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantryPictureMeter *self = GANTRY_PICTURE_METER(parent);

    /* A new stream: the cutter wants every key until it is told otherwise. */
    if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START)
        forget(self);
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
    picture_looker_free(self->looker);
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
    self->looker = picture_looker_new();
    self->figures.slate_index = -1;
    self->period_ms = PERIOD_DEFAULT_MS;
    self->suspicious = -1;
    g_mutex_init(&self->lock);
    self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
    gst_pad_set_chain_function(self->sink, chain);
    gst_pad_set_event_function(self->sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), self->sink);
}
