/* One socket, one thread, a datagram every 25 ms. */
#include "appliance/supervisor/probe-sender.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "appliance/supervisor/probe-stream.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

struct ProbeSender {
    int fd;
    uint16_t port;
    GThread *thread; /* owned */
    GMutex lock;     /* guards what follows */
    bool sending;
    bool stopping;
    MonoUs last_us;
};

static struct sockaddr_in
loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

/* A port that nobody has now. Returns: 0: none */
static uint16_t
free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return 0;
    if (bind(fd, (const struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        address.sin_port = 0;
    close(fd);
    return ntohs(address.sin_port);
}

static void
send_one(ProbeSender *sender, ProbeStream *stream)
{
    uint8_t datagram[PROBE_STREAM_DATAGRAM];

    probe_stream_next(stream, datagram);
    g_mutex_lock(&sender->lock);
    /* Nobody may listen yet: that is what the probe is to find out. */
    if (sender->sending && send(sender->fd, datagram, sizeof datagram, MSG_DONTWAIT) > 0)
        sender->last_us = boot_now_us();
    g_mutex_unlock(&sender->lock);
}

static bool
is_stopping(ProbeSender *sender)
{
    g_mutex_lock(&sender->lock);
    const bool stopping = sender->stopping;

    g_mutex_unlock(&sender->lock);
    return stopping;
}

static gpointer
run(gpointer data)
{
    ProbeSender *sender = data;
    const struct timespec pause = {0, PROBE_STREAM_EVERY_US * 1000};
    ProbeStream stream = {0};

    while (!is_stopping(sender)) {
        send_one(sender, &stream);
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    }
    return NULL;
}

ProbeSender *
probe_sender_new(GError **error)
{
    const uint16_t port = free_port();
    const struct sockaddr_in address = loopback(port);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (port == 0 || fd < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "the self-probe has no socket: %s", g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    ProbeSender *sender = g_new0(ProbeSender, 1);

    sender->fd = fd;
    sender->port = port;
    sender->sending = true;
    g_mutex_init(&sender->lock);
    sender->thread = g_thread_new("probe-sender", run, sender);
    return sender;
}

void
probe_sender_free(ProbeSender *sender)
{
    if (sender == NULL)
        return;
    g_mutex_lock(&sender->lock);
    sender->stopping = true;
    g_mutex_unlock(&sender->lock);
    g_thread_join(sender->thread);
    close(sender->fd);
    g_mutex_clear(&sender->lock);
    g_free(sender);
}

uint16_t
probe_sender_get_port(const ProbeSender *sender)
{
    return sender->port;
}

void
probe_sender_set_sending(ProbeSender *sender, bool sending)
{
    g_mutex_lock(&sender->lock);
    sender->sending = sending;
    g_mutex_unlock(&sender->lock);
}

MonoUs
probe_sender_last_us(ProbeSender *sender)
{
    g_mutex_lock(&sender->lock);
    const MonoUs last_us = sender->last_us;

    g_mutex_unlock(&sender->lock);
    return last_us;
}
