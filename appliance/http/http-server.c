/* The thread, what lives on it, and the publishers that reach it from outside. */
#include "appliance/http/http-server.h"
#include "appliance/http/report-shelf.h"

#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/events/ack-link.h"
#include "appliance/http/app.h"
#include "appliance/http/connection.h"
#include "appliance/http/dispatch.h"
#include "appliance/http/gate.h"
#include "appliance/http/listener.h"
#include "pipelines/base/error.h"

/* Bytes that wait in the kernel for a slow client; more would be old news when they arrive. */
#define SEND_BUFFER (256 << 10)

struct GantryHttpServer {
    char **listen;
    uint16_t wanted_port;
    char *control_path;
    char *ui_dir;
    char *build;
    char *link_base;
    uint8_t *link_key; /* (nullable) */
    SessionLimits limits;
    HttpServerPorts ports; /* of the copies below */
    CommandPort commands;
    HistoryReader history;
    ReportReader reports;
    SessionStore sessions;
    JournalReader journal;
    SegmentReader segments;
    EvidenceReader evidence;
    PictureHistory pictures;

    Board *board;
    Codes *codes;
    GMutex status_lock; /* over @status */
    HttpServerStatus status;
    uint16_t port;
    gint events_due; /* atomic: a wake-up for events is on its way */

    HttpListener *listener; /* between start and stop; used by the thread alone */
    GMainContext *context;
    GMainLoop *loop;
    GThread *thread;
    SoupServer *soup; /* the thread's own, as those below */
    GSocket *far;     /* (nullable): of the pair in allow_keep_alive() */
    HttpApp *app;
};

static gboolean
take_events(gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;

    g_atomic_int_set(&self->events_due, 0);
    if (self->app != NULL)
        live_take_events(self->app->live);
    return G_SOURCE_REMOVE;
}

/* Any thread. */
static void
on_board_woken(gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;
    g_autoptr(GSource) source = NULL;

    if (!g_atomic_int_compare_and_exchange(&self->events_due, 0, 1))
        return;
    source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, take_events, self, NULL);
    g_source_attach(source, self->context);
}

/* The caller's port structs may be on its stack: only what their @self is must outlive the server.
 */
static void
copy_ports(GantryHttpServer *self, const HttpServerPorts *ports)
{
    self->commands = *ports->commands;
    self->ports.commands = &self->commands;
    if (ports->history != NULL) {
        self->history = *ports->history;
        self->ports.history = &self->history;
    }
    if (ports->reports != NULL) {
        self->reports = *ports->reports;
        self->ports.reports = &self->reports;
    }
    if (ports->sessions != NULL) {
        self->sessions = *ports->sessions;
        self->ports.sessions = &self->sessions;
    }
    if (ports->evidence != NULL) {
        self->evidence = *ports->evidence;
        self->ports.evidence = &self->evidence;
    }
    if (ports->journal != NULL) {
        self->journal = *ports->journal;
        self->ports.journal = &self->journal;
    }
    if (ports->segments != NULL) {
        self->segments = *ports->segments;
        self->ports.segments = &self->segments;
    }
    if (ports->pictures != NULL) {
        self->pictures = *ports->pictures;
        self->ports.pictures = &self->pictures;
    }
}

GantryHttpServer *
gantry_http_server_new(const HttpServerSettings *settings, const HttpServerPorts *ports)
{
    GantryHttpServer *self = g_new0(GantryHttpServer, 1);
    const ViewTime now = app_now();

    if (sodium_init() < 0) { /* no random numbers: nobody could log in safely */
        g_free(self);
        return NULL;
    }
    self->listen = g_strdupv((char **)settings->listen);
    self->wanted_port = settings->port;
    self->control_path = g_strdup(settings->control_path);
    self->ui_dir = g_strdup(settings->ui_dir);
    self->build = g_strdup(settings->build != NULL ? settings->build : "unknown");
    self->link_base = g_strdup(settings->link_base);
    self->link_key =
        g_memdup2(settings->link_key, settings->link_key != NULL ? ACK_LINK_KEY_BYTES : 0);
    self->limits = (SessionLimits){
        settings->session_idle_s != 0 ? settings->session_idle_s : SESSION_IDLE_S,
        settings->session_age_s != 0 ? settings->session_age_s : SESSION_AGE_MAX_S,
    };
    copy_ports(self, ports);
    self->context = g_main_context_new();
    self->codes = codes_new();
    g_mutex_init(&self->status_lock);
    /* Above what any earlier start has given out: fewer than 1,000 pictures a second. */
    self->board = board_new((uint64_t)(now.wall_us / US_PER_MS), on_board_woken, self);
    return self;
}

