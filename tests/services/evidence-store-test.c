/* Evidence on a real disk: what stands where, what gives way, what a crash, a full disk and a
 * hostile ring of segments do. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/stores/evidence-file.h"
#include "appliance/stores/evidence-store.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/segment-index.h"
#include "tests/services/private-servers.h"

#define WAIT_US (60 * US_PER_SECOND) /* each record is synced to a disk that may be busy */
#define S       US_PER_SECOND
#define NOON    (INT64_C(1700000000) * S) /* a time long past */

typedef struct {
    char *folder;   /* of all below */
    char *evidence; /* folder */
    char *segments; /* folder */
    char *ring;     /* SEGMENTS/in/one */
    EvidenceStore *store;
    EvidenceReader reader;
    GString *index; /* of the ring */
    uint64_t wanted;
} Fixture;

static void
start(Fixture *fixture, EvidenceStoreSettings settings)
{
    settings.folder = fixture->evidence;
    settings.segments = fixture->segments;
    settings.reserve_bytes = settings.reserve_bytes != 0 ? settings.reserve_bytes : 1;
    fixture->store = evidence_store_new(&settings);
    evidence_store_get_reader(fixture->store, &fixture->reader);
}

static void
stop(Fixture *fixture)
{
    evidence_store_stop(g_steal_pointer(&fixture->store), WAIT_US);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-evidence-XXXXXX", NULL);
    fixture->evidence = g_build_filename(fixture->folder, "evidence", NULL);
    fixture->segments = g_build_filename(fixture->folder, "segments", NULL);
    fixture->ring = g_build_filename(fixture->segments, "in", "one", NULL);
    fixture->index = g_string_new(NULL);
    g_assert_cmpint(g_mkdir_with_parents(fixture->ring, 0700), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    stop(fixture);
    remove_folder(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->evidence);
    g_free(fixture->segments);
    g_free(fixture->ring);
    g_string_free(fixture->index, TRUE);
}

static EvidenceStoreStatus
status_of(Fixture *fixture)
{
    EvidenceStoreStatus status;

    evidence_store_get_status(fixture->store, &status);
    return status;
}

static bool
has_taken(gpointer user_data)
{
    Fixture *fixture = user_data;
    const EvidenceStoreStatus status = status_of(fixture);

    return status.written + status.dropped >= fixture->wanted;
}

static void
wait_taken(Fixture *fixture, uint64_t wanted)
{
    fixture->wanted = wanted;
    g_assert_true(wait_until(has_taken, fixture, WAIT_US));
}

static void
put_picture(EvidenceRecord *record, EvidencePlace place, char fill)
{
    char *bytes = g_malloc(3000);

    memset(bytes, fill, 3000);
    g_clear_pointer(&record->pictures[place].jpeg, g_bytes_unref);
    record->pictures[place].jpeg = g_bytes_new_take(bytes, 3000);
    record->pictures[place].there = true;
}

static EvidenceRecord *
record_of(const char *alarm_id, WallUs since_us)
{
    EvidenceRecord *record = evidence_record_new(alarm_id);

    record->fault = FAULT_PICTURE_BLACK;
    record->since_us = since_us;
    record->clip.from_us = since_us - 30 * S;
    record->clip.to_us = since_us + 30 * S;
    evidence_set(&record->channel_id, "one");
    evidence_set(&record->input_id, "in");
    put_picture(record, EVIDENCE_BEFORE, 'b');
    return record;
}

static char
first_byte(Fixture *fixture, const char *alarm_id, EvidencePlace place)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) jpeg = fixture->reader.picture(fixture->store, alarm_id, place, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(jpeg), ==, 3000);
    return *(const char *)g_bytes_get_data(jpeg, NULL);
}

static EvidenceRecord *
read_of(Fixture *fixture, const char *alarm_id)
{
    g_autoptr(GError) error = NULL;
    EvidenceRecord *record = fixture->reader.read(fixture->store, alarm_id, &error);

    g_assert_no_error(error);
    return record;
}

/* ---- Records ---- */

