/* The worker as a whole: a process, a stream on loopback, and the other end of its socket. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pipelines/base/segment-index.h"
#include "tests/element/worker-rig.h"

static const WorkerRigOptions plain;

static void
assert_nothing_wrong(const ChannelReport *channel)
{
    g_autoptr(GString) active = g_string_new(NULL);

    for (size_t i = 0; i < channel->n_faults; i++)
        if (channel->faults[i].active)
            g_string_append_printf(active, "%s ", fault_info(channel->faults[i].fault)->name);
    g_assert_cmpstr(active->str, ==, "");
}

static void
test_a_stream_is_measured_in_all_its_parts(void)
{
    WorkerRig rig = worker_rig_new(&plain);
    g_autoptr(Message) thumbnail = worker_rig_wait_for(&rig, MESSAGE_THUMBNAIL);
    g_autoptr(Message) levels = worker_rig_wait_for(&rig, MESSAGE_LEVELS);
    g_autoptr(Message) first = worker_rig_wait_for(&rig, MESSAGE_REPORT);
    g_autoptr(Message) message = worker_rig_wait_for(&rig, MESSAGE_REPORT);
    const MessageReport *report = &message->report;
    const ChannelReport *channel = &report->channels[0];

    g_assert_cmpuint(thumbnail->thumbnail.width, ==, 320);
    g_assert_cmpfloat((double)levels->levels.peak_dbfs[0], >, -20.0);
    g_assert_cmpuint(report->n_channels, ==, 1);
    g_assert_cmpuint(channel->service_id, ==, TS_MAKER_SERVICE);
    g_assert_nonnull(strstr(channel->video, "352x288 25p"));
    g_assert_nonnull(strstr(channel->audio, "2.0"));
    g_assert_cmpfloat(worker_rig_metric(report->metrics, report->n_metrics, METRIC_OWN_DROPS), ==,
                      0.0);
    g_assert_cmpfloat(worker_rig_metric(channel->metrics, channel->n_metrics, METRIC_CC_ERRORS), ==,
                      0.0);
    g_assert_cmpfloat(worker_rig_metric(channel->metrics, channel->n_metrics, METRIC_BITRATE), >,
                      1e5);
    assert_nothing_wrong(channel);
    worker_rig_end(&rig);
}

static void
test_segments_are_kept_and_counted(void)
{
    const WorkerRigOptions options = {.segment_seconds = 600};
    WorkerRig rig = worker_rig_new(&options);
    const MonoUs end_us = worker_rig_now_us() + 120 * US_PER_SECOND;
    double written = 0, lost = -1, errors = -1;

    while (written < 2 && worker_rig_now_us() < end_us) {
        g_autoptr(Message) report = worker_rig_wait_for(&rig, MESSAGE_REPORT);

        written = worker_rig_channel_metric(report, METRIC_SEGMENTS_WRITTEN);
        lost = worker_rig_channel_metric(report, METRIC_SEGMENT_LOST);
        errors = worker_rig_channel_metric(report, METRIC_SEGMENT_ERRORS);
    }
    g_assert_cmpfloat(written, >=, 2);
    g_assert_cmpfloat(lost, ==, 0);
    g_assert_cmpfloat(errors, ==, 0);
    g_autofree char *index =
        g_build_filename(rig.folder, "segments", "in", "channel", "index", NULL);
    g_autofree char *text = NULL;
    SegmentEntry entries[8];
    gsize size = 0;

    g_assert_true(g_file_get_contents(index, &text, &size, NULL));
    const size_t n = segment_index_read(text, size, entries, G_N_ELEMENTS(entries));

    g_assert_cmpuint(n, >=, 2);
    g_assert_true(entries[1].key);
    worker_rig_end(&rig);
}

static void
test_a_stop_is_told_at_once_and_so_is_the_return(void)
{
    WorkerRig rig = worker_rig_new(&plain);

    (void)worker_rig_wait_for_edge(&rig, FAULT_NO_PACKETS, false);
    g_autoptr(Message) report = worker_rig_wait_for(&rig, MESSAGE_REPORT);
    worker_rig_set_sending(&rig, false);
    const MonoUs sent_us = rig.sent_us;
    const FaultState stop = worker_rig_wait_for_edge(&rig, FAULT_NO_PACKETS, true);
    const MonoUs told_us = worker_rig_now_us();

    g_test_message("told after %d ms", (int)((told_us - sent_us) / US_PER_MS));
    g_assert_cmpint(ABS(stop.since_us - sent_us), <, 100 * US_PER_MS);
    g_assert_cmpint(told_us - sent_us, <, 10 * US_PER_SECOND); /* 1.5, where nothing else runs */
    worker_rig_set_sending(&rig, true);
    const MonoUs back_us = worker_rig_now_us();
    const FaultState back = worker_rig_wait_for_edge(&rig, FAULT_NO_PACKETS, false);

    g_assert_cmpint(ABS(back.since_us - back_us), <,
                    3 * US_PER_SECOND); /* half, where nothing else runs */
    worker_rig_end(&rig);
}

