/* The worker's own socket, read with a time limit. */
#include "pipelines/probe/live-source.h"

#include <gio/gio.h>

#include "pipelines/base/stream-address.h"
#include "pipelines/elements/udp-socket.h"

#define DATAGRAM_MAX 65536u
#define BATCH        256u /* datagrams between two looks at keys and clock */
#define BUFFER       (4u * 1024u * 1024u)

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

/* All that waits. */
static void
drain(ProbeSession *session, GSocket *socket, guint8 *datagram)
{
    gssize size;

    for (unsigned i = 0; i < BATCH; i++) {
        size = g_socket_receive(socket, (char *)datagram, DATAGRAM_MAX, NULL, NULL);
        if (size < 0)
            return;
        probe_session_datagram(session, datagram, (size_t)size, console_now_us());
    }
}

/* Returns: when something has to be done again */
static MonoUs
tick(ProbeSession *session, const LiveSettings *settings, MonoUs now_us)
{
    if (session->first_us > 0 && now_us - session->look_us >= PROBE_LOOK_US)
        probe_session_look(session, now_us);
    const MonoUs draw_us = settings->follow ? follow_tick(settings->follow, now_us) : US_NEVER;

    return MIN(now_us + PROBE_LOOK_US, draw_us);
}

static void
listen_to(ProbeSession *session, GSocket *socket, const LiveSettings *settings)
{
    g_autofree guint8 *datagram = g_malloc(DATAGRAM_MAX);
    const MonoUs start_us = console_now_us();
    const MonoUs end_us = session->seconds > 0
                              ? start_us + (MonoUs)(session->seconds * (double)US_PER_SECOND)
                              : US_NEVER;

    for (MonoUs now_us = start_us; now_us < end_us; now_us = console_now_us()) {
        const MonoUs until_us = MIN(tick(session, settings, now_us), end_us);

        switch (console_wait(settings->console, g_socket_get_fd(socket), until_us)) {
        case CONSOLE_QUIT:
            return;
        case CONSOLE_RESIZE:
            if (settings->follow)
                follow_draw(settings->follow, now_us);
            break;
        case CONSOLE_INPUT:
            drain(session, socket, datagram);
            break;
        case CONSOLE_TIME:
            break;
        }
    }
}

bool
live_source_run(ProbeSession *session,
                const char *url,
                const LiveSettings *settings,
                GError **error)
{
    g_autoptr(GSocket) socket = open_socket(url, settings->interface, error);

    if (!socket)
        return false;
    g_socket_set_blocking(socket, FALSE);
    session->live = true;
    session->clock_known = true;
    session->wall_offset_us = g_get_real_time() - console_now_us();
    listen_to(session, socket, settings);
    probe_session_finish(session);
    return probe_session_check(session, error);
}
