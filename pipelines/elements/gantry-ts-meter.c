/* The meter element: datagrams to payloads, analyser, packets of the wanted PIDs onwards. */
#include "pipelines/elements/gantry-ts-meter.h"

#include <string.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/elements/own-marks.h"
#include "pipelines/elements/packet-batch.h"
#include "pipelines/elements/segment-services.h"
#include "pipelines/ts/ts-analyser-es.h"

#define RAW_FIRST (64u << 10) /* bytes of the first buffer of raw packets */
#define RAW_MAX   (4u << 20) /* bytes of one buffer of raw packets; more are left out and counted */

struct _GantryTsMeter {
    GstElement parent;

    GstPad *src; /* no-ref; owned by the element */
    GstPad *raw; /* no-ref; the same */
    uint16_t services[ES_SERVICES_MAX];
    uint16_t n_services;

    /* Streaming thread only. */
    EsComponents components;   /* as last told to the cutter */
    uint32_t tables_version;   /* of which @components were chosen */
    GstBuffer *batch;          /* owned; reused while nobody else keeps it; (nullable) */
    GstMapInfo map;            /* of @batch, while a buffer is analysed */
    size_t n_records;          /* in @batch */
    uint8_t *packets;          /* owned; for the raw pad, while a buffer is analysed */
    size_t packets_size;       /* bytes in @packets */
    size_t packets_room;       /* of it */
    uint64_t packets_over;     /* that had no room there */
    MonoUs packets_us;         /* when the last of them came */
    SegmentServices *segments; /* as last told there */
    uint32_t raw_version;      /* of the tables that @segments were read from */
    bool raw_told;             /* @segments were told */

    GMutex lock; /* guards what follows */
    TsAnalyser *analyser;
    IpFlow *flow;
    OwnMarks marks; /* where this box dropped datagrams of @flow */
    bool two_legs;
};

enum { PROP_SERVICES = 1, PROP_LEGS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-gantry-datagrams"));
static GstStaticPadTemplate src_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(PACKET_BATCH_CAPS));

static GstStaticPadTemplate raw_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "raw", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(SEGMENT_PACKETS_CAPS));

G_DEFINE_TYPE(GantryTsMeter, gantry_ts_meter, GST_TYPE_ELEMENT)

void
gantry_ts_meter_read(GantryTsMeter *self, MonoUs now_us, TsMeterReader reader, void *user_data)
{
    TsCounters counters;
    TsRateKind kind;
    double rate_bps = 0;

    g_mutex_lock(&self->lock);
    ts_analyser_tick(self->analyser, ip_flow_frontier_us(self->flow, now_us));
    ts_analyser_counters(self->analyser, &counters);
    ip_flow_set_ts_missing(self->flow, counters.cc_missing);
    /* MDI goes by the rate that the stream's own clock tells. */
    if (ts_analyser_clock_rate(self->analyser, &rate_bps, &kind))
        ip_flow_set_media_rate_bps(self->flow, rate_bps);
    reader(self->analyser, self->flow, user_data);
    g_mutex_unlock(&self->lock);
}

bool
gantry_ts_meter_is_rtp(GantryTsMeter *self)
{
    g_mutex_lock(&self->lock);
    const bool is_rtp = ip_flow_is_rtp(self->flow);

    g_mutex_unlock(&self->lock);
    return is_rtp;
}

static void
keep_packet(const TsPacket *packet, void *user_data)
{
    GantryTsMeter *self = user_data;

    if (self->n_records < PACKET_BATCH_MAX)
        packet_batch_put(&self->map, self->n_records++, packet);
}

static bool
grow_raw(GantryTsMeter *self)
{
    if (self->packets_room >= RAW_MAX)
        return false;
    self->packets_room = MAX(2 * self->packets_room, RAW_FIRST);
    self->packets = g_realloc(self->packets, self->packets_room);
    return true;
}

static void
keep_raw(const uint8_t *bytes, void *user_data)
{
    GantryTsMeter *self = user_data;

    if (self->packets_room - self->packets_size < TS_PACKET_SIZE && !grow_raw(self)) {
        self->packets_over++;
        return;
    }
    memcpy(self->packets + self->packets_size, bytes, TS_PACKET_SIZE);
    self->packets_size += TS_PACKET_SIZE;
}

/* A half packet before a gap is not joined with what follows. */
static void
analyse_payload(const IpPayload *payload, void *user_data)
{
    GantryTsMeter *self = user_data;

    if (payload->after_gap) {
        ts_analyser_break(self->analyser);
        if (own_marks_take(&self->marks, payload->arrival_us))
            ts_analyser_own_loss(self->analyser);
    }
    self->packets_us = payload->arrival_us;
    ts_analyser_push(self->analyser, payload->data, payload->size, payload->arrival_us);
}

