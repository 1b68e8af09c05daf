/* How people may log in besides by password, and how long a login lasts: as the site's settings
 * say. Strings are never NULL in what was read. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    uint32_t idle_minutes; /* a session that is not used so long ends */
    uint32_t age_hours;    /* the longest that one lives */
    char *pam_service;     /* of libpam, for accounts without a password here; "" for none */
    char *oidc_issuer;     /* https://, or http:// on loopback; "" for none */
    char *oidc_name;       /* what the button says */
    char *oidc_client;     /* our name there */
    char *oidc_secret_file;
    char *oidc_role_claim;  /* names of groups or roles, of which @oidc_roles knows some */
    char *oidc_roles;       /* "THEIRS=admin", commas between */
    char *oidc_scope_claim; /* names of the site's groups that the account is limited to; "" for
                               none: everything */
} AccessOptions;
