/* Who somebody is here whom an OpenID provider vouches for: claims in, account out. Pure.
 *
 * An account belongs to issuer and subject for ever; its name is chosen once. Role, scope and full
 * name follow the claims at every login. An account that somebody made here by hand is never taken
 * over, whatever the provider calls its people. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "appliance/model/access-options.h"
#include "appliance/model/account.h"

/**
 * oidc_account_of:
 * @ret_account: (transfer full): as it shall be, with the revision that it has now; 0: it is new
 * @ret_changed: whether it differs from what @book has
 *
 * Returns: false with %GANTRY_ERROR_DENIED: no role, nothing to see, or disabled
 */
bool oidc_account_of(const AccountBook *book,
                     const OidcOptions *options,
                     JsonObject *claims,
                     Account *ret_account,
                     bool *ret_changed,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The account of who @claims are about, whatever they may. Returns: (transfer none) (nullable) */
const Account *
oidc_account_find(const AccountBook *book, const OidcOptions *options, JsonObject *claims);
