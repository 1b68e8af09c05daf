/* From an accepted socket to libsoup: its options, TLS, the gate, what is known of the peer. HTTP
 * thread only. */
#pragma once

#include <libsoup/soup.h>

#include "appliance/http/http-server.h"
#include "appliance/http/listener.h"
#include "appliance/http/tls-identity.h"

/* All no-ref; it outlives every connection. */
typedef struct {
    SoupServer *soup;       /* NULL once the server ends */
    const TlsIdentity *tls; /* (nullable): without a door for it */
    HttpListener *listener; /* told of connections that are gone */
    HttpServerStatus *status;
    GMutex *status_lock;
} Reception;

/* @socket: (transfer full). @address: of the peer, as text. */
void reception_take(Reception *self, GSocket *socket, const char *address, HttpDoor door);
