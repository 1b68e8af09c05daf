/* The archive on a real disk: where pictures stand, what the quota deletes, what a full disk does.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/stores/store-thread.h"
#include "appliance/stores/thumbnail-archive.h"
#include "tests/services/private-servers.h"

#define WAIT_US (60 * US_PER_SECOND)
#define MINUTE  (60 * US_PER_SECOND)
#define NOON    (INT64_C(1795176000) * US_PER_SECOND) /* 2026-11-20 12:00 UTC */

typedef struct {
    char *folder;
    ThumbnailArchive *archive;
    GBytes *jpeg; /* 1,000 bytes */
    gint written; /* rows; atomic */
    gint dropped; /* hours; atomic */
    uint64_t wanted;
} Fixture;

static void
take_row(const ThumbnailRow *row, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_atomic_int_inc(row->dropped ? &fixture->dropped : &fixture->written);
}

static void
start(Fixture *fixture, uint64_t quota_bytes, uint64_t reserve_bytes)
{
    const ThumbnailArchiveSettings settings = {
        .folder = fixture->folder, .quota_bytes = quota_bytes, .reserve_bytes = reserve_bytes};

    fixture->archive = thumbnail_archive_new(&settings, take_row, fixture);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-archive-XXXXXX", NULL);
    fixture->jpeg = g_bytes_new_take(g_malloc0(1000), 1000);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    thumbnail_archive_stop(fixture->archive, WAIT_US);
    remove_folder(fixture->folder);
    g_bytes_unref(fixture->jpeg);
    g_free(fixture->folder);
}

static bool
has_written(gpointer user_data)
{
    Fixture *fixture = user_data;
    ThumbnailArchiveStatus status;

    thumbnail_archive_get_status(fixture->archive, &status);
    return status.written + status.dropped >= fixture->wanted;
}

static void
wait_written(Fixture *fixture, uint64_t wanted)
{
    fixture->wanted = wanted;
    g_assert_true(wait_until(has_written, fixture, WAIT_US));
}

