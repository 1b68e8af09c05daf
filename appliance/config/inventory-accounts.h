/* The sections of the inventory about people and programs:
 *
 *   "accounts": [{"name": "m-ivanova", "role": "operator", "password_hash": "$argon2id$...",
 *                 "full_name": "", "totp": "", "recovery": [], "must_change": false,
 *                 "disabled": false, "limited": false, "channels": [], "groups": [],
 *                 "revision": 3, "epoch": 3, "created_us": 0}],
 *   (of those who log in elsewhere also "login_by": "oidc" or "pam", and "subject")
 *   "tokens": [{"id": "wall-3", "name": "", "hash": "...", "owner": "m-ivanova",
 *               "rights": ["wall"], "limited": false, "channels": [], "groups": [],
 *               "created_us": 0, "expires_us": 0}],
 *   "erased": {"key": "...", "digests": ["..."]}
 *
 * Of an account only name, role and password_hash must be there, as the first version wrote it. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/model/account.h"

/* Returns: (transfer full): what @root says; NULL with %GANTRY_ERROR_INVALID */
AccountBook *inventory_accounts_read(JsonObject *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the sections to the object that @builder is in. */
void inventory_accounts_write(JsonBuilder *builder, const AccountBook *book);
