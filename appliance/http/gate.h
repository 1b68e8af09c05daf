/* The gate of one connection: a GIOStream between the socket (or TLS) and libsoup that lets through
 * whole, unambiguous requests alone, one after the other. See request-head.h for what that means.
 *
 * It alone decides where a request ends: libsoup never sees a byte of the next one early. A refused
 * request is answered here, and the connection ends. HTTP thread only. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "appliance/http/request-head.h"

/* Writes the answer to a request that is refused before it has a handler. @status: 4xx or 5xx.
 * Returns: (transfer full): a whole HTTP answer that ends the connection. */
char *gate_refusal(unsigned status, const char *wrong);

/* @base: (transfer none): with pollable streams. Returns: (transfer full) */
GIOStream *gate_new(GIOStream *base);

/* @ended: called once, when nothing more comes in: the peer has closed its side between two
 * requests, or (@refused) one was refused and answered here. From then on libsoup must not write
 * any more, as it answers the end of a connection like a bad request. */
typedef void (*GateEnded)(bool refused, gpointer user_data);
void gate_set_ended(GIOStream *gate, GateEnded ended, gpointer user_data);

/* Writes @answer past libsoup and lets nothing more in. */
void gate_answer_and_end(GIOStream *gate, const char *answer);
