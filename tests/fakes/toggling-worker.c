/* A worker that measures nothing and says what a test wants: it speaks the worker socket's contract
 * as gantry-channel does, and toggles faults of its channels by a plan.
 *
 *   toggling-worker --input ID --socket PATH --state FOLDER   as gantryd starts it
 *   GANTRY_TOGGLES=FILE   when it appears, it holds: the boot time of the first toggle and the
 *                         distance between two, in microseconds, and how many each worker does
 *
 * Toggle n concerns alarm n * STRIDE of the channels' faults in turn: all are raised, then all are
 * cleared, and so on. At the end the final states are appended to FILE.truth, a line of JSON each.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"

#define MAX_CHANNELS REPORT_PART_CHANNELS
#define TURN_MS      20
#define STRIDE       29u
#define N_FAULTS     G_N_ELEMENTS(faults)

/* None of them masks another. */
static const FaultId faults[] = {
    FAULT_SECOND_SOURCE,        FAULT_PCR_REPETITION, FAULT_TABLE_CRC,
    FAULT_PCR_ACCURACY,         FAULT_PTS_REPETITION, FAULT_CAT_MISSING,
    FAULT_SI_REPETITION,        FAULT_COLOUR_BARS,    FAULT_SLATE_SHOWN,
    FAULT_PICTURE_UNDECODABLE,  FAULT_FRAME_RATE,     FAULT_SOUND_PHASE,
    FAULT_SOUND_CLIPPING,       FAULT_TRUE_PEAK,      FAULT_LIP_SYNC,
    FAULT_AUDIO_STREAM_MISSING,
};

typedef struct {
    const char *input;
    int fd;
    uint64_t sequence;
    size_t n_channels;
    char *channels[MAX_CHANNELS];
    FaultState states[MAX_CHANNELS][N_FAULTS];
    int64_t first_us; /* of the toggles; 0: none are asked for yet */
    int64_t every_us;
    unsigned wanted;
    unsigned done;
    int64_t report_us; /* when the next one is due */
    double packets;
} Worker;

static int64_t
boot_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
say(Worker *worker, Message *message)
{
    message->sequence = ++worker->sequence;
    g_autoptr(GBytes) datagram = message_encode(message, NULL);
    gsize size = 0;
    const void *bytes = g_bytes_get_data(datagram, &size);

    if (send(worker->fd, bytes, size, MSG_NOSIGNAL) < 0)
        exit(1);
}

static bool
connect_to(Worker *worker, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    Message hello = {.kind = MESSAGE_HELLO,
                     .hello = {.version = CONTRACT_VERSION,
                               .input_id = (char *)worker->input,
                               .pid = (uint32_t)getpid(),
                               .build = (char *)"toggling",
                               .started_us = boot_us()}};

    worker->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (connect(worker->fd, (struct sockaddr *)&address, sizeof address) != 0)
        return false;
    say(worker, &hello);
    return true;
}

static void
take_config(Worker *worker, const MessageConfig *config)
{
    if (worker->n_channels > 0)
        return;
    worker->n_channels = MIN(config->n_services, MAX_CHANNELS);
    for (size_t i = 0; i < worker->n_channels; i++) {
        worker->channels[i] = g_strdup(config->services[i].channel_id);
        for (size_t k = 0; k < N_FAULTS; k++)
            worker->states[i][k] =
                (FaultState){.fault = (uint16_t)faults[k], .since_us = boot_us()};
    }
}

static void
listen_once(Worker *worker)
{
    struct pollfd wait = {.fd = worker->fd, .events = POLLIN};
    uint8_t bytes[MESSAGE_MAX_BYTES];

    if (poll(&wait, 1, TURN_MS) <= 0)
        return;
    const ssize_t size = recv(worker->fd, bytes, sizeof bytes, 0);

    if (size <= 0)
        exit(0); /* gantryd has ended */
    g_autoptr(Message) message = message_decode(bytes, (size_t)size, NULL);

    if (message != NULL && message->kind == MESSAGE_CONFIG)
        take_config(worker, &message->config);
}

