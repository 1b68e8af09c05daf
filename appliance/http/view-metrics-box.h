/* The part of /metrics that is about the box: alarms, services, sensors, the server. Pure. */
#pragma once

#include "appliance/http/http-server.h"
#include "appliance/http/metrics-text.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

void view_metrics_box(MetricsText *text,
                      const Snapshot *snapshot,
                      const ViewTime *now,
                      const HttpServerStatus *server);
