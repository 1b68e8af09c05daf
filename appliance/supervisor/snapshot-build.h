/* One immutable snapshot from the records, the alarm book and what else is known. */
#pragma once

#include "appliance/events/evidence-reader.h"
#include "appliance/model/snapshot.h"
#include "appliance/supervisor/figures-desk.h"
#include "appliance/supervisor/records.h"

/* What does not stand in records and book. Strings and arrays are (transfer none) but for
 * @services, whose strings go to the snapshot. */
typedef struct {
    MonoUs at_us;
    WallUs wall_us;
    MonoUs started_us;
    bool clock_synced;
    uint64_t seq;
    GArray *services;    /* (element-type ServiceView) (transfer full) */
    SensorView *sensors; /* (transfer full), @n_sensors entries */
    size_t n_sensors;
    const DepthSummary *depth;
    const DepthHeadroom *headroom; /* (nullable), DEPTH_COUNT entries */
    SensorTrend *trend;            /* (nullable): a reference is taken */
    const char *profile_name;
    const char *profile_text;
    const EvidenceReader *evidence; /* (nullable) */
    const FiguresDesk *figures;     /* (nullable) */
} SnapshotSurroundings;

/* Steps every channel's state as a side effect. Returns: (transfer full) */
Snapshot *
snapshot_build(Records *records, const AlarmBook *book, const SnapshotSurroundings *surroundings);
