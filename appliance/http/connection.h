/* One accepted connection: its socket, its deadline, who is at the other end.
 *
 * libsoup has no deadlines and does not tell which socket a message came through, so the connection
 * rides as data on the address object that libsoup hands back with every message. */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define CONNECTION_HEADER_S   10u /* from the first byte, or the accept, to the end of the body */
#define CONNECTION_RESPONSE_S 30u /* to take a whole answer */
#define CONNECTION_IDLE_S     20u /* between two requests */

typedef struct {
    GSocket *socket; /* owned; closed by libsoup */
    GIOStream *gate; /* owned: what libsoup reads from */
    char *address;   /* of the peer, as text; "local" on the control socket */
    bool control;
    bool tls; /* it speaks TLS with us */
    bool loopback;
    GSource *deadline;                   /* (nullable): owned */
    void (*expired)(gpointer user_data); /* (nullable): a deadline cut it */
    void (*closed)(gpointer user_data);  /* (nullable): it is gone */
    gpointer user_data;                  /* no-ref: of both */
} HttpConnection;

/* @key: data key under which it hangs on @remote, which owns it from now on. */
HttpConnection *
http_connection_attach(GSocketAddress *remote, GSocket *socket, GIOStream *gate, bool control);

/* The connection of @message. Returns: (transfer none) (nullable) */
HttpConnection *http_connection_of(SoupServerMessage *message);

/* Shuts the socket down in @seconds unless it is armed anew before; 0: never. */
void http_connection_arm(HttpConnection *connection, unsigned seconds);

/* Shuts the socket down now; libsoup notices at its next read or write. */
void http_connection_cut(HttpConnection *connection);

/* Whether the peer has closed its end: an event stream notices only when it writes. */
bool http_connection_peer_left(const HttpConnection *connection);

/* Sends @response (a whole HTTP answer) past libsoup and cuts: for requests that libsoup must not
 * go on reading. */
void http_connection_answer_and_cut(HttpConnection *connection, const char *response);
