/* Segments on a real disk, from a stream that goes through the meter: what is kept, where it is
 * cut, and what happens while the disk fails. Time is told to the elements, not waited for. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/check/gstharness.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/elements.h"
#include "pipelines/elements/gantry-segments.h"
#include "pipelines/elements/gantry-ts-meter.h"
#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/pes-cutter.h"
#include "tests/element/ts-maker.h"

#define DATAGRAM   1316u
#define SKIPPED    77
#define FRAMES_6_S 150 /* pictures in six seconds */

typedef struct {
    char *folder;
    GstElement *meter;
    GstElement *segments;
    GstHarness *harness;
    TsMaker *makers[2];
    unsigned n_services;
    MonoUs now_us;    /* of the next datagrams */
    GByteArray *left; /* of the stream, not yet sent */
    GByteArray *sent; /* all that was sent, but null packets */
    uint64_t reserve_bytes;
    SegmentLimits limits;
} Rig;

static MonoUs
boot_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static void
start(Rig *rig)
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

static Rig
rig_new(unsigned n_services)
{
    Rig rig = {.n_services = n_services, .limits = {600 * US_PER_SECOND, G_MAXINT64}};

    rig.folder = g_dir_make_tmp("gantry-segments-XXXXXX", NULL);
    rig.makers[0] = ts_maker_new();
    if (n_services == 2) {
        rig.makers[1] = ts_maker_new_service(102, 272);
        ts_maker_list(rig.makers[0], 102, 272);
    }
    rig.now_us = boot_us();
    rig.left = g_byte_array_new();
    rig.sent = g_byte_array_new();
    return rig;
}

static void
stop(Rig *rig)
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

static void
rig_end(Rig *rig)
{
    stop(rig);
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
push(Rig *rig)
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
add_nulls(Rig *rig, unsigned n)
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
static void
send_frames(Rig *rig, unsigned frames)
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

static void
finish_datagram(Rig *rig)
{
    while (rig->left->len % DATAGRAM != 0)
        add_nulls(rig, 1);
    push(rig);
}

/* The index of @channel. Returns: (transfer full) (element-type SegmentEntry) */
static GArray *
read_index(const Rig *rig, const char *channel)
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
static GByteArray *
read_segment(const Rig *rig, const char *channel, const SegmentEntry *entry)
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

static unsigned
pid_of(const uint8_t *packet)
{
    return (packet[1] & 0x1fu) << 8 | packet[2];
}

static bool
has_key(const PesUnit *unit)
{
    return unit->key;
}

static void
note_first_unit(const PesUnit *unit, void *user_data)
{
    int *first = user_data;

    if (*first < 0)
        *first = has_key(unit);
}

/* Whether the first picture of @segment can be decoded alone. */
static bool
begins_with_key(const GByteArray *segment, uint16_t video_pid)
{
    int first = -1;
    g_autoptr(PesCutter) cutter = pes_cutter_new(TS_CODEC_MPEG2_VIDEO, note_first_unit, &first);

    for (guint at = 0; at < segment->len; at += TS_PACKET_SIZE) {
        const uint8_t *bytes = segment->data + at;
        const unsigned skip = (bytes[3] & 0x20) != 0 ? 5u + bytes[4] : 4u;
        const TsPacket packet = {.bytes = bytes,
                                 .payload = bytes + MIN(skip, TS_PACKET_SIZE),
                                 .payload_size = TS_PACKET_SIZE - MIN(skip, TS_PACKET_SIZE),
                                 .pid = (uint16_t)pid_of(bytes),
                                 .unit_start = (bytes[1] & 0x40) != 0};

        if (packet.pid == video_pid && packet.payload_size > 0)
            pes_cutter_push(cutter, &packet);
    }
    pes_cutter_flush(cutter);
    return first == 1;
}

static void
test_segments_are_the_input_without_null_packets(void)
{
    Rig rig = rig_new(1);
    g_autoptr(GByteArray) all = g_byte_array_new();

    start(&rig);
    send_frames(&rig, 4 * FRAMES_6_S);
    finish_datagram(&rig);
    stop(&rig);
    g_autoptr(GArray) entries = read_index(&rig, "one");

    g_assert_cmpuint(entries->len, >=, 4);
    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        g_autoptr(GByteArray) segment = read_segment(&rig, "one", entry);
        const guint head = entry->head_packets * TS_PACKET_SIZE;

        g_assert_false(entry->open);
        g_assert_cmpuint(entry->lost_packets, ==, 0);
        g_byte_array_append(all, segment->data + head, segment->len - head);
    }
    g_assert_cmpuint(all->len, ==, rig.sent->len);
    g_assert_cmpint(memcmp(all->data, rig.sent->data, all->len), ==, 0);
    rig_end(&rig);
}

