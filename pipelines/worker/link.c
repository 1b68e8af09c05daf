/* The socket, its queues and its back-off. */
#include "pipelines/worker/link.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/base/clock.h"
#include "pipelines/contract/codec.h"

#define RETRY_FIRST_MS   200u
#define RETRY_LONGEST_MS 2000u
#define SEND_BUFFER      (512 * 1024) /* bytes: a few thumbnails while gantryd is busy */
#define SEQUENCE_OFFSET  8            /* of the sequence number in a datagram, see message.h */
#define RECEIVED_A_TURN  16

typedef struct {
    char *slot;       /* owned; NULL for an edge */
    GBytes *datagram; /* owned; its sequence number is written when it is sent */
} Waiting;

struct WorkerLink {
    char *path;
    LinkCallbacks callbacks;
    int fd;            /* -1 while there is no connection */
    guint watch;       /* source id; 0: none */
    guint write_watch; /* source id; 0: none */
    guint retry;       /* source id; 0: none */
    guint retry_ms;
    Waiting *first;    /* owned; goes before all others; (nullable) */
    GQueue edges;      /* element-type Waiting* */
    GQueue latest;     /* element-type Waiting* */
    uint64_t sequence; /* of the last message sent or dropped */
    uint64_t dropped;
    uint64_t said;  /* messages made; their numbers in a recording, where none is missing */
    uint8_t *inbox; /* MESSAGE_MAX_BYTES; owned */
};

static void pump(WorkerLink *link);
static gboolean try_connect(gpointer user_data);

static void
waiting_free(gpointer data)
{
    Waiting *waiting = data;

    g_free(waiting->slot);
    g_bytes_unref(waiting->datagram);
    g_free(waiting);
}

static void
schedule(WorkerLink *link)
{
    if (link->retry != 0)
        return;
    link->retry = g_timeout_add(link->retry_ms, try_connect, link);
    link->retry_ms = MIN(link->retry_ms * 2, RETRY_LONGEST_MS);
}

static void
disconnect(WorkerLink *link)
{
    g_clear_handle_id(&link->watch, g_source_remove);
    g_clear_handle_id(&link->write_watch, g_source_remove);
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
}

static void
lose(WorkerLink *link)
{
    disconnect(link);
    schedule(link);
}

static gboolean
writable(gint fd, GIOCondition condition, gpointer user_data)
{
    WorkerLink *link = user_data;

    link->write_watch = 0;
    pump(link);
    return G_SOURCE_REMOVE;
}

/* Sends one datagram. Returns whether the next one may follow. */
static bool
send_one(WorkerLink *link, GBytes *datagram)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(datagram, &size);
    g_autofree uint8_t *copy = g_memdup2(data, size);
    const uint64_t sequence = GUINT64_TO_LE(link->sequence + 1);

    memcpy(copy + SEQUENCE_OFFSET, &sequence, sizeof sequence);
    if (send(link->fd, copy, size, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        link->sequence++;
        return true;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
        if (link->write_watch == 0)
            link->write_watch = g_unix_fd_add(link->fd, G_IO_OUT, writable, link);
        return false;
    }
    lose(link);
    return false;
}

static void
pump(WorkerLink *link)
{
    if (link->first != NULL && link->fd >= 0) {
        if (!send_one(link, link->first->datagram))
            return;
        g_clear_pointer(&link->first, waiting_free);
    }
    while (link->fd >= 0 && link->write_watch == 0) {
        GQueue *queue = !g_queue_is_empty(&link->edges) ? &link->edges : &link->latest;
        Waiting *waiting = g_queue_peek_head(queue);

        if (waiting == NULL || !send_one(link, waiting->datagram))
            return;
        waiting_free(g_queue_pop_head(queue));
    }
}

