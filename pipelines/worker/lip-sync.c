/* Medians over a ring of half a minute. */
#include "pipelines/worker/lip-sync.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a, two = *(const int64_t *)b;

    return (one > two) - (one < two);
}

static bool
is_beyond(int64_t drift_us, int64_t part)
{
    return drift_us > LIP_SYNC_EARLY_US / part || drift_us < -LIP_SYNC_LATE_US / part;
}

void
lip_sync_add(LipSync *sync, int64_t skew_us, MonoUs at_us)
{
    int64_t sorted[LIP_SYNC_SAMPLES];

    sync->samples_us[sync->n_samples++ % LIP_SYNC_SAMPLES] = skew_us;
    if (sync->n_samples < LIP_SYNC_SAMPLES)
        return;
    memcpy(sorted, sync->samples_us, sizeof sorted);
    qsort(sorted, LIP_SYNC_SAMPLES, sizeof sorted[0], compare);
    const int64_t middle_us = sorted[LIP_SYNC_SAMPLES / 2];
    const int64_t spread_us = sorted[LIP_SYNC_SAMPLES * 3 / 4] - sorted[LIP_SYNC_SAMPLES / 4];

    if (sync->n_samples == LIP_SYNC_SAMPLES)
        sync->learnt_us = middle_us;
    /* Sound whose PTS lie further ahead is presented later. */
    sync->drift_us = sync->learnt_us - middle_us;
    if (!is_beyond(sync->learnt_us - skew_us, 2))
        sync->beyond_us = 0;
    else if (sync->beyond_us == 0)
        sync->beyond_us = at_us;
    sync->judged = spread_us < LIP_SYNC_EARLY_US;
    if (!sync->judged)
        return;
    const bool beyond = is_beyond(sync->drift_us, 1);

    (void)condition_set(&sync->shifted, beyond,
                        beyond && sync->beyond_us != 0 ? sync->beyond_us : at_us);
}
