/* All streams whose listeners may know of the same channels: what they are told is worked out and
 * rendered once for all of them. HTTP thread only. */
#pragma once

#include "appliance/http/board.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/scope.h"

#define LIVE_TICKS_A_SECOND 5u

typedef struct {
    char *key; /* of its scope */
    Scope scope;
    unsigned streams;    /* that belong to it; kept by their owner */
    GHashTable *digests; /* channel id: what streams were told last */
    uint64_t ids_digest; /* of the channel list that hello named */
} Audience;

/* @snapshot: what it may know of. Returns: (transfer full) */
Audience *audience_new(const Scope *scope, const Snapshot *snapshot, const ViewTime *now);
void audience_free(gpointer audience);

/* Whether the list of channels is another one than its streams were told: all begin anew. */
bool audience_starts_over(Audience *audience, const Snapshot *snapshot, const ViewTime *now);

/* Frames' JSON. The first: channels that changed, or whose turn it is at @ticks; NULL for none.
 * Returns: (transfer full) */
GString *
audience_states(Audience *audience, const Snapshot *snapshot, uint64_t ticks, const ViewTime *now);
GString *audience_levels(Board *board, const Snapshot *snapshot, const ViewTime *now);
