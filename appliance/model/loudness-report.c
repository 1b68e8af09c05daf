/* The two standards, and hours held against one. */
#include "appliance/model/loudness-report.h"

#include <math.h>

#define ROUNDING_LU 0.05 /* meters show tenths */

static const LoudnessStandard standards[] = {
    {"r128", "EBU R 128: -23.0 LUFS ± 1.0 LU (live), true peak at most -1 dBTP", -23, 1, -1},
    {"a85", "ATSC A/85: -24 LKFS ± 2 dB, true peak at most -2 dBTP", -24, 2, -2},
};

const LoudnessStandard *
loudness_standard(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(standards); i++) {
        if (g_strcmp0(standards[i].name, name) == 0)
            return &standards[i];
    }
    return NULL;
}

bool
loudness_hour_is_known(const LoudHour *hour)
{
    return isfinite(hour->lufs) != 0;
}

bool
loudness_hour_complies(const LoudHour *hour, const LoudnessStandard *standard)
{
    const bool peaks = isfinite(hour->peak_dbtp) && hour->peak_dbtp > standard->peak_dbtp;

    return loudness_hour_is_known(hour) && !peaks &&
           fabs(hour->lufs - standard->target_lufs) <= standard->tolerance_lu + ROUNDING_LU;
}

LoudnessShare
loudness_share(const GArray *hours, const LoudnessStandard *standard)
{
    LoudnessShare share = {0};

    for (guint i = 0; i < hours->len; i++) {
        const LoudHour *hour = &g_array_index(hours, LoudHour, i);

        if (!loudness_hour_is_known(hour))
            continue;
        share.hours++;
        share.sum += hour->lufs;
        share.compliant += loudness_hour_complies(hour, standard) ? 1 : 0;
    }
    return share;
}
