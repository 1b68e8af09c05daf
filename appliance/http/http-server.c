/* The thread, what lives on it, and the publishers that reach it from outside. */
#include "appliance/http/http-server.h"
#include "appliance/http/report-shelf.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/events/ack-link.h"
#include "appliance/http/app.h"
#include "appliance/http/dispatch.h"
#include "appliance/http/late-refusals.h"
#include "appliance/http/listener.h"
#include "appliance/http/reception.h"
#include "appliance/http/security-headers.h"
#include "appliance/http/sound-maker.h"
#include "appliance/http/tls-identity.h"
#include "pipelines/base/error.h"

struct GantryHttpServer {
    char **listen;
    uint16_t wanted_port;
    uint16_t wanted_tls_port;
    char *certificate; /* (nullable): path, as the next */
    char *key;
    TlsIdentity *tls; /* (nullable): between start and stop; used by the thread alone */
    char *control_path;
    char *ui_dir;
    char *build;
    char *frame_ancestors;
    char *security_contact; /* (nullable) */
    char *link_base;
    char *public_url;            /* (nullable) */
    char *probe_program;         /* (nullable) */
    uint8_t *link_key;           /* (nullable) */
    uint8_t *account_key;        /* (nullable) */
    const AccessOptions *access; /* no-ref (nullable) */
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
    uint16_t tls_port; /* 0: none */
    gint events_due;   /* atomic: a wake-up for events is on its way */

