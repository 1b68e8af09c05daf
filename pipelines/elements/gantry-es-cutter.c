/* The cutter element: a PES cutter and a pad per component. */
#include "pipelines/elements/gantry-es-cutter.h"

#include <string.h>

#include "pipelines/elements/es-components.h"
#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/packet-batch.h"
#include "pipelines/ts/pes-cutter.h"

#define SUSPICION_NAME "GantrySuspicion"

typedef struct {
    GantryEsCutter *owner; /* no-ref */
    GstPad *pad;           /* no-ref; owned by the element; NULL until the component is seen */
    PesCutter *cutter;     /* owned; NULL while there is no component */
    EsComponent component; /* pid 0: none */
    KeyChoice choice;
    Pts90 key_pts;     /* of the last key; PTS90_MODULUS without one */
    gint suspicious;   /* atomic; every key is wanted */
    EsFigures figures; /* under the element's lock */
} Lane;

/* The lanes of one service: its video, then its sound by slot. */
enum { LANE_VIDEO, LANE_AUDIO, N_LANES = LANE_AUDIO + ES_AUDIO_MAX };

typedef struct {
    gint sampling; /* atomic; Sampling of the video */
    gint wanted;   /* atomic; its next key frame is passed on */
    Lane *lanes;   /* N_LANES of them, owned; atomic; NULL until the service has components */
} Service;

struct _GantryEsCutter {
    GstElement parent;

    GMutex lock; /* guards the lanes' figures */
    Service services[ES_SERVICES_MAX];
    Lane *active[ES_COMPONENTS_MAX]; /* no-ref; lanes that have a cutter; streaming thread */
    size_t n_active;
};

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(PACKET_BATCH_CAPS));
static GstStaticPadTemplate video_pad = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("video_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate audio_pad = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("audio_%u_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY);

G_DEFINE_TYPE(GantryEsCutter, gantry_es_cutter, GST_TYPE_ELEMENT)

GstEvent *
gantry_es_cutter_suspicion_event(bool suspicious)
{
    return gst_event_new_custom(
        GST_EVENT_CUSTOM_UPSTREAM,
        gst_structure_new(SUSPICION_NAME, "suspicious", G_TYPE_BOOLEAN, suspicious, NULL));
}

static void
get_figures(GantryEsCutter *self, unsigned index, unsigned lane, EsFigures *ret_figures)
{
    g_return_if_fail(index < ES_SERVICES_MAX && lane < N_LANES);

    const Lane *lanes = g_atomic_pointer_get(&self->services[index].lanes);

    *ret_figures = (EsFigures){0};
    if (lanes == NULL)
        return;
    g_mutex_lock(&self->lock);
    *ret_figures = lanes[lane].figures;
    g_mutex_unlock(&self->lock);
}

void
gantry_es_cutter_get_video(GantryEsCutter *self, unsigned index, EsFigures *ret_figures)
{
    get_figures(self, index, LANE_VIDEO, ret_figures);
}

void
gantry_es_cutter_get_audio(GantryEsCutter *self,
                           unsigned index,
                           unsigned slot,
                           EsFigures *ret_figures)
{
    get_figures(self, index, LANE_AUDIO + slot, ret_figures);
}

void
gantry_es_cutter_set_sampling(GantryEsCutter *self, unsigned index, Sampling sampling)
{
    g_return_if_fail(index < ES_SERVICES_MAX);

    g_atomic_int_set(&self->services[index].sampling, (gint)sampling);
}

void
gantry_es_cutter_want_key(GantryEsCutter *self, unsigned index)
{
    g_return_if_fail(index < ES_SERVICES_MAX);

    g_atomic_int_set(&self->services[index].wanted, 1);
}

static void
count_unit(Lane *lane, const PesUnit *unit, bool chosen)
{
    EsFigures *figures = &lane->figures;

    g_mutex_lock(&lane->owner->lock);
    figures->units++;
    figures->chosen += chosen;
    figures->damaged += unit->damaged;
    figures->unit_us = unit->last_us;
    if (unit->key) {
        const bool timed = unit->pts < PTS90_MODULUS && lane->key_pts < PTS90_MODULUS;
        const int64_t ticks = timed ? pts90_distance(lane->key_pts, unit->pts) : 0;

        if (figures->key_us != 0)
            figures->key_interval_us =
                ticks > 0 ? ticks * 100 / 9 : unit->last_us - figures->key_us;
        figures->keys++;
        figures->key_us = unit->last_us;
        lane->key_pts = unit->pts;
    }
    g_mutex_unlock(&lane->owner->lock);
}

