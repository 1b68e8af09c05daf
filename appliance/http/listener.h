/* Listening sockets and the accept loop in front of libsoup: backlog of 1024, a cap on
 * connections, and an accept that fails (EMFILE) is tried again instead of never. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define LISTEN_BACKLOG      1024
#define CONNECTIONS_MAX     240u /* TCP */
#define CONNECTIONS_CONTROL 16u  /* reserved for the control socket */

typedef struct HttpListener HttpListener;

/* @socket: (transfer full): of the new peer; @control: came through the control socket. */
typedef void (*HttpAccepted)(GSocket *socket, bool control, gpointer user_data);

typedef struct {
    unsigned open[2]; /* TCP, control; counted by the owner */
    uint64_t refused;
    uint64_t accept_errors;
} HttpListenerCounts;

/* Sockets are made now, watched from http_listener_watch() on. */
HttpListener *http_listener_new(HttpAccepted accepted, gpointer user_data);
void http_listener_free(HttpListener *listener); /* closes, removes the control path; (nullable) */

/* @address: IP address. @port: 0 for any. Returns: the port, or 0 with @error. */
uint16_t http_listener_add_tcp(HttpListener *listener,
                               const char *address,
                               uint16_t port,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A dead socket at @path is replaced, a live one is a conflict. Mode 0600. */
bool http_listener_add_control(HttpListener *listener,
                               const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins to accept on the calling thread's default context. */
void http_listener_watch(HttpListener *listener);

HttpListenerCounts *http_listener_counts(HttpListener *listener);
