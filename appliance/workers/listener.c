/* Accepting workers: every connection is checked, counted and given two seconds to say who it is.
 */
#include "appliance/workers/listener.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define MAX_PER_TURN 32u /* connections accepted before others have their turn */
#define BACKLOG      128

struct _GantryListener {
    GObject parent;

    int fd;
    char *path; /* (nullable): until it is bound */
    GMainContext *context;
    GSource *acceptor; /* (nullable): %NULL while accepting rests */
    GSource *retry;    /* (nullable): until accepting goes on */
    ChannelWorkerClock clock;
    uid_t uids[LISTENER_MAX_UIDS];
    size_t n_uids;
    GHashTable *alive;   /* GantryChannelWorker, weak: those that count as connections */
    GHashTable *pending; /* GantryChannelWorker (transfer full): GSource of its deadline */
    uint64_t refused;
    MonoUs told_us; /* when ::refused was emitted last */
};

G_DEFINE_TYPE(GantryListener, gantry_listener, G_TYPE_OBJECT)

enum { SIGNAL_CONNECTED, SIGNAL_REFUSED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean on_connection(int fd, GIOCondition condition, gpointer user_data);

static void
drop_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

static void
free_deadline(gpointer source)
{
    g_source_destroy(source);
    g_source_unref(source);
}

static void G_GNUC_PRINTF(2, 3) refuse(GantryListener *self, const char *format, ...)
{
    const MonoUs now_us = self->clock();
    va_list arguments;

    self->refused++;
    if (self->told_us != 0 && now_us - self->told_us < US_PER_SECOND)
        return;
    self->told_us = now_us;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_signal_emit(self, signals[SIGNAL_REFUSED], 0, text);
}

static void
on_gone(gpointer user_data, GObject *worker)
{
    GantryListener *self = user_data;

    g_hash_table_remove(self->alive, worker);
}

/* Takes @worker out of the count. */
static void
forget(GantryListener *self, GantryChannelWorker *worker)
{
    if (g_hash_table_remove(self->alive, worker))
        g_object_weak_unref(G_OBJECT(worker), on_gone, self);
}

static void
on_lost(GantryChannelWorker *worker, const GError *error, GantryListener *self)
{
    g_autoptr(GantryChannelWorker) keep = g_object_ref(worker);

    forget(self, worker);
    if (g_hash_table_remove(self->pending, worker))
        refuse(self, "process %u was let go before its Hello: %s",
               gantry_channel_worker_get_pid(worker), error->message);
}

static void
on_hello(GantryChannelWorker *worker, GantryListener *self)
{
    g_autoptr(GantryChannelWorker) keep = g_object_ref(worker);

    g_hash_table_remove(self->pending, worker);
    g_signal_emit(self, signals[SIGNAL_CONNECTED], 0, worker);
}

static gboolean
on_deadline(gpointer user_data)
{
    gantry_channel_worker_close(user_data, "no Hello within 2 s");
    return G_SOURCE_REMOVE;
}

static void
admit(GantryListener *self, int fd)
{
    GantryChannelWorker *worker = gantry_channel_worker_new(fd, self->clock);
    GSource *deadline = g_timeout_source_new((guint)(LISTENER_HELLO_US / US_PER_MS));

    g_source_set_callback(deadline, on_deadline, worker, NULL);
    g_source_attach(deadline, self->context);
    g_signal_connect_object(worker, "hello", G_CALLBACK(on_hello), self, 0);
    g_signal_connect_object(worker, "lost", G_CALLBACK(on_lost), self, 0);
    g_hash_table_add(self->alive, worker);
    g_object_weak_ref(G_OBJECT(worker), on_gone, self);
    g_hash_table_insert(self->pending, worker, deadline);
}

static bool
is_welcome(GantryListener *self, uid_t uid)
{
    for (size_t i = 0; i < self->n_uids; i++) {
        if (self->uids[i] == uid)
            return true;
    }
    return false;
}

static void
check_and_admit(GantryListener *self, int fd)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    const bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;

    if (!known || !is_welcome(self, peer.uid)) {
        refuse(self, "process %d of user %u may not be a worker here", (int)peer.pid,
               (unsigned)peer.uid);
        close(fd);
    } else if (g_hash_table_size(self->alive) >= LISTENER_MAX_CONNECTIONS) {
        refuse(self, "process %d: %u workers are connected already", (int)peer.pid,
               LISTENER_MAX_CONNECTIONS);
        close(fd);
    } else {
        admit(self, fd);
    }
}

static void
accept_again(GantryListener *self)
{
    self->acceptor = g_unix_fd_source_new(self->fd, G_IO_IN);
    g_source_set_callback(self->acceptor, G_SOURCE_FUNC(on_connection), self, NULL);
    g_source_attach(self->acceptor, self->context);
}

static gboolean
on_retry(gpointer user_data)
{
    GantryListener *self = user_data;

    drop_source(&self->retry);
    accept_again(self);
    return G_SOURCE_REMOVE;
}

/* Out of descriptors or memory: the connection stays in the backlog, and asking again at once would
 * only burn the CPU. */