/* This box dropped datagrams just before @datagram. Without numbers the gap is here; with them it
 * shows when what follows is handed on, if it was not repaired. */
static void
note_own_loss(GantryTsMeter *self, const Datagram *datagram)
{
    if (datagram->stream != IP_STREAM_MEDIA)
        return;
    if (ip_flow_is_rtp(self->flow)) {
        own_marks_add(&self->marks, datagram->arrived_us, self->two_legs);
        return;
    }
    ts_analyser_break(self->analyser);
    ts_analyser_own_loss(self->analyser);
}

static void
analyse_datagram(GantryTsMeter *self, const uint8_t *data, const Datagram *datagram)
{
    const IpPayloadSink sink = {analyse_payload, self};
    const IpDatagram arrived = {
        .data = data,
        .size = datagram->size,
        .arrival_us = datagram->arrived_us,
        .leg = datagram->leg,
        .stream = datagram->stream,
        .tos = datagram->tos,
        .ttl = datagram->ttl,
        .header_known = datagram->ttl != 0,
        .source = datagram->source,
    };

    if (datagram->dropped_before > 0)
        note_own_loss(self, datagram);
    ip_flow_push(self->flow, &arrived, &sink);
}

/* Takes the datagrams of a batch, and lets the time until then pass. */
static void
analyse_datagrams(GantryTsMeter *self, const GstMapInfo *map, const GantryDatagramMeta *meta)
{
    const IpPayloadSink sink = {analyse_payload, self};

    if (meta->clock_jumped)
        ip_flow_clock_jumped(self->flow);
    for (unsigned i = 0; i < meta->n_datagrams; i++) {
        const Datagram *datagram = &meta->datagrams[i];

        if (datagram->offset <= map->size && datagram->size <= map->size - datagram->offset)
            analyse_datagram(self, map->data + datagram->offset, datagram);
    }
    if (meta->drained_us > 0)
        ip_flow_tick(self->flow, meta->drained_us, &sink);
}

/* Chooses components anew if the tables changed. Returns whether the choice changed. */
static bool
choose_components(GantryTsMeter *self)
{
    EsComponents components = {0};
    const uint32_t version = ts_analyser_tables_version(self->analyser);

    if (version == self->tables_version)
        return false;
    self->tables_version = version;
    for (uint16_t i = 0; i < self->n_services; i++) {
        const TsService *service = ts_analyser_service(self->analyser, self->services[i]);

        if (service != NULL && service->pmt_seen)
            es_components_choose(&components, &self->components, i, service);
    }
    if (memcmp(&components, &self->components, sizeof components) == 0)
        return false;
    for (size_t i = 0; i < self->components.n; i++)
        ts_analyser_want_pid(self->analyser, self->components.entries[i].pid, false);
    for (size_t i = 0; i < components.n; i++)
        ts_analyser_want_pid(self->analyser, components.entries[i].pid, true);
    self->components = components;
    return true;
}

/* Reads for the raw pad what the tables say, if they changed. Returns: whether it is news */
static bool
read_segments(GantryTsMeter *self)
{
    const uint32_t version = ts_analyser_tables_version(self->analyser);

    if (self->raw_told && version == self->raw_version)
        return false;
    self->raw_version = version;
    self->raw_told = true;
    segment_services_read(self->segments, self->analyser, self->services, self->n_services);
    return true;
}

/* Whoever is there takes the packets before this returns. */
static void
push_raw(GantryTsMeter *self, bool news, MonoUs now_us)
{
    GstBuffer *buffer = gst_buffer_new();

    if (news)
        gst_pad_push_event(self->raw, segment_services_to_event(self->segments));
    if (self->packets_size > 0)
        gst_buffer_append_memory(buffer, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY,
                                                                self->packets, self->packets_room,
                                                                0, self->packets_size, NULL, NULL));
    GST_BUFFER_OFFSET(buffer) = (guint64)(self->packets_size > 0 ? self->packets_us : now_us);
    GST_BUFFER_OFFSET_END(buffer) = self->packets_over;
    (void)gst_pad_push(self->raw, buffer);
    self->packets_over = 0;
    self->packets_size = 0;
}

static GstBuffer *
writable_batch(GantryTsMeter *self)
{
    if (self->batch != NULL && !gst_buffer_is_writable(self->batch))
        gst_clear_buffer(&self->batch);
    if (self->batch == NULL)
        self->batch = packet_batch_new();
    gst_buffer_set_size(self->batch, (gssize)(PACKET_BATCH_MAX * sizeof(PacketRecord)));
    return self->batch;
}

