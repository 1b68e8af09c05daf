/* The source element: a timer, its sockets, one reused buffer. */
#include "pipelines/elements/gantry-udp-source.h"

#include <time.h>

#include "pipelines/base/clock.h"
#include "pipelines/elements/udp-lanes.h"

#define RECEIVE_BUFFER_DEFAULT (4u << 20)
#define BATCHES_PER_TURN       64 /* then the timer turns again, so that a flood cannot hide */

struct _GantryUdpSource {
    GstElement parent;

    GstPad *src; /* no-ref; owned by the element */
    char *address;
    char *interface;
    uint32_t receive_buffer; /* bytes */
    uint32_t phase_us;

    /* Streaming thread only. */
    UdpLanes *lanes;     /* owned; (nullable): not begun, or the address is bad */
    GstBuffer *batch;    /* owned; reused while nobody else keeps it; (nullable) */
    int64_t next_us;     /* CLOCK_MONOTONIC time of the next turn */
    int64_t period_us;   /* from one turn to the next */
    bool begun;          /* the address was looked at */
    bool events_pending; /* stream-start, caps and segment are still to be sent */

    GMutex lock; /* guards @figures */
    UdpSourceFigures figures;
};

enum { PROP_ADDRESS = 1, PROP_INTERFACE, PROP_RECEIVE_BUFFER, PROP_PHASE, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

static GstStaticPadTemplate src_template = /* lint: allow global, because the API takes no const */
    GST_STATIC_PAD_TEMPLATE(
        "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("application/x-gantry-datagrams"));

G_DEFINE_TYPE(GantryUdpSource, gantry_udp_source, GST_TYPE_ELEMENT)

void
gantry_udp_source_get_figures(GantryUdpSource *self, UdpSourceFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    g_mutex_unlock(&self->lock);
}

void
gantry_udp_source_take_figures(GantryUdpSource *self, UdpSourceFigures *ret_figures)
{
    g_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    self->figures.interval_max_us = 0;
    self->figures.late_max_us = 0;
    g_mutex_unlock(&self->lock);
}

static void
close_sockets(GantryUdpSource *self)
{
    g_clear_pointer(&self->lanes, udp_lanes_free);
    self->begun = false;
    g_mutex_lock(&self->lock);
    self->figures.opened_us = 0;
    g_mutex_unlock(&self->lock);
}

/* Makes the lanes that the address asks for. */
static void
begin(GantryUdpSource *self)
{
    g_autoptr(GError) error = NULL;
    UdpSocketSettings settings = {.receive_buffer = self->receive_buffer};

    self->begun = true;
    g_strlcpy(settings.interface, self->interface != NULL ? self->interface : "",
              sizeof settings.interface);
    if (stream_address_parse(self->address != NULL ? self->address : "", &settings.address,
                             &error)) {
        self->lanes = udp_lanes_new(&settings);
        return;
    }
    g_mutex_lock(&self->lock);
    self->figures.problem_code = error->code;
    g_strlcpy(self->figures.problem, error->message, sizeof self->figures.problem);
    g_mutex_unlock(&self->lock);
}

/* Says what is wrong with the sockets: with all of the media, or with a part. */
static void
tell_problems(UdpSourceFigures *figures, const UdpLanes *lanes)
{
    const UdpLane *first = lanes->lanes[0];
    const UdpLane *second = udp_lanes_find(lanes, 1, IP_STREAM_MEDIA);
    const bool receives = first->fd >= 0 || (second != NULL && second->fd >= 0);

    figures->problem_code = receives ? 0 : first->problem_code;
    g_strlcpy(figures->problem, receives ? "" : first->problem, sizeof figures->problem);
    figures->partial[0] = '\0';
    for (unsigned i = 0; i < lanes->n && receives && figures->partial[0] == '\0'; i++) {
        const UdpLane *lane = lanes->lanes[i];

        if (lane->fd < 0)
            g_snprintf(figures->partial, sizeof figures->partial, "leg %u, %s: %s", lane->leg + 1,
                       lane->stream == IP_STREAM_MEDIA ? "media" : "FEC", lane->problem);
    }
}

static void
tell_lanes(GantryUdpSource *self, MonoUs now_us, int64_t late_us)
{
    UdpSourceFigures *figures = &self->figures;

    g_mutex_lock(&self->lock);
    figures->turned_us = now_us;
    figures->late_max_us = MAX(figures->late_max_us, late_us);
    if (self->lanes != NULL) {
        figures->opened_us = self->lanes->lanes[0]->opened_us;
        figures->granted = self->lanes->lanes[0]->granted;
        figures->rejoins = self->lanes->rejoins;
        figures->cut = 0;
        figures->clock_jumps = self->lanes->clock.jumps;
        for (unsigned i = 0; i < self->lanes->n; i++) {
            const UdpLane *lane = self->lanes->lanes[i];

            figures->cut += lane->cut;
            if (lane->stream == IP_STREAM_MEDIA)
                figures->leg_drops[lane->leg] = lane->own_drops;
        }
        tell_problems(figures, self->lanes);
    }
    g_mutex_unlock(&self->lock);
}

/* A buffer that nobody else holds: the last one again, or a new one. */
static GstBuffer *
writable_batch(GantryUdpSource *self)
{
    if (self->batch != NULL && !gst_buffer_is_writable(self->batch))
        gst_clear_buffer(&self->batch);
    if (self->batch == NULL) {
        self->batch =
            gst_buffer_new_allocate(NULL, (gsize)DATAGRAM_BATCH_MAX * DATAGRAM_SLOT, NULL);
        (void)gantry_datagram_meta_add(self->batch);
    }
    return self->batch;
}

static void
count_batch(GantryUdpSource *self, const UdpBatch *batch, const GantryDatagramMeta *meta)
{
    UdpSourceFigures *figures = &self->figures;

    g_mutex_lock(&self->lock);
    figures->datagrams += batch->n_datagrams;
    figures->bytes += batch->bytes;
    figures->own_drops += batch->own_drops;
    for (unsigned i = 0; i < meta->n_datagrams; i++) {
        const MonoUs arrived_us = meta->datagrams[i].arrived_us;
        const int64_t gap_us = arrived_us - figures->last_us;

        if (meta->datagrams[i].stream != IP_STREAM_MEDIA)
            continue;
        if (figures->last_us == 0 || gap_us > UDP_SOURCE_GAP_US)
            figures->resumed_us = arrived_us;
        if (figures->last_us != 0 && !meta->clock_jumped)
            figures->interval_max_us = MAX(figures->interval_max_us, gap_us);
        figures->last_us = arrived_us;
    }
    g_mutex_unlock(&self->lock);
}

/* Whether those downstream still wait for something to come, or to be given up. */
static bool
is_settling(const GantryUdpSource *self)
{
    return self->lanes->turn_us - self->figures.last_us < UDP_SOURCE_SETTLE_US;
}

/* Reads and pushes one batch. Returns whether more may wait. */
static bool
push_batch(GantryUdpSource *self)
{
    GstBuffer *buffer = writable_batch(self);
    GantryDatagramMeta *meta = gantry_datagram_meta_get(buffer);
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE))
        return false;
    const UdpBatch batch = udp_lanes_read(self->lanes, map.data, meta);
    const bool more = batch.n_datagrams == DATAGRAM_BATCH_MAX;

