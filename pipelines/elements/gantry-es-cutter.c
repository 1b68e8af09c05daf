/* The cutter element: a PES cutter and a pad per component. */
#include "pipelines/elements/gantry-es-cutter.h"

#include <string.h>

#include "pipelines/elements/es-components.h"
#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/packet-batch.h"
#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/pes-cutter.h"
#include "pipelines/ts/unit-clock.h"
#include "pipelines/ts/unit-hints.h"

#define SUSPICION_NAME "GantrySuspicion"
#define NO_KEYS_US     (3 * US_PER_SECOND) /* without a key: recovery points are looked for */
#define RUN_SPARE      4u                  /* units behind a recovery: decoders show it that late */
#define COUNT_UNITS    16u                 /* of a stream, looked into for several pictures each */
#define SIZE_FOLLOW    0.04                /* share of one unit in the mean: about a second */

typedef struct {
    GantryEsCutter *owner; /* no-ref */
    GstPad *pad;           /* no-ref; owned by the element; NULL until the component is seen */
    PesCutter *cutter;     /* owned; NULL while there is no component */
    EsComponent component; /* pid 0: none */
    KeyChoice choice;
    UnitHints hints;
    UnitClock clock;
    MonoUs first_us;   /* arrival of the first unit; 0: none yet */
    unsigned looked;   /* units looked into, up to COUNT_UNITS */
    bool several;      /* units may hold more than one picture */
    bool small;        /* @hints, of the last unit */
    bool refreshes;    /* no key frames come, but recovery points */
    unsigned run_left; /* units of the present run that are to come, of those that count */
    double unit_bytes; /* mean */
    MonoUs packet_us;  /* of the last packet */
    Pts90 key_pts;     /* of the last key; PTS90_MODULUS without one */
    uint32_t format;   /* key_frame_parameters() of the last key that had them; 0: none yet */
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
count_unit(Lane *lane, const PesUnit *unit, bool chosen, bool run)
{
    EsFigures *figures = &lane->figures;

    g_mutex_lock(&lane->owner->lock);
    figures->units++;
    figures->chosen += chosen;
    figures->damaged += unit->damaged;
    figures->unit_us = unit->last_us;
    figures->advanced_us = lane->clock.advanced_us;
    figures->rate_hz = lane->clock.rate_hz;
    figures->unit_bytes = lane->unit_bytes;
    figures->small_units = lane->small;
    figures->no_keys = lane->refreshes;
    figures->runs += run;
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

/* What the unit tells without being decoded. */
static void
read_video(Lane *lane, const PesUnit *unit)
{
    const TsCodec codec = lane->component.codec;
    const size_t payload = unit_payload_size(codec, unit->data, unit->size);
    UnitTimes times = {unit->pts, unit->dts, unit->last_us, unit->lost_before || unit->damaged, 1};

    if (lane->several || lane->looked < COUNT_UNITS) {
        times.pictures = unit_pictures(codec, unit->data, unit->size);
        lane->several |= times.pictures > 1;
        lane->looked += lane->looked < COUNT_UNITS;
    }
    if (lane->first_us == 0)
        lane->first_us = unit->last_us;
    unit_clock_add(&lane->clock, &times);
    if (!unit->damaged)
        lane->small = unit_hints_add(&lane->hints, unit->key, payload);
    lane->unit_bytes +=
        ((double)payload - lane->unit_bytes) * (lane->unit_bytes > 0 ? SIZE_FOLLOW : 1);
}

/* Whether a run of units may begin here, for want of key frames. @ret_units: (out): how many are to
 * follow */
static bool
may_run(Lane *lane, const PesUnit *unit, unsigned *ret_units)
{
    const MonoUs key_us = lane->figures.key_us != 0 ? lane->figures.key_us : lane->first_us;

    if (unit->key)
        lane->refreshes = false;
    if (unit->key || unit->last_us - key_us < NO_KEYS_US ||
        !recovery_point_in(lane->component.codec, unit->data, unit->size, ret_units))
        return false;
    lane->refreshes = true;
    return true;
}

/* Whether the unit is the first key of another format, which is not to wait for its turn. */
static bool
is_other_format(Lane *lane, const PesUnit *unit)
{
    const uint32_t format =
        unit->key ? key_frame_parameters(lane->component.codec, unit->data, unit->size) : 0;
    const bool other = format != 0 && lane->format != 0 && format != lane->format;

    if (format != 0)
        lane->format = format;
    if (other) { /* rate and sizes of the one before say nothing about it */
        lane->clock = (UnitClock){0};
        lane->hints = (UnitHints){0};
    }
    return other;
}

/* Says in @ret_flags how the unit is to be decoded. Returns whether it is. */
static bool
choose_video(Lane *lane, const PesUnit *unit, guint *ret_flags)
{
    Service *service = &lane->owner->services[lane->component.service];
    const Sampling sampling = (Sampling)g_atomic_int_get(&service->sampling);
    const bool other = is_other_format(lane, unit);
    const bool suspicious = g_atomic_int_get(&lane->suspicious) != 0 || lane->small || other;
    unsigned units = 0;
    const bool run = may_run(lane, unit, &units);

    /* What was lost is never refreshed whole but from a recovery point on. */
    if (lane->refreshes && (unit->damaged || unit->lost_before))
        lane->choice.running = false;
    bool chosen =
        key_choice_step(&lane->choice, sampling, unit->key || run, suspicious, unit->last_us);

    if (unit->key || run)
        chosen |= g_atomic_int_compare_and_exchange(&service->wanted, 1, 0) != FALSE;
    if (sampling == SAMPLING_ALL || unit->key)
        lane->run_left = 0;
    if (chosen && sampling == SAMPLING_ALL && run && lane->choice.first)
        *ret_flags = ES_UNIT_RUN_FIRST;
    if (sampling == SAMPLING_ALL)
        return chosen;
    if (lane->run_left > 0) {
        lane->run_left -= recovery_counts(lane->component.codec, unit->data, unit->size);
        *ret_flags = lane->run_left == 0 ? ES_UNIT_RUN_LAST : 0;
        return true;
    }
    if (!chosen)
        return false;
    *ret_flags = run && units > 0 ? ES_UNIT_RUN_FIRST : (guint)ES_UNIT_ALONE;
    lane->run_left = run && units > 0 ? units + RUN_SPARE : 0;
    return true;
}

static void
push_unit(const PesUnit *unit, void *user_data)
{
    Lane *lane = user_data;
    const bool video = lane->component.kind == TS_KIND_VIDEO;
    bool chosen = true;
    guint flags = 0;

    if (video) {
        read_video(lane, unit);
        chosen = choose_video(lane, unit, &flags);
    }
    count_unit(lane, unit, chosen, (flags & ES_UNIT_RUN_FIRST) != 0);
    if (!chosen || !gst_pad_is_linked(lane->pad))
        return;
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, unit->size + PES_UNIT_PADDING, NULL);

    gst_buffer_fill(buffer, 0, unit->data, unit->size + PES_UNIT_PADDING);
    gst_buffer_set_size(buffer, (gssize)unit->size);
    es_unit_set_times(buffer, unit->pts, unit->last_us);
    if (!unit->key)
        flags |= GST_BUFFER_FLAG_DELTA_UNIT;
    if (unit->damaged)
        flags |= GST_BUFFER_FLAG_CORRUPTED;
    if (unit->lost_before)
        flags |= GST_BUFFER_FLAG_DISCONT;
    GST_BUFFER_FLAG_SET(buffer, flags);
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
    g_autoptr(GstCaps) caps = es_component_caps(&lane->component);
    GstSegment segment;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(lane->pad, gst_event_new_stream_start(stream));
    if (caps != NULL)
        gst_pad_push_event(lane->pad, gst_event_new_caps(caps));
    gst_pad_push_event(lane->pad, gst_event_new_segment(&segment));
    if (new_pad)
        gst_element_add_pad(GST_ELEMENT(lane->owner), lane->pad);
}

/* Nothing that was learned of the component before holds for the next. */
static void
begin_anew(Lane *lane)
{
    lane->choice = (KeyChoice){0};
    lane->hints = (UnitHints){0};
    lane->clock = (UnitClock){0};
    lane->first_us = 0;
    lane->looked = 0;
    lane->several = false;
    lane->small = false;
    lane->refreshes = false;
    lane->run_left = 0;
    lane->unit_bytes = 0;
    lane->format = 0;
    lane->packet_us = 0;
    lane->key_pts = PTS90_MODULUS;
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
    begin_anew(lane);
    g_atomic_int_set(&lane->suspicious, 1);
    g_mutex_lock(&lane->owner->lock);
    lane->figures.pid = component->pid;
    lane->figures.codec = component->codec;
    memcpy(lane->figures.language, component->language, sizeof lane->figures.language);
    lane->figures.key_us = 0;
    lane->figures.key_interval_us = 0;
    lane->figures.packet_us = 0;
    lane->figures.advanced_us = 0;
    lane->figures.rate_hz = 0;
    lane->figures.small_units = false;
    lane->figures.no_keys = false;
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

/* Packets count although no unit ends with them. */
static void
note_packets(GantryEsCutter *self)
{
    g_mutex_lock(&self->lock);
    for (size_t i = 0; i < self->n_active; i++)
        self->active[i]->figures.packet_us = self->active[i]->packet_us;
    g_mutex_unlock(&self->lock);
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
            if (self->active[i]->component.pid != packet.pid)
                continue;
            self->active[i]->packet_us = packet.arrival_us;
            pes_cutter_push(self->active[i]->cutter, &packet);
        }
    }
    gst_buffer_unmap(buffer, &map);
    note_packets(self);
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
