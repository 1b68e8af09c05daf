/* Which rules each channel is judged by, and measured with: made of the inventory's profiles once,
 * for every channel. Used on the loop only. */
#pragma once

#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/records.h"

/* Resolves the profile of every channel of the records' inventory, and gives it to the channel and
 * to @book. A profile that a channel names and nobody has is told once in the journal. */
void profile_desk_follow(Records *records, AlarmBook *book, Ingest *ingest, AlarmNow now);