static void
rest(GantryListener *self, int why)
{
    refuse(self, "accepting a worker: %s; trying again", g_strerror(why));
    drop_source(&self->acceptor);
    self->retry = g_timeout_source_new(LISTENER_RETRY_MS);
    g_source_set_callback(self->retry, on_retry, self, NULL);
    g_source_attach(self->retry, self->context);
}

static gboolean
on_connection(int fd, GIOCondition condition, gpointer user_data)
{
    g_autoptr(GantryListener) self = g_object_ref(user_data);

    for (unsigned i = 0; i < MAX_PER_TURN; i++) {
        const int accepted = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (accepted >= 0) {
            check_and_admit(self, accepted);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            rest(self, errno);
            break;
        }
    }
    return self->acceptor != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static bool
fail(GError **error, int code, const char *path, const char *why)
{
    g_set_error(error, GANTRY_ERROR, code, "socket %s: %s", path, why);
    return false;
}

/* Removes a socket file on which nobody listens any more. */
static bool
clear_stale(const char *path, const struct sockaddr_un *address, GError **error)
{
    const int probe = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat status;

    if (probe < 0)
        return fail(error, GANTRY_ERROR_UNAVAILABLE, path, g_strerror(errno));
    const bool answers =
        connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN;

    close(probe);
    if (answers)
        return fail(error, GANTRY_ERROR_CONFLICT, path, "somebody listens there already");
    if (lstat(path, &status) != 0)
        return true;
    if (!S_ISSOCK(status.st_mode))
        return fail(error, GANTRY_ERROR_CONFLICT, path, "there is a file that is no socket");
    (void)g_unlink(path);
    return true;
}

static bool
listen_at(GantryListener *self, const ListenerOptions *options, GError **error)
{
    const mode_t mode = options->mode != 0 ? (mode_t)options->mode : 0600;
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(options->path) >= sizeof address.sun_path)
        return fail(error, GANTRY_ERROR_UNAVAILABLE, options->path, "path too long for a socket");
    g_strlcpy(address.sun_path, options->path, sizeof address.sun_path);
    if (!clear_stale(options->path, &address, error))
        return false;
    self->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode set before is the one the file is made with: there is no moment of a wider one. */
    if (self->fd < 0 || fchmod(self->fd, mode) != 0 ||
        bind(self->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        return fail(error, GANTRY_ERROR_UNAVAILABLE, options->path, g_strerror(errno));
    self->path = g_strdup(options->path);
    if (chmod(options->path, mode) != 0 || listen(self->fd, BACKLOG) != 0)
        return fail(error, GANTRY_ERROR_UNAVAILABLE, options->path, g_strerror(errno));
    return true;
}

GantryListener *
gantry_listener_new(const ListenerOptions *options, GError **error)
{
    g_return_val_if_fail(options != NULL && options->path != NULL, NULL);
    g_return_val_if_fail(options->n_uids <= LISTENER_MAX_UIDS, NULL);

    g_autoptr(GantryListener) self = g_object_new(GANTRY_TYPE_LISTENER, NULL);

    self->clock = options->clock != NULL ? options->clock : boot_now_us;
    self->uids[0] = geteuid();
    self->n_uids = MAX(options->n_uids, 1);
    for (size_t i = 0; i < options->n_uids; i++)
        self->uids[i] = options->uids[i];
    if (!listen_at(self, options, error))
        return NULL;
    accept_again(self);
    return g_steal_pointer(&self);
}

unsigned
gantry_listener_get_connections(GantryListener *self)
{
    return g_hash_table_size(self->alive);
}

uint64_t
gantry_listener_get_refused(GantryListener *self)
{
    return self->refused;
}

static void
gantry_listener_dispose(GObject *object)
{
    GantryListener *self = GANTRY_LISTENER(object);
    g_autoptr(GList) alive = g_hash_table_get_keys(self->alive);

    drop_source(&self->acceptor);
    drop_source(&self->retry);
    for (GList *at = alive; at != NULL; at = at->next)
        forget(self, at->data);
    g_hash_table_remove_all(self->pending);
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    if (self->path != NULL)
        (void)g_unlink(self->path);
    g_clear_pointer(&self->path, g_free);
    G_OBJECT_CLASS(gantry_listener_parent_class)->dispose(object);
}

static void
gantry_listener_finalize(GObject *object)
{
    GantryListener *self = GANTRY_LISTENER(object);

    g_hash_table_unref(self->alive);
    g_hash_table_unref(self->pending);
    g_main_context_unref(self->context);
    G_OBJECT_CLASS(gantry_listener_parent_class)->finalize(object);
}

static void
gantry_listener_init(GantryListener *self)
{
    self->fd = -1;
    self->context = g_main_context_ref_thread_default();
    self->alive = g_hash_table_new(NULL, NULL);
    self->pending = g_hash_table_new_full(NULL, NULL, g_object_unref, free_deadline);
}

static void
gantry_listener_class_init(GantryListenerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = gantry_listener_dispose;
    object_class->finalize = gantry_listener_finalize;
    signals[SIGNAL_CONNECTED] =
        g_signal_new("connected", GANTRY_TYPE_LISTENER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 1, GANTRY_TYPE_CHANNEL_WORKER);
    signals[SIGNAL_REFUSED] = g_signal_new("refused", GANTRY_TYPE_LISTENER, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}
