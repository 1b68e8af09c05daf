/* Who this box is: the host, and this boot of it. */
#pragma once

#include <glib.h>

typedef struct {
    char *boot_id;    /* UUID of the running kernel */
    char *monitor_id; /* host name */
} Identity;

void identity_load(Identity *ret_identity);
/* A new UUID, for whoever makes events and alarms. Returns: (transfer full) */
char *identity_make_uuid(gpointer unused);

void identity_clear(Identity *identity);
