/* Pushes a file through the meter, as the worker's source would, with and without segments behind
 * it, and prints what that took: {"seconds": of the stream, "cpu_s": of all threads}. Time is told,
 * so that the disk gets in a second what it would in many: the writer is waited for again and
 * again. */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/elements.h"
#include "pipelines/elements/gantry-segments.h"

#define DATAGRAM  1316u
#define PERIOD_US (20 * US_PER_MS)

typedef struct {
    GstPad *into; /* of the meter */
    GstElement *segments;
    bool records;
    MonoUs now_us;
} Push;

static double
cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
push_batch(Push *push, const uint8_t *data, unsigned n)
{
    GstBuffer *buffer = gst_buffer_new_memdup(data, n * (gsize)DATAGRAM);
    GantryDatagramMeta *meta = gantry_datagram_meta_add(buffer);

    meta->n_datagrams = n;
    meta->drained_us = push->now_us;
    for (unsigned i = 0; i < n; i++)
        meta->datagrams[i] =
            (Datagram){.arrived_us = push->now_us, .offset = i * DATAGRAM, .size = DATAGRAM};
    (void)gst_pad_push(push->into, buffer);
    push->now_us += PERIOD_US;
}

static void
let_the_disk_follow(const Push *push)
{
    SegmentFigures figures = {.waiting_us = 1};

    while (push->records && figures.waiting_us != 0) {
        if (!gantry_segments_get_figures(GANTRY_SEGMENTS(push->segments), 0, &figures))
            return;
        if (figures.waiting_us != 0)
            g_usleep(1000);
    }
}

static GstElement *
make(const char *factory)
{
    return gst_object_ref_sink(gst_element_factory_make(factory, NULL));
}

static void
start(Push *push, GstElement *meter, const char *folder)
{
    static const char *const lanes[] = {"channel"};
    const SegmentStoreSettings settings = {.folder = folder,
                                           .lanes = lanes,
                                           .n_lanes = 1,
                                           .limits = {60 * US_PER_SECOND, G_MAXINT64},
                                           .reserve_bytes = SEGMENT_RESERVE_BYTES};
    GstPad *sink = gst_element_get_static_pad(meter, "sink");
    g_autoptr(GstCaps) caps = gst_caps_new_empty_simple("application/x-gantry-datagrams");
    GstSegment segment;

    if (push->records) {
        gantry_segments_record(GANTRY_SEGMENTS(push->segments), &settings);
        gst_element_link_pads(meter, "raw", push->segments, "sink");
    }
    push->into = gst_pad_new("src", GST_PAD_SRC);
    gst_pad_link_full(push->into, sink, GST_PAD_LINK_CHECK_NOTHING);
    gst_pad_set_active(push->into, TRUE);
    gst_element_set_state(push->segments, GST_STATE_PLAYING);
    gst_element_set_state(meter, GST_STATE_PLAYING);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(push->into, gst_event_new_stream_start("bench"));
    gst_pad_push_event(push->into, gst_event_new_caps(caps));
    gst_pad_push_event(push->into, gst_event_new_segment(&segment));
    gst_object_unref(sink);
}

int
main(int argc, char **argv)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    if (argc != 6 || !gantry_elements_init(NULL) ||
        !g_file_get_contents(argv[1], &data, &size, NULL)) {
        fprintf(stderr, "segments-push FILE FOLDER on|off BPS SECONDS\n");
        return 2;
    }
    const double rate_bps = g_ascii_strtod(argv[4], NULL), seconds = g_ascii_strtod(argv[5], NULL);
    const double a_batch = rate_bps / 8 / DATAGRAM * PERIOD_US / 1e6;
    Push push = {.segments = make("gantrysegments"), .records = g_str_equal(argv[3], "on")};
    GstElement *meter = make("gantrytsmeter");
    struct timespec now;
    double due = 0;
    gsize at = 0;

    clock_gettime(CLOCK_BOOTTIME, &now);
    push.now_us = now.tv_sec * US_PER_SECOND;
    start(&push, meter, argv[2]);
    const double before_s = cpu_seconds();

    for (unsigned batch = 0; batch < seconds * 1e6 / PERIOD_US; batch++) {
        due += a_batch;
        const unsigned n = MIN((unsigned)due, (unsigned)DATAGRAM_BATCH_MAX);

        due -= n;
        if (at + (gsize)n * DATAGRAM > size)
            at = 0;
        push_batch(&push, (const uint8_t *)data + at, n);
        at += (gsize)n * DATAGRAM;
        if (batch % 10 == 9)
            let_the_disk_follow(&push);
    }
    gst_element_set_state(push.segments, GST_STATE_NULL);
    printf("{\"seconds\": %.3f, \"cpu_s\": %.4f}\n", seconds, cpu_seconds() - before_s);
    gst_element_set_state(meter, GST_STATE_NULL);
    gst_object_unref(meter);
    gst_object_unref(push.segments);
    gst_object_unref(push.into);
    return 0;
}