static void
report(Worker *worker, int64_t now_us)
{
    MetricValue input = {METRIC_PACKETS, worker->packets += 500};
    MetricValue rate = {METRIC_BITRATE, 8e6};
    ChannelReport channels[MAX_CHANNELS];

    for (size_t i = 0; i < worker->n_channels; i++)
        channels[i] = (ChannelReport){.channel_id = worker->channels[i],
                                      .metrics = &rate,
                                      .n_metrics = 1,
                                      .faults = worker->states[i],
                                      .n_faults = N_FAULTS};
    Message message = {.kind = MESSAGE_REPORT,
                       .report = {.at_us = now_us,
                                  .metrics = &input,
                                  .n_metrics = 1,
                                  .channels = channels,
                                  .n_channels = worker->n_channels}};

    say(worker, &message);
}

static void
toggle(Worker *worker, int64_t now_us)
{
    const size_t n = worker->n_channels * N_FAULTS, at = worker->done++ * STRIDE % n;
    FaultState *state = &worker->states[at / N_FAULTS][at % N_FAULTS];

    state->active = !state->active;
    state->since_us = now_us;
    Message message = {
        .kind = MESSAGE_EDGE,
        .edge = {.channel_id = worker->channels[at / N_FAULTS], .state = *state},
    };

    say(worker, &message);
}

static void
write_truth(const Worker *worker, const char *file)
{
    g_autofree char *path = g_strconcat(file, ".truth", NULL);
    g_autoptr(GString) lines = g_string_new(NULL);
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    for (size_t i = 0; i < worker->n_channels; i++)
        for (size_t k = 0; k < N_FAULTS; k++)
            g_string_append_printf(lines,
                                   "{\"channel\": \"%s\", \"fault\": \"%s\", \"active\": %s}\n",
                                   worker->channels[i], fault_info(faults[k])->name,
                                   worker->states[i][k].active ? "true" : "false");
    if (fd < 0 || write(fd, lines->str, lines->len) != (ssize_t)lines->len)
        exit(1);
    close(fd);
}

static void
look_for_plan(Worker *worker, const char *file)
{
    g_autofree char *text = NULL;

    /* The box's own channel is watched by no plan. */
    if (g_str_has_prefix(worker->input, "gantry-"))
        return;
    if (worker->first_us == 0 && g_file_get_contents(file, &text, NULL, NULL) &&
        sscanf(text, "%" SCNd64 " %" SCNd64 " %u", &worker->first_us, &worker->every_us,
               &worker->wanted) != 3)
        worker->first_us = 0;
}

/* What is due: a report each second, toggles of the plan, at the end the truth. */
static void
turn(Worker *worker, const char *file)
{
    const int64_t now_us = boot_us();

    if (worker->n_channels == 0)
        return;
    if (now_us >= worker->report_us) {
        report(worker, now_us);
        worker->report_us = now_us + 1000000;
        look_for_plan(worker, file);
    }
    if (worker->first_us == 0 || worker->done >= worker->wanted)
        return;
    while (worker->done < worker->wanted &&
           worker->first_us + worker->done * worker->every_us <= now_us)
        toggle(worker, now_us);
    if (worker->done == worker->wanted)
        write_truth(worker, file);
}

int
main(int argc, char **argv)
{
    const char *file = getenv("GANTRY_TOGGLES"), *socket_path = NULL;
    Worker worker = {0};

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--input") == 0)
            worker.input = argv[i + 1];
        else if (strcmp(argv[i], "--socket") == 0)
            socket_path = argv[i + 1];
    }
    if (worker.input == NULL || socket_path == NULL || file == NULL ||
        !connect_to(&worker, socket_path)) {
        fprintf(stderr, "toggling-worker: --input, --socket, GANTRY_TOGGLES and a gantryd that "
                        "listens are needed\n");
        return 1;
    }
    for (;;) {
        listen_once(&worker);
        turn(&worker, file);
    }
}
