/* The worker's own socket, read with a time limit. */
#include "pipelines/probe/live-source.h"

#include <gio/gio.h>
#include <time.h>

#include "pipelines/base/stream-address.h"
#include "pipelines/elements/udp-socket.h"

#define DATAGRAM_MAX 65536u
#define BUFFER       (4u * 1024u * 1024u)

static MonoUs
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_BOOTTIME, &time);
    return (MonoUs)time.tv_sec * US_PER_SECOND + time.tv_nsec / 1000;
}

static GSocket *
open_socket(const char *url, const char *interface, GError **error)
{
    UdpSocketSettings settings = {.receive_buffer = BUFFER};
    uint32_t granted = 0;

    g_strlcpy(settings.interface, interface, sizeof settings.interface);
    if (!stream_address_parse(url, &settings.address, error))
        return NULL;
    const int fd = udp_socket_open(&settings, &granted, error);

    return fd >= 0 ? g_socket_new_from_fd(fd, error) : NULL;
}

bool
live_source_run(ProbeSession *session, const char *url, const char *interface, GError **error)
{
    g_autoptr(GSocket) socket = open_socket(url, interface, error);
    g_autofree guint8 *datagram = g_malloc(DATAGRAM_MAX);
    const MonoUs start_us = now();
    const MonoUs end_us = start_us + (MonoUs)(session->seconds * (double)US_PER_SECOND);

    if (!socket)
        return false;
    session->live = true;
    session->clock_known = true;
    for (MonoUs now_us = start_us; now_us < end_us; now_us = now()) {
        if (!g_socket_condition_timed_wait(socket, G_IO_IN, end_us - now_us, NULL, NULL))
            continue;
        const gssize size = g_socket_receive(socket, (char *)datagram, DATAGRAM_MAX, NULL, NULL);

        if (size > 0)
            probe_session_datagram(session, datagram, (gsize)size, now());
    }
    probe_session_finish(session);
    return probe_session_check(session, error);
}