static void
test_black_is_seen_by_the_next_key_frame(void)
{
    WorkerRig rig = worker_rig_new(&plain);

    (void)worker_rig_wait_for_edge(&rig, FAULT_PICTURE_BLACK, false);
    rig.paint = PAINT_BLACK;
    (void)worker_rig_wait_for_edge(&rig, FAULT_PICTURE_BLACK, true);
    rig.paint = PAINT_MOVING;
    (void)worker_rig_wait_for_edge(&rig, FAULT_PICTURE_BLACK, false);
    worker_rig_end(&rig);
}

static void
test_it_outlives_the_supervisor_and_says_hello_again(void)
{
    WorkerRig rig = worker_rig_new(&plain);
    g_autoptr(Message) before = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    close(rig.peer);
    rig.peer = -1;
    g_autoptr(Message) hello = worker_rig_wait_for(&rig, MESSAGE_HELLO);
    g_autoptr(Message) after = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    g_assert_cmpstr(hello->hello.input_id, ==, "in");
    g_assert_cmpfloat(
        worker_rig_metric(after->report.metrics, after->report.n_metrics, METRIC_PACKETS), >=,
        worker_rig_metric(before->report.metrics, before->report.n_metrics, METRIC_PACKETS));
    worker_rig_end(&rig);
}

static void
test_the_kept_configuration_serves_when_nobody_answers(void)
{
    WorkerRig rig = worker_rig_new(&plain);
    g_autoptr(Message) before = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    g_subprocess_force_exit(rig.worker);
    (void)g_subprocess_wait(rig.worker, NULL, NULL);
    g_object_unref(rig.worker);
    close(rig.peer);
    rig.peer = -1;
    rig.worker = worker_rig_start_worker(&rig);
    g_autoptr(Message) hello = worker_rig_wait_for(&rig, MESSAGE_HELLO);
    g_autoptr(Message) report = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    g_assert_cmpstr(report->report.channels[0].channel_id, ==, "channel");
    worker_rig_end(&rig);
}

static void
test_it_stops_with_a_bye_and_a_second_one_is_refused(void)
{
    WorkerRig rig = worker_rig_new(&plain);
    g_autoptr(GSubprocess) second = worker_rig_start_worker(&rig);

    g_assert_true(g_subprocess_wait(second, NULL, NULL));
    g_assert_cmpint(g_subprocess_get_exit_status(second), ==, 3);
    g_subprocess_send_signal(rig.worker, SIGTERM);
    g_autoptr(Message) bye = worker_rig_wait_for(&rig, MESSAGE_BYE);

    g_assert_nonnull(bye);
    g_assert_true(g_subprocess_wait_check(rig.worker, NULL, NULL));
    worker_rig_end(&rig);
}

static const WorkerRigOptions two_services = {.n_services = 2};
static const WorkerRigOptions ten_services = {.n_services = 10};

