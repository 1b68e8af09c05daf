/* Logins that are on their way through an OpenID provider: what we told the browser and what only
 * we know, so that the answer can be held against it. Each is good once, for OIDC_FLOW_S, and only
 * in the browser that began it (the cookie). Pure but for its memory and random numbers. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define OIDC_FLOW_S           600u
#define OIDC_FLOWS_MAX        1000u /* the oldest goes first */
#define OIDC_FLOWS_OF_ADDRESS 32u   /* so that one address cannot push out those of others */

typedef struct OidcFlows OidcFlows;

typedef struct {
    char *nonce;    /* that the ID token must hold */
    char *verifier; /* of PKCE (RFC 7636): shown when the code is redeemed */
} OidcFlow;

/* What a new one tells. All (transfer full). */
typedef struct {
    char *cookie;    /* to the browser alone */
    char *state;     /* by the provider back to us */
    char *nonce;     /* to the provider */
    char *challenge; /* the verifier's SHA-256, to the provider */
} OidcFlowStart;

OidcFlows *oidc_flows_new(void);
void oidc_flows_free(OidcFlows *flows); /* (nullable) */

/* False if @address has as many on their way as it may. */
bool
oidc_flows_begin(OidcFlows *flows, const char *address, MonoUs now_us, OidcFlowStart *ret_start);

/* Takes the one of @state (nullable) out if it began in the browser with @cookie (nullable) and is
 * not too old. False otherwise. @ret_flow: (transfer full) */
bool oidc_flows_take(
    OidcFlows *flows, const char *state, const char *cookie, MonoUs now_us, OidcFlow *ret_flow);

void oidc_flow_clear(OidcFlow *flow); /* overwrites, frees, leaves zeroes */
void oidc_flow_start_clear(OidcFlowStart *start);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OidcFlow, oidc_flow_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OidcFlowStart, oidc_flow_start_clear)
