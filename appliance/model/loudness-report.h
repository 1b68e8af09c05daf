/* Loudness of programme hours against EBU R 128 or ATSC A/85. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

/* One hour of a channel's first sound. */
typedef struct {
    WallUs at_us;     /* its begin */
    double lufs;      /* integrated over the hour; NAN: it was not measured whole */
    double peak_dbtp; /* highest true peak; NAN: unknown */
} LoudHour;

typedef struct {
    const char *name; /* "r128", "a85" */
    const char *title;
    double target_lufs;
    double tolerance_lu;
    double peak_dbtp; /* highest that is permitted */
} LoudnessStandard;

typedef struct {
    unsigned hours;     /* that were measured */
    unsigned compliant; /* of these */
    double sum;         /* of their loudness, for the mean */
} LoudnessShare;

/* (transfer none) (nullable): for an unknown name */
const LoudnessStandard *loudness_standard(const char *name);

bool loudness_hour_is_known(const LoudHour *hour);
bool loudness_hour_complies(const LoudHour *hour, const LoudnessStandard *standard);

/* @hours: (element-type LoudHour) */
LoudnessShare loudness_share(const GArray *hours, const LoudnessStandard *standard);
