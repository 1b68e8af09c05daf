/* Starting, feeding and ending of a worker. */
#include "tests/element/worker-rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tests/element/udp-peer.h"

#define DATAGRAM   1316
#define PATIENCE_S 60
#define RTP_HEADER 12u
#define BUFFER     (1u << 20)

MonoUs
worker_rig_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static void
open_sockets(WorkerRig *rig)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};

    g_strlcpy(path.sun_path, rig->socket_path, sizeof path.sun_path);
    rig->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(rig->listener, (const struct sockaddr *)&path, sizeof path), ==, 0);
    g_assert_cmpint(listen(rig->listener, 1), ==, 0);
    rig->port = udp_peer_free_port();
    for (unsigned i = 0; i < WORKER_RIG_LEGS; i++)
        rig->senders[i] = udp_peer_new("127.0.0.1", (uint16_t)(rig->port + i * WORKER_RIG_LEG_2));
    for (unsigned i = 0; i < WORKER_RIG_FEC; i++)
        rig->fec_senders[i] = udp_peer_new("127.0.0.1", (uint16_t)(rig->port + 2 * (i + 1)));
}

GSubprocess *
worker_rig_start_worker(const WorkerRig *rig)
{
    return g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, NULL, g_getenv("GANTRY_CHANNEL"), "--input",
                            "in", "--socket", rig->socket_path, "--state", rig->folder, NULL);
}

/* Sends column or row @index of the matrix: every @stride datagram from @first on. */
static void
send_fec(WorkerRig *rig, unsigned kind, unsigned first, unsigned stride, unsigned index)
{
    const RtpBuilt *media[WORKER_RIG_MATRIX];
    RtpBuilt fec;

    for (unsigned i = 0; i < WORKER_RIG_MATRIX; i++)
        media[i] = &rig->matrix[first + i * stride];
    rtp_build_fec(&fec, (uint16_t)index, media, WORKER_RIG_MATRIX, stride);
    (void)send(rig->fec_senders[kind], fec.bytes, fec.size, 0);
}

/* Keeps a datagram for FEC, which follows the matrix when that is full. */
static void
protect(WorkerRig *rig, const uint8_t *bytes, size_t size)
{
    const unsigned n = G_N_ELEMENTS(rig->matrix);
    RtpBuilt *built = &rig->matrix[rig->number % n];

    memcpy(built->bytes, bytes, size);
    built->size = size;
    for (unsigned i = 0; rig->number % n == n - 1 && i < WORKER_RIG_MATRIX; i++) {
        const unsigned index = rig->number / n * WORKER_RIG_MATRIX + i;

        send_fec(rig, 0, i, WORKER_RIG_MATRIX, index);
        send_fec(rig, 1, i * WORKER_RIG_MATRIX, 1, index);
    }
}

/* Sends DATAGRAM bytes of the stream by each leg. */
static void
send_datagram(WorkerRig *rig, const uint8_t *payload)
{
    uint8_t bytes[RTP_HEADER + DATAGRAM] = {0x80, 33};
    const size_t header = rig->options.rtp ? RTP_HEADER : 0;

    bytes[2] = (uint8_t)(rig->number >> 8);
    bytes[3] = (uint8_t)rig->number;
    memcpy(bytes + header, payload, DATAGRAM);
    for (unsigned leg = 0; leg < (rig->options.two_legs ? WORKER_RIG_LEGS : 1); leg++) {
        if (rig->lose == NULL || !rig->lose(rig->number, leg))
            (void)send(rig->senders[leg], bytes, header + DATAGRAM, 0);
    }
    if (rig->options.fec)
        protect(rig, bytes, header + DATAGRAM);
    rig->number++;
    rig->sent_us = worker_rig_now_us();
}

static void
send_stream(WorkerRig *rig)
{
    if (!rig->sending || worker_rig_now_us() < rig->next_us)
        return;
    rig->next_us += TS_MAKER_INTERVAL_US;
    for (size_t i = 0; i < rig->options.n_services; i++) {
        g_autoptr(GByteArray) more =
            ts_maker_next(rig->makers[i], i == 0 ? rig->paint : rig->others, true);

        g_byte_array_append(rig->left, more->data, more->len);
    }
    while (rig->left->len >= DATAGRAM) {
        send_datagram(rig, rig->left->data);
        g_byte_array_remove_range(rig->left, 0, DATAGRAM);
    }
}

void
worker_rig_set_sending(WorkerRig *rig, bool sending)
{
    rig->sending = sending;
    rig->next_us = worker_rig_now_us();
}

static void
send_config(WorkerRig *rig)
{
    g_autofree char *leg2 =
        rig->options.two_legs ? g_strdup_printf("?leg2=127.0.0.1:%u", rig->port + WORKER_RIG_LEG_2)
                              : g_strdup(rig->options.fec ? "?fec=1" : "");
    g_autofree char *address =
        g_strdup_printf("%s://127.0.0.1:%u%s", rig->options.rtp ? "rtp" : "udp", rig->port, leg2);
    ServiceConfig services[TS_MAKER_SERVICES_MAX] = {0};
    const Message message = {
        .kind = MESSAGE_CONFIG,
        .sequence = 1,
        .config = {.input_id = (char *)"in",
                   .address = address,
                   .interface = (char *)"",
                   .receive_buffer = rig->options.receive_buffer,
                   .thumbnail_period_ms = 400,
                   .cpu_set = (char *)"",
                   .segment_seconds = rig->options.segment_seconds,
                   .segment_quota_bytes = UINT64_C(1) << 30,
                   .services = services,
                   .n_services = rig->options.n_services},
    };

    for (size_t i = 0; i < rig->options.n_services; i++)
        services[i] = (ServiceConfig){
            .channel_id = i == 0 ? g_strdup("channel") : g_strdup_printf("channel-%zu", i),
            .service_id = (uint16_t)(i == 0 ? 0 : TS_MAKER_SERVICE + i),
            .depth = DEPTH_EVERY_KEY,
        };
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);
    gsize size = 0;
    const void *data = g_bytes_get_data(datagram, &size);

    g_assert_cmpint(send(rig->peer, data, size, 0), ==, (gssize)size);
    for (size_t i = 0; i < rig->options.n_services; i++)
        g_free(services[i].channel_id);
}

