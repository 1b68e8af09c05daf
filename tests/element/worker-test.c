/* The worker as a whole: a process, a stream on loopback, and the other end of its socket. */
#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"
#include "tests/element/ts-maker.h"

#define DATAGRAM   1316
#define PATIENCE_S 10

typedef struct {
    char *folder;
    char *socket_path;
    int listener; /* gantryd's socket */
    int peer;     /* the worker's connection; -1: none */
    int sender;   /* of datagrams */
    uint16_t port;
    TsMaker *makers[TS_MAKER_SERVICES_MAX]; /* @n_makers entries; the first writes the PAT */
    size_t n_makers;
    GByteArray *left; /* of the stream, not yet sent */
    GSubprocess *worker;
    MonoUs next_us; /* when the next picture is due */
    MonoUs sent_us; /* when the last datagram was sent */
    Paint paint;
    Paint others; /* as what the services but the first are painted */
    bool sending;
} Rig;

static MonoUs
now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static void
open_sockets(Rig *rig)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_in free_port = {.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof free_port;
    const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    g_strlcpy(path.sun_path, rig->socket_path, sizeof path.sun_path);
    rig->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(rig->listener, (const struct sockaddr *)&path, sizeof path), ==, 0);
    g_assert_cmpint(listen(rig->listener, 1), ==, 0);
    g_assert_cmpint(bind(probe, (const struct sockaddr *)&free_port, sizeof free_port), ==, 0);
    g_assert_cmpint(getsockname(probe, (struct sockaddr *)&free_port, &size), ==, 0);
    rig->port = ntohs(free_port.sin_port);
    close(probe);
    rig->sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(rig->sender, (const struct sockaddr *)&free_port, sizeof free_port), ==,
                    0);
}

static GSubprocess *
start_worker(const Rig *rig)
{
    return g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, NULL, g_getenv("GANTRY_CHANNEL"), "--input",
                            "in", "--socket", rig->socket_path, "--state", rig->folder, NULL);
}

static void
send_stream(Rig *rig)
{
    if (!rig->sending || now_us() < rig->next_us)
        return;
    rig->next_us += TS_MAKER_INTERVAL_US;
    for (size_t i = 0; i < rig->n_makers; i++) {
        g_autoptr(GByteArray) more =
            ts_maker_next(rig->makers[i], i == 0 ? rig->paint : rig->others, true);

        g_byte_array_append(rig->left, more->data, more->len);
    }
    while (rig->left->len >= DATAGRAM) {
        (void)send(rig->sender, rig->left->data, DATAGRAM, 0);
        rig->sent_us = now_us();
        g_byte_array_remove_range(rig->left, 0, DATAGRAM);
    }
}

static void
set_sending(Rig *rig, bool sending)
{
    rig->sending = sending;
    rig->next_us = now_us();
}

static void
send_config(Rig *rig)
{
    g_autofree char *address = g_strdup_printf("udp://127.0.0.1:%u", (unsigned)rig->port);
    static const char *const ids[TS_MAKER_SERVICES_MAX] = {
        "channel",   "channel-2", "channel-3", "channel-4",  "channel-5", "channel-6",
        "channel-7", "channel-8", "channel-9", "channel-10", "channel-11"};
    ServiceConfig services[TS_MAKER_SERVICES_MAX] = {0};
    const Message message = {
        .kind = MESSAGE_CONFIG,
        .sequence = 1,
        .config = {.input_id = (char *)"in",
                   .address = address,
                   .interface = (char *)"",
                   .receive_buffer = 1u << 20,
                   .thumbnail_period_ms = 400,
                   .cpu_set = (char *)"",
                   .services = services,
                   .n_services = rig->n_makers},
    };

    for (size_t i = 0; i < rig->n_makers; i++)
        services[i] = (ServiceConfig){.channel_id = (char *)(uintptr_t)ids[i],
                                      .service_id = (uint16_t)(i == 0 ? 0 : TS_MAKER_SERVICE + i),
                                      .depth = DEPTH_EVERY_KEY};
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    gsize size = 0;
    const void *data = g_bytes_get_data(datagram, &size);

    g_assert_cmpint(send(rig->peer, data, size, 0), ==, (gssize)size);
}