static gboolean
readable(gint fd, GIOCondition condition, gpointer user_data)
{
    WorkerLink *link = user_data;

    for (int i = 0; i < RECEIVED_A_TURN; i++) {
        const ssize_t size = recv(fd, link->inbox, MESSAGE_MAX_BYTES, MSG_DONTWAIT);

        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return G_SOURCE_CONTINUE;
        if (size <= 0) {
            link->watch = 0;
            lose(link);
            return G_SOURCE_REMOVE;
        }
        g_autoptr(Message) message = message_decode(link->inbox, (size_t)size, NULL);

        if (message != NULL)
            link->callbacks.received(message, link->callbacks.user_data);
        if (link->fd != fd)
            return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static bool
open_socket(WorkerLink *link)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int room = SEND_BUFFER;

    if (strlen(link->path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, link->path, strlen(link->path));
    link->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (link->fd < 0)
        return false;
    (void)setsockopt(link->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (connect(link->fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return true;
    disconnect(link);
    return false;
}

static gboolean
try_connect(gpointer user_data)
{
    WorkerLink *link = user_data;

    link->retry = 0;
    if (!open_socket(link)) {
        schedule(link);
        return G_SOURCE_REMOVE;
    }
    link->retry_ms = RETRY_FIRST_MS;
    link->watch = g_unix_fd_add(link->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable, link);
    link->callbacks.connected(link->callbacks.user_data);
    pump(link);
    return G_SOURCE_REMOVE;
}

WorkerLink *
worker_link_new(const char *path, const LinkCallbacks *callbacks)
{
    WorkerLink *link = g_new0(WorkerLink, 1);

    link->path = g_strdup(path);
    link->callbacks = *callbacks;
    link->fd = -1;
    link->retry_ms = RETRY_FIRST_MS;
    link->inbox = g_malloc(MESSAGE_MAX_BYTES);
    g_queue_init(&link->edges);
    g_queue_init(&link->latest);
    link->retry = g_idle_add(try_connect, link);
    return link;
}

void
worker_link_free(WorkerLink *link)
{
    if (link == NULL)
        return;
    disconnect(link);
    g_clear_handle_id(&link->retry, g_source_remove);
    g_clear_pointer(&link->first, waiting_free);
    g_queue_clear_full(&link->edges, waiting_free);
    g_queue_clear_full(&link->latest, waiting_free);
    g_free(link->inbox);
    g_free(link->path);
    g_free(link);
}

bool
worker_link_is_connected(const WorkerLink *link)
{
    return link->fd >= 0;
}

uint64_t
worker_link_dropped(const WorkerLink *link)
{
    return link->dropped;
}

static void
drop(WorkerLink *link, Waiting *waiting)
{
    waiting_free(waiting);
    link->sequence++;
    link->dropped++;
}

static Waiting *
encode(WorkerLink *link, const char *slot, const Message *message)
{
    Message numbered = *message;
    GBytes *datagram = NULL;
    Waiting *waiting = NULL;

    numbered.sequence = ++link->said;
    datagram = message_encode(&numbered, NULL);
    if (datagram == NULL) {
        link->sequence++;
        link->dropped++;
        return NULL;
    }
    if (link->callbacks.encoded != NULL)
        link->callbacks.encoded(datagram, link->callbacks.user_data);
    waiting = g_new0(Waiting, 1);
    waiting->slot = g_strdup(slot);
    waiting->datagram = datagram;
    return waiting;
}

void
worker_link_send_first(WorkerLink *link, const Message *message)
{
    Waiting *waiting = encode(link, NULL, message);

    if (waiting == NULL)
        return;
    if (link->first != NULL)
        drop(link, link->first);
    link->first = waiting;
}

void
worker_link_send_edge(WorkerLink *link, const Message *message)
{
    Waiting *waiting = encode(link, NULL, message);

    if (waiting == NULL)
        return;
    if (g_queue_get_length(&link->edges) >= LINK_EDGES_MAX)
        drop(link, g_queue_pop_head(&link->edges));
    g_queue_push_tail(&link->edges, waiting);
    pump(link);
}

void
worker_link_send_latest(WorkerLink *link, const char *slot, const Message *message)
{
    Waiting *waiting = encode(link, slot, message);

    if (waiting == NULL)
        return;
    for (GList *at = link->latest.head; at != NULL; at = at->next) {
        if (g_str_equal(((Waiting *)at->data)->slot, slot)) {
            drop(link, at->data);
            at->data = waiting;
            return;
        }
    }
    g_queue_push_tail(&link->latest, waiting);
    pump(link);
}

void
worker_link_flush(WorkerLink *link)
{
    pump(link);
}
