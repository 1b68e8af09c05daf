/* Starting, feeding and reading of recordings. */
#include "tests/element/segments-rig.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/gantry-ts-meter.h"

#define DATAGRAM 1316u

MonoUs
segments_rig_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

void
segments_rig_start(SegmentsRig *rig)
{
    static const char *const lanes[] = {"one", "two"};
    const SegmentStoreSettings settings = {.folder = rig->folder,
                                           .lanes = lanes,
                                           .n_lanes = rig->n_services,
                                           .limits = rig->limits,
                                           .reserve_bytes = rig->reserve_bytes};

    rig->meter = gst_object_ref_sink(gst_element_factory_make("gantrytsmeter", NULL));
    rig->segments = gst_object_ref_sink(gst_element_factory_make("gantrysegments", NULL));
    if (rig->n_services == 2)
        g_object_set(rig->meter, "services", "101,102", NULL);
    gantry_segments_record(GANTRY_SEGMENTS(rig->segments), &settings);
    g_assert_true(gst_element_link_pads(rig->meter, "raw", rig->segments, "sink"));
    rig->harness = gst_harness_new_with_element(rig->meter, "sink", NULL);
    gst_element_set_state(rig->segments, GST_STATE_PLAYING);
    gst_harness_set_src_caps_str(rig->harness, "application/x-gantry-datagrams");
}

SegmentsRig
segments_rig_new(unsigned n_services)
{
    SegmentsRig rig = {.n_services = n_services, .limits = {600 * US_PER_SECOND, G_MAXINT64}};

    rig.folder = g_dir_make_tmp("gantry-segments-XXXXXX", NULL);
    rig.makers[0] = ts_maker_new();
    if (n_services == 2) {
        rig.makers[1] = ts_maker_new_service(102, 272);
        ts_maker_list(rig.makers[0], 102, 272);
    }
    rig.now_us = segments_rig_now_us();
    rig.left = g_byte_array_new();
    rig.sent = g_byte_array_new();
    return rig;
}

void
segments_rig_stop(SegmentsRig *rig)
{
    if (rig->harness == NULL)
        return;
    gst_element_set_state(rig->segments, GST_STATE_NULL);
    g_clear_pointer(&rig->harness, gst_harness_teardown);
    gst_clear_object(&rig->meter);
    gst_clear_object(&rig->segments);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        remove_tree(below);
    }
    (void)g_remove(path);
}

void
segments_rig_end(SegmentsRig *rig)
{
    segments_rig_stop(rig);
    remove_tree(rig->folder);
    g_free(rig->folder);
    g_byte_array_unref(rig->left);
    g_byte_array_unref(rig->sent);
    ts_maker_free(rig->makers[0]);
    if (rig->makers[1] != NULL)
        ts_maker_free(rig->makers[1]);
}

/* Pushes whole datagrams of what is left, all arriving now. */
static void
push(SegmentsRig *rig)
{
    while (rig->left->len >= DATAGRAM) {
        const unsigned n = MIN(rig->left->len / DATAGRAM, DATAGRAM_BATCH_MAX);
        GstBuffer *buffer = gst_buffer_new_memdup(rig->left->data, n * (gsize)DATAGRAM);
        GantryDatagramMeta *meta = gantry_datagram_meta_add(buffer);

        meta->n_datagrams = n;
        meta->drained_us = rig->now_us;
        for (unsigned i = 0; i < n; i++)
            meta->datagrams[i] =
                (Datagram){.arrived_us = rig->now_us, .offset = i * DATAGRAM, .size = DATAGRAM};
        g_byte_array_remove_range(rig->left, 0, n * DATAGRAM);
        g_assert_cmpint(gst_harness_push(rig->harness, buffer), ==, GST_FLOW_OK);
    }
}

static void
add_nulls(SegmentsRig *rig, unsigned n)
{
    uint8_t packet[TS_PACKET_SIZE];

    memset(packet, 0xff, sizeof packet);
    packet[0] = 0x47;
    packet[1] = 0x1f;
    packet[3] = 0x10;
    for (unsigned i = 0; i < n; i++)
        g_byte_array_append(rig->left, packet, sizeof packet);
}

/* Sends @frames pictures, 40 ms each, with null packets in between. */
void
segments_rig_send(SegmentsRig *rig, unsigned frames)
{
    for (unsigned i = 0; i < frames; i++) {
        for (unsigned s = 0; s < rig->n_services; s++) {
            g_autoptr(GByteArray) more = ts_maker_next(rig->makers[s], PAINT_MOVING, true);

            g_byte_array_append(rig->left, more->data, more->len);
            g_byte_array_append(rig->sent, more->data, more->len);
            add_nulls(rig, 3);
        }
        push(rig);
        rig->now_us += TS_MAKER_INTERVAL_US;
    }
}

void
segments_rig_finish(SegmentsRig *rig)
{
    while (rig->left->len % DATAGRAM != 0)
        add_nulls(rig, 1);
    push(rig);
}

/* The index of @channel. Returns: (transfer full) (element-type SegmentEntry) */
GArray *
segments_rig_index(const SegmentsRig *rig, const char *channel)
{
    g_autofree char *path = g_build_filename(rig->folder, channel, SEGMENT_INDEX_FILE, NULL);
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(SegmentEntry));
    g_autofree char *text = NULL;
    gsize size = 0;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_array_set_size(entries, SEGMENT_COUNT_MAX);
    g_array_set_size(
        entries, (guint)segment_index_read(text, size, (gpointer)entries->data, SEGMENT_COUNT_MAX));
    for (guint i = entries->len; i-- > 0;) {
        char name[SEGMENT_NAME_BYTES];

        segment_name(g_array_index(entries, SegmentEntry, i).start_wall_us, name);
        g_autofree char *file = g_build_filename(rig->folder, channel, name, NULL);

        if (!g_file_test(file, G_FILE_TEST_EXISTS)) /* deleted since */
            g_array_remove_index(entries, i);
    }
    return entries;
}

/* Returns: (transfer full): packets of a segment */
GByteArray *
segments_rig_read(const SegmentsRig *rig, const char *channel, const SegmentEntry *entry)
{
    char name[SEGMENT_NAME_BYTES];
    char *data = NULL;
    gsize size = 0;

    segment_name(entry->start_wall_us, name);
    g_autofree char *path = g_build_filename(rig->folder, channel, name, NULL);

    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    g_assert_cmpuint(size, ==, entry->packets * TS_PACKET_SIZE);
    return g_byte_array_new_take((guint8 *)data, size);
}

uint64_t
segments_rig_bytes(const SegmentsRig *rig, const char *channel)
{
    g_autofree char *path = g_build_filename(rig->folder, channel, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    uint64_t bytes = 0;

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        GStatBuf info;

        if (strstr(name, ".ts") != NULL && g_lstat(file, &info) == 0)
            bytes += (uint64_t)info.st_size;
    }
    return bytes;
}

SegmentFigures
segments_rig_figures(const SegmentsRig *rig)
{
    SegmentFigures figures;

    g_assert_true(gantry_segments_get_figures(GANTRY_SEGMENTS(rig->segments), 0, &figures));
    return figures;
}

/* Waits until the writer has written all that it was given. */
void
segments_rig_settle(const SegmentsRig *rig)
{
    for (unsigned i = 0; i < 1000 && segments_rig_figures(rig).waiting_us != 0; i++)
        g_usleep(5000);
    g_assert_cmpint(segments_rig_figures(rig).waiting_us, ==, 0);
}
