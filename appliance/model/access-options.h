/* How people may log in besides by a password of this box, and how long a login lasts: as the
 * site's settings say. Strings of what was read are never NULL. */
#pragma once

#include <stdint.h>

/* An OpenID provider. Its tables are read by claim-table.h. */
typedef struct {
    char *issuer;      /* https://, or http:// on loopback; "" for no provider */
    char *name;        /* what the button to it says */
    char *client;      /* our name there */
    char *secret_file; /* path of our secret there; "" for none: PKCE alone */
    char *ca_file;     /* PEM of the roots its certificate is held against; "": the system's */
    char *scopes;      /* asked for beside "openid", blanks between */
    char *name_claim;  /* what a new account is called after */
    char *role_claim;  /* names of groups or roles, which @roles knows */
    char *roles;       /* "THEIRS=admin, OTHER=viewer" */
    char *group_claim; /* names that @groups knows; "": those of @role_claim */
    char *groups;      /* "THEIRS=Group of channels, OTHER=*"; "": everybody sees everything */
} OidcOptions;

typedef struct {
    uint32_t idle_minutes; /* a session that is not used so long ends; 0: 7 days */
    uint32_t age_hours;    /* the longest that one lives; 0: 30 days */
    char *pam_service;     /* for accounts that log in by PAM; "": they cannot */
    char *pam_folder;      /* of that service's file; "": the system's */
    char *pam_program;     /* path of gantry-pam */
    OidcOptions oidc;
} AccessOptions;