static void
test_segments_begin_with_tables_and_a_key_frame(void)
{
    Rig rig = rig_new(1);

    start(&rig);
    send_frames(&rig, 4 * FRAMES_6_S);
    finish_datagram(&rig);
    stop(&rig);
    g_autoptr(GArray) entries = read_index(&rig, "one");

    /* The first one may begin before the tables are known, and ends at the first key frame. */
    for (guint i = 1; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        const SegmentEntry *before = entry - 1;
        g_autoptr(GByteArray) segment = read_segment(&rig, "one", entry);

        g_assert_true(entry->key);
        g_assert_cmpuint(entry->head_packets, ==, 2);
        g_assert_cmpuint(pid_of(segment->data), ==, 0);
        g_assert_cmpuint(pid_of(segment->data + TS_PACKET_SIZE), ==, TS_MAKER_PID_PMT);
        g_assert_cmpuint(pid_of(segment->data + (gsize)2 * TS_PACKET_SIZE), ==,
                         TS_MAKER_PID_PMT + 1);
        g_assert_true(begins_with_key(segment, TS_MAKER_PID_PMT + 1));
        g_assert_cmpuint(entry->first_pts, <, PTS90_MODULUS);
        g_assert_cmpint(entry->start_us - before->end_us, <=, 2 * TS_MAKER_INTERVAL_US);
        if (i < entries->len - 1) {
            g_assert_cmpint(entry->end_us - entry->start_us, >=, 5900 * US_PER_MS);
            g_assert_cmpint(entry->end_us - entry->start_us, <=, 6600 * US_PER_MS);
        }
    }
    rig_end(&rig);
}

static TsCounters
analyse(const GByteArray *bytes, size_t *ret_n_services)
{
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    TsCounters counters;

    ts_analyser_push(analyser, bytes->data, bytes->len, 1);
    ts_analyser_finish(analyser);
    ts_analyser_counters(analyser, &counters);
    *ret_n_services = ts_analyser_n_services(analyser);
    return counters;
}

static void
test_a_channel_of_a_multiplex_gets_its_service_alone(void)
{
    Rig rig = rig_new(2);

    start(&rig);
    send_frames(&rig, 3 * FRAMES_6_S);
    finish_datagram(&rig);
    stop(&rig);
    for (unsigned s = 0; s < 2; s++) {
        const char *channel = s == 0 ? "one" : "two";
        const unsigned pmt_pid = s == 0 ? TS_MAKER_PID_PMT : 272;
        g_autoptr(GArray) entries = read_index(&rig, channel);
        g_autoptr(GByteArray) clip = g_byte_array_new();
        size_t n_services = 0;

        g_assert_cmpuint(entries->len, >=, 3);
        for (guint i = 1; i < entries->len; i++) {
            const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
            g_autoptr(GByteArray) segment = read_segment(&rig, channel, entry);
            const guint from = i == 1 ? 0 : entry->head_packets * TS_PACKET_SIZE;

            g_assert_true(entry->key);
            g_assert_true(begins_with_key(segment, (uint16_t)(pmt_pid + 1)));
            g_byte_array_append(clip, segment->data + from, segment->len - from);
        }
        for (guint at = 0; at < clip->len; at += TS_PACKET_SIZE) {
            const unsigned pid = pid_of(clip->data + at);

            g_assert_true(pid < 0x20 || (pid >= pmt_pid && pid < pmt_pid + 16));
        }
        const TsCounters counters = analyse(clip, &n_services);

        g_assert_cmpuint(n_services, ==, 1);
        g_assert_cmpuint(counters.cc_errors, ==, 0);
        g_assert_cmpuint(counters.crc_errors, ==, 0);
    }
    rig_end(&rig);
}

