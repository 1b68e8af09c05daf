/* What is read of a recording on a real disk. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/stores/segment-archive.h"

#define SECOND  US_PER_SECOND
#define NOON    (INT64_C(1795176000) * US_PER_SECOND) /* 2026-11-20 12:00 UTC */
#define PACKETS 10u

typedef struct {
    char *root;
    char *folder; /* of the channel */
} Fixture;

static void
write_segment(const Fixture *fixture, unsigned n)
{
    const SegmentEntry entry = {.start_wall_us = NOON + n * 6 * SECOND,
                                .end_wall_us = NOON + (n + 1) * 6 * SECOND,
                                .start_us = n * 6 * SECOND,
                                .end_us = (n + 1) * 6 * SECOND,
                                .packets = PACKETS,
                                .head_packets = 2,
                                .key = true};
    g_autofree char *index = g_build_filename(fixture->folder, SEGMENT_INDEX_FILE, NULL);
    g_autofree char *bytes = g_malloc(PACKETS * SEGMENT_PACKET_SIZE);
    char name[SEGMENT_NAME_BYTES], line[SEGMENT_LINE_BYTES];
    FILE *file = fopen(index, "ae");

    segment_name(entry.start_wall_us, name);
    segment_line(&entry, line);
    g_assert_nonnull(file);
    g_assert_cmpint(fputs(line, file), >=, 0);
    fclose(file);
    memset(bytes, (int)n + 1, PACKETS * SEGMENT_PACKET_SIZE);
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    g_assert_true(g_file_set_contents(path, bytes, PACKETS * SEGMENT_PACKET_SIZE, NULL));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->root = g_dir_make_tmp("gantry-archive-XXXXXX", NULL);
    fixture->folder = segment_archive_folder(fixture->root, "input", "channel");
    g_assert_cmpint(g_mkdir_with_parents(fixture->folder, 0700), ==, 0);
    for (unsigned i = 0; i < 5; i++)
        write_segment(fixture, i);
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
tear_down(Fixture *fixture, gconstpointer data)
{
    remove_tree(fixture->root);
    g_free(fixture->root);
    g_free(fixture->folder);
}

static void
test_ids_that_are_no_slugs_have_no_folder(Fixture *fixture, gconstpointer data)
{
    g_assert_null(segment_archive_folder(fixture->root, "..", "channel"));
    g_assert_null(segment_archive_folder(fixture->root, "input", "a/b"));
}

static void
test_a_clip_is_read_to_its_end(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    SegmentClipInfo info;
    uint8_t buffer[PACKETS * SEGMENT_PACKET_SIZE];
    SegmentClip *clip =
        segment_clip_open(fixture->folder, NOON + 7 * SECOND, NOON + 14 * SECOND, &info, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(info.bytes, ==, (2 * PACKETS - 2) * SEGMENT_PACKET_SIZE);
    g_assert_cmpint(info.from_us, ==, NOON + 6 * SECOND);
    g_assert_cmpint(segment_clip_read(clip, buffer, sizeof buffer), ==, (gssize)sizeof buffer);
    g_assert_cmpuint(buffer[0], ==, 2);
    g_assert_cmpint(segment_clip_read(clip, buffer, sizeof buffer), ==,
                    (gssize)((PACKETS - 2) * SEGMENT_PACKET_SIZE));
    g_assert_cmpuint(buffer[0], ==, 3);
    g_assert_cmpint(segment_clip_read(clip, buffer, sizeof buffer), ==, 0);
    segment_clip_close(clip);
}

static void
test_a_file_that_shrank_is_no_whole_clip(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->folder, "20261120T120006000Z.ts", NULL);
    SegmentClipInfo info;
    uint8_t buffer[PACKETS * SEGMENT_PACKET_SIZE];
    SegmentClip *clip =
        segment_clip_open(fixture->folder, NOON + 7 * SECOND, NOON + 8 * SECOND, &info, NULL);

    g_assert_nonnull(clip);
    g_assert_cmpint(truncate(path, SEGMENT_PACKET_SIZE), ==, 0);
    g_assert_cmpint(segment_clip_read(clip, buffer, sizeof buffer), ==, SEGMENT_PACKET_SIZE);
    g_assert_cmpint(segment_clip_read(clip, buffer, sizeof buffer), ==, -1);
    segment_clip_close(clip);
}

static void
test_all_bytes_are_counted(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpuint(segment_archive_bytes(fixture->root), >=,
                     (guint64)5 * PACKETS * SEGMENT_PACKET_SIZE);
    g_assert_cmpuint(segment_archive_bytes(fixture->root), <,
                     (guint64)5 * PACKETS * SEGMENT_PACKET_SIZE + 2000);
}

static void
recordings_of_removed_inputs_go_after_their_time(Fixture *fixture, gconstpointer data)
{
    static const char *const kept[] = {"other", NULL}, *const listed[] = {"input", NULL};
    g_autofree char *outside = g_build_filename(fixture->root, "..not-a-slug", NULL);
    const WallUs now_us = g_get_real_time();

    g_assert_true(g_file_set_contents(outside, "x", 1, NULL));
    g_assert_cmpuint(segment_archive_sweep(fixture->root, listed, 0, now_us + 10 * SECOND), ==, 0);
    g_assert_cmpuint(segment_archive_sweep(fixture->root, kept, 60 * SECOND, now_us), ==, 0);
    g_assert_true(g_file_test(fixture->folder, G_FILE_TEST_IS_DIR));
    g_assert_cmpuint(
        segment_archive_sweep(fixture->root, kept, 60 * SECOND, now_us + 3600 * SECOND), ==, 1);
    g_assert_false(g_file_test(fixture->folder, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(outside, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_unlink(outside), ==, 0);
}

#define ADD(path, test) g_test_add(path, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/segment-archive/recordings-of-removed-inputs-go",
        recordings_of_removed_inputs_go_after_their_time);
    ADD("/segment-archive/ids-that-are-no-slugs-have-no-folder",
        test_ids_that_are_no_slugs_have_no_folder);
    ADD("/segment-archive/a-clip-is-read-to-its-end", test_a_clip_is_read_to_its_end);
    ADD("/segment-archive/a-file-that-shrank-is-no-whole-clip",
        test_a_file_that_shrank_is_no_whole_clip);
    ADD("/segment-archive/all-bytes-are-counted", test_all_bytes_are_counted);
    return g_test_run();
}
