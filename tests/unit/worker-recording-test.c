/* Recorded worker streams: read to their end, however they end. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/workers/worker-recording.h"
#include "pipelines/base/error.h"

typedef struct {
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const int fd = g_file_open_tmp("recording-XXXXXX", &fixture->path, NULL);

    g_assert_true(g_close(fd, NULL));
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    g_free(fixture->path);
}

#define TWO_RECORDS                                                                                \
    "\x03\0\0\0\x10\x27\0\0\0\0\0\0abc"                                                            \
    "\x01\0\0\0\x11\x27\0\0\0\0\0\0z"

static WorkerRecording *
recording_of(Fixture *fixture, const char *bytes, size_t size)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(fixture->path, bytes, (gssize)size, NULL));
    WorkerRecording *recording = worker_recording_open(fixture->path, &error);

    g_assert_no_error(error);
    return recording;
}

static void
records_come_in_order_with_their_times(Fixture *fixture, gconstpointer data)
{
    g_autoptr(WorkerRecording) recording =
        recording_of(fixture, TWO_RECORDS, sizeof TWO_RECORDS - 1);
    g_autoptr(GError) error = NULL;
    g_auto(WorkerRecord) first = {0};
    g_auto(WorkerRecord) second = {0};
    g_auto(WorkerRecord) none = {0};

    g_assert_true(worker_recording_next(recording, &first, &error));
    g_assert_cmpint(first.at_us, ==, 10000);
    g_assert_cmpuint(g_bytes_get_size(first.datagram), ==, 3);
    g_assert_cmpint(memcmp(g_bytes_get_data(first.datagram, NULL), "abc", 3), ==, 0);
    g_assert_true(worker_recording_next(recording, &second, &error));
    g_assert_cmpint(second.at_us - first.at_us, ==, 1);
    g_assert_false(worker_recording_next(recording, &none, &error));
    g_assert_no_error(error);
}

static void
a_recording_cut_short_ends_without_an_error(Fixture *fixture, gconstpointer data)
{
    for (size_t cut = 15; cut < sizeof TWO_RECORDS - 1; cut++) {
        g_autoptr(WorkerRecording) recording = recording_of(fixture, TWO_RECORDS, cut);
        g_autoptr(GError) error = NULL;
        g_auto(WorkerRecord) first = {0};
        g_auto(WorkerRecord) none = {0};

        g_assert_true(worker_recording_next(recording, &first, &error));
        g_assert_false(worker_recording_next(recording, &none, &error));
        g_assert_no_error(error);
    }
}

static void
a_file_that_is_no_recording_is_named_with_the_byte(Fixture *fixture, gconstpointer data)
{
    static const char bytes[] = TWO_RECORDS "this is no record at all";
    g_autoptr(WorkerRecording) recording = recording_of(fixture, bytes, sizeof bytes - 1);
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < 2; i++) {
        g_auto(WorkerRecord) record = {0};

        g_assert_true(worker_recording_next(recording, &record, &error));
    }
    g_auto(WorkerRecord) none = {0};

    g_assert_false(worker_recording_next(recording, &none, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "no record at byte 28"));
}

static void
a_missing_recording_is_not_found(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(worker_recording_open("/nonexistent/recording", &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
}

static void
times_are_moved_and_never_before_the_boot(Fixture *fixture, gconstpointer data)
{
    FaultState state = {.fault = 1, .since_us = 5};
    ChannelReport channel = {.faults = &state, .n_faults = 1};
    Message report = {.kind = MESSAGE_REPORT,
                      .report = {.at_us = 100, .channels = &channel, .n_channels = 1}};

    message_shift_times(&report, -10);
    g_assert_cmpint(report.report.at_us, ==, 90);
    g_assert_cmpint(state.since_us, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/worker-recording/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(records_come_in_order_with_their_times);
    TEST(a_recording_cut_short_ends_without_an_error);
    TEST(a_file_that_is_no_recording_is_named_with_the_byte);
    TEST(a_missing_recording_is_not_found);
    TEST(times_are_moved_and_never_before_the_boot);
#undef TEST
    return g_test_run();
}