    gst_buffer_unmap(buffer, &map);
    meta->drained_us = more ? 0 : self->lanes->turn_us;
    if (batch.n_datagrams > 0)
        count_batch(self, &batch, meta);
    if (batch.n_datagrams > 0 || is_settling(self))
        (void)gst_pad_push(self->src, gst_buffer_ref(buffer));
    return more;
}

static void
send_events(GantryUdpSource *self)
{
    g_autofree char *stream = gst_pad_create_stream_id(self->src, GST_ELEMENT(self), NULL);
    g_autoptr(GstCaps) caps = gst_static_pad_template_get_caps(&src_template);
    GstSegment segment;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(self->src, gst_event_new_stream_start(stream));
    gst_pad_push_event(self->src, gst_event_new_caps(caps));
    gst_pad_push_event(self->src, gst_event_new_segment(&segment));
    self->events_pending = false;
}

static bool
is_small(const UdpLane *lane)
{
    return lane->fd >= 0 && lane->granted < UDP_SOURCE_SMALL;
}

/* Chooses when the next turn is due, after what this one found. */
static void
pace(GantryUdpSource *self)
{
    const double fullness = self->lanes != NULL ? udp_lanes_fullness(self->lanes) : 0;

    if (fullness > UDP_SOURCE_FULL)
        self->period_us = MAX(self->period_us / 2, UDP_SOURCE_PERIOD_MIN_US);
    else if (fullness < UDP_SOURCE_ROOMY)
        self->period_us = MIN(self->period_us * 2, UDP_SOURCE_PERIOD_US);
    for (unsigned i = 0; self->lanes != NULL && i < self->lanes->n; i++)
        if (is_small(self->lanes->lanes[i]))
            self->period_us = UDP_SOURCE_PERIOD_MIN_US;
}