    Reception reception;    /* of the two below */
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

static SessionLimits
limits_of(const AccessOptions *access)
{
    const unsigned idle_s = access != NULL ? access->idle_minutes * 60 : 0;
    const unsigned age_s = access != NULL ? access->age_hours * 3600 : 0;

    return (SessionLimits){idle_s != 0 ? idle_s : SESSION_IDLE_S,
                           age_s != 0 ? age_s : SESSION_AGE_MAX_S};
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
    self->wanted_tls_port = settings->tls_port;
    self->certificate = g_strdup(settings->certificate);
    self->key = g_strdup(settings->key != NULL ? settings->key : "");
    self->control_path = g_strdup(settings->control_path);
    self->ui_dir = g_strdup(settings->ui_dir);
    self->security_contact = g_strdup(settings->security_contact);
    self->frame_ancestors =
        g_strdup(settings->frame_ancestors != NULL ? settings->frame_ancestors : "'none'");
    self->build = g_strdup(settings->build != NULL ? settings->build : "unknown");
    self->link_base = g_strdup(settings->link_base);
    self->public_url = g_strdup(settings->public_url);
    self->probe_program = g_strdup(settings->probe_program);
    self->link_key =
        g_memdup2(settings->link_key, settings->link_key != NULL ? ACK_LINK_KEY_BYTES : 0);
    self->access = settings->access;
    self->limits = limits_of(settings->access);
    self->account_key =
        g_memdup2(settings->account_key, settings->account_key != NULL ? ACCOUNT_KEY_BYTES : 0);
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

uint16_t
gantry_http_server_get_tls_port(const GantryHttpServer *self)
{
    return self->tls_port;
}

/* A certificate that cannot be read leaves the old one in place; the figure says for how long. */
static gboolean
reload_certificate(gpointer data)
{
    GantryHttpServer *self = (GantryHttpServer *)data;
    const bool good = tls_identity_reload(self->tls, NULL);

    g_mutex_lock(&self->status_lock);
    self->status.certificate_expires_us = tls_identity_expires_us(self->tls);
    self->status.certificate_unread = !good;
    g_mutex_unlock(&self->status_lock);
    return G_SOURCE_REMOVE;
}

void
gantry_http_server_reload_certificate(GantryHttpServer *self)
{
    g_autoptr(GSource) source = g_idle_source_new();

    if (self->tls == NULL)
        return;
    g_source_set_callback(source, reload_certificate, self, NULL);
    g_source_attach(source, self->context);
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

static void
on_accepted(GSocket *socket, const char *address, HttpDoor door, gpointer data)
{
    reception_take(&((GantryHttpServer *)data)->reception, socket, address, door);
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
    g_autofree char *key = gantry_http_code_new();

    app->board = self->board;
    app->codes = self->codes;
    app->ports = self->ports;
    app->build = g_strdup(self->build);
    app->content_policy = security_policy(self->frame_ancestors);
    app->security_contact = g_strdup(self->security_contact);
    app->ui_dir = g_strdup(self->ui_dir);
    app->link_base = g_strdup(self->link_base);
    app->link_key = self->link_key;
    app->access = self->access;
    app->factors = second_factors_new(self->account_key, app_now().wall_us);
    app->flows = oidc_flows_new();
    if (self->access != NULL) {
        app->oidc = oidc_provider_new(&self->access->oidc, self->public_url);
        app->pam = pam_checker_new(self->access);
        app->later = app->pam != NULL ? late_refusals_new() : NULL;
    }
    app->status = &self->status;
    app->status_lock = &self->status_lock;
    app->sessions = session_table_new(self->ports.sessions, self->limits);
    app->throttle = throttle_new();
    app->reports = report_shelf_new();
    app->figures = scoped_figures_new();
    app->rate = request_rate_new();
    app->known = known_addresses_new();
    app->idempotency = idempotency_new(key != NULL ? key : "");
    app->start_id = randombytes_random();
    app->passwords = password_worker_new();
    app->disk = disk_pool_new();
    app->sounds = self->probe_program != NULL ? sound_maker_new(self->probe_program) : NULL;
    app->live = live_new(app);
    app->watched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return app;
}

static void
app_free(HttpApp *app)
{
    oidc_provider_free(app->oidc); /* what these have on their way may still look at the rest */
    pam_checker_free(app->pam);
    late_refusals_free(app->later);
    sound_maker_free(app->sounds);
    live_free(app->live);
    password_worker_free(app->passwords);
    disk_pool_free(app->disk);
    session_table_free(app->sessions);
    g_hash_table_unref(app->watched);
    throttle_free(app->throttle);
    report_shelf_free(app->reports);
    scoped_figures_free(app->figures);
    second_factors_free(app->factors);
    oidc_flows_free(app->flows);
    g_clear_pointer(&app->views, g_hash_table_unref);
    g_clear_pointer(&app->tokens, g_hash_table_unref);
    request_rate_free(app->rate);
    known_addresses_free(app->known);
    idempotency_free(app->idempotency);
    g_free(app->build);
    g_free(app->content_policy);
    g_free(app->security_contact);
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
    self->reception = (Reception){.soup = self->soup,
                                  .tls = self->tls,
                                  .listener = self->listener,
                                  .status = &self->status,
                                  .status_lock = &self->status_lock};
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
    self->reception.soup = NULL;
    g_clear_object(&self->soup);
    g_clear_object(&self->far);
    g_clear_pointer(&self->app, app_free);
    g_main_context_pop_thread_default(self->context);
    return NULL;
}

/* Beside each plain door one that speaks TLS. */
static bool
open_tls_door(GantryHttpServer *self, const char *address, GError **error)
{
    const uint16_t asked = self->tls_port != 0 ? self->tls_port : self->wanted_tls_port;

    if (self->tls == NULL)
        return true;
    self->tls_port = http_listener_add_tcp(self->listener, address, asked, true, error);
    return self->tls_port != 0;
}

static bool
open_doors(GantryHttpServer *self, GError **error)
{
    for (size_t i = 0; self->listen != NULL && self->listen[i] != NULL; i++) {
        const uint16_t asked = self->port != 0 ? self->port : self->wanted_port;
        const uint16_t got =
            http_listener_add_tcp(self->listener, self->listen[i], asked, false, error);

        if (got == 0 || !open_tls_door(self, self->listen[i], error))
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

    if (self->certificate != NULL) {
        self->tls = tls_identity_new(self->certificate, self->key, error);
        if (self->tls == NULL)
            return false;
        self->status.certificate_expires_us = tls_identity_expires_us(self->tls);
    }
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
    tls_identity_free(self->tls);
    g_free(self->certificate);
    g_free(self->key);
    g_strfreev(self->listen);
    g_free(self->control_path);
    g_free(self->ui_dir);
    g_free(self->build);
    g_free(self->frame_ancestors);
    g_free(self->security_contact);
    g_free(self->link_base);
    g_free(self->public_url);
    if (self->link_key != NULL)
        explicit_bzero(self->link_key, ACK_LINK_KEY_BYTES);
    g_free(self->link_key);
    if (self->account_key != NULL)
        explicit_bzero(self->account_key, ACCOUNT_KEY_BYTES);
    g_free(self->account_key);
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
