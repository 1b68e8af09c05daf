/* Accepting, refusing, and getting up again. */
#include "appliance/http/listener.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipelines/base/error.h"

#define ACCEPTS_A_TURN 64 /* so that a flood of connects leaves time for the rest */
#define RETRY_MS       50 /* pause after an accept() that failed */
#define SPARES         4  /* one that is given up may be taken by another thread, and kept */

typedef struct {
    HttpListener *listener; /* no-ref */
    GSocket *socket;
    HttpDoor kind;
    GSource *watch; /* (nullable): of the socket, or of the pause after a failure */
} Door;

struct HttpListener {
    GPtrArray *doors; /* Door */
    char *control_path;
    HttpAccepted accepted;
    HttpAddressKnown known;
    gpointer user_data;     /* no-ref, of both */
    GHashTable *of_address; /* address: GUINT_TO_POINTER(open TCP connections) */
    int spares[SPARES];     /* file descriptors for when there is none; -1 */
    HttpListenerCounts counts;
};

static gboolean on_connect(GSocket *socket, GIOCondition condition, gpointer data);

static void
door_free(gpointer data)
{
    Door *door = (Door *)data;

    if (door->watch != NULL) {
        g_source_destroy(door->watch);
        g_source_unref(door->watch);
    }
    g_clear_object(&door->socket);
    g_free(door);
}

/* Returns: whether there is one */
static bool
open_spares(HttpListener *listener)
{
    bool any = false;

    for (size_t i = 0; i < SPARES; i++) {
        if (listener->spares[i] < 0)
            listener->spares[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        any = any || listener->spares[i] >= 0;
    }
    return any;
}

/* Returns: whether there was one */
static bool
close_spare(HttpListener *listener)
{
    for (size_t i = 0; i < SPARES; i++) {
        if (listener->spares[i] < 0)
            continue;
        (void)close(listener->spares[i]);
        listener->spares[i] = -1;
        return true;
    }
    return false;
}

HttpListener *
http_listener_new(HttpAccepted accepted, HttpAddressKnown known, gpointer user_data)
{
    HttpListener *listener = g_new0(HttpListener, 1);

    listener->doors = g_ptr_array_new_with_free_func(door_free);
    listener->accepted = accepted;
    listener->known = known;
    listener->of_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    memset(listener->spares, -1, sizeof listener->spares);
    (void)open_spares(listener);
    listener->user_data = user_data;
    return listener;
}

void
http_listener_free(HttpListener *listener)
{
    if (listener == NULL)
        return;
    g_ptr_array_unref(listener->doors);
    g_hash_table_unref(listener->of_address);
    while (close_spare(listener))
        continue;
    if (listener->control_path != NULL)
        (void)g_unlink(listener->control_path);
    g_free(listener->control_path);
    g_free(listener);
}

const HttpListenerCounts *
http_listener_counts(const HttpListener *listener)
{
    return &listener->counts;
}

/* Foreign errors become ours, with what was tried before them. */
static bool
fail(GError **error, GError *cause, const char *what)
{
    const bool taken = g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    const bool denied = g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);

    g_set_error(error, GANTRY_ERROR,
                taken    ? GANTRY_ERROR_CONFLICT
                : denied ? GANTRY_ERROR_DENIED
                         : GANTRY_ERROR_INVALID,
                "listening on %s: %s", what, cause->message);
    g_error_free(cause);
    return false;
}

static bool
add_door(HttpListener *listener,
         GSocketAddress *address,
         HttpDoor kind,
         const char *what,
         GError **error)
{
    GError *cause = NULL;
    g_autoptr(GSocket) socket =
        g_socket_new(g_socket_address_get_family(address), G_SOCKET_TYPE_STREAM,
                     G_SOCKET_PROTOCOL_DEFAULT, &cause);
    Door *door;

    if (socket == NULL)
        return fail(error, cause, what);
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_listen_backlog(socket, LISTEN_BACKLOG);
    if (g_socket_get_family(socket) == G_SOCKET_FAMILY_IPV6)
        (void)g_socket_set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);
    if (!g_socket_bind(socket, address, TRUE, &cause) || !g_socket_listen(socket, &cause))
        return fail(error, cause, what);
    door = g_new0(Door, 1);
    door->listener = listener;
    door->socket = g_steal_pointer(&socket);
    door->kind = kind;
    g_ptr_array_add(listener->doors, door);
    return true;
}

uint16_t
http_listener_add_tcp(
    HttpListener *listener, const char *address, uint16_t port, bool tls, GError **error)
{
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new_from_string(address, port);
    g_autoptr(GSocketAddress) got = NULL;
    g_autofree char *what = g_strdup_printf("%s, port %u", address, port);
    const Door *door;

    if (wanted == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "not an IP address: \"%s\"",
                    address);
        return 0;
    }
    if (!add_door(listener, wanted, tls ? HTTP_DOOR_TLS : HTTP_DOOR_TCP, what, error))
        return 0;
    door = (const Door *)listener->doors->pdata[listener->doors->len - 1];
    got = g_socket_get_local_address(door->socket, NULL);
    return got != NULL ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(got)) : port;
}

/* Whether somebody answers at @path; a socket that nobody serves is removed. */
static bool
is_served(const char *path, GSocketAddress *address)
{
    g_autoptr(GSocket) probe =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    GStatBuf stat;

    if (g_lstat(path, &stat) != 0)
        return false;
    if (probe != NULL && g_socket_connect(probe, address, NULL, NULL))
        return true;
    if (S_ISSOCK(stat.st_mode))
        (void)g_unlink(path);
    return false;
}

