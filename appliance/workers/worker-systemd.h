/* Workers as instances of gantry-channel@.service, started and stopped over D-Bus. */
#pragma once

#include "appliance/workers/worker-units.h"

#define GANTRY_TYPE_WORKER_SYSTEMD (gantry_worker_systemd_get_type())
G_DECLARE_FINAL_TYPE(GantryWorkerSystemd, gantry_worker_systemd, GANTRY, WORKER_SYSTEMD, GObject)

/**
 * gantry_worker_systemd_new:
 * @bus: (transfer none): the system bus, or in tests a private one
 *
 * Every call has a time-out of 10 s; what fails later comes as GantryWorkerUnits::failed. The list
 * of running workers is fetched at creation and after every job of such a unit.
 *
 * Returns: (transfer full)
 */
GantryWorkerSystemd *gantry_worker_systemd_new(GDBusConnection *bus);
