/* The segments element: packets to lanes, lanes to the store. */
#include "pipelines/elements/gantry-segments.h"

#include <string.h>

#include "pipelines/elements/segment-lane.h"

#define STOP_WAIT_US (2 * US_PER_SECOND) /* for the disk, when recording ends */
#define PID_COMMON   0x20u /* PIDs below are of all services: tables with fixed PIDs */

struct _GantrySegments {
    GstElement parent;

    SegmentStore *store; /* owned; (nullable): nothing is recorded */
    SegmentLane *lanes;  /* owned; @n_lanes entries; streaming thread, but for @lost */
    unsigned n_lanes;
    uint64_t *takers; /* owned; by PID: bit set of the lanes it goes to; (nullable): all to one */
    uint64_t arrived; /* bit set: lanes that got packets of the buffer at hand */

    GMutex lock;    /* guards what follows */
    uint64_t *lost; /* owned; by lane: packets left out here */
};

static GstStaticPadTemplate sink_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(SEGMENT_PACKETS_CAPS));

G_DEFINE_TYPE(GantrySegments, gantry_segments, GST_TYPE_ELEMENT)

void
gantry_segments_record(GantrySegments *self, const SegmentStoreSettings *settings)
{
    g_return_if_fail(self->store == NULL);
    g_return_if_fail(settings->n_lanes > 0 && settings->n_lanes <= ES_SERVICES_MAX);

    self->store = segment_store_new(settings);
    self->n_lanes = settings->n_lanes;
    self->lanes = g_new0(SegmentLane, self->n_lanes);
    self->lost = g_new0(uint64_t, self->n_lanes);
    for (unsigned i = 0; i < self->n_lanes; i++)
        segment_lane_init(&self->lanes[i], self->store, i);
    self->lanes[0].service.whole = self->n_lanes == 1;
}

void
gantry_segments_set_limits(GantrySegments *self, const SegmentLimits *limits)
{
    if (self->store != NULL)
        segment_store_set_limits(self->store, limits);
}

bool
gantry_segments_get_figures(GantrySegments *self, unsigned index, SegmentFigures *ret_figures)
{
    SegmentStoreStatus status;

    if (self->store == NULL || index >= self->n_lanes)
        return false;
    segment_store_status(self->store, index, &status);
    g_mutex_lock(&self->lock);
    *ret_figures = (SegmentFigures){
        .folder = status.folder,
        .lost_packets = self->lost[index] + status.folder.lost_packets,
        .waiting_us = status.waiting_us,
    };
    g_mutex_unlock(&self->lock);
    return true;
}

static void
add_takers(GantrySegments *self, unsigned index, const SegmentService *service)
{
    for (size_t i = 0; i < service->n_pids && i < SEGMENT_PIDS_MAX; i++)
        self->takers[service->pids[i] % TS_PID_COUNT] |= UINT64_C(1) << index;
}

/* PIDs of the tables before stay with their lanes until the next change: what is on its way is not
 * lost. */
static void
set_takers(GantrySegments *self, const SegmentServices *services)
{
    if (self->takers == NULL)
        self->takers = g_new0(uint64_t, TS_PID_COUNT);
    memset(self->takers, 0, TS_PID_COUNT * sizeof self->takers[0]);
    for (unsigned i = 0; i < self->n_lanes; i++)
        add_takers(self, i, &self->lanes[i].service);
    for (unsigned i = 0; i < services->n && i < self->n_lanes; i++)
        add_takers(self, i, &services->entries[i]);
}

static void
follow(GantrySegments *self, const SegmentServices *services)
{
    if (services->n > 0 && services->entries[0].whole && self->n_lanes == 1)
        g_clear_pointer(&self->takers, g_free);
    else
        set_takers(self, services);
    for (unsigned i = 0; i < services->n && i < self->n_lanes; i++)
        segment_lane_follow(&self->lanes[i], &services->entries[i]);
}

/* Returns: the lane of @index, ready for packets of the buffer at hand */
static SegmentLane *
lane_at(GantrySegments *self, unsigned index, MonoUs now_us)
{
    SegmentLane *lane = &self->lanes[index];

    if ((self->arrived & UINT64_C(1) << index) == 0)
        segment_lane_arrive(lane, now_us);
    self->arrived |= UINT64_C(1) << index;
    return lane;
}

