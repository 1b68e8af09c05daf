/* An OpenID provider as this box knows it: its discovery document and keys, kept for an hour, where
 * a browser is sent, and what a code that came back is worth. Asynchronous; HTTP thread only.
 * Nothing is asked before somebody wants to log in, so a provider that is away holds nothing up. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/http/oidc-flows.h"
#include "appliance/model/access-options.h"

#define OIDC_KEEP_US  (3600 * US_PER_SECOND) /* of document and keys */
#define OIDC_FRESH_US (10 * US_PER_SECOND)   /* a document that says that the provider is there */
#define OIDC_FAILED_US                                                                             \
    (5 * US_PER_SECOND)                   /* a document that did not come is not asked for again   \
                                           */
#define OIDC_KEYS_US (10 * US_PER_SECOND) /* between two looks for a key that is not listed */

typedef struct OidcProvider OidcProvider;

/* @error: (nullable): why it is not known. Maybe called before the function returns. */
typedef void (*OidcKnown)(const GError *error, gpointer user_data);

/* @claims: (transfer none) (nullable): of the ID token, and what the provider told beside it; NULL
 * with @error, as of OidcFetched */
typedef void (*OidcRedeemed)(JsonObject *claims, const GError *error, gpointer user_data);

/* @options: (transfer none): outlives it. @public_url: (nullable): how browsers reach this box.
 * Reads the secret's file once. Returns: (transfer full) (nullable): NULL if there is no issuer */
OidcProvider *oidc_provider_new(const OidcOptions *options, const char *public_url);
void oidc_provider_free(OidcProvider *provider); /* (nullable) */

const OidcOptions *oidc_provider_options(const OidcProvider *provider);

/* Where the provider sends browsers back to: to be registered there. */
const char *oidc_provider_redirect_uri(const OidcProvider *provider);

/* Looks its document up, unless one of at most @age_us is known. */
void oidc_provider_know(OidcProvider *provider, int64_t age_us, OidcKnown done, gpointer user_data);

/* The next look is a fresh one; what is known serves logins on their way. */
void oidc_provider_doubt(OidcProvider *provider);

/* Where a browser logs in. It must be known. @again: the provider asks for the password although it
 * knows the browser. Returns: (transfer full) */
char *oidc_provider_login_url(const OidcProvider *provider, const OidcFlowStart *start, bool again);

/* Whether an answer that says to come from @issuer (nullable) is the provider's (RFC 9207). */
bool oidc_provider_is_issuer(const OidcProvider *provider, const char *issuer);

/* Takes @flow. @done is called later, once. */
void oidc_provider_redeem(OidcProvider *provider,
                          const char *code,
                          OidcFlow *flow,
                          OidcRedeemed done,
                          gpointer user_data);