/* Sends the stream on, and returns the next message, or NULL after 10 ms without one. */
static Message *
turn(Rig *rig)
{
    uint8_t bytes[MESSAGE_MAX_BYTES];
    struct pollfd wait = {.fd = rig->peer >= 0 ? rig->peer : rig->listener, .events = POLLIN};
    g_autoptr(GError) error = NULL;
    Message *message = NULL;

    send_stream(rig);
    if (poll(&wait, 1, 10) <= 0)
        return NULL;
    if (rig->peer < 0) {
        rig->peer = accept(rig->listener, NULL, NULL);
        g_assert_cmpint(rig->peer, >=, 0);
        return NULL;
    }
    const ssize_t size = recv(rig->peer, bytes, sizeof bytes, 0);

    g_assert_cmpint(size, >, 0);
    message = message_decode(bytes, (size_t)size, &error);
    g_assert_no_error(error);
    return message;
}

static Message *
wait_for(Rig *rig, MessageKind kind)
{
    const MonoUs end_us = now_us() + PATIENCE_S * US_PER_SECOND;

    while (now_us() < end_us) {
        g_autoptr(Message) message = turn(rig);

        if (message != NULL && message->kind == kind)
            return g_steal_pointer(&message);
    }
    g_test_fail_printf("no message of kind %d within %d s", kind, PATIENCE_S);
    return NULL;
}

static FaultState
wait_for_edge_of(Rig *rig, const char *channel, FaultId fault, bool active)
{
    for (;;) {
        g_autoptr(Message) message = wait_for(rig, MESSAGE_EDGE);

        g_assert_nonnull(message);
        if (message->edge.state.fault == fault && message->edge.state.active == active &&
            g_str_equal(message->edge.channel_id, channel))
            return message->edge.state;
    }
}

static FaultState
wait_for_edge(Rig *rig, FaultId fault, bool active)
{
    return wait_for_edge_of(rig, "channel", fault, active);
}

/* A stream of @n_services, the first of them TS_MAKER_SERVICE. */
static Rig
rig_with_services(size_t n_services)
{
    Rig rig = {.peer = -1, .paint = PAINT_MOVING, .n_makers = n_services};
    g_autoptr(Message) hello = NULL;

    rig.folder = g_dir_make_tmp("gantry-worker-XXXXXX", NULL);
    rig.socket_path = g_build_filename(rig.folder, "socket", NULL);
    rig.makers[0] = ts_maker_new();
    for (size_t i = 1; i < n_services; i++) {
        const uint16_t service = (uint16_t)(TS_MAKER_SERVICE + i);
        const uint16_t pmt_pid = (uint16_t)(TS_MAKER_PID_PMT + 16 * i);

        rig.makers[i] = ts_maker_new_service(service, pmt_pid);
        ts_maker_list(rig.makers[0], service, pmt_pid);
    }
    rig.left = g_byte_array_new();
    open_sockets(&rig);
    set_sending(&rig, true);
    rig.worker = start_worker(&rig);
    g_assert_nonnull(rig.worker);
    hello = wait_for(&rig, MESSAGE_HELLO);
    g_assert_cmpstr(hello->hello.input_id, ==, "in");
    g_assert_cmpuint(hello->hello.version, ==, CONTRACT_VERSION);
    send_config(&rig);
    return rig;
}

static Rig
rig_new(void)
{
    return rig_with_services(1);
}

static void
remove_folder(const Rig *rig)
{
    static const char *const parts[] = {"run/workers/in.lock",
                                        "run/workers/in.pid",
                                        "run/workers/in.config",
                                        "run/workers",
                                        "run",
                                        "socket",
                                        ""};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(rig->folder, parts[i], NULL);

        (void)g_remove(path);
    }
}

