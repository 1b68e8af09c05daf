/* What a network does to a stream, over real sockets, as a whole worker measures it. */
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/element/udp-peer.h"
#include "tests/element/worker-rig.h"

#define REPORTS 3u /* until all of an event is counted */
#define DSCP    34 /* class AF41 */
#define TTL     17
#define SIZE    1316u

static void
settle(WorkerRig *rig)
{
    for (unsigned i = 0; i < REPORTS; i++) {
        g_autoptr(Message) report = worker_rig_wait_for(rig, MESSAGE_REPORT);

        g_assert_nonnull(report);
    }
}

/* The report after a few. Returns: (transfer full) */
static Message *
later_report(WorkerRig *rig)
{
    settle(rig);
    return worker_rig_wait_for(rig, MESSAGE_REPORT);
}

/* Each leg loses one datagram in twenty, never the same one. */
static bool
lose_in_turn(unsigned number, unsigned leg)
{
    return number % 20 == 10 * leg;
}

static void
test_two_legs_that_both_lose_are_one_stream_without_loss(void)
{
    const WorkerRigOptions options = {.rtp = true, .two_legs = true};
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    rig.lose = lose_in_turn;
    g_autoptr(Message) report = later_report(&rig);

    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_ERRORS), ==, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_LOST), ==, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEG1_LOST), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEG2_LOST), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEGS_PRESENT), ==, 2.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEG_SKEW), <, 0.01);
    worker_rig_end(&rig);
}

static bool
lose_leg_2(unsigned number, unsigned leg)
{
    return leg == 1;
}

static void
test_a_leg_that_falls_silent_is_absent_and_nothing_is_lost(void)
{
    const WorkerRigOptions options = {.rtp = true, .two_legs = true};
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    rig.lose = lose_leg_2;
    g_autoptr(Message) report = later_report(&rig);

    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEGS_PRESENT), ==, 1.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_ERRORS), ==, 0.0);
    worker_rig_end(&rig);
}

/* The same datagram in fifty on both legs. */
static bool
lose_on_both(unsigned number, unsigned leg)
{
    return number % 50 == 49;
}

static void
test_loss_on_both_legs_is_told_leg_by_leg(void)
{
    const WorkerRigOptions options = {.rtp = true, .two_legs = true};
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    rig.lose = lose_on_both;
    g_autoptr(Message) evidence = worker_rig_wait_for(&rig, MESSAGE_EVIDENCE);

    g_assert_nonnull(evidence);
    g_assert_cmpuint(evidence->evidence.cause, ==, CAUSE_NETWORK);
    g_assert_nonnull(strstr(evidence->evidence.text, "(leg 1 lost "));
    worker_rig_end(&rig);
}

/* Waits for a second source to be told, while @other sends. */
static Message *
wait_for_second_source(WorkerRig *rig, int other)
{
    for (unsigned i = 0; i < 1000; i++) {
        g_autoptr(Message) message = worker_rig_turn(rig);

        udp_peer_send(other, 0x47, SIZE, 1);
        if (message != NULL && message->kind == MESSAGE_EVIDENCE &&
            message->evidence.fault == FAULT_SECOND_SOURCE)
            return g_steal_pointer(&message);
    }
    return NULL;
}

static void
test_a_second_sender_is_told_with_both_addresses(void)
{
    const WorkerRigOptions options = {.rtp = false};
    WorkerRig rig = worker_rig_new(&options);

    (void)worker_rig_wait_for_edge(&rig, FAULT_SECOND_SOURCE, false);
    const int other = udp_peer_new("127.0.0.1", rig.port);
    g_autofree char *first = g_strdup_printf("127.0.0.1:%u", udp_peer_port(rig.senders[0]));
    g_autofree char *second = g_strdup_printf("127.0.0.1:%u", udp_peer_port(other));
    g_autoptr(Message) evidence = wait_for_second_source(&rig, other);

    g_assert_nonnull(evidence);
    g_assert_nonnull(strstr(evidence->evidence.text, first));
    g_assert_nonnull(strstr(evidence->evidence.text, second));
    (void)worker_rig_wait_for_edge(&rig, FAULT_SECOND_SOURCE, true);
    (void)worker_rig_wait_for_edge(&rig, FAULT_SECOND_SOURCE, false);
    close(other);
    worker_rig_end(&rig);
}

/* Three datagrams in a row out of fifty: a burst that columns repair. */
static bool
lose_bursts(unsigned number, unsigned leg)
{
    return number % 50 >= 11 && number % 50 <= 13;
}

static void
test_fec_repairs_bursts_and_is_counted(void)
{
    const WorkerRigOptions options = {.rtp = true, .fec = true};
    WorkerRig rig = worker_rig_new(&options);

    settle(&rig);
    rig.lose = lose_bursts;
    settle(&rig);
    g_autoptr(Message) report = later_report(&rig);

    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_FEC_RECEIVED), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_FEC_RECOVERED), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_FEC_UNRECOVERED), ==, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_LEG1_LOST), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_RTP_LOST), ==, 0.0);
    g_assert_cmpfloat(worker_rig_channel_metric(report, METRIC_CC_ERRORS), ==, 0.0);
    worker_rig_end(&rig);
}

static void
test_header_fields_and_delay_are_reported(void)
{
    const WorkerRigOptions options = {.rtp = true};
    WorkerRig rig = worker_rig_new(&options);
    const int tos = DSCP << 2, ttl = TTL;

    g_assert_cmpint(setsockopt(rig.senders[0], IPPROTO_IP, IP_TOS, &tos, sizeof tos), ==, 0);
    g_assert_cmpint(setsockopt(rig.senders[0], IPPROTO_IP, IP_TTL, &ttl, sizeof ttl), ==, 0);
    g_autoptr(Message) report = later_report(&rig);

    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_DSCP), ==, DSCP);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_TTL), ==, TTL);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_SOURCES), ==, 1.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_MDI_DF), >, 0.0);
    g_assert_cmpfloat(worker_rig_input_metric(report, METRIC_MDI_MLR), ==, 0.0);
    worker_rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/two-legs-that-both-lose-are-one-stream-without-loss",
                    test_two_legs_that_both_lose_are_one_stream_without_loss);
    g_test_add_func("/network/a-leg-that-falls-silent-is-absent-and-nothing-is-lost",
                    test_a_leg_that_falls_silent_is_absent_and_nothing_is_lost);
    g_test_add_func("/network/loss-on-both-legs-is-told-leg-by-leg",
                    test_loss_on_both_legs_is_told_leg_by_leg);
    g_test_add_func("/network/a-second-sender-is-told-with-both-addresses",
                    test_a_second_sender_is_told_with_both_addresses);
    g_test_add_func("/network/fec-repairs-bursts-and-is-counted",
                    test_fec_repairs_bursts_and_is_counted);
    g_test_add_func("/network/header-fields-and-delay-are-reported",
                    test_header_fields_and_delay_are_reported);
    return g_test_run();
}
