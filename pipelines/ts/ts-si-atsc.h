/* MGT and VCT of ATSC A/65: the list of tables and the virtual channels. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

/* Takes a section of an MGT (0xc7), TVCT (0xc8) or CVCT (0xc9): it replaces what it said before. */
void ts_atsc_take(TsAtsc *atsc, const TsSectionHead *head, TsSiRefused *refused);

/* @service_id: a program_number of @stream_id. Returns: (transfer none) (nullable) */
const TsChannel *ts_atsc_channel(const TsAtsc *atsc, uint16_t stream_id, uint16_t service_id);