uint16_t
gantry_http_server_get_port(const GantryHttpServer *self)
{
    return self->port;
}

static void
count_connections(GantryHttpServer *self)
{
    const HttpListenerCounts *counts = http_listener_counts(self->listener);

    g_mutex_lock(&self->status_lock);
    self->status.connections = counts->open[0] + counts->open[1];
    self->status.refused = counts->refused;
    self->status.accept_errors = counts->accept_errors;
    self->status.streams = live_count(self->app->live);
    g_mutex_unlock(&self->status_lock);
}

typedef struct {
    GantryHttpServer *self; /* no-ref */
    char *address;
    bool control;
} ConnectionOwner;

static void
on_connection_closed(gpointer data)
{
    g_autofree ConnectionOwner *owner = (ConnectionOwner *)data;
    g_autofree char *address = owner->address;

    http_listener_closed(owner->self->listener, address, owner->control);
}

static void
on_connection_expired(gpointer data)
{
    const ConnectionOwner *owner = (const ConnectionOwner *)data;

    g_mutex_lock(&owner->self->status_lock);
    owner->self->status.cut++;
    g_mutex_unlock(&owner->self->status_lock);
}

static void
on_refused(gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;

    g_mutex_lock(&self->status_lock);
    self->status.cut++;
    g_mutex_unlock(&self->status_lock);
}

/* Root and the user that gantryd runs as. */
static bool
is_trusted_peer(GSocket *socket)
{
    g_autoptr(GCredentials) peer = g_socket_get_credentials(socket, NULL);
    const uid_t uid = peer != NULL ? g_credentials_get_unix_user(peer, NULL) : (uid_t)-1;

    return peer != NULL && (uid == 0 || uid == geteuid());
}

/* libsoup keeps the address that it is given and hands it back with every message; on the control
 * socket a made-up one, as libsoup expects an IP address there. */
static void
on_accepted(GSocket *accepted, const char *address, bool control, gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;
    g_autoptr(GSocket) socket = accepted;
    g_autoptr(GSocketConnection) stream = NULL;
    g_autoptr(GIOStream) gate = NULL;
    g_autoptr(GSocketAddress) remote = NULL;
    g_autoptr(GSocketAddress) local = NULL;
    HttpConnection *connection;
    ConnectionOwner *owner;

    if (control && !is_trusted_peer(socket)) {
        (void)g_socket_close(socket, NULL);
        http_listener_closed(self->listener, address, control);
        return;
    }
    g_socket_set_blocking(socket, FALSE);
    (void)g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
    if (!control) /* libsoup writes head and body apart: the body must not wait for an ACK */
        (void)g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    local = control ? NULL : g_socket_get_local_address(socket, NULL);
    remote = control ? NULL : g_socket_get_remote_address(socket, NULL);
    if (local == NULL || remote == NULL) {
        if (!control) { /* gone already */
            http_listener_closed(self->listener, address, control);
            return;
        }
        local = g_inet_socket_address_new_from_string("127.0.0.1", 0);
        remote = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    }
    owner = g_new0(ConnectionOwner, 1);
    *owner = (ConnectionOwner){self, g_strdup(address), control};
    stream = g_socket_connection_factory_create_connection(socket);
    gate = gate_new(G_IO_STREAM(stream), on_refused, self);
    connection = http_connection_attach(remote, socket, gate, control);
    connection->expired = on_connection_expired;
    connection->closed = on_connection_closed;
    connection->user_data = owner;
    http_connection_arm(connection, CONNECTION_HEADER_S);
    (void)soup_server_accept_iostream(self->soup, gate, local, remote, NULL);
}

