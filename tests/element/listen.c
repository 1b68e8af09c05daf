/* gantryd's side of the worker socket, for hands and eyes: sends a configuration, prints what
 * comes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"

static int
listen_on(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    (void)unlink(path);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1) != 0) {
        perror(path);
        exit(2);
    }
    return fd;
}

/* @text: a fingerprint in hexadecimal digits, as gantry-probe --slate prints it. */
static bool
read_slate(const char *text, SlateConfig *ret_slate)
{
    ret_slate->name = (char *)"slate";
    for (size_t i = 0; i < sizeof ret_slate->fingerprint; i++) {
        const int high = g_ascii_xdigit_value(text[2 * i]);
        const int low = high < 0 ? -1 : g_ascii_xdigit_value(text[2 * i + 1]);

        if (low < 0)
            return false;
        ret_slate->fingerprint[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void
send_config(int fd, char **argv, int n_services)
{
    ServiceConfig services[16] = {0};
    const char *depth = g_getenv("DEPTH");
    const char *interface = g_getenv("INTERFACE");
    const char *buffer = g_getenv("RECEIVE_BUFFER");
    const char *digits = g_getenv("SLATE");
    SlateConfig slate = {0};
    guint64 receive_buffer = 4u << 20;

    if (buffer != NULL)
        (void)g_ascii_string_to_unsigned(buffer, 10, 0, UINT32_MAX, &receive_buffer, NULL);
    const Message message = {
        .kind = MESSAGE_CONFIG,
        .sequence = 1,
        .config = {.input_id = argv[2],
                   .address = argv[3],
                   .interface = (char *)(interface != NULL ? interface : ""),
                   .receive_buffer = (uint32_t)receive_buffer,
                   .thumbnail_period_ms = 1000,
                   .cpu_set = (char *)"",
                   .slates = &slate,
                   .n_slates = digits != NULL && read_slate(digits, &slate),
                   .services = services,
                   .n_services = (size_t)MAX(n_services, 1)},
    };
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < MAX(n_services, 1); i++) {
        guint64 id = 0;

        if (n_services > 0)
            g_ascii_string_to_unsigned(argv[4 + i], 10, 0, 65535, &id, NULL);
        services[i].channel_id = g_strdup_printf("channel-%d", i);
        services[i].service_id = (uint16_t)id;
        services[i].depth = (uint8_t)(depth != NULL ? depth[0] - '0' : DEPTH_KEY_EVERY_4_S);
    }
    g_autoptr(GBytes) datagram = message_encode(&message, &error);

    if (datagram == NULL ||
        send(fd, g_bytes_get_data(datagram, NULL), g_bytes_get_size(datagram), MSG_NOSIGNAL) < 0)
        printf("configuration not sent: %s\n", error != NULL ? error->message : "socket");
}

static void
print_audio(const AudioReport *audio)
{
    printf("\n    audio %u %s %s |", audio->pid, audio->language, audio->format);
    for (size_t i = 0; i < audio->n_metrics; i++)
        printf(" %s=%.6g", metric_info(audio->metrics[i].metric)->name, audio->metrics[i].value);
    printf(" | faults:");
    for (size_t i = 0; i < audio->n_faults; i++)
        printf(" %s%s", audio->faults[i].active ? "!" : "",
               fault_info(audio->faults[i].fault)->name);
}

static void
print_channel(const ChannelReport *channel)
{
    printf("  %s service %u \"%s\" | %s | %s | depth %u\n   ", channel->channel_id,
           channel->service_id, channel->service_name, channel->video, channel->audio,
           channel->depth);
    for (size_t i = 0; i < channel->n_metrics; i++)
        printf(" %s=%.6g", metric_info(channel->metrics[i].metric)->name,
               channel->metrics[i].value);
    printf("\n    faults:");
    for (size_t i = 0; i < channel->n_faults; i++)
        printf(" %s%s", channel->faults[i].active ? "!" : "",
               fault_info(channel->faults[i].fault)->name);
    for (size_t i = 0; i < channel->n_audios; i++)
        print_audio(&channel->audios[i]);
    printf("\n    pids:");
    for (size_t i = 0; i < channel->n_pids; i++)
        printf(" %u(%02x):%u", channel->pids[i].pid, channel->pids[i].stream_type,
               channel->pids[i].bitrate_bps);
    printf("\n");
}

static void
print_report(const MessageReport *report)
{
    printf("report");
    for (size_t i = 0; i < report->n_metrics; i++)
        printf(" %s=%.6g", metric_info(report->metrics[i].metric)->name, report->metrics[i].value);
    printf("\n");
    for (size_t i = 0; i < report->n_channels; i++)
        print_channel(&report->channels[i]);
}

static void
keep_thumbnail(const MessageThumbnail *thumbnail)
{
    g_autofree char *name = g_strdup_printf("%s-%u.jpg", thumbnail->channel_id, thumbnail->width);

    printf("thumbnail %s %ux%u %zu bytes captured %.3f pts %" PRIu64 "\n", thumbnail->channel_id,
           thumbnail->width, thumbnail->height, thumbnail->jpeg_size,
           (double)thumbnail->captured_us / 1e6, thumbnail->pts);
    (void)g_file_set_contents(name, (const char *)thumbnail->jpeg, (gssize)thumbnail->jpeg_size,
                              NULL);
}

static void
print_message(const Message *message)
{
    const MessageLevels *levels = &message->levels;

    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        printf("hello %s pid %u build %s\n", message->hello.input_id, message->hello.pid,
               message->hello.build);
        break;
    case MESSAGE_EDGE:
        printf("edge %s %s%s since %.3f value %g\n", message->edge.channel_id,
               message->edge.state.active ? "!" : "", fault_info(message->edge.state.fault)->name,
               (double)message->edge.state.since_us / 1e6, message->edge.state.value);
        break;
    case MESSAGE_REPORT:
        print_report(&message->report);
        break;
    case MESSAGE_THUMBNAIL:
        keep_thumbnail(&message->thumbnail);
        break;
    case MESSAGE_BYE:
        printf("bye: %s\n", message->bye.reason);
        break;
    case MESSAGE_LEVELS:
        if (g_getenv("LEVELS") != NULL)
            printf("levels %s pid %u %.1f %.1f\n", levels->channel_id, levels->pid,
                   (double)levels->peak_dbfs[0], (double)levels->rms_dbfs[0]);
        break;
    case MESSAGE_FINDING:
        printf("finding %s: %s\n", wire_finding_name(message->finding.finding),
               message->finding.text);
        break;
    case MESSAGE_NOTES:
        for (size_t i = 0; i < message->notes.n_notes; i++)
            printf("note %s %s: %s\n", message->notes.channel_id,
                   note_kind_name(message->notes.notes[i].kind), message->notes.notes[i].text);
        break;
    case MESSAGE_EVIDENCE:
        printf("evidence %s %s (%s): %s\n", message->evidence.channel_id,
               fault_info(message->evidence.fault)->name,
               cause_scope_name((CauseScope)message->evidence.cause), message->evidence.text);
        break;
    case MESSAGE_STRUCTURE:
        printf("structure %s: %zu services, %zu components, %zu tables, %zu histograms\n",
               message->structure.channel_id, message->structure.n_services,
               message->structure.n_components, message->structure.n_tables,
               message->structure.n_histograms);
        break;
    case MESSAGE_CONFIG:
    case MESSAGE_DEPTH:
    case MESSAGE_SHOT:
        break;
    }
}

static void
serve(int fd)
{
    static uint8_t bytes[MESSAGE_MAX_BYTES]; /* lint: allow global, because it is a hand tool */
    struct timespec now;

    for (;;) {
        const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        g_autoptr(GError) error = NULL;

        if (size <= 0)
            return;
        g_autoptr(Message) message = message_decode(bytes, (size_t)size, &error);

        clock_gettime(CLOCK_BOOTTIME, &now);
        if (message == NULL || message->kind != MESSAGE_LEVELS || g_getenv("LEVELS") != NULL)
            printf("[%ld.%03ld] ", now.tv_sec, now.tv_nsec / 1000000);
        if (message != NULL)
            print_message(message);
        else
            printf("refused: %s\n", error->message);
        (void)fflush(stdout);
    }
}

int
main(int argc, char **argv)
{
    if (argc < 4 || argc > 20) {
        fprintf(stderr, "usage: listen SOCKET INPUT ADDRESS [SERVICE...]\n");
        return 2;
    }
    const int listener = listen_on(argv[1]);

    for (;;) {
        const int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            return 1;
        printf("connected\n");
        send_config(fd, argv, argc - 4);
        serve(fd);
        printf("connection lost\n");
        close(fd);
    }
}