Message *
worker_rig_turn(WorkerRig *rig)
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

void
worker_rig_send_for(WorkerRig *rig, int64_t for_us)
{
    const MonoUs end_us = worker_rig_now_us() + for_us;

    while (worker_rig_now_us() < end_us) {
        send_stream(rig);
        g_usleep(1000);
    }
}

Message *
worker_rig_wait_for(WorkerRig *rig, MessageKind kind)
{
    const MonoUs end_us = worker_rig_now_us() + PATIENCE_S * US_PER_SECOND;

    while (worker_rig_now_us() < end_us) {
        g_autoptr(Message) message = worker_rig_turn(rig);

        if (message != NULL && message->kind == kind)
            return g_steal_pointer(&message);
    }
    g_test_fail_printf("no message of kind %d within %d s", kind, PATIENCE_S);
    return NULL;
}

FaultState
worker_rig_wait_for_edge(WorkerRig *rig, FaultId fault, bool active)
{
    return worker_rig_wait_for_edge_of(rig, "channel", fault, active);
}

FaultState
worker_rig_wait_for_edge_of(WorkerRig *rig, const char *channel, FaultId fault, bool active)
{
    for (;;) {
        g_autoptr(Message) message = worker_rig_wait_for(rig, MESSAGE_EDGE);

        g_assert_nonnull(message);
        if (message->edge.state.fault == fault && message->edge.state.active == active &&
            g_str_equal(message->edge.channel_id, channel))
            return message->edge.state;
    }
}

/* The first service writes the PAT; the others lie behind it in service id and PIDs. */
static void
make_services(WorkerRig *rig)
{
    rig->makers[0] = ts_maker_new();
    for (size_t i = 1; i < rig->options.n_services; i++) {
        const uint16_t service = (uint16_t)(TS_MAKER_SERVICE + i);
        const uint16_t pmt_pid = (uint16_t)(TS_MAKER_PID_PMT + 16 * i);

        rig->makers[i] = ts_maker_new_service(service, pmt_pid);
        ts_maker_list(rig->makers[0], service, pmt_pid);
    }
}

WorkerRig
worker_rig_new(const WorkerRigOptions *options)
{
    WorkerRig rig = {.options = *options, .peer = -1, .paint = PAINT_MOVING};
    g_autoptr(Message) hello = NULL;

    if (rig.options.receive_buffer == 0)
        rig.options.receive_buffer = BUFFER;
    if (rig.options.n_services == 0)
        rig.options.n_services = 1;
    rig.folder = g_dir_make_tmp("gantry-worker-XXXXXX", NULL);
    rig.socket_path = g_build_filename(rig.folder, "socket", NULL);
    make_services(&rig);
    rig.left = g_byte_array_new();
    open_sockets(&rig);
    worker_rig_set_sending(&rig, true);
    rig.worker = worker_rig_start_worker(&rig);
    g_assert_nonnull(rig.worker);
    hello = worker_rig_wait_for(&rig, MESSAGE_HELLO);
    g_assert_cmpstr(hello->hello.input_id, ==, "in");
    g_assert_cmpuint(hello->hello.version, ==, CONTRACT_VERSION);
    send_config(&rig);
    return rig;
}

/* Deletes @path and all below it. */
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
worker_rig_end(WorkerRig *rig)
{
    g_subprocess_force_exit(rig->worker);
    (void)g_subprocess_wait(rig->worker, NULL, NULL);
    g_object_unref(rig->worker);
    close(rig->listener);
    if (rig->peer >= 0)
        close(rig->peer);
    for (unsigned i = 0; i < WORKER_RIG_LEGS; i++)
        close(rig->senders[i]);
    for (unsigned i = 0; i < WORKER_RIG_FEC; i++)
        close(rig->fec_senders[i]);
    for (size_t i = 0; i < rig->options.n_services; i++)
        ts_maker_free(rig->makers[i]);
    g_byte_array_unref(rig->left);
    remove_tree(rig->folder);
    g_free(rig->socket_path);
    g_free(rig->folder);
}

double
worker_rig_metric(const MetricValue *metrics, size_t n, MetricId id)
{
    for (size_t i = 0; i < n; i++) {
        if (metrics[i].metric == id)
            return metrics[i].value;
    }
    return -1.0;
}

double
worker_rig_input_metric(const Message *report, MetricId id)
{
    return worker_rig_metric(report->report.metrics, report->report.n_metrics, id);
}

double
worker_rig_channel_metric(const Message *report, MetricId id)
{
    const ChannelReport *channel = &report->report.channels[0];

    return worker_rig_metric(channel->metrics, channel->n_metrics, id);
}
