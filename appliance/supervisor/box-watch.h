/* Alarms about the box itself, from the state of its services and sensors. */
#pragma once

#include "appliance/config/hw-profile.h"
#include "appliance/config/settings.h"
#include "appliance/model/snapshot.h"
#include "appliance/sensors/sensor-poller.h"
#include "appliance/supervisor/crew.h"
#include "appliance/supervisor/ingest.h"

/* Feeds one observation for every service and sensor that has a fault of its own. @services:
 * (element-type ServiceView) */
void box_watch_observe(Ingest *ingest,
                       const GArray *services,
                       const SensorView *sensors,
                       size_t n_sensors,
                       AlarmNow now);

/* Feeds whether each input's worker is silent. */
void box_watch_workers(Ingest *ingest, Records *records, Crew *crew, AlarmNow now);

/* Reads what the box has, with the limits of @profile. Returns: (transfer full) */
SensorPoller *box_watch_start_sensors(const Settings *settings, const HwProfile *profile);
