/* Can the measurements be trusted? What speaks against it, and of which channels. Pure. */
#pragma once

#include <glib.h>

#include "appliance/model/snapshot.h"

#define TRUST_RECENT_US (10 * 60 * US_PER_SECOND) /* own loss spoils trust so long */
#define TRUST_STALE_US  (10 * US_PER_SECOND)      /* an older snapshot: the loop hangs */

typedef enum {
    TRUST_STALE,     /* what is shown is old */
    TRUST_OWN_LOSS,  /* this box lost packets a short while ago */
    TRUST_UNKNOWN,   /* channels that this box cannot measure now */
    TRUST_CLOCK,     /* wall times may be wrong */
    TRUST_DEPTH,     /* pictures are looked at less than they should be */
    TRUST_PROBE,     /* an alarm on purpose did not come through in time */
    TRUST_STORES,    /* what is older than an hour may have holes: no reason for doubt about now */
    TRUST_PAST_LOSS, /* packets were lost since the start, but not lately: the same */
    TRUST_COUNT
} TrustKind;

typedef struct {
    TrustKind kind;
    bool doubt;          /* speaks against trust; else it is only told */
    char *text;          /* one sentence */
    GPtrArray *channels; /* (element-type utf8): owned ids; empty where it is about the box */
} TrustReason;

/* (element-type TrustReason): what is to be told, doubts first; empty: nothing. Frees its entries.
 * @now_us: boot clock. Returns: (transfer full) */
GArray *trust_reasons(const Snapshot *snapshot, MonoUs now_us);

/* Whether none of @reasons is a doubt. */
bool trust_holds(const GArray *reasons);

/* "stale", "own-loss", ...: words of the API. Never NULL. */
const char *trust_kind_name(TrustKind kind);
