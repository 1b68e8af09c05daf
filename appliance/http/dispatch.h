/* From libsoup's signals to a handler: headers checked, body bounded, deadlines armed, the caller
 * known, its right to ask decided. HTTP thread only. */
#pragma once

#include <libsoup/soup.h>

#include "appliance/http/app.h"

/* Everything that comes through @server is answered by @app (no-ref: outlives the server). */
void dispatch_install(SoupServer *server, HttpApp *app);