/* What changed while a buffer was analysed. */
typedef struct {
    bool components;
    bool segments;
} Changes;

static Changes
analyse_batch(GantryTsMeter *self, GstBuffer *buffer, const GantryDatagramMeta *meta, bool raw)
{
    GstMapInfo map;
    Changes changes = {0};

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return changes;
    g_mutex_lock(&self->lock);
    ts_analyser_set_tap(self->analyser, raw ? keep_raw : NULL, self);
    analyse_datagrams(self, &map, meta);
    changes.components = choose_components(self);
    changes.segments = raw && read_segments(self);
    g_mutex_unlock(&self->lock);
    gst_buffer_unmap(buffer, &map);
    return changes;
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantryTsMeter *self = GANTRY_TS_METER(parent);
    g_autoptr(GstBuffer) owned = buffer;
    const GantryDatagramMeta *meta = gantry_datagram_meta_get(buffer);
    GstBuffer *batch = writable_batch(self);

    if (meta == NULL || !gst_buffer_map(batch, &self->map, GST_MAP_WRITE))
        return GST_FLOW_OK;
    self->n_records = 0;
    const bool raw = gst_pad_is_linked(self->raw);
    const Changes changes = analyse_batch(self, buffer, meta, raw);

    gst_buffer_unmap(batch, &self->map);
    if (self->n_records > 0) {
        gst_buffer_set_size(batch, (gssize)(self->n_records * sizeof(PacketRecord)));
        (void)gst_pad_push(self->src, gst_buffer_ref(batch));
    }
    if (raw)
        push_raw(self, changes.segments, meta->drained_us);
    if (changes.components)
        gst_pad_push_event(self->src, es_components_to_event(&self->components));
    return GST_FLOW_OK;
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantryTsMeter *self = GANTRY_TS_METER(parent);

    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
        return gst_pad_event_default(pad, parent, event);
    gst_event_unref(event);
    g_autoptr(GstCaps) caps = gst_static_pad_template_get_caps(&src_template);

    return gst_pad_push_event(self->src, gst_event_new_caps(caps));
}

static void
set_services(GantryTsMeter *self, const char *text)
{
    g_auto(GStrv) ids = g_strsplit(text != NULL ? text : "", ",", -1);

    self->n_services = 0;
    for (char **at = ids; *at != NULL && self->n_services < ES_SERVICES_MAX; at++) {
        guint64 service = 0;

        if (g_ascii_string_to_unsigned(*at, 10, 0, G_MAXUINT16, &service, NULL))
            self->services[self->n_services++] = (uint16_t)service;
    }
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    GantryTsMeter *self = GANTRY_TS_METER(object);

    switch (id) {
    case PROP_SERVICES:
        set_services(self, g_value_get_string(value));
        break;
    case PROP_LEGS:
        self->two_legs = g_value_get_uint(value) > 1;
        if (self->two_legs)
            ip_flow_expect_leg(self->flow);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void
finalize(GObject *object)
{
    GantryTsMeter *self = GANTRY_TS_METER(object);

    gst_clear_buffer(&self->batch);
    g_free(self->packets);
    g_free(self->segments);
    ip_flow_free(self->flow);
    ts_analyser_free(self->analyser);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_ts_meter_parent_class)->finalize(object);
}

static void
gantry_ts_meter_class_init(GantryTsMeterClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    object_class->set_property = set_property;
    object_class->finalize = finalize;
    properties[PROP_SERVICES] = g_param_spec_string("services", "Services", "Service ids", "0",
                                                    G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
    properties[PROP_LEGS] =
        g_param_spec_uint("legs", "Legs", "Legs that the stream is expected on", 1, IP_LEGS, 1,
                          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_add_static_pad_template(element_class, &raw_template);
    gst_element_class_set_static_metadata(element_class, "Gantry TS meter", "Analyzer",
                                          "Analyses every transport packet", "Gantry");
}

static void
gantry_ts_meter_init(GantryTsMeter *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    self->analyser = ts_analyser_new();
    self->flow = ip_flow_new();
    ts_analyser_set_visitor(self->analyser, keep_packet, self);
    self->n_services = 1;
    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
    self->src = gst_pad_new_from_static_template(&src_template, "src");
    gst_element_add_pad(GST_ELEMENT(self), self->src);
    self->segments = g_new0(SegmentServices, 1);
    self->raw = gst_pad_new_from_static_template(&raw_template, "raw");
    gst_element_add_pad(GST_ELEMENT(self), self->raw);
}
