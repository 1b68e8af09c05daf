/* The meter element: RTP header off, analyser, packets of the wanted PIDs onwards. */
#include "pipelines/elements/gantry-ts-meter.h"

#include <string.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/elements/packet-batch.h"
#include "pipelines/ts/rtp-order.h"

struct _GantryTsMeter {
    GstElement parent;

    GstPad *src; /* no-ref; owned by the element */
    uint16_t services[ES_SERVICES_MAX];
    uint16_t n_services;

    /* Streaming thread only. */
    EsComponents components; /* as last told to the cutter */
    uint32_t tables_version; /* of which @components were chosen */
    GstBuffer *batch;        /* owned; reused while nobody else keeps it; (nullable) */
    GstMapInfo map;          /* of @batch, while a buffer is analysed */
    size_t n_records;        /* in @batch */

    GMutex lock; /* guards what follows */
    TsAnalyser *analyser;
    RtpOrder rtp;
    bool is_rtp;
};

enum { PROP_SERVICES = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-gantry-datagrams"));
static GstStaticPadTemplate src_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(PACKET_BATCH_CAPS));

G_DEFINE_TYPE(GantryTsMeter, gantry_ts_meter, GST_TYPE_ELEMENT)

void
gantry_ts_meter_read(GantryTsMeter *self, MonoUs now_us, TsMeterReader reader, void *user_data)
{
    g_mutex_lock(&self->lock);
    ts_analyser_tick(self->analyser, now_us);
    reader(self->analyser, &self->rtp.receiver, user_data);
    g_mutex_unlock(&self->lock);
}

bool
gantry_ts_meter_is_rtp(GantryTsMeter *self)
{
    g_mutex_lock(&self->lock);
    const bool is_rtp = self->is_rtp;

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

static void
analyse_payload(const uint8_t *payload, size_t size, MonoUs arrived_us, void *user_data)
{
    GantryTsMeter *self = user_data;

    ts_analyser_push(self->analyser, payload, size, arrived_us);
}

static void
analyse_datagram(GantryTsMeter *self, const uint8_t *data, const Datagram *datagram)
{
    const RtpPayloadSink sink = {analyse_payload, self};
    const size_t size = datagram->size;
    const MonoUs arrived_us = datagram->arrived_us;

    if (datagram->dropped_before > 0)
        ts_analyser_own_loss(self->analyser);
    if (!self->is_rtp && size > 0 && data[0] != 0x47)
        self->is_rtp = rtp_looks_like(data, size);
    if (!self->is_rtp || rtp_order_push(&self->rtp, data, size, arrived_us, &sink) == RTP_MALFORMED)
        analyse_payload(data, size, arrived_us, self);
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
            es_components_choose(&components, i, service);
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

static bool
analyse_batch(GantryTsMeter *self, GstBuffer *buffer, const GantryDatagramMeta *meta)
{
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return false;
    g_mutex_lock(&self->lock);
    for (unsigned i = 0; i < meta->n_datagrams; i++) {
        const Datagram *datagram = &meta->datagrams[i];

        if (datagram->leg == 0 && datagram->stream == DATAGRAM_MEDIA &&
            datagram->offset <= map.size && datagram->size <= map.size - datagram->offset)
            analyse_datagram(self, map.data + datagram->offset, datagram);
    }
    const bool changed = choose_components(self);

    g_mutex_unlock(&self->lock);
    gst_buffer_unmap(buffer, &map);
    return changed;
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
    const bool changed = analyse_batch(self, buffer, meta);

    gst_buffer_unmap(batch, &self->map);
    if (self->n_records > 0) {
        gst_buffer_set_size(batch, (gssize)(self->n_records * sizeof(PacketRecord)));
        (void)gst_pad_push(self->src, gst_buffer_ref(batch));
    }
    if (changed)
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
set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    GantryTsMeter *self = GANTRY_TS_METER(object);
    g_auto(GStrv) ids = NULL;

    if (id != PROP_SERVICES) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
        return;
    }
    self->n_services = 0;
    ids = g_strsplit(g_value_get_string(value) != NULL ? g_value_get_string(value) : "", ",", -1);
    for (char **at = ids; *at != NULL && self->n_services < ES_SERVICES_MAX; at++) {
        guint64 service = 0;

        if (g_ascii_string_to_unsigned(*at, 10, 0, G_MAXUINT16, &service, NULL))
            self->services[self->n_services++] = (uint16_t)service;
    }
}

static void
finalize(GObject *object)
{
    GantryTsMeter *self = GANTRY_TS_METER(object);

    gst_clear_buffer(&self->batch);
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
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(element_class, "Gantry TS meter", "Analyzer",
                                          "Analyses every transport packet", "Gantry");
}

static void
gantry_ts_meter_init(GantryTsMeter *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    self->analyser = ts_analyser_new();
    ts_analyser_set_visitor(self->analyser, keep_packet, self);
    self->n_services = 1;
    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
    self->src = gst_pad_new_from_static_template(&src_template, "src");
    gst_element_add_pad(GST_ELEMENT(self), self->src);
}
