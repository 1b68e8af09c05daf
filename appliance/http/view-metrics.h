/* GET /metrics: Prometheus text, format 0.0.4. Pure. */
#pragma once

#include <glib.h>

#include "appliance/http/http-server.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

/* @server: figures of the HTTP server itself; @build: version. */
void view_metrics(GString *out,
                  const Snapshot *snapshot,
                  const ViewTime *now,
                  const HttpServerStatus *server,
                  const char *build);