static uint64_t
bytes_on_disk(const Rig *rig, const char *channel)
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

static SegmentFigures
figures_of(const Rig *rig)
{
    SegmentFigures figures;

    g_assert_true(gantry_segments_get_figures(GANTRY_SEGMENTS(rig->segments), 0, &figures));
    return figures;
}

/* Waits until the writer has written all that it was given. */
static void
settle(const Rig *rig)
{
    for (unsigned i = 0; i < 1000 && figures_of(rig).waiting_us != 0; i++)
        g_usleep(5000);
    g_assert_cmpint(figures_of(rig).waiting_us, ==, 0);
}

static void
test_the_quota_is_kept_and_the_oldest_go(void)
{
    Rig rig = rig_new(1);

    rig.limits.quota_bytes = 3 << 20;
    start(&rig);
    for (unsigned i = 0; i < 30; i++) {
        send_frames(&rig, FRAMES_6_S / 2);
        settle(&rig);
        g_assert_cmpuint(bytes_on_disk(&rig, "one"), <=, rig.limits.quota_bytes);
    }
    const SegmentFigures figures = figures_of(&rig);

    g_assert_cmpuint(rig.sent->len, >, 2 * rig.limits.quota_bytes);
    g_assert_cmpuint(figures.lost_packets, ==, 0);
    g_assert_cmpuint(figures.folder.deleted, >, 0);
    stop(&rig);
    g_autoptr(GArray) entries = read_index(&rig, "one");
    const SegmentEntry *last = &g_array_index(entries, SegmentEntry, entries->len - 1);

    g_assert_cmpint(rig.now_us - last->end_us, <=, US_PER_SECOND);
    rig_end(&rig);
}

static void
test_the_length_is_kept(void)
{
    Rig rig = rig_new(1);

    rig.limits.length_us = 20 * US_PER_SECOND;
    start(&rig);
    send_frames(&rig, 10 * FRAMES_6_S);
    settle(&rig);
    g_assert_cmpint(figures_of(&rig).folder.stored_us, >=, 14 * US_PER_SECOND);
    g_assert_cmpint(figures_of(&rig).folder.stored_us, <=, 27 * US_PER_SECOND);
    rig_end(&rig);
}

/* The index is a pipe that nobody writes to: whoever opens it hangs, as with a disk that does not
 * answer. */
static void
test_a_hung_disk_costs_packets_of_segments_and_no_time(void)
{
    Rig rig = rig_new(1);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);
    g_autofree char *index = g_build_filename(folder, SEGMENT_INDEX_FILE, NULL);
    int64_t slowest_us = 0;

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(mkfifo(index, 0600), ==, 0);
    start(&rig);
    while (figures_of(&rig).lost_packets == 0) {
        const MonoUs before_us = boot_us();

        send_frames(&rig, 25);
        slowest_us = MAX(slowest_us, boot_us() - before_us);
        g_assert_cmpuint(rig.sent->len, <, 64u << 20);
    }
    g_assert_cmpint(slowest_us, <, 2 * US_PER_SECOND); /* making the pictures takes most of it */
    g_assert_cmpuint(rig.sent->len, >, 2u << 20);
    g_assert_cmpint(figures_of(&rig).waiting_us, >, 0);
    const int fd = open(index, O_WRONLY | O_CLOEXEC); /* the disk answers again */

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(g_unlink(index), ==, 0);
    close(fd);
    settle(&rig);
    send_frames(&rig, 3 * FRAMES_6_S);
    stop(&rig);
    g_autoptr(GArray) entries = read_index(&rig, "one");
    unsigned holes = 0;

    for (guint i = 0; i < entries->len; i++)
        holes += g_array_index(entries, SegmentEntry, i).lost_packets > 0;
    g_assert_cmpuint(holes, ==, 1);
    g_assert_cmpuint(g_array_index(entries, SegmentEntry, entries->len - 1).lost_packets, ==, 0);
    rig_end(&rig);
}

