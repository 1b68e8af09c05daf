/* Loss by the box itself and loss on the way, told apart by a whole worker. */
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "tests/element/worker-rig.h"

#define SMALL_BUFFER 65536u
#define STOP_US      (1500 * US_PER_MS)
#define REPORTS      3u /* a verdict is in the second of the loss, or the next one */

/* Stops the worker's process while the stream goes on, so that its socket overflows. */
static void
overflow(WorkerRig *rig)
{
    g_subprocess_send_signal(rig->worker, SIGSTOP);
    worker_rig_send_for(rig, STOP_US);
    g_subprocess_send_signal(rig->worker, SIGCONT);
}

static void
settle(WorkerRig *rig)
{
    for (unsigned i = 0; i < REPORTS; i++) {
        g_autoptr(Message) report = worker_rig_wait_for(rig, MESSAGE_REPORT);

        g_assert_nonnull(report);
    }
}

/* The report after a few, when all is counted. */
static Message *
later_report(WorkerRig *rig)
{
    settle(rig);
    return worker_rig_wait_for(rig, MESSAGE_REPORT);
}

static void
check_own_loss(WorkerRigOptions options)
{
    options.receive_buffer = SMALL_BUFFER;
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    overflow(&rig);
    g_autoptr(Message) evidence = worker_rig_wait_for(&rig, MESSAGE_EVIDENCE);
    g_autoptr(Message) report = later_report(&rig);

    g_assert_cmpuint(evidence->evidence.fault, ==, FAULT_CONTINUITY);
    g_assert_cmpuint(evidence->evidence.cause, ==, CAUSE_MONITOR);
    g_assert_nonnull(strstr(evidence->evidence.text, "did not fit its socket buffer"));
    g_assert_nonnull(strstr(evidence->evidence.text, "it was late by"));
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_OWN_DROPS), >, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_ERRORS), ==, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_MISSING), ==, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_OWN_GAPS), >, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_OWN_MISSING), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_LOST), ==, 0.0);
    if (options.rtp)
        g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_OWN_LOST), >, 0.0);
    if (options.rtp && !options.fec && !options.two_legs)
        g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_OWN_LOST), ==,
                          worker_rig_input_metric(report, METRIC_OWN_DROPS));
    worker_rig_end(&rig);
}

static void
test_an_overflow_is_the_boxs_and_no_error_of_the_channel(void)
{
    check_own_loss((WorkerRigOptions){.rtp = false});
}

static void
test_the_same_holds_for_rtp_whose_numbers_are_missing(void)
{
    check_own_loss((WorkerRigOptions){.rtp = true});
}

static void
test_it_holds_where_fec_could_not_repair_it(void)
{
    check_own_loss((WorkerRigOptions){.rtp = true, .fec = true});
}

static void
test_it_holds_where_both_legs_overflow(void)
{
    check_own_loss((WorkerRigOptions){.rtp = true, .two_legs = true});
}

/* One datagram in fifty. */
static bool
lose_some(unsigned number, unsigned leg)
{
    return number % 50 == 49;
}

static void
test_loss_on_the_way_is_the_networks(void)
{
    const WorkerRigOptions options = {.rtp = true};
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    rig.lose = lose_some;
    g_autoptr(Message) evidence = worker_rig_wait_for(&rig, MESSAGE_EVIDENCE);
    g_autoptr(Message) report = worker_rig_wait_for(&rig, MESSAGE_REPORT);

    g_assert_cmpuint(evidence->evidence.cause, ==, CAUSE_NETWORK);
    g_assert_nonnull(strstr(evidence->evidence.text, "lost on the way; this box dropped nothing"));
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_LOST), >, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_ERRORS), >, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_OWN_GAPS), ==, 0.0);
    worker_rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/own-loss/an-overflow-is-the-boxs-and-no-error-of-the-channel",
                    test_an_overflow_is_the_boxs_and_no_error_of_the_channel);
    g_test_add_func("/own-loss/the-same-holds-for-rtp-whose-numbers-are-missing",
                    test_the_same_holds_for_rtp_whose_numbers_are_missing);
    g_test_add_func("/own-loss/it-holds-where-fec-could-not-repair-it",
                    test_it_holds_where_fec_could_not_repair_it);
    g_test_add_func("/own-loss/it-holds-where-both-legs-overflow",
                    test_it_holds_where_both_legs_overflow);
    g_test_add_func("/own-loss/loss-on-the-way-is-the-networks",
                    test_loss_on_the_way_is_the_networks);
    return g_test_run();
}
