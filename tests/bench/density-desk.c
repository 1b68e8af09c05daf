/* gantryd's side of the socket for many workers: tells each what to measure, keeps what it says
 * last, and prints that as one line of JSON for every line on its standard input. */
#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"

#define DESKS_MAX      240
#define RECEIVE_BUFFER (4u << 20)
#define THUMBNAIL_MS   1000
#define SEGMENT_S      600

typedef struct {
    char *input, *address; /* owned */
    guint depth;           /* Depth */
    guint64 quota;         /* bytes of segments; 0: none are kept */
    int fd;                /* owned; -1: not connected */
    guint64 messages, thumbnails, edges;
    Message *report; /* owned; the last one; NULL: none */
} Desk;

typedef struct {
    Desk desks[DESKS_MAX];
    guint n_desks;
    int listener;
    int waiting[DESKS_MAX]; /* connections that have not said who they are */
    guint n_waiting;
    uint8_t datagram[MESSAGE_MAX_BYTES];
} Hall;

static void
die(const char *what)
{
    fprintf(stderr, "density-desk: %s: %s\n", what, g_strerror(errno));
    exit(1);
}

/* Lines of `INPUT ADDRESS DEPTH QUOTA`. */
static void
read_plan(Hall *hall, const char *path)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        die(path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL && hall->n_desks < DESKS_MAX; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", 4);

        if (g_strv_length(words) != 4)
            continue;
        hall->desks[hall->n_desks++] = (Desk){.input = g_strdup(words[0]),
                                              .address = g_strdup(words[1]),
                                              .depth = (guint)(words[2][0] - '0'),
                                              .fd = -1};
        (void)g_ascii_string_to_unsigned(words[3], 10, 0, G_MAXUINT64,
                                         &hall->desks[hall->n_desks - 1].quota, NULL);
    }
}

static int
listen_on(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, DESKS_MAX) != 0)
        die(path);
    return fd;
}

static void
configure(const Desk *desk)
{
    ServiceConfig service = {.channel_id = desk->input, .depth = (uint8_t)desk->depth};
    const Message message = {
        .kind = MESSAGE_CONFIG,
        .sequence = 1,
        .config = {.input_id = desk->input,
                   .address = desk->address,
                   .interface = (char *)"lo",
                   .receive_buffer = RECEIVE_BUFFER,
                   .thumbnail_period_ms = THUMBNAIL_MS,
                   .cpu_set = (char *)"",
                   .decode_backend = (char *)"",
                   .segment_seconds = desk->quota > 0 ? SEGMENT_S : 0,
                   .segment_quota_bytes = desk->quota,
                   .services = &service,
                   .n_services = 1},
    };
    g_autoptr(GBytes) datagram = message_encode(&message, NULL);

    if (datagram == NULL || send(desk->fd, g_bytes_get_data(datagram, NULL),
                                 g_bytes_get_size(datagram), MSG_NOSIGNAL) < 0)
        die("sending a configuration");
}

/* Reads one message. Returns: (transfer full) (nullable); @ret_open: whether the peer is there. */
static Message *
read_message(Hall *hall, int fd, gboolean *ret_open)
{
    const ssize_t size = recv(fd, hall->datagram, sizeof hall->datagram, 0);

    *ret_open = size > 0;
    return size > 0 ? message_decode(hall->datagram, (size_t)size, NULL) : NULL;
}

/* A connection says who it is, and gets its desk. */
static void
seat(Hall *hall, guint index)
{
    const int fd = hall->waiting[index];
    gboolean open = FALSE;
    g_autoptr(Message) message = read_message(hall, fd, &open);

    hall->waiting[index] = hall->waiting[--hall->n_waiting];
    for (guint i = 0; message != NULL && message->kind == MESSAGE_HELLO && i < hall->n_desks; i++) {
        if (!g_str_equal(hall->desks[i].input, message->hello.input_id) || hall->desks[i].fd >= 0)
            continue;
        hall->desks[i].fd = fd;
        configure(&hall->desks[i]);
        return;
    }
    close(fd);
}

