/* The gate of one connection: a GIOStream between the socket (or TLS) and libsoup that lets through
 * whole, unambiguous requests alone, one after the other. See request-head.h for what that means.
 *
 * It alone decides where a request ends: libsoup never sees a byte of the next one early. A refused
 * request is answered here, and the connection ends. HTTP thread only. */
#pragma once

#include <gio/gio.h>

#include "appliance/http/request-head.h"

/* Writes the answer to a request that is refused before it has a handler. @status: 4xx or 5xx.
 * Returns: (transfer full): a whole HTTP answer that ends the connection. */
char *gate_refusal(unsigned status, const char *wrong);

/* @base: (transfer none): with pollable streams. @refused: (nullable): called once, when a request
 * was refused here. Returns: (transfer full) */
GIOStream *gate_new(GIOStream *base, void (*refused)(gpointer user_data), gpointer user_data);

/* Writes @answer past libsoup and lets nothing more in. */
void gate_answer_and_end(GIOStream *gate, const char *answer);
