/* Listening sockets and the accept loop in front of libsoup: backlog of 4096, caps on connections,
 * and an accept that fails (EMFILE) is tried again instead of never.
 *
 * Who floods the box does not lock out who works with it: strangers have CONNECTIONS_MAX slots in
 * all and CONNECTIONS_STRANGER each; CONNECTIONS_RESERVED more are for this host and for addresses
 * that somebody logged in from; the control socket has its own. Without a free file descriptor a
 * spare one takes the peer, who is told to come again (TCP) or served (control socket). */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define LISTEN_BACKLOG       4096
#define CONNECTIONS_MAX      448u /* TCP */
#define CONNECTIONS_STRANGER 64u  /* of one address that nobody has logged in from */
#define CONNECTIONS_RESERVED 64u  /* TCP, beside those: this host, and addresses with a login */
#define CONNECTIONS_CONTROL  16u  /* reserved for the control socket */

typedef struct HttpListener HttpListener;

typedef enum { HTTP_DOOR_TCP, HTTP_DOOR_TLS, HTTP_DOOR_CONTROL } HttpDoor;

/* @socket: (transfer full): of the new peer; @address: of it, as text; @door: that it came through.
 * It is counted already, see http_listener_closed(). */
typedef void (*HttpAccepted)(GSocket *socket,
                             const char *address,
                             HttpDoor door,
                             gpointer user_data);

/* Whether somebody has logged in from @address lately. */
typedef bool (*HttpAddressKnown)(const char *address, gpointer user_data);

typedef struct {
    unsigned open[2]; /* TCP with and without TLS, control */
    uint64_t refused;
    uint64_t accept_errors;
} HttpListenerCounts;

/* Sockets are made now, watched from http_listener_watch() on. */
HttpListener *http_listener_new(HttpAccepted accepted, HttpAddressKnown known, gpointer user_data);
void http_listener_free(HttpListener *listener); /* closes, removes the control path; (nullable) */

/* @address: IP address. @port: 0 for any. @tls: peers speak TLS. Returns: the port, or 0 with
 * @error.
 */
uint16_t http_listener_add_tcp(HttpListener *listener,
                               const char *address,
                               uint16_t port,
                               bool tls,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A dead socket at @path is replaced, a live one is a conflict. Mode 0600. */
bool http_listener_add_control(HttpListener *listener,
                               const char *path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Begins to accept on the calling thread's default context. */
void http_listener_watch(HttpListener *listener);

const HttpListenerCounts *http_listener_counts(const HttpListener *listener);

/* To be told of each peer that accepted() got, once it is gone. @address: of the peer, as text. */
void http_listener_closed(HttpListener *listener, const char *address, HttpDoor door);