static void
rig_end(Rig *rig)
{
    g_subprocess_force_exit(rig->worker);
    (void)g_subprocess_wait(rig->worker, NULL, NULL);
    g_object_unref(rig->worker);
    close(rig->listener);
    if (rig->peer >= 0)
        close(rig->peer);
    close(rig->sender);
    for (size_t i = 0; i < rig->n_makers; i++)
        ts_maker_free(rig->makers[i]);
    g_byte_array_unref(rig->left);
    remove_folder(rig);
    g_free(rig->socket_path);
    g_free(rig->folder);
}

static double
metric_of(const MetricValue *metrics, size_t n, MetricId id)
{
    for (size_t i = 0; i < n; i++) {
        if (metrics[i].metric == id)
            return metrics[i].value;
    }
    return -1.0;
}

static void
test_a_stream_is_measured_in_all_its_parts(void)
{
    Rig rig = rig_new();
    g_autoptr(Message) thumbnail = wait_for(&rig, MESSAGE_THUMBNAIL);
    g_autoptr(Message) levels = wait_for(&rig, MESSAGE_LEVELS);
    g_autoptr(Message) first = wait_for(&rig, MESSAGE_REPORT);
    g_autoptr(Message) message = wait_for(&rig, MESSAGE_REPORT);
    const MessageReport *report = &message->report;
    const ChannelReport *channel = &report->channels[0];

    g_assert_cmpuint(thumbnail->thumbnail.width, ==, 320);
    g_assert_cmpfloat((double)levels->levels.peak_dbfs[0], >, -20.0);
    g_assert_cmpuint(report->n_channels, ==, 1);
    g_assert_cmpuint(channel->service_id, ==, TS_MAKER_SERVICE);
    g_assert_nonnull(strstr(channel->video, "352x288 25p"));
    g_assert_nonnull(strstr(channel->audio, "2.0"));
    g_assert_cmpfloat(metric_of(report->metrics, report->n_metrics, METRIC_OWN_DROPS), ==, 0.0);
    g_assert_cmpfloat(metric_of(channel->metrics, channel->n_metrics, METRIC_CC_ERRORS), ==, 0.0);
    g_assert_cmpfloat(metric_of(channel->metrics, channel->n_metrics, METRIC_BITRATE), >, 1e5);
    for (size_t i = 0; i < channel->n_faults; i++)
        g_assert_false(channel->faults[i].active);
    rig_end(&rig);
}

static void
test_a_stop_is_told_at_once_and_so_is_the_return(void)
{
    Rig rig = rig_new();

    (void)wait_for_edge(&rig, FAULT_NO_PACKETS, false);
    g_autoptr(Message) report = wait_for(&rig, MESSAGE_REPORT);
    set_sending(&rig, false);
    const MonoUs sent_us = rig.sent_us;
    const FaultState stop = wait_for_edge(&rig, FAULT_NO_PACKETS, true);
    const MonoUs told_us = now_us();

    g_assert_cmpint(ABS(stop.since_us - sent_us), <, 100 * US_PER_MS);
    g_assert_cmpint(told_us - sent_us, <, 1500 * US_PER_MS);
    set_sending(&rig, true);
    const MonoUs back_us = now_us();
    const FaultState back = wait_for_edge(&rig, FAULT_NO_PACKETS, false);

    g_assert_cmpint(ABS(back.since_us - back_us), <, 500 * US_PER_MS);
    rig_end(&rig);
}

static void
test_black_is_seen_by_the_next_key_frame(void)
{
    Rig rig = rig_new();

    (void)wait_for_edge(&rig, FAULT_PICTURE_BLACK, false);
    rig.paint = PAINT_BLACK;
    (void)wait_for_edge(&rig, FAULT_PICTURE_BLACK, true);
    rig.paint = PAINT_MOVING;
    (void)wait_for_edge(&rig, FAULT_PICTURE_BLACK, false);
    rig_end(&rig);
}

