/* Deadlines and the way from a message to its socket. */
#include "appliance/http/connection.h"

#include <sys/socket.h>

#include "appliance/http/gate.h"

#define DATA_KEY "gantry-connection"

static void
disarm(HttpConnection *connection)
{
    if (connection->deadline == NULL)
        return;
    g_source_destroy(connection->deadline);
    g_clear_pointer(&connection->deadline, g_source_unref);
}

static void
connection_free(gpointer data)
{
    HttpConnection *connection = (HttpConnection *)data;

    disarm(connection);
    if (connection->closed != NULL)
        connection->closed(connection->user_data);
    g_object_unref(connection->gate);
    g_object_unref(connection->socket);
    g_free(connection->address);
    g_free(connection);
}

static void
look_at_peer(HttpConnection *connection, GSocketAddress *remote)
{
    GInetAddress *inet;

    if (connection->control || !G_IS_INET_SOCKET_ADDRESS(remote)) {
        connection->address = g_strdup("local");
        connection->loopback = true;
        return;
    }
    inet = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote));
    connection->address = g_inet_address_to_string(inet);
    connection->loopback = g_inet_address_get_is_loopback(inet);
}

HttpConnection *
http_connection_attach(GSocketAddress *remote, GSocket *socket, GIOStream *gate, bool control)
{
    HttpConnection *connection = g_new0(HttpConnection, 1);

    connection->socket = (GSocket *)g_object_ref(socket);
    connection->gate = (GIOStream *)g_object_ref(gate);
    connection->control = control;
    look_at_peer(connection, remote);
    g_object_set_data_full(G_OBJECT(remote), DATA_KEY, connection, connection_free);
    return connection;
}

HttpConnection *
http_connection_of(SoupServerMessage *message)
{
    GSocketAddress *remote = soup_server_message_get_remote_address(message);

    if (remote == NULL)
        return NULL;
    return (HttpConnection *)g_object_get_data(G_OBJECT(remote), DATA_KEY);
}

static gboolean
on_deadline(gpointer data)
{
    HttpConnection *connection = (HttpConnection *)data;

    disarm(connection);
    if (connection->expired != NULL)
        connection->expired(connection->user_data);
    http_connection_cut(connection);
    return G_SOURCE_REMOVE;
}

void
http_connection_arm(HttpConnection *connection, unsigned seconds)
{
    disarm(connection);
    if (seconds == 0)
        return;
    connection->deadline = g_timeout_source_new(seconds * 1000);
    g_source_set_callback(connection->deadline, on_deadline, connection, NULL);
    g_source_attach(connection->deadline, g_main_context_get_thread_default());
}

void
http_connection_cut(HttpConnection *connection)
{
    (void)g_socket_shutdown(connection->socket, TRUE, TRUE, NULL);
}

bool
http_connection_peer_left(const HttpConnection *connection)
{
    char byte;

    return recv(g_socket_get_fd(connection->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void
http_connection_answer_and_cut(HttpConnection *connection, const char *response)
{
    gate_answer_and_end(connection->gate, response);
    http_connection_cut(connection);
}