static bool
is_file(Fixture *fixture, const char *below)
{
    g_autofree char *path = g_build_filename(fixture->folder, below, NULL);

    return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static void
a_picture_a_minute_stands_under_its_hour(Fixture *fixture, gconstpointer unused)
{
    start(fixture, 0, 1);
    thumbnail_archive_add(fixture->archive, "ard", NOON + 123 * US_PER_MS, PTS90_MODULUS,
                          fixture->jpeg);
    thumbnail_archive_add(fixture->archive, "ard", NOON + MINUTE / 2, PTS90_MODULUS,
                          fixture->jpeg); /* too soon */
    thumbnail_archive_add(fixture->archive, "zdf", NOON + MINUTE / 2, PTS90_MODULUS, fixture->jpeg);
    thumbnail_archive_add(fixture->archive, "ard", NOON + 61 * MINUTE, PTS90_MODULUS,
                          fixture->jpeg);
    wait_written(fixture, 3);
    g_assert_true(is_file(fixture, "ard/2026112012/0000123.jpg"));
    g_assert_true(is_file(fixture, "zdf/2026112012/0030000.jpg"));
    g_assert_true(is_file(fixture, "ard/2026112013/0100000.jpg"));
    g_assert_false(is_file(fixture, "ard/2026112012/0030000.jpg"));
    g_assert_cmpint(g_atomic_int_get(&fixture->written), ==, 3);
}

static void
pictures_are_found_by_time_with_their_pts(Fixture *fixture, gconstpointer unused)
{
    PictureHistory history;
    PastPicture found = {0};
    GStatBuf info;

    start(fixture, 0, 1);
    for (unsigned i = 0; i < 90; i++)
        thumbnail_archive_add(fixture->archive, "ard", NOON + i * MINUTE + 7 * US_PER_MS,
                              90000u * i, fixture->jpeg);
    thumbnail_archive_add(fixture->archive, "zdf", NOON, PTS90_MODULUS, fixture->jpeg);
    wait_written(fixture, 91);
    g_assert_true(is_file(fixture, "ard/2026112012/0100007-90000.jpg"));
    g_autofree char *alien = g_build_filename(fixture->folder, "ard/2026112013/notes.txt", NULL);

    g_assert_true(g_file_set_contents(alien, "not ours", -1, NULL));
    g_assert_cmpint(g_stat(alien, &info), ==, 0);
    thumbnail_archive_get_history(fixture->archive, &history);
    g_autoptr(GArray) hour =
        history.list(history.self, "ard", NOON + 50 * MINUTE, NOON + 70 * MINUTE, 100);
    g_autoptr(GArray) two = history.list(history.self, "ard", 0, NOON + 300 * MINUTE, 2);
    g_autoptr(GArray) none = history.list(history.self, "nobody", 0, NOON + 300 * MINUTE, 9);

    g_assert_cmpuint(hour->len, ==, 20);
    g_assert_cmpint(g_array_index(hour, PastPicture, 0).captured_us, ==,
                    NOON + 69 * MINUTE + 7 * US_PER_MS);
    g_assert_cmpuint(g_array_index(hour, PastPicture, 19).pts, ==, 50 * 90000);
    g_assert_cmpuint(g_array_index(hour, PastPicture, 19).bytes, ==, 1000);
    g_assert_cmpuint(two->len, ==, 2);
    g_assert_cmpuint(g_array_index(two, PastPicture, 1).pts, ==, 88 * 90000);
    g_assert_cmpuint(none->len, ==, 0);
    g_autoptr(GBytes) jpeg =
        history.read(history.self, "ard", NOON + 3 * MINUTE + 7 * US_PER_MS, &found);

    g_assert_cmpuint(g_bytes_get_size(jpeg), ==, 1000);
    g_assert_cmpuint(found.pts, ==, 3 * 90000);
    g_assert_null(history.read(history.self, "ard", NOON + 3 * MINUTE, &found));
    g_autoptr(GBytes) without = history.read(history.self, "zdf", NOON, &found);

    g_assert_nonnull(without);
    g_assert_cmpuint(found.pts, ==, PTS90_MODULUS);
}

static void
the_oldest_hours_go_when_the_quota_is_full(Fixture *fixture, gconstpointer unused)
{
    ThumbnailArchiveStatus status;

    start(fixture, 5000, 1);
    for (unsigned hour = 0; hour < 8; hour++)
        thumbnail_archive_add(fixture->archive, "ard", NOON + hour * 60 * MINUTE, PTS90_MODULUS,
                              fixture->jpeg);
    wait_written(fixture, 8);
    thumbnail_archive_get_status(fixture->archive, &status);
    g_assert_cmpuint(status.stored_bytes, ==, 5000);
    g_assert_cmpint(g_atomic_int_get(&fixture->dropped), ==, 3);
    g_assert_false(is_file(fixture, "ard/2026112014/0000000.jpg"));
    g_assert_true(is_file(fixture, "ard/2026112015/0000000.jpg"));
    /* A new start weighs what is there. */
    thumbnail_archive_stop(fixture->archive, WAIT_US);
    start(fixture, 5000, 1);
    thumbnail_archive_add(fixture->archive, "ard", NOON + 480 * MINUTE, PTS90_MODULUS,
                          fixture->jpeg);
    wait_written(fixture, 1);
    g_assert_false(is_file(fixture, "ard/2026112015/0000000.jpg"));
    g_assert_true(is_file(fixture, "ard/2026112016/0000000.jpg"));
}

static void
a_disk_that_is_nearly_full_keeps_its_reserve(Fixture *fixture, gconstpointer unused)
{
    ThumbnailArchiveStatus status;

    start(fixture, 0, G_MAXINT64);
    thumbnail_archive_add(fixture->archive, "ard", NOON, PTS90_MODULUS, fixture->jpeg);
    wait_written(fixture, 1);
    thumbnail_archive_get_status(fixture->archive, &status);
    g_assert_cmpstr(status.state, ==, "down");
    g_assert_cmpuint(status.written, ==, 0);
    g_assert_cmpuint(status.dropped, ==, 1);
}

static void
a_folder_that_cannot_be_written_is_said_so(Fixture *fixture, gconstpointer unused)
{
    ThumbnailArchiveStatus status;
    g_autofree char *file = g_build_filename(fixture->folder, "ard", NULL);

    g_assert_true(g_file_set_contents(file, "in the way", -1, NULL));
    start(fixture, 0, 1);
    thumbnail_archive_add(fixture->archive, "ard", NOON, PTS90_MODULUS, fixture->jpeg);
    wait_written(fixture, 1);
    thumbnail_archive_get_status(fixture->archive, &status);
    g_assert_cmpstr(status.state, ==, "failing");
    thumbnail_archive_add(fixture->archive, "zdf", NOON, PTS90_MODULUS, fixture->jpeg);
    wait_written(fixture, 2);
    thumbnail_archive_get_status(fixture->archive, &status);
    g_assert_cmpstr(status.state, ==, "ok");
}

#define ADD(path, function)                                                                        \
    g_test_add("/thumbnail-archive/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("a-picture-a-minute-stands-under-its-hour", a_picture_a_minute_stands_under_its_hour);
    ADD("pictures-are-found-by-time-with-their-pts", pictures_are_found_by_time_with_their_pts);
    ADD("the-oldest-hours-go-when-the-quota-is-full", the_oldest_hours_go_when_the_quota_is_full);
    ADD("a-disk-that-is-nearly-full-keeps-its-reserve",
        a_disk_that_is_nearly_full_keeps_its_reserve);
    ADD("a-folder-that-cannot-be-written-is-said-so", a_folder_that_cannot_be_written_is_said_so);
    return g_test_run();
}
