/* Alarms about the box itself, from the state of its services and sensors. */
#pragma once

#include "appliance/model/snapshot.h"
#include "appliance/supervisor/ingest.h"

/* Feeds one observation for every service and sensor that has a fault of its own. @services:
 * (element-type ServiceView) */
void box_watch_observe(Ingest *ingest,
                       const GArray *services,
                       const SensorView *sensors,
                       size_t n_sensors,
                       AlarmNow now);
