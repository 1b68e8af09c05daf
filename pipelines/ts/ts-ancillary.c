/* Nothing yet. */
#include "pipelines/ts/ts-ancillary.h"

TsAncillary *
ts_ancillary_new(const TsComponent *component)
{
    return NULL;
}

void
ts_ancillary_free(TsAncillary *ancillary)
{
}

void
ts_ancillary_section(TsAncillary *ancillary,
                     const uint8_t *section,
                     size_t size,
                     const TsPlace *place)
{
}

void
ts_ancillary_head(
    TsAncillary *ancillary, const uint8_t *head, size_t size, Pts90 pts, const TsPlace *place)
{
}

void
ts_ancillary_unit(
    TsAncillary *ancillary, const uint8_t *payload, size_t size, Pts90 pts, const TsPlace *place)
{
}