/* Whether @unit is passed on, and by @ret_sampling, how. */
static bool
choose(Lane *lane, const PesUnit *unit, Sampling *ret_sampling)
{
    Service *service = &lane->owner->services[lane->component.service];
    const bool suspicious = g_atomic_int_get(&lane->suspicious) != 0;

    *ret_sampling = SAMPLING_ALL;
    if (lane->component.kind != TS_KIND_VIDEO)
        return true;
    *ret_sampling = (Sampling)g_atomic_int_get(&service->sampling);
    bool chosen =
        key_choice_step(&lane->choice, *ret_sampling, unit->key, suspicious, unit->last_us);

    if (!unit->key)
        return chosen;
    chosen |= g_atomic_int_compare_and_exchange(&service->wanted, 1, 0) != FALSE;
    return chosen;
}

static void
push_unit(const PesUnit *unit, void *user_data)
{
    Lane *lane = user_data;
    Sampling sampling = SAMPLING_ALL;
    const bool chosen = choose(lane, unit, &sampling);

    count_unit(lane, unit, chosen);
    if (!chosen || !gst_pad_is_linked(lane->pad))
        return;
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, unit->size + PES_UNIT_PADDING, NULL);

    gst_buffer_fill(buffer, 0, unit->data, unit->size + PES_UNIT_PADDING);
    gst_buffer_set_size(buffer, (gssize)unit->size);
    es_unit_set_times(buffer, unit->pts, unit->last_us);
    if (!unit->key)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    if (unit->damaged)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
    if (unit->lost_before)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    if (lane->component.kind == TS_KIND_VIDEO && sampling != SAMPLING_ALL)
        GST_BUFFER_FLAG_SET(buffer, ES_UNIT_ALONE);
    (void)gst_pad_push(lane->pad, buffer);
}

static gboolean
src_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    Lane *lane = gst_pad_get_element_private(pad);
    gboolean suspicious = FALSE;

    if (!gst_event_has_name(event, SUSPICION_NAME))
        return gst_pad_event_default(pad, parent, event);
    if (gst_structure_get_boolean(gst_event_get_structure(event), "suspicious", &suspicious))
        g_atomic_int_set(&lane->suspicious, suspicious);
    gst_event_unref(event);
    return TRUE;
}

static void
add_pad(GantryEsCutter *self, Lane *lane, const EsComponent *component)
{
    const bool video = component->kind == TS_KIND_VIDEO;
    g_autofree char *name = video ? g_strdup_printf("video_%u", (unsigned)component->service)
                                  : g_strdup_printf("audio_%u_%u", (unsigned)component->service,
                                                    (unsigned)component->slot);

    lane->pad = gst_pad_new_from_static_template(video ? &video_pad : &audio_pad, name);
    gst_pad_set_element_private(lane->pad, lane);
    gst_pad_set_event_function(lane->pad, src_event);
    gst_pad_set_active(lane->pad, TRUE);
}

/* Says on the lane's pad what comes from now on. */
static void
announce(Lane *lane, bool new_pad)
{
    g_autofree char *name = g_strdup_printf("pid-%u", (unsigned)lane->component.pid);
    g_autofree char *stream = gst_pad_create_stream_id(lane->pad, GST_ELEMENT(lane->owner), name);
    const char *described = es_codec_caps(lane->component.codec);
    g_autoptr(GstCaps) caps = described != NULL ? gst_caps_from_string(described) : NULL;
    GstSegment segment;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(lane->pad, gst_event_new_stream_start(stream));
    if (caps != NULL)
        gst_pad_push_event(lane->pad, gst_event_new_caps(caps));
    gst_pad_push_event(lane->pad, gst_event_new_segment(&segment));
    if (new_pad)
        gst_element_add_pad(GST_ELEMENT(lane->owner), lane->pad);
}

/* Lets @lane carry @component from now on; pid 0 for none. */
static void
set_component(Lane *lane, const EsComponent *component)
{
    const bool new_pad = lane->pad == NULL;

    if (memcmp(component, &lane->component, sizeof *component) == 0)
        return;
    g_clear_pointer(&lane->cutter, pes_cutter_free);
    lane->component = *component;
    lane->choice = (KeyChoice){0};
    lane->key_pts = PTS90_MODULUS;
    g_atomic_int_set(&lane->suspicious, 1);
    g_mutex_lock(&lane->owner->lock);
    lane->figures.pid = component->pid;
    lane->figures.codec = component->codec;
    memcpy(lane->figures.language, component->language, sizeof lane->figures.language);
    lane->figures.key_us = 0;
    lane->figures.key_interval_us = 0;
    g_mutex_unlock(&lane->owner->lock);
    if (component->pid == 0 || !es_codec_decodable(component->codec))
        return;
    lane->cutter = pes_cutter_new(component->codec, push_unit, lane);
    if (new_pad)
        add_pad(lane->owner, lane, component);
    announce(lane, new_pad);
}

