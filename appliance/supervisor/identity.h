/* Who this box is: the journal's id, which goes with the state folder, the boot, the host. */
#pragma once

#include <glib.h>

typedef struct {
    char *journal_id; /* UUID, kept in STATE/journal/id */
    char *boot_id;    /* UUID of the running kernel */
    char *monitor_id; /* host name */
} Identity;

/* Reads what is there and makes the journal's id if @state_folder is new. Returns %FALSE with
 * %GANTRY_ERROR_UNAVAILABLE if the folder cannot be used. */
gboolean identity_load(const char *state_folder,
                       Identity *ret_identity,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

void identity_clear(Identity *identity);