static void
share_packet(GantrySegments *self, const uint8_t *packet, MonoUs now_us)
{
    const unsigned pid = (packet[1] & 0x1fu) << 8 | packet[2];
    const uint64_t all = UINT64_MAX >> (64 - self->n_lanes);
    uint64_t takers = pid < PID_COMMON ? all : self->takers[pid] & all;

    while (takers != 0) {
        const unsigned index = (unsigned)__builtin_ctzll(takers);
        SegmentLane *lane = lane_at(self, index, now_us);

        takers &= takers - 1;
        if (pid == 0)
            segment_lane_take_pat(lane, packet);
        else
            segment_lane_take(lane, packet);
    }
}

static void
share_packets(GantrySegments *self, const uint8_t *packets, size_t size, MonoUs now_us)
{
    if (size == 0)
        return;
    if (self->takers == NULL && self->lanes[0].service.whole) {
        segment_lane_take_all(lane_at(self, 0, now_us), packets, size);
        return;
    }
    for (size_t at = 0; self->takers != NULL && at < size; at += TS_PACKET_SIZE)
        share_packet(self, packets + at, now_us);
}

static void
finish_lanes(GantrySegments *self, uint64_t left_out, MonoUs now_us, bool all)
{
    g_mutex_lock(&self->lock);
    for (unsigned i = 0; i < self->n_lanes; i++) {
        if (left_out > 0)
            segment_lane_lose(&self->lanes[i], left_out);
        segment_lane_flush(&self->lanes[i], now_us, all);
        self->lost[i] = self->lanes[i].lost_ever;
    }
    g_mutex_unlock(&self->lock);
}

static GstFlowReturn
chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    GantrySegments *self = GANTRY_SEGMENTS(parent);
    g_autoptr(GstBuffer) owned = buffer;
    const MonoUs now_us = (MonoUs)GST_BUFFER_OFFSET(buffer);
    GstMapInfo map;

    if (self->store == NULL || now_us <= 0 || !gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_OK;
    self->arrived = 0;
    share_packets(self, map.data, map.size / TS_PACKET_SIZE * TS_PACKET_SIZE, now_us);
    gst_buffer_unmap(buffer, &map);
    finish_lanes(self, GST_BUFFER_OFFSET_END(buffer), now_us, false);
    return GST_FLOW_OK;
}

static gboolean
sink_event(GstPad *pad, GstObject *parent, GstEvent *event)
{
    GantrySegments *self = GANTRY_SEGMENTS(parent);
    g_autofree SegmentServices *services = g_new0(SegmentServices, 1);

    if (self->store != NULL && segment_services_from_event(event, services))
        follow(self, services);
    gst_event_unref(event);
    return TRUE;
}

/* Ends recording: nothing streams any more. */
static void
stop(GantrySegments *self)
{
    SegmentStore *store = self->store;

    if (store == NULL)
        return;
    for (unsigned i = 0; i < self->n_lanes; i++)
        segment_lane_flush(&self->lanes[i], self->lanes[i].now_us, true);
    g_mutex_lock(&self->lock);
    self->store = NULL;
    g_mutex_unlock(&self->lock);
    (void)segment_store_stop(store, STOP_WAIT_US);
}

static GstStateChangeReturn
change_state(GstElement *element, GstStateChange transition)
{
    const GstStateChangeReturn result =
        GST_ELEMENT_CLASS(gantry_segments_parent_class)->change_state(element, transition);

    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
        stop(GANTRY_SEGMENTS(element));
    return result;
}

static void
finalize(GObject *object)
{
    GantrySegments *self = GANTRY_SEGMENTS(object);

    stop(self);
    g_free(self->lanes);
    g_free(self->lost);
    g_free(self->takers);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_segments_parent_class)->finalize(object);
}

static void
gantry_segments_class_init(GantrySegmentsClass *klass)
{
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);

    G_OBJECT_CLASS(klass)->finalize = finalize;
    element_class->change_state = change_state;
    gst_element_class_add_static_pad_template(element_class, &sink_template);
    gst_element_class_set_static_metadata(element_class, "Gantry segments", "Sink/File",
                                          "Keeps the last minutes on disk", "Gantry");
}

static void
gantry_segments_init(GantrySegments *self)
{
    GstPad *sink = gst_pad_new_from_static_template(&sink_template, "sink");

    g_mutex_init(&self->lock);
    gst_pad_set_chain_function(sink, chain);
    gst_pad_set_event_function(sink, sink_event);
    gst_element_add_pad(GST_ELEMENT(self), sink);
}