static void
test_the_end_does_not_wait_for_a_hung_disk(void)
{
    Rig rig = rig_new(1);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);
    g_autofree char *index = g_build_filename(folder, SEGMENT_INDEX_FILE, NULL);

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(mkfifo(index, 0600), ==, 0);
    start(&rig);
    send_frames(&rig, 25);
    const MonoUs before_us = boot_us();

    stop(&rig);
    g_assert_cmpint(boot_us() - before_us, <, 4 * US_PER_SECOND);
    const int fd = open(index, O_WRONLY | O_CLOEXEC); /* lets the thread go */

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    rig_end(&rig);
}

static bool
write_map(const char *path, unsigned id)
{
    g_autofree char *text = g_strdup_printf("0 %u 1", id);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return good;
}

/* Lets this process, a child, mount what nobody else sees. Returns: whether it may */
static bool
may_mount(void)
{
    const unsigned user = geteuid();
    const bool root = user == 0;

    if (unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) != 0)
        return false;
    if (!root && !write_map("/proc/self/uid_map", user))
        return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* In a child with a file system of its own. Returns: exit status; SKIPPED without the right to */
static int
fill_a_disk(void)
{
    if (!may_mount())
        return SKIPPED;
    Rig rig = rig_new(1);
    int status = SKIPPED;

    if (mount("none", rig.folder, "tmpfs", 0, "size=6m") == 0) {
        g_autofree char *stuff = g_build_filename(rig.folder, "stuff", NULL);
        g_autofree char *bytes = g_malloc0(5u << 19);

        start(&rig);
        send_frames(&rig, 4 * FRAMES_6_S);
        settle(&rig);
        /* Others fill the rest: the ring gives way instead of failing. */
        g_assert_true(g_file_set_contents(stuff, bytes, 5 << 19, NULL));
        send_frames(&rig, 12 * FRAMES_6_S);
        settle(&rig);
        g_assert_cmpuint(figures_of(&rig).folder.deleted, >, 0);
        g_assert_cmpuint(figures_of(&rig).folder.written, >, 4);
        g_assert_cmpint(rig.now_us, >, 0);
        stop(&rig);
        g_autoptr(GArray) entries = read_index(&rig, "one");

        for (guint i = 0; i < entries->len; i++) {
            const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
            g_autoptr(GByteArray) segment = read_segment(&rig, "one", entry);

            g_assert_cmpuint(segment->len % TS_PACKET_SIZE, ==, 0);
        }
        status = 0;
        (void)umount(rig.folder);
    }
    rig_end(&rig);
    return status;
}

static int
exit_status_of(int (*run)(void))
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0)
        _exit(run());
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
test_a_full_disk_makes_the_ring_shorter(void)
{
    const int status = exit_status_of(fill_a_disk);

    if (status == SKIPPED)
        g_test_skip("no file system can be mounted here");
    else
        g_assert_cmpint(status, ==, 0);
}

static int
leave_no_reserve(void)
{
    if (!may_mount())
        return SKIPPED;
    Rig rig = rig_new(1);
    int status = SKIPPED;

    if (mount("none", rig.folder, "tmpfs", 0, "size=6m") == 0) {
        rig.reserve_bytes = 5 << 20;
        start(&rig);
        send_frames(&rig, 6 * FRAMES_6_S);
        settle(&rig);
        g_assert_cmpuint(bytes_on_disk(&rig, "one"), <=, 2 << 20);
        g_assert_cmpuint(figures_of(&rig).folder.deleted, >, 0);
        stop(&rig);
        status = 0;
        (void)umount(rig.folder);
    }
    rig_end(&rig);
    return status;
}

static void
test_the_reserve_of_the_disk_is_left_alone(void)
{
    const int status = exit_status_of(leave_no_reserve);

    if (status == SKIPPED)
        g_test_skip("no file system can be mounted here");
    else
        g_assert_cmpint(status, ==, 0);
}