bool
http_listener_add_control(HttpListener *listener, const char *path, GError **error)
{
    g_autoptr(GSocketAddress) address = NULL;

    if (strlen(path) >= sizeof((struct sockaddr_un *)NULL)->sun_path) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "control socket \"%s\": the path is longer than a socket's may be", path);
        return false;
    }
    address = g_unix_socket_address_new(path);
    if (is_served(path, address)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "control socket \"%s\": another gantryd serves it", path);
        return false;
    }
    if (!add_door(listener, address, HTTP_DOOR_CONTROL, path, error))
        return false;
    (void)g_chmod(path, S_IRUSR | S_IWUSR);
    listener->control_path = g_strdup(path);
    return true;
}

static void
watch(Door *door)
{
    door->watch = g_socket_create_source(door->socket, G_IO_IN, NULL);
    g_source_set_callback(door->watch, G_SOURCE_FUNC(on_connect), door, NULL);
    g_source_attach(door->watch, g_main_context_get_thread_default());
}

static gboolean
on_pause_over(gpointer data)
{
    Door *door = (Door *)data;

    g_clear_pointer(&door->watch, g_source_unref);
    watch(door);
    return G_SOURCE_REMOVE;
}

/* The socket stays readable while accept() fails: without a pause it would be tried in a circle. */
static void
pause_door(Door *door)
{
    g_clear_pointer(&door->watch, g_source_unref);
    door->watch = g_timeout_source_new(RETRY_MS);
    g_source_set_callback(door->watch, on_pause_over, door, NULL);
    g_source_attach(door->watch, g_main_context_get_thread_default());
}

static void
refuse(Door *door, GSocket *peer)
{
    static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n"
                                 "Content-Length: 0\r\nConnection: close\r\n\r\n";

    door->listener->counts.refused++;
    if (door->kind != HTTP_DOOR_TLS) /* there the answer would be no TLS */
        (void)g_socket_send_with_blocking(peer, answer, sizeof answer - 1, FALSE, NULL, NULL);
    (void)g_socket_close(peer, NULL);
}

/* Returns: (transfer full): "" if the peer has gone already */
static char *
address_of(GSocket *peer)
{
    g_autoptr(GSocketAddress) remote = g_socket_get_remote_address(peer, NULL);

    return remote != NULL && G_IS_INET_SOCKET_ADDRESS(remote)
               ? g_inet_address_to_string(
                     g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote)))
               : g_strdup("");
}

static bool
is_this_host(const char *address)
{
    return g_str_equal(address, "127.0.0.1") || g_str_equal(address, "::1");
}

static unsigned
open_from(const HttpListener *listener, const char *address)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(listener->of_address, address));
}

static bool
has_slot(const HttpListener *listener, const char *address)
{
    const unsigned open = listener->counts.open[0];

    if (is_this_host(address) || listener->known(address, listener->user_data))
        return open < CONNECTIONS_MAX + CONNECTIONS_RESERVED;
    return open < CONNECTIONS_MAX && open_from(listener, address) < CONNECTIONS_STRANGER;
}

/* @peer: (transfer full) */
static void
take(Door *door, GSocket *peer)
{
    HttpListener *listener = door->listener;
    const bool control = door->kind == HTTP_DOOR_CONTROL;
    g_autoptr(GSocket) owned = peer;
    g_autofree char *address = address_of(peer);

    if (control ? listener->counts.open[1] >= CONNECTIONS_CONTROL : !has_slot(listener, address)) {
        refuse(door, peer);
        return;
    }
    listener->counts.open[control ? 1 : 0]++;
    if (!control) {
        const unsigned more = open_from(listener, address) + 1;

        g_hash_table_insert(listener->of_address, g_strdup(address), GUINT_TO_POINTER(more));
    }
    listener->accepted(g_steal_pointer(&owned), address, door->kind, listener->user_data);
}

void
http_listener_closed(HttpListener *listener, const char *address, HttpDoor door)
{
    const unsigned open = open_from(listener, address);

    listener->counts.open[door == HTTP_DOOR_CONTROL ? 1 : 0]--;
    if (door == HTTP_DOOR_CONTROL)
        return;
    if (open > 1)
        g_hash_table_insert(listener->of_address, g_strdup(address), GUINT_TO_POINTER(open - 1));
    else
        g_hash_table_remove(listener->of_address, address);
}

/* No file descriptor is left: a spare one takes the peer. Returns: whether there was a peer. */
static bool
take_with_spare(Door *door)
{
    HttpListener *listener = door->listener;
    g_autoptr(GSocket) peer = NULL;

    if (!close_spare(listener))
        return false;
    peer = g_socket_accept(door->socket, NULL, NULL);
    if (peer != NULL && door->kind == HTTP_DOOR_CONTROL)
        take(door, g_steal_pointer(&peer));
    else if (peer != NULL)
        refuse(door, peer);
    g_clear_object(&peer);
    return open_spares(listener);
}

static gboolean
on_connect(GSocket *socket, GIOCondition condition, gpointer data)
{
    Door *door = (Door *)data;
    HttpListener *listener = door->listener;

    (void)open_spares(listener);
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GSocket) peer = g_socket_accept(socket, NULL, &error);

        if (peer == NULL && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            return G_SOURCE_CONTINUE;
        if (peer != NULL) {
            take(door, g_steal_pointer(&peer));
            continue;
        }
        listener->counts.accept_errors++;
        if (take_with_spare(door))
            continue;
        pause_door(door);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

void
http_listener_watch(HttpListener *listener)
{
    for (guint i = 0; i < listener->doors->len; i++)
        watch((Door *)listener->doors->pdata[i]);
}