static Lane *
lanes_new(GantryEsCutter *self)
{
    Lane *lanes = g_new0(Lane, N_LANES);

    for (size_t i = 0; i < N_LANES; i++) {
        lanes[i].owner = self;
        lanes[i].suspicious = 1;
        lanes[i].key_pts = PTS90_MODULUS;
    }
    return lanes;
}

/* Sets what one service has; @wanted: N_LANES components, pid 0 for none. */
static void
set_service(GantryEsCutter *self, Service *service, const EsComponent *wanted)
{
    bool any = false;

    for (size_t i = 0; i < N_LANES; i++)
        any |= wanted[i].pid != 0;
    if (service->lanes == NULL && !any)
        return;
    if (service->lanes == NULL)
        g_atomic_pointer_set(&service->lanes, lanes_new(self));
    for (size_t i = 0; i < N_LANES; i++) {
        Lane *lane = &service->lanes[i];

        set_component(lane, &wanted[i]);
        if (lane->cutter != NULL)
            self->active[self->n_active++] = lane;
    }
}

static void
set_components(GantryEsCutter *self, const EsComponents *list)
{
    self->n_active = 0;
    for (unsigned service = 0; service < ES_SERVICES_MAX; service++) {
        EsComponent wanted[N_LANES] = {0};

        for (size_t i = 0; i < list->n; i++) {
            const EsComponent *entry = &list->entries[i];

            if (entry->service != service)
                continue;
            if (entry->kind == TS_KIND_VIDEO)
                wanted[LANE_VIDEO] = *entry;
            else if (entry->slot < ES_AUDIO_MAX)
                wanted[LANE_AUDIO + entry->slot] = *entry;
        }
        set_service(self, &self->services[service], wanted);
    }
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantryEsCutter *self = GANTRY_ES_CUTTER(parent);
    g_autoptr(GstBuffer) owned = buffer;
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    for (size_t n = 0; n < map.size / sizeof(PacketRecord); n++) {
        const TsPacket packet = packet_batch_at(&map, n);

        for (size_t i = 0; i < self->n_active; i++) {
            if (self->active[i]->component.pid == packet.pid)
                pes_cutter_push(self->active[i]->cutter, &packet);
        }
    }
    gst_buffer_unmap(buffer, &map);
    return GST_FLOW_OK;
}

/* A stream that ends: what is collected is a unit, too. */
static void
end_lanes(GantryEsCutter *self)
{
    for (size_t i = 0; i < self->n_active; i++) {
        pes_cutter_flush(self->active[i]->cutter);
        gst_pad_push_event(self->active[i]->pad, gst_event_new_eos());
    }
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    EsComponents components;

    if (es_components_from_event(event, &components))
        set_components(GANTRY_ES_CUTTER(parent), &components);
    if (GST_EVENT_TYPE(event) == GST_EVENT_EOS)
        end_lanes(GANTRY_ES_CUTTER(parent));
    gst_event_unref(event);
    return TRUE;
}

static void
finalize(GObject *object)
{
    GantryEsCutter *self = GANTRY_ES_CUTTER(object);

    for (size_t i = 0; i < ES_SERVICES_MAX; i++) {
        Lane *lanes = self->services[i].lanes;

        for (size_t k = 0; lanes != NULL && k < N_LANES; k++)
            pes_cutter_free(lanes[k].cutter);
        g_free(lanes);
    }
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_es_cutter_parent_class)->finalize(object);
}

static void
gantry_es_cutter_class_init(GantryEsCutterClass *klass)
{
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = finalize;
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &video_pad);
    gst_element_class_add_static_pad_template(element_class, &audio_pad);
    gst_element_class_set_static_metadata(element_class, "Gantry ES cutter", "Demuxer",
                                          "Cuts access units", "Gantry");
}

static void
gantry_es_cutter_init(GantryEsCutter *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    g_mutex_init(&self->lock);
    for (size_t i = 0; i < ES_SERVICES_MAX; i++)
        self->services[i].sampling = SAMPLING_KEY_INTERVAL;
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
}
