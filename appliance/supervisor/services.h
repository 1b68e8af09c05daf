/* The parts of the box as services, for the system page and the box's own alarms. */
#pragma once

#include "appliance/supervisor/dashboard.h"
#include "appliance/supervisor/journal-watch.h"
#include "appliance/supervisor/outlets.h"
#include "appliance/supervisor/recording.h"
#include "appliance/supervisor/self-probe-desk.h"

/* All (transfer none). */
typedef struct {
    Outlets *outlets;
    JournalWatch *journal;
    RecordingWatch *watch;
    const Records *records;
    const SelfProbeDesk *self_probe; /* (nullable) */
    const Dashboard *dashboard;      /* (nullable) */
} ServiceSources;

/* Returns: (transfer full) (element-type ServiceView): the journal first */
GArray *services_collect(const ServiceSources *from,
                         const EventLogStatus *journal,
                         MonoUs now_us,
                         WallUs wall_us);