static void
a_record_grows_until_it_is_complete(Fixture *fixture, gconstpointer unused)
{
    EvidenceRecord *grown = record_of("a-1", NOON);
    g_autoptr(GError) error = NULL;

    start(fixture, (EvidenceStoreSettings){0});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    g_assert_true(evidence_store_has(fixture->store, "a-1"));
    wait_taken(fixture, 1);
    g_assert_cmpint(first_byte(fixture, "a-1", EVIDENCE_BEFORE), ==, 'b');
    g_assert_null(fixture->reader.picture(fixture->store, "a-1", EVIDENCE_AT, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    put_picture(grown, EVIDENCE_BEFORE, 'x'); /* what was chosen stays */
    put_picture(grown, EVIDENCE_AT, 'a');
    grown->complete = true;
    g_assert_true(evidence_store_put(fixture->store, grown));
    wait_taken(fixture, 2);
    g_autoptr(EvidenceRecord) record = read_of(fixture, "a-1");

    g_assert_true(record->complete);
    g_assert_cmpint(first_byte(fixture, "a-1", EVIDENCE_BEFORE), ==, 'b');
    g_assert_cmpint(first_byte(fixture, "a-1", EVIDENCE_AT), ==, 'a');
    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_NONE);
    g_assert_cmpuint(status_of(fixture).alarms, ==, 1);
}

static void
nobody_reads_what_is_no_alarm(Fixture *fixture, gconstpointer unused)
{
    static const char *const ids[] = {"a-2", "..", "../a-1", "", "A"};

    start(fixture, (EvidenceStoreSettings){0});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    wait_taken(fixture, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(fixture->reader.read(fixture->store, ids[i], &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    }
}

static void
the_oldest_give_way_by_number_and_by_bytes(Fixture *fixture, gconstpointer unused)
{
    start(fixture, (EvidenceStoreSettings){.max_alarms = 3});
    for (int i = 0; i < 5; i++) {
        g_autofree char *id = g_strdup_printf("a-%d", i);

        g_assert_true(evidence_store_put(fixture->store, record_of(id, NOON + i * S)));
    }
    wait_taken(fixture, 5);
    g_assert_false(evidence_store_has(fixture->store, "a-1"));
    g_assert_true(evidence_store_has(fixture->store, "a-2"));
    g_assert_cmpuint(status_of(fixture).alarms, ==, 3);
    g_assert_cmpuint(status_of(fixture).deleted, ==, 2);
    const uint64_t bytes = status_of(fixture).stored_bytes;

    g_assert_cmpuint(bytes, >=, 3 * 3000);
    stop(fixture);
    start(fixture, (EvidenceStoreSettings){.quota_bytes = bytes});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-9", NOON + 9 * S)));
    wait_taken(fixture, 1);
    g_assert_false(evidence_store_has(fixture->store, "a-2"));
    g_assert_true(evidence_store_has(fixture->store, "a-3"));
    g_assert_true(evidence_store_has(fixture->store, "a-9"));
    g_assert_cmpuint(status_of(fixture).stored_bytes, <=, bytes);
}

static void
a_restart_finds_what_is_whole_and_removes_what_is_not(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *torn = g_build_filename(fixture->evidence, "torn", NULL);
    g_autofree char *picture = g_build_filename(torn, "before.jpg", NULL);
    g_autofree char *other = g_build_filename(fixture->evidence, "Not Ours", NULL);

    start(fixture, (EvidenceStoreSettings){0});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    wait_taken(fixture, 1);
    stop(fixture);
    g_assert_cmpint(g_mkdir(torn, 0700), ==, 0);
    g_assert_true(g_file_set_contents(picture, "jpeg", -1, NULL));
    g_assert_cmpint(g_mkdir(other, 0700), ==, 0);
    start(fixture, (EvidenceStoreSettings){0});
    /* It was left pending and its time is over: it is finished, and says what is missing. */
    wait_taken(fixture, 1);
    g_autoptr(EvidenceRecord) record = read_of(fixture, "a-1");

    g_assert_true(record->complete);
    g_assert_cmpstr(record->pictures[EVIDENCE_BEFORE].reason, ==, "");
    g_assert_cmpstr(record->pictures[EVIDENCE_AFTER].reason, ==,
                    "gantryd ended before it was taken");
    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_NONE);
    g_assert_false(g_file_test(torn, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(other, G_FILE_TEST_IS_DIR));
}

static void
a_full_disk_loses_evidence_and_says_so(Fixture *fixture, gconstpointer unused)
{
    start(fixture, (EvidenceStoreSettings){.reserve_bytes = G_MAXINT64});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    wait_taken(fixture, 1);
    g_assert_cmpstr(status_of(fixture).state, ==, "down");
    g_assert_cmpuint(status_of(fixture).dropped, ==, 1);
    g_assert_false(evidence_store_has(fixture->store, "a-1"));
}

static void
a_disk_that_fills_up_loses_new_evidence_only(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *filler = g_build_filename(fixture->evidence, "Filler", NULL);
    g_autofree char *much = g_malloc0(2 << 20);

    g_assert_cmpint(g_mkdir(fixture->evidence, 0700), ==, 0);
    if (mount("none", fixture->evidence, "tmpfs", 0, "size=1m") != 0) {
        g_test_skip("needs root to mount a small tmpfs");
        return;
    }
    start(fixture, (EvidenceStoreSettings){0});
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    wait_taken(fixture, 1);
    const int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    for (size_t size = 2 << 20; size > 0; size /= 2)
        while (write(fd, much, size) > 0)
            continue;
    close(fd);
    g_assert_true(evidence_store_put(fixture->store, record_of("a-2", NOON + S)));
    wait_taken(fixture, 2);
    g_assert_cmpuint(status_of(fixture).dropped, ==, 1);
    g_assert_cmpstr(status_of(fixture).state, !=, "ok");
    g_assert_false(evidence_store_has(fixture->store, "a-2"));
    g_assert_cmpint(first_byte(fixture, "a-1", EVIDENCE_BEFORE), ==, 'b');
    g_assert_cmpint(g_unlink(filler), ==, 0);
    g_assert_true(evidence_store_put(fixture->store, record_of("a-3", NOON + 2 * S)));
    wait_taken(fixture, 3);
    g_assert_cmpstr(status_of(fixture).state, ==, "ok");
    stop(fixture);
    g_assert_cmpint(umount(fixture->evidence), ==, 0);
}

static void
a_disk_that_hangs_holds_up_nobody(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *hanging = g_build_filename(fixture->evidence, "hanging", NULL);
    g_autofree char *pipe = g_build_filename(hanging, EVIDENCE_FILE, NULL);
    unsigned taken = 0;

    g_assert_cmpint(g_mkdir_with_parents(hanging, 0700), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    start(fixture, (EvidenceStoreSettings){0});
    const MonoUs before_us = boot_now_us();

    for (unsigned i = 0; i < EVIDENCE_STORE_MAX_QUEUED + 10; i++) {
        g_autofree char *id = g_strdup_printf("a-%u", i);

        taken += evidence_store_put(fixture->store, record_of(id, NOON));
    }
    /* A later record of an alarm that waits takes its place. */
    g_assert_true(evidence_store_put(fixture->store, record_of("a-1", NOON)));
    g_assert_cmpint(boot_now_us() - before_us, <, S);
    g_assert_cmpuint(taken, ==, EVIDENCE_STORE_MAX_QUEUED);
    g_assert_cmpuint(status_of(fixture).dropped, ==, 10);
    g_assert_cmpstr(status_of(fixture).state, ==, "behind");
    g_assert_false(evidence_store_has(fixture->store, "a-260"));
    const int fd = open(pipe, O_WRONLY | O_CLOEXEC); /* lets the thread go */

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    wait_taken(fixture, EVIDENCE_STORE_MAX_QUEUED + 10);
    g_assert_cmpstr(status_of(fixture).state, ==, "ok");
}

/* ---- Clips ---- */

/* A segment of the ring from @from_s to @to_s, against noon. */
static void
add_segment(Fixture *fixture, int from_s, int to_s, uint64_t lost, bool open)
{
    const SegmentEntry entry = {.start_wall_us = NOON + from_s * S,
                                .end_wall_us = NOON + to_s * S,
                                .packets = 10,
                                .head_packets = 2,
                                .lost_packets = lost,
                                .key = true,
                                .open = open};
    char name[SEGMENT_NAME_BYTES], line[SEGMENT_LINE_BYTES];
    char packets[10 * SEGMENT_PACKET_SIZE] = {0};

    segment_name(entry.start_wall_us, name);
    (void)segment_line(&entry, line);
    g_string_append(fixture->index, line);
    g_autofree char *path = g_build_filename(fixture->ring, name, NULL);
    g_autofree char *index = g_build_filename(fixture->ring, SEGMENT_INDEX_FILE, NULL);

    g_assert_true(g_file_set_contents(path, packets, sizeof packets, NULL));
    g_assert_true(g_file_set_contents(index, fixture->index->str, -1, NULL));
}

static EvidenceRecord *
finish(Fixture *fixture)
{
    EvidenceRecord *record = record_of("a-1", NOON);

    record->complete = true;
    start(fixture, (EvidenceStoreSettings){0});
    g_assert_true(evidence_store_put(fixture->store, record));
    wait_taken(fixture, 1);
    return read_of(fixture, "a-1");
}

/* Bytes of the clip as it is served. */
static uint64_t
read_clip(Fixture *fixture, const char *alarm_id)
{
    const SegmentReader *clips = &fixture->reader.clips;
    const SegmentQuery query = {alarm_id, EVIDENCE_CLIP_FOLDER, 0, INT64_MAX};
    SegmentClipInfo info;
    g_autoptr(GError) error = NULL;
    SegmentClip *clip = clips->open(clips->self, &query, &info, &error);
    char buffer[4096];
    uint64_t size = 0;

    g_assert_no_error(error);
    for (gssize n = 0; (n = clips->read(clip, buffer, sizeof buffer)) > 0;)
        size += (uint64_t)n;
    clips->close(clip);
    return size;
}

static void
a_clip_outlives_the_ring_without_taking_room_twice(Fixture *fixture, gconstpointer unused)
{
    for (int at_s = -60; at_s < 60; at_s += 6)
        add_segment(fixture, at_s, at_s + 6, 0, false);
    g_autoptr(EvidenceRecord) record = finish(fixture);
    char name[SEGMENT_NAME_BYTES];

    segment_name(NOON, name);
    g_autofree char *mine = g_build_filename(fixture->evidence, "a-1", "clip", name, NULL);
    g_autofree char *theirs = g_build_filename(fixture->ring, name, NULL);
    struct stat about;

    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_READY);
    g_assert_cmpstr(record->clip.text, ==, "");
    /* 12 segments from -36 to +36, whose edges touch; what is repeated in front is left out. */
    g_assert_cmpuint(record->clip.bytes, ==, (10 + 11 * 8) * SEGMENT_PACKET_SIZE);
    g_assert_cmpuint(read_clip(fixture, "a-1"), ==, record->clip.bytes);
    g_assert_cmpint(stat(mine, &about), ==, 0);
    g_assert_cmpuint(about.st_nlink, ==, 2);
    g_assert_cmpint(g_unlink(theirs), ==, 0);
    g_assert_true(g_file_test(mine, G_FILE_TEST_EXISTS));
}

static void
what_a_clip_lacks_is_told(Fixture *fixture, gconstpointer unused)
{
    add_segment(fixture, -20, -10, 0, false);
    add_segment(fixture, -10, 0, 7, false);
    add_segment(fixture, 10, 20, 0, false);
    add_segment(fixture, 20, 30, 0, true);
    g_autoptr(EvidenceRecord) record = finish(fixture);

    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_PARTLY);
    g_assert_cmpstr(record->clip.text, ==,
                    "It begins 10.0 s late; the disk did not take some packets; "
                    "10.0 s are missing inside; it ends 10.0 s early");
    g_assert_cmpuint(read_clip(fixture, "a-1"), ==, record->clip.bytes);
}

static void
nothing_but_plain_files_is_taken_from_the_ring(Fixture *fixture, gconstpointer unused)
{
    char name[SEGMENT_NAME_BYTES];

    for (int at_s = -30; at_s < 30; at_s += 10)
        add_segment(fixture, at_s, at_s + 10, 0, false);
    segment_name(NOON - 30 * S, name);
    g_autofree char *linked = g_build_filename(fixture->ring, name, NULL);

    segment_name(NOON - 20 * S, name);
    g_autofree char *piped = g_build_filename(fixture->ring, name, NULL);

    g_assert_cmpint(g_unlink(linked), ==, 0);
    g_assert_cmpint(symlink("/etc/passwd", linked), ==, 0);
    g_assert_cmpint(g_unlink(piped), ==, 0);
    g_assert_cmpint(mkfifo(piped, 0600), ==, 0);
    g_autoptr(EvidenceRecord) record = finish(fixture);

    g_assert_cmpuint(record->clip.bytes, ==, (10 + 3 * 8) * SEGMENT_PACKET_SIZE);
    g_assert_cmpstr(record->clip.text, ==, "It begins 20.0 s late");
}

static void
a_ring_that_is_a_link_is_none(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *elsewhere = g_build_filename(fixture->folder, "elsewhere", NULL);

    add_segment(fixture, -30, 30, 0, false);
    g_assert_cmpint(g_rename(fixture->ring, elsewhere), ==, 0);
    g_assert_cmpint(symlink(elsewhere, fixture->ring), ==, 0);
    g_autoptr(EvidenceRecord) record = finish(fixture);

    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_NONE);
    g_assert_cmpuint(record->clip.bytes, ==, 0);
}

#define ADD(function)                                                                              \
    g_test_add("/evidence-store/" #function, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_record_grows_until_it_is_complete);
    ADD(nobody_reads_what_is_no_alarm);
    ADD(the_oldest_give_way_by_number_and_by_bytes);
    ADD(a_restart_finds_what_is_whole_and_removes_what_is_not);
    ADD(a_full_disk_loses_evidence_and_says_so);
    ADD(a_disk_that_fills_up_loses_new_evidence_only);
    ADD(a_disk_that_hangs_holds_up_nobody);
    ADD(a_clip_outlives_the_ring_without_taking_room_twice);
    ADD(what_a_clip_lacks_is_told);
    ADD(nothing_but_plain_files_is_taken_from_the_ring);
    ADD(a_ring_that_is_a_link_is_none);
    return g_test_run();
}