static void
hear(Hall *hall, Desk *desk)
{
    gboolean open = FALSE;
    Message *message = read_message(hall, desk->fd, &open);

    if (!open) {
        close(desk->fd);
        desk->fd = -1;
    }
    if (message == NULL)
        return;
    desk->messages++;
    desk->thumbnails += message->kind == MESSAGE_THUMBNAIL;
    desk->edges += message->kind == MESSAGE_EDGE;
    if (message->kind == MESSAGE_REPORT && message->report.n_channels > 0) {
        message_free(desk->report);
        desk->report = g_steal_pointer(&message);
    }
    message_free(message);
}

static void
append_metrics(GString *json, const MetricValue *metrics, size_t n_metrics)
{
    for (size_t i = 0; i < n_metrics; i++) {
        const MetricInfo *info = metric_info(metrics[i].metric);
        char number[G_ASCII_DTOSTR_BUF_SIZE];

        if (info != NULL)
            g_string_append_printf(json, ",\"%s\":%s", info->name,
                                   g_ascii_dtostr(number, sizeof number, metrics[i].value));
    }
}

static void
append_faults(GString *json, const ChannelReport *channel)
{
    const char *comma = "";

    g_string_append(json, ",\"faults\":[");
    for (size_t i = 0; i < channel->n_faults; i++) {
        const FaultInfo *info = fault_info(channel->faults[i].fault);

        if (!channel->faults[i].active || info == NULL)
            continue;
        g_string_append_printf(json, "%s\"%s\"", comma, info->name);
        comma = ",";
    }
    g_string_append_c(json, ']');
}

static void
print_all(const Hall *hall)
{
    g_autoptr(GString) json = g_string_new("{");

    for (guint i = 0; i < hall->n_desks; i++) {
        const Desk *desk = &hall->desks[i];

        g_string_append_printf(json,
                               "%s\"%s\":{\"messages\":%" G_GUINT64_FORMAT
                               ",\"thumbnails\":%" G_GUINT64_FORMAT ",\"edges\":%" G_GUINT64_FORMAT
                               ",\"connected\":%s",
                               i > 0 ? "," : "", desk->input, desk->messages, desk->thumbnails,
                               desk->edges, desk->fd >= 0 ? "true" : "false");
        if (desk->report != NULL) {
            const MessageReport *report = &desk->report->report;

            append_metrics(json, report->metrics, report->n_metrics);
            append_metrics(json, report->channels[0].metrics, report->channels[0].n_metrics);
            append_faults(json, &report->channels[0]);
        }
        g_string_append_c(json, '}');
    }
    printf("%s}\n", json->str);
    (void)fflush(stdout);
}

/* One round of waiting. Returns whether standard input is still there. */
static gboolean
serve(Hall *hall)
{
    struct pollfd polled[2 + 2 * DESKS_MAX] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                               {.fd = hall->listener, .events = POLLIN}};
    const guint n_waiting = hall->n_waiting;
    char line[64];

    for (guint i = 0; i < hall->n_desks; i++)
        polled[2 + i] = (struct pollfd){.fd = hall->desks[i].fd, .events = POLLIN};
    for (guint i = 0; i < n_waiting; i++)
        polled[2 + hall->n_desks + i] = (struct pollfd){.fd = hall->waiting[i], .events = POLLIN};
    if (poll(polled, 2 + hall->n_desks + n_waiting, -1) < 0)
        die("waiting");
    for (guint i = 0; i < hall->n_desks; i++) {
        if (polled[2 + i].revents != 0)
            hear(hall, &hall->desks[i]);
    }
    for (guint i = n_waiting; i-- > 0;) {
        if (polled[2 + hall->n_desks + i].revents != 0)
            seat(hall, i);
    }
    if (polled[1].revents != 0 && hall->n_waiting < DESKS_MAX)
        hall->waiting[hall->n_waiting++] = accept(hall->listener, NULL, NULL);
    if (polled[0].revents == 0)
        return TRUE;
    if (fgets(line, sizeof line, stdin) == NULL)
        return FALSE;
    print_all(hall);
    return TRUE;
}

int
main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: density-desk SOCKET PLAN\n");
        return 2;
    }
    Hall *hall = g_new0(Hall, 1);

    read_plan(hall, argv[2]);
    hall->listener = listen_on(argv[1]);
    while (serve(hall))
        ;
    for (guint i = 0; i < hall->n_desks; i++) {
        message_free(hall->desks[i].report);
        g_free(hall->desks[i].input);
        g_free(hall->desks[i].address);
    }
    g_free(hall);
    return 0;
}
