/* Options, a handshake, and who is told when it ends. */
#include "appliance/http/reception.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/http/connection.h"
#include "appliance/http/gate.h"

/* Bytes that wait in the kernel for a slow client; more would be old news when they arrive. */
#define SEND_BUFFER (256 << 10)

/* Of one connection, for as long as it lives. */
typedef struct {
    Reception *reception; /* no-ref */
    char *address;
    HttpDoor door;
} Owner;

/* A peer on its way to libsoup. */
typedef struct {
    Reception *reception; /* no-ref */
    GIOStream *gate;      /* owned, as the addresses */
    GSocketAddress *local;
    GSocketAddress *remote;
} Arrival;

static void
arrival_free(Arrival *arrival)
{
    g_clear_object(&arrival->gate);
    g_clear_object(&arrival->local);
    g_clear_object(&arrival->remote);
    g_free(arrival);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arrival, arrival_free)

static void
on_closed(gpointer data)
{
    g_autofree Owner *owner = (Owner *)data;
    g_autofree char *address = owner->address;

    http_listener_closed(owner->reception->listener, address, owner->door);
}

static void
count_cut(Reception *self)
{
    g_mutex_lock(self->status_lock);
    self->status->cut++;
    g_mutex_unlock(self->status_lock);
}

static void
on_expired(gpointer data)
{
    count_cut(((const Owner *)data)->reception);
}

static void
on_ended(bool refused, gpointer data)
{
    const HttpConnection *connection = (const HttpConnection *)data;

    if (refused)
        count_cut(((const Owner *)connection->user_data)->reception);
    (void)g_socket_shutdown(connection->socket, FALSE, TRUE, NULL);
}

/* Root and the user that gantryd runs as. */
static bool
is_trusted_peer(GSocket *socket)
{
    g_autoptr(GCredentials) peer = g_socket_get_credentials(socket, NULL);
    const uid_t uid = peer != NULL ? g_credentials_get_unix_user(peer, NULL) : (uid_t)-1;

    return peer != NULL && (uid == 0 || uid == geteuid());
}

static void
hand_to_soup(const Arrival *arrival)
{
    (void)soup_server_accept_iostream(arrival->reception->soup, arrival->gate, arrival->local,
                                      arrival->remote, NULL);
}

/* A handshake that fails, or that the deadline cuts, lets the connection go. */
static void
on_handshake(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Arrival) arrival = (Arrival *)data;
    GTlsConnection *tls = G_TLS_CONNECTION(source);

    if (g_tls_connection_handshake_finish(tls, result, NULL) &&
        g_tls_connection_get_protocol_version(tls) >= G_TLS_PROTOCOL_VERSION_TLS_1_2 &&
        arrival->reception->soup != NULL)
        hand_to_soup(arrival);
    else
        (void)g_io_stream_close(arrival->gate, NULL, NULL);
}

/* libsoup keeps the address that it is given and hands it back with every message; on the control
 * socket a made-up one, as libsoup expects an IP address there. */
static Arrival *
arrival_new(Reception *self, GSocket *socket, HttpDoor door)
{
    const bool control = door == HTTP_DOOR_CONTROL;
    Arrival *arrival = g_new0(Arrival, 1);

    arrival->reception = self;
    arrival->local = control ? g_inet_socket_address_new_from_string("127.0.0.1", 0)
                             : g_socket_get_local_address(socket, NULL);
    arrival->remote = control ? g_inet_socket_address_new_from_string("127.0.0.1", 0)
                              : g_socket_get_remote_address(socket, NULL);
    if (arrival->local == NULL || arrival->remote == NULL) /* gone already */
        g_clear_pointer(&arrival, arrival_free);
    return arrival;
}

static void
set_options(GSocket *socket, HttpDoor door)
{
    g_socket_set_blocking(socket, FALSE);
    (void)g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
    if (door != HTTP_DOOR_CONTROL) /* head and body are written apart: neither waits for an ACK */
        (void)g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

/* Returns: (transfer full) (nullable): the socket as a stream, or TLS over it. */
static GIOStream *
stream_of(const Reception *self, GSocket *socket, HttpDoor door)
{
    GIOStream *stream = G_IO_STREAM(g_socket_connection_factory_create_connection(socket));
    GIOStream *tls = NULL;

    if (door != HTTP_DOOR_TLS)
        return stream;
    tls = g_tls_server_connection_new(stream, tls_identity_get(self->tls), NULL);
    g_object_unref(stream);
    if (tls != NULL) /* peers that just go away are no error in HTTP: lengths tell what is whole */
        g_tls_connection_set_require_close_notify(G_TLS_CONNECTION(tls), FALSE);
    return tls;
}

static void
attach(Arrival *arrival, GSocket *socket, const Owner *owner)
{
    HttpConnection *connection = http_connection_attach(arrival->remote, socket, arrival->gate,
                                                        owner->door == HTTP_DOOR_CONTROL);

    connection->tls = owner->door == HTTP_DOOR_TLS;
    connection->expired = on_expired;
    connection->closed = on_closed;
    connection->user_data = g_memdup2(owner, sizeof *owner);
    gate_set_ended(arrival->gate, on_ended, connection);
    http_connection_arm(connection, CONNECTION_HEADER_S);
}

void
reception_take(Reception *self, GSocket *accepted, const char *address, HttpDoor door)
{
    g_autoptr(GSocket) socket = accepted;
    g_autoptr(GIOStream) stream = NULL;
    g_autoptr(Arrival) arrival = arrival_new(self, socket, door);
    const Owner owner = {self, g_strdup(address), door};

    set_options(socket, door);
    if (arrival != NULL && (door != HTTP_DOOR_CONTROL || is_trusted_peer(socket)))
        stream = stream_of(self, socket, door);
    if (stream == NULL) {
        (void)g_socket_close(socket, NULL);
        on_closed(g_memdup2(&owner, sizeof owner));
        return;
    }
    arrival->gate = gate_new(stream);
    attach(arrival, socket, &owner);
    if (door == HTTP_DOOR_TLS)
        g_tls_connection_handshake_async(G_TLS_CONNECTION(stream), G_PRIORITY_DEFAULT, NULL,
                                         on_handshake, g_steal_pointer(&arrival));
    else
        hand_to_soup(arrival);
}