/* Returns: how late the turn begins, in microseconds */
static int64_t
wait_for_turn(GantryUdpSource *self)
{
    const int64_t now_us = clock_now_us(CLOCK_MONOTONIC);

    if (self->next_us == 0)
        self->next_us = now_us - now_us % UDP_SOURCE_PERIOD_US + self->phase_us;
    self->next_us += self->period_us;
    const int64_t due_us = self->next_us;
    const struct timespec at = {due_us / US_PER_SECOND, due_us % US_PER_SECOND * 1000};

    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    const int64_t woken_us = clock_now_us(CLOCK_MONOTONIC);

    /* What was missed is not caught up with. */
    if (self->next_us < woken_us - self->period_us)
        self->next_us = woken_us;
    return woken_us - due_us;
}

static void
turn(gpointer user_data)
{
    GantryUdpSource *self = user_data;
    const int64_t late_us = wait_for_turn(self);
    const MonoUs now_us = boot_now_us();

    if (self->events_pending)
        send_events(self);
    if (!self->begun)
        begin(self);
    if (self->lanes != NULL)
        udp_lanes_turn(self->lanes, now_us);
    for (int i = 0; self->lanes != NULL && i < BATCHES_PER_TURN; i++) {
        if (!push_batch(self))
            break;
    }
    pace(self);
    tell_lanes(self, now_us, late_us);
}

static gboolean
activate_mode(GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
    GantryUdpSource *self = GANTRY_UDP_SOURCE(parent);

    if (mode != GST_PAD_MODE_PUSH)
        return FALSE;
    if (active) {
        self->events_pending = true;
        return gst_pad_start_task(pad, turn, self, NULL);
    }
    return gst_pad_stop_task(pad);
}

static GstStateChangeReturn
change_state(GstElement *element, GstStateChange transition)
{
    GantryUdpSource *self = GANTRY_UDP_SOURCE(element);
    const GstStateChangeReturn result =
        GST_ELEMENT_CLASS(gantry_udp_source_parent_class)->change_state(element, transition);

    if (result == GST_STATE_CHANGE_FAILURE)
        return result;
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
        close_sockets(self);
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED ||
        transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
        return GST_STATE_CHANGE_NO_PREROLL;
    return result;
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    GantryUdpSource *self = GANTRY_UDP_SOURCE(object);

    switch (id) {
    case PROP_ADDRESS:
        g_free(self->address);
        self->address = g_value_dup_string(value);
        break;
    case PROP_INTERFACE:
        g_free(self->interface);
        self->interface = g_value_dup_string(value);
        break;
    case PROP_RECEIVE_BUFFER:
        self->receive_buffer = g_value_get_uint(value);
        break;
    case PROP_PHASE:
        self->phase_us = g_value_get_uint(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void
finalize(GObject *object)
{
    GantryUdpSource *self = GANTRY_UDP_SOURCE(object);

    close_sockets(self);
    gst_clear_buffer(&self->batch);
    g_free(self->address);
    g_free(self->interface);
    g_mutex_clear(&self->lock);
    G_OBJECT_CLASS(gantry_udp_source_parent_class)->finalize(object);
}

static void
gantry_udp_source_class_init(GantryUdpSourceClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);
    GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
    const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

    object_class->set_property = set_property;
    object_class->finalize = finalize;
    element_class->change_state = change_state;
    properties[PROP_ADDRESS] =
        g_param_spec_string("address", "Address", "See stream-address.h", NULL, flags);
    properties[PROP_INTERFACE] =
        g_param_spec_string("interface", "Interface", "Network interface", NULL, flags);
    properties[PROP_RECEIVE_BUFFER] =
        g_param_spec_uint("receive-buffer", "Receive buffer", "Bytes to ask of the kernel", 0,
                          G_MAXINT, RECEIVE_BUFFER_DEFAULT, flags);
    properties[PROP_PHASE] = g_param_spec_uint("phase", "Phase", "Microseconds within a period", 0,
                                               UDP_SOURCE_PERIOD_US, 0, flags);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
    gst_element_class_add_static_pad_template(element_class, &src_template);
    gst_element_class_set_static_metadata(element_class, "Gantry datagram source", "Source/Network",
                                          "Drains one input's socket", "Gantry");
}

static void
gantry_udp_source_init(GantryUdpSource *self)
{
    self->receive_buffer = RECEIVE_BUFFER_DEFAULT;
    self->period_us = UDP_SOURCE_PERIOD_MIN_US;
    g_mutex_init(&self->lock);
    self->src = gst_pad_new_from_static_template(&src_template, "src");
    gst_pad_set_activatemode_function(self->src, activate_mode);
    gst_element_add_pad(GST_ELEMENT(self), self->src);
    GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SOURCE);
}