static char *folder_of_child; /* lint: allow global, because a child inherits it */

static int
die_within_a_segment(void)
{
    Rig rig = rig_new(1);

    g_free(rig.folder);
    rig.folder = g_strdup(folder_of_child);
    start(&rig);
    send_frames(&rig, FRAMES_6_S + FRAMES_6_S / 2);
    settle(&rig);
    _exit(0); /* nothing is closed */
}

static void
test_what_a_killed_worker_left_is_completed(void)
{
    Rig rig = rig_new(1);

    folder_of_child = rig.folder;
    g_assert_cmpint(exit_status_of(die_within_a_segment), ==, 0);
    g_autofree char *folder = g_build_filename(rig.folder, "one", NULL);

    rig.now_us += 30 * US_PER_SECOND;
    start(&rig);
    send_frames(&rig, FRAMES_6_S);
    stop(&rig);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = NULL; (name = g_dir_read_name(dir)) != NULL;)
        g_assert_false(g_str_has_suffix(name, SEGMENT_PART_SUFFIX));
    g_autoptr(GArray) entries = read_index(&rig, "one");

    g_assert_cmpuint(entries->len, >=, 4);
    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);
        g_autoptr(GByteArray) segment = read_segment(&rig, "one", entry);

        g_assert_false(entry->open);
        g_assert_cmpint(entry->end_us, >=, entry->start_us);
    }
    rig_end(&rig);
}

static void
test_folders_of_channels_that_are_gone_go(void)
{
    Rig rig = rig_new(1);
    g_autofree char *gone = g_build_filename(rig.folder, "gone", NULL);
    g_autofree char *segment = g_build_filename(gone, "20260131T120000123Z.ts", NULL);

    g_assert_cmpint(g_mkdir(gone, 0700), ==, 0);
    g_assert_true(g_file_set_contents(segment, "x", 1, NULL));
    start(&rig);
    send_frames(&rig, 30);
    settle(&rig);
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    rig_end(&rig);
}

static void
test_a_pause_ends_the_segment(void)
{
    Rig rig = rig_new(1);

    start(&rig);
    send_frames(&rig, 50);
    rig.now_us += 60 * US_PER_SECOND;
    send_frames(&rig, 50);
    stop(&rig);
    g_autoptr(GArray) entries = read_index(&rig, "one");

    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);

        g_assert_cmpint(entry->end_us - entry->start_us, <, 10 * US_PER_SECOND);
    }
    rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/segments/they-are-the-input-without-null-packets",
                    test_segments_are_the_input_without_null_packets);
    g_test_add_func("/segments/they-begin-with-tables-and-a-key-frame",
                    test_segments_begin_with_tables_and_a_key_frame);
    g_test_add_func("/segments/a-channel-of-a-multiplex-gets-its-service-alone",
                    test_a_channel_of_a_multiplex_gets_its_service_alone);
    g_test_add_func("/segments/the-quota-is-kept-and-the-oldest-go",
                    test_the_quota_is_kept_and_the_oldest_go);
    g_test_add_func("/segments/the-length-is-kept", test_the_length_is_kept);
    g_test_add_func("/segments/a-hung-disk-costs-packets-of-segments-and-no-time",
                    test_a_hung_disk_costs_packets_of_segments_and_no_time);
    g_test_add_func("/segments/the-end-does-not-wait-for-a-hung-disk",
                    test_the_end_does_not_wait_for_a_hung_disk);
    g_test_add_func("/segments/a-full-disk-makes-the-ring-shorter",
                    test_a_full_disk_makes_the_ring_shorter);
    g_test_add_func("/segments/the-reserve-of-the-disk-is-left-alone",
                    test_the_reserve_of_the_disk_is_left_alone);
    g_test_add_func("/segments/what-a-killed-worker-left-is-completed",
                    test_what_a_killed_worker_left_is_completed);
    g_test_add_func("/segments/folders-of-channels-that-are-gone-go",
                    test_folders_of_channels_that_are_gone_go);
    g_test_add_func("/segments/a-pause-ends-the-segment", test_a_pause_ends_the_segment);
    return g_test_run();
}
