/* The table behind limit-list.h. */
#include "pipelines/contract/limit-list.h"

#include <glib.h>
#include <math.h>

static const LimitInfo infos[LIMIT_NUMBER_MAX + 1] = {
#define LIMIT(number, id, name, unit, shipped, smallest, largest, sentence)                        \
    [number] = {LIMIT_##id, name, unit, shipped, smallest, largest, sentence},
#include "pipelines/contract/limits.def"
#undef LIMIT
};

const LimitInfo *
limit_info(unsigned number)
{
    return number <= LIMIT_NUMBER_MAX && infos[number].name != NULL ? &infos[number] : NULL;
}

LimitId
limit_by_name(const char *name)
{
    for (unsigned number = 1; name != NULL && number <= LIMIT_NUMBER_MAX; number++) {
        if (g_strcmp0(infos[number].name, name) == 0)
            return infos[number].number;
    }
    return LIMIT_NONE;
}

Limits
limits_shipped(void)
{
    Limits limits = {{0}};

    for (unsigned number = 1; number <= LIMIT_NUMBER_MAX; number++)
        limits.values[number] = infos[number].shipped;
    return limits;
}

bool
limits_set(Limits *limits, unsigned number, double value)
{
    const LimitInfo *info = limit_info(number);

    if (info == NULL || !isfinite(value) || value < info->smallest || value > info->largest)
        return false;
    limits->values[number] = value;
    return true;
}
