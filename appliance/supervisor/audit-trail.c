/* Holds, compares, releases. */
#include "appliance/supervisor/audit-trail.h"

#include "appliance/config/inventory-store.h"
#include "appliance/http/json-writer.h"

#define DIGEST_DIGITS 16u

char *
audit_trail_digest(const Inventory *inventory)
{
    g_autofree char *text = inventory_to_json(inventory);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strndup(digest, DIGEST_DIGITS);
}

AuditTrail
audit_trail_begin(Ingest *ingest, const char *address, Inventory *before)
{
    ingest_hold_audit(ingest);
    return (AuditTrail){.address = g_strdup(address), .before = inventory_ref(before)};
}

void
audit_trail_end(AuditTrail *trail, Ingest *ingest, const Inventory *after)
{
    g_autoptr(GString) note = g_string_new(NULL);

    json_begin_object(note, NULL);
    json_string(note, "from", trail->address);
    if (trail->before->generation != after->generation) {
        g_autofree char *before_digest = audit_trail_digest(trail->before);
        g_autofree char *after_digest = audit_trail_digest(after);

        json_uint(note, "generation", after->generation);
        json_string(note, "before", before_digest);
        json_string(note, "after", after_digest);
    }
    json_end_object(note);
    ingest_release_audit(ingest, note->str);
    inventory_unref(trail->before);
    g_free(trail->address);
    *trail = (AuditTrail){0};
}
