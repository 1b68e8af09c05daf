/* What the audit trail says of a write besides who did what: from where, and digests of the
 * inventory before and after, by which anybody can tell which generation it made. */
#pragma once

#include "appliance/config/inventory.h"
#include "appliance/supervisor/ingest.h"

typedef struct {
    char *address;     /* of whoever asked */
    Inventory *before; /* owned reference */
} AuditTrail;

/* From now on until audit_trail_end() what is noted of the request is held back. */
AuditTrail audit_trail_begin(Ingest *ingest, const char *address, Inventory *before);
void audit_trail_end(AuditTrail *trail, Ingest *ingest, const Inventory *after);

/* The first 16 hex digits of SHA-256 over the inventory as it is stored. Returns: (transfer full)
 */
char *audit_trail_digest(const Inventory *inventory);
