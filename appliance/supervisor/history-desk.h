/* Keeps what was seen of each channel over restarts, for the simulation of profiles: read at the
 * start, written behind channel after channel, each at least every five minutes and at the end. A
 * disk that hangs delays nobody: the writer has a thread of its own, and a short queue. */
#pragma once

#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/records.h"

#define HISTORY_SAVE_S 300u /* within so many seconds every channel is written */

typedef struct HistoryDesk HistoryDesk;

typedef struct {
    Records *records; /* no-ref; this and the following */
    Ingest *ingest;
    const char *state_folder;
} HistoryPorts;

/* Reads what was kept; blocks on disk. What is damaged is told in the journal by the first step,
 * and begun anew. Returns: (transfer full) */
HistoryDesk *history_desk_new(const HistoryPorts *ports);

/* Writes all of it, and waits two seconds for the disk at most. (nullable) */
void history_desk_free(HistoryDesk *desk);

/* After the records took another inventory: channels that are new to them get what was kept. */
void history_desk_follow(HistoryDesk *desk);

/* Called about once a second: writes the next channels; files of channels that are no more go. */
void history_desk_step(HistoryDesk *desk, AlarmNow now);