static bool
is_known(const char *address, gpointer data)
{
    const GantryHttpServer *self = (const GantryHttpServer *)data;

    return self->app != NULL && known_addresses_has(self->app->known, address, app_now().mono_us);
}

static HttpApp *
app_new(GantryHttpServer *self)
{
    HttpApp *app = g_new0(HttpApp, 1);

    app->board = self->board;
    app->codes = self->codes;
    app->ports = self->ports;
    app->build = g_strdup(self->build);
    app->ui_dir = g_strdup(self->ui_dir);
    app->link_base = g_strdup(self->link_base);
    app->link_key = self->link_key;
    app->status = &self->status;
    app->status_lock = &self->status_lock;
    app->sessions = session_table_new(self->ports.sessions, self->limits);
    app->throttle = throttle_new();
    app->reports = report_shelf_new();
    app->rate = request_rate_new();
    app->known = known_addresses_new();
    app->idempotency = idempotency_new();
    app->start_id = randombytes_random();
    app->passwords = password_worker_new();
    app->disk = disk_pool_new();
    app->live = live_new(app);
    app->watched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return app;
}

static void
app_free(HttpApp *app)
{
    live_free(app->live);
    password_worker_free(app->passwords);
    disk_pool_free(app->disk);
    session_table_free(app->sessions);
    g_hash_table_unref(app->watched);
    throttle_free(app->throttle);
    report_shelf_free(app->reports);
    g_clear_pointer(&app->views, g_hash_table_unref);
    g_clear_pointer(&app->tokens, g_hash_table_unref);
    request_rate_free(app->rate);
    known_addresses_free(app->known);
    idempotency_free(app->idempotency);
    g_free(app->build);
    g_free(app->ui_dir);
    g_free(app->link_base);
    g_free(app);
}

static gboolean
on_second(gpointer data)
{
    count_connections((GantryHttpServer *)data);
    return G_SOURCE_CONTINUE;
}

/* libsoup 3.2 keeps a connection for a second request only if the server has a listener of its own,
 * and ours come through listener.c. It gets one at which nobody can knock: one end of a pair whose
 * other end nobody writes to. */
static void
allow_keep_alive(GantryHttpServer *self)
{
    int ends[2] = {-1, -1};
    g_autoptr(GSocket) near = NULL;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return; /* each request on a connection of its own */
    near = g_socket_new_from_fd(ends[0], NULL);
    self->far = g_socket_new_from_fd(ends[1], NULL);
    if (near != NULL)
        (void)soup_server_listen_socket(self->soup, near, 0, NULL);
}

static gpointer
serve(gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;
    g_autoptr(GSource) second = g_timeout_source_new(1000);

    g_main_context_push_thread_default(self->context);
    self->soup = soup_server_new("server-header", "gantry", NULL);
    self->app = app_new(self);
    dispatch_install(self->soup, self->app);
    allow_keep_alive(self);
    http_listener_watch(self->listener);
    g_source_set_callback(second, on_second, self, NULL);
    g_source_attach(second, self->context);
    on_board_woken(self); /* what was published before there was a stream to take it */

    g_main_loop_run(self->loop);

    g_source_destroy(second);
    live_free(g_steal_pointer(&self->app->live));
    soup_server_disconnect(self->soup);
    g_clear_object(&self->soup);
    g_clear_object(&self->far);
    g_clear_pointer(&self->app, app_free);
    g_main_context_pop_thread_default(self->context);
    return NULL;
}

static bool
open_doors(GantryHttpServer *self, GError **error)
{
    for (size_t i = 0; self->listen != NULL && self->listen[i] != NULL; i++) {
        const uint16_t asked = self->port != 0 ? self->port : self->wanted_port;
        const uint16_t got = http_listener_add_tcp(self->listener, self->listen[i], asked, error);

        if (got == 0)
            return false;
        self->port = got;
    }
    return self->control_path == NULL ||
           http_listener_add_control(self->listener, self->control_path, error);
}

