/* NIT and BAT: networks and bouquets, their streams and channel numbers. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

typedef struct {
    TsNetwork *items[TS_NETWORKS_MAX]; /* owned; @count entries, as they came */
    size_t count;
} TsNetworks; /* all-zero is the initial state */

void ts_networks_clear(TsNetworks *networks); /* frees what it owns */

/* Takes a section of a NIT or BAT (0x40, 0x41, 0x4a): it replaces what this section said before. */
void ts_networks_take(TsNetworks *networks, const TsSectionHead *head, TsSiRefused *refused);

/* The entry of a service of @stream_id that has a channel number, in the NIT actual or else a BAT.
 * Returns: (transfer none) (nullable) */
const TsNetworkService *
ts_networks_lcn(const TsNetworks *networks, uint16_t stream_id, uint16_t service_id);