/* One report of each part, read after the first two seconds. */
static void
collect(WorkerRig *rig, Message *ret_parts[REPORT_PARTS_MAX])
{
    for (int left = 6; left > 0; left--) {
        Message *message = worker_rig_wait_for(rig, MESSAGE_REPORT);

        g_assert_nonnull(message);
        message_free(ret_parts[message->report.part]);
        ret_parts[message->report.part] = message;
    }
}

static void
test_each_service_of_a_multiplex_is_a_channel_of_its_own(void)
{
    WorkerRig rig = worker_rig_new(&ten_services);
    Message *parts[REPORT_PARTS_MAX] = {NULL};
    size_t n_channels = 0;
    double packets = 0;

    rig.others = PAINT_MOVING;
    collect(&rig, parts);
    for (size_t part = 0; part < 2; part++) {
        const MessageReport *report = &parts[part]->report;

        for (size_t i = 0; i < report->n_channels; i++, n_channels++) {
            const ChannelReport *channel = &report->channels[i];

            g_assert_cmpuint(channel->service_id, ==, TS_MAKER_SERVICE + n_channels);
            g_assert_cmpuint(channel->n_pids, ==, 3);
            g_assert_nonnull(strstr(channel->video, "352x288"));
            packets += (double)channel->pids[1].packets;
            assert_nothing_wrong(channel);
        }
    }
    g_assert_cmpuint(n_channels, ==, 10);
    g_assert_cmpuint(parts[0]->report.n_metrics, >, 0);
    g_assert_cmpuint(parts[1]->report.n_metrics, ==, 0);
    /* Analysed once: the input's count holds each service's packets one time. */
    g_assert_cmpfloat(
        worker_rig_metric(parts[0]->report.metrics, parts[0]->report.n_metrics, METRIC_PACKETS), <,
        2.0 * packets);
    for (size_t part = 0; part < REPORT_PARTS_MAX; part++)
        message_free(parts[part]);
    worker_rig_end(&rig);
}

static void
test_a_fault_of_one_service_is_not_one_of_its_neighbour(void)
{
    WorkerRig rig = worker_rig_new(&two_services);

    rig.others = PAINT_MOVING;
    (void)worker_rig_wait_for_edge_of(&rig, "channel-1", FAULT_PICTURE_BLACK, false);
    rig.others = PAINT_BLACK;
    (void)worker_rig_wait_for_edge_of(&rig, "channel-1", FAULT_PICTURE_BLACK, true);
    g_autoptr(Message) message = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    assert_nothing_wrong(&message->report.channels[0]);
    worker_rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/a-stream-is-measured-in-all-its-parts",
                    test_a_stream_is_measured_in_all_its_parts);
    g_test_add_func("/worker/segments-are-kept-and-counted", test_segments_are_kept_and_counted);
    g_test_add_func("/worker/a-stop-is-told-at-once-and-so-is-the-return",
                    test_a_stop_is_told_at_once_and_so_is_the_return);
    g_test_add_func("/worker/black-is-seen-by-the-next-key-frame",
                    test_black_is_seen_by_the_next_key_frame);
    g_test_add_func("/worker/it-outlives-the-supervisor-and-says-hello-again",
                    test_it_outlives_the_supervisor_and_says_hello_again);
    g_test_add_func("/worker/the-kept-configuration-serves-when-nobody-answers",
                    test_the_kept_configuration_serves_when_nobody_answers);
    g_test_add_func("/worker/it-stops-with-a-bye-and-a-second-one-is-refused",
                    test_it_stops_with_a_bye_and_a_second_one_is_refused);
    g_test_add_func("/worker/each-service-of-a-multiplex-is-a-channel-of-its-own",
                    test_each_service_of_a_multiplex_is_a_channel_of_its_own);
    g_test_add_func("/worker/a-fault-of-one-service-is-not-one-of-its-neighbour",
                    test_a_fault_of_one_service_is_not_one_of_its_neighbour);
    return g_test_run();
}
