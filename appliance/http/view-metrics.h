/* GET /metrics: Prometheus text, or OpenMetrics for who asks for it. Pure. */
#pragma once

#include <glib.h>

#include "appliance/http/http-server.h"
#include "appliance/http/metrics-text.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

typedef struct {
    bool open;         /* OpenMetrics */
    const char *build; /* version */
} MetricsWant;

/* @server: figures of the HTTP server itself. */
void view_metrics(GString *out,
                  const Snapshot *snapshot,
                  const ViewTime *now,
                  const HttpServerStatus *server,
                  const MetricsWant *want);