static char *
link_to(const GantryHttpServer *self)
{
    const char *first = self->listen != NULL ? self->listen[0] : NULL;
    const bool any = first == NULL || g_str_equal(first, "0.0.0.0") || g_str_equal(first, "::");
    const bool six = !any && strchr(first, ':') != NULL;

    return g_strdup_printf("http://%s%s%s:%u", six ? "[" : "", any ? "127.0.0.1" : first,
                           six ? "]" : "", self->port);
}

bool
gantry_http_server_start(GantryHttpServer *self, GError **error)
{
    g_return_val_if_fail(self != NULL && self->thread == NULL, false);

    self->listener = http_listener_new(on_accepted, is_known, self);
    self->port = 0;
    if (!open_doors(self, error)) {
        g_clear_pointer(&self->listener, http_listener_free);
        self->port = 0;
        return false;
    }
    if (self->link_base == NULL)
        self->link_base = link_to(self);
    self->loop = g_main_loop_new(self->context, FALSE);
    self->thread = g_thread_new("http", serve, self);
    return true;
}

static gboolean
quit(gpointer data)
{
    g_main_loop_quit((GMainLoop *)data);
    return G_SOURCE_REMOVE;
}

void
gantry_http_server_stop(GantryHttpServer *self)
{
    g_autoptr(GSource) source = NULL;

    if (self->thread == NULL)
        return;
    source = g_idle_source_new();
    g_source_set_callback(source, quit, self->loop, NULL);
    g_source_attach(source, self->context);
    g_thread_join(g_steal_pointer(&self->thread));
    g_clear_pointer(&self->loop, g_main_loop_unref);
    g_clear_pointer(&self->listener, http_listener_free);
}

void
gantry_http_server_free(GantryHttpServer *self)
{
    if (self == NULL)
        return;
    gantry_http_server_stop(self);
    g_clear_pointer(&self->context, g_main_context_unref);
    board_free(self->board);
    codes_free(self->codes);
    g_mutex_clear(&self->status_lock);
    g_strfreev(self->listen);
    g_free(self->control_path);
    g_free(self->ui_dir);
    g_free(self->build);
    g_free(self->link_base);
    if (self->link_key != NULL)
        explicit_bzero(self->link_key, ACK_LINK_KEY_BYTES);
    g_free(self->link_key);
    g_free(self);
}

void
gantry_http_server_publish_snapshot(GantryHttpServer *self, Snapshot *snapshot)
{
    board_put_snapshot(self->board, snapshot);
}

void
gantry_http_server_publish_accounts(GantryHttpServer *self, AccountBook *book)
{
    board_put_accounts(self->board, book);
}

void
gantry_http_server_publish_thumbnail(GantryHttpServer *self, const HttpThumbnail *thumbnail)
{
    board_put_picture(self->board, thumbnail);
}

void
gantry_http_server_publish_levels(GantryHttpServer *self,
                                  const char *channel_id,
                                  unsigned n,
                                  const float *peak_dbfs,
                                  const float *rms_dbfs)
{
    BoardLevels levels = {.n = (uint8_t)MIN(n, LEVELS_MAX_CHANNELS), .at_us = app_now().mono_us};

    for (uint8_t i = 0; i < levels.n; i++) {
        levels.peak[i] = board_level_byte(peak_dbfs[i]);
        levels.rms[i] = board_level_byte(rms_dbfs[i]);
    }
    board_put_levels(self->board, channel_id, &levels);
}

void
gantry_http_server_publish_event(GantryHttpServer *self, Event *event)
{
    board_put_event(self->board, event);
}

void
gantry_http_server_add_code(GantryHttpServer *self, const char *code, unsigned ttl_s)
{
    codes_add(self->codes, code, app_now().mono_us + ttl_s * US_PER_SECOND);
}

char *
gantry_http_code_new(void)
{
    if (sodium_init() < 0)
        return NULL;
    return codes_make();
}

void
gantry_http_server_get_status(GantryHttpServer *self, HttpServerStatus *ret_status)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->status_lock);

    *ret_status = self->status;
}