static void
test_it_outlives_the_supervisor_and_says_hello_again(void)
{
    Rig rig = rig_new();
    g_autoptr(Message) before = wait_for(&rig, MESSAGE_REPORT);

    close(rig.peer);
    rig.peer = -1;
    g_autoptr(Message) hello = wait_for(&rig, MESSAGE_HELLO);
    g_autoptr(Message) after = wait_for(&rig, MESSAGE_REPORT);

    g_assert_cmpstr(hello->hello.input_id, ==, "in");
    g_assert_cmpfloat(metric_of(after->report.metrics, after->report.n_metrics, METRIC_PACKETS), >=,
                      metric_of(before->report.metrics, before->report.n_metrics, METRIC_PACKETS));
    rig_end(&rig);
}

static void
test_the_kept_configuration_serves_when_nobody_answers(void)
{
    Rig rig = rig_new();
    g_autoptr(Message) before = wait_for(&rig, MESSAGE_REPORT);

    g_subprocess_force_exit(rig.worker);
    (void)g_subprocess_wait(rig.worker, NULL, NULL);
    g_object_unref(rig.worker);
    close(rig.peer);
    rig.peer = -1;
    rig.worker = start_worker(&rig);
    g_autoptr(Message) hello = wait_for(&rig, MESSAGE_HELLO);
    g_autoptr(Message) report = wait_for(&rig, MESSAGE_REPORT);

    g_assert_cmpstr(report->report.channels[0].channel_id, ==, "channel");
    rig_end(&rig);
}

static void
test_it_stops_with_a_bye_and_a_second_one_is_refused(void)
{
    Rig rig = rig_new();
    g_autoptr(GSubprocess) second = start_worker(&rig);

    g_assert_true(g_subprocess_wait(second, NULL, NULL));
    g_assert_cmpint(g_subprocess_get_exit_status(second), ==, 3);
    g_subprocess_send_signal(rig.worker, SIGTERM);
    g_autoptr(Message) bye = wait_for(&rig, MESSAGE_BYE);

    g_assert_nonnull(bye);
    g_assert_true(g_subprocess_wait_check(rig.worker, NULL, NULL));
    rig_end(&rig);
}

/* One report of each part, read after the first two seconds. */
static void
collect(Rig *rig, Message *ret_parts[REPORT_PARTS_MAX])
{
    for (int left = 6; left > 0; left--) {
        Message *message = wait_for(rig, MESSAGE_REPORT);

        g_assert_nonnull(message);
        message_free(ret_parts[message->report.part]);
        ret_parts[message->report.part] = message;
    }
}

static void
test_each_service_of_a_multiplex_is_a_channel_of_its_own(void)
{
    Rig rig = rig_with_services(10);
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
            for (size_t k = 0; k < channel->n_faults; k++)
                g_assert_false(channel->faults[k].active);
        }
    }
    g_assert_cmpuint(n_channels, ==, 10);
    g_assert_cmpuint(parts[0]->report.n_metrics, >, 0);
    g_assert_cmpuint(parts[1]->report.n_metrics, ==, 0);
    /* Analysed once: the input's count holds each service's packets one time. */
    g_assert_cmpfloat(
        metric_of(parts[0]->report.metrics, parts[0]->report.n_metrics, METRIC_PACKETS), <,
        2.0 * packets);
    for (size_t part = 0; part < REPORT_PARTS_MAX; part++)
        message_free(parts[part]);
    rig_end(&rig);
}

static void
test_a_fault_of_one_service_is_not_one_of_its_neighbour(void)
{
    Rig rig = rig_with_services(2);

    rig.others = PAINT_MOVING;
    (void)wait_for_edge_of(&rig, "channel-2", FAULT_PICTURE_BLACK, false);
    rig.others = PAINT_BLACK;
    (void)wait_for_edge_of(&rig, "channel-2", FAULT_PICTURE_BLACK, true);
    g_autoptr(Message) message = wait_for(&rig, MESSAGE_REPORT);

    for (size_t i = 0; i < message->report.channels[0].n_faults; i++)
        g_assert_false(message->report.channels[0].faults[i].active);
    rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/a-stream-is-measured-in-all-its-parts",
                    test_a_stream_is_measured_in_all_its_parts);
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
