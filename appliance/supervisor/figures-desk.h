/* The alarm figures over restarts: fed from the journal, kept in STATE/alarm-figures, shown by the
 * snapshot. Used on the loop only; writing happens on another thread. */
#pragma once

#include "appliance/model/alarm-figures.h"
#include "appliance/model/snapshot.h"

typedef struct FiguresDesk FiguresDesk;

/* Reads what was kept; what cannot be read is begun anew from the journal. Blocks on disk.
 * Returns: (transfer full) */
FiguresDesk *figures_desk_new(const char *state_folder);

/* Writes what is new, waits for it, and frees. (nullable) */
void figures_desk_free(FiguresDesk *desk);

/* One transition with its sequence in the journal; one that is known already changes nothing. */
void figures_desk_feed(FiguresDesk *desk, const AlarmTransition *transition, uint64_t seq);

/* A transition of this process: counts raises. */
void figures_desk_count(FiguresDesk *desk, const AlarmTransition *transition);

/* Raises since the start, by fault and severity. Returns: (transfer full) (array length=ret_n) */
RaisedCount *figures_desk_raised(const FiguresDesk *desk, size_t *ret_n);

/* Each second or so: renews the view every 10 s, writes every 10 minutes. */
void figures_desk_step(FiguresDesk *desk, const AlarmPolicy *policy, AlarmNow now);

/* Returns: (transfer full): the last view */
FiguresView *figures_desk_view(const FiguresDesk *desk);
