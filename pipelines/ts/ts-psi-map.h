/* The PMT of one service, and what changed in it. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-psi.h"

/* Takes a good section of the PMT of @listed. Returns: whether it says something new */
bool ts_map_take(TsTables *tables, TsListed *listed, const TsSectionHead *head, TsEvents *events);

/* The PMT is to come from another PID, or is new: what it said does not count any more. */
void ts_map_forget(TsListed *listed);
