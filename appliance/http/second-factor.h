/* The second factor: codes of a telephone (TOTP, RFC 6238) and codes for when it is lost. Secrets
 * are sealed by the box's own key; a code that was good once is refused afterwards. HTTP thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/model/account.h"

#define ACCOUNT_KEY_BYTES  32u
#define FACTOR_PENDING_S   600u /* how long a secret waits to be confirmed */
#define FACTOR_PENDING_MAX 64u  /* that wait at once; beyond, all are forgotten */

typedef struct SecondFactors SecondFactors;

/* @key: (nullable), no-ref: ACCOUNT_KEY_BYTES; NULL: none can be made or checked. @now_us: codes of
 * the present half minute count as used: they may have been, before a restart. */
SecondFactors *second_factors_new(const uint8_t *key, WallUs now_us);
void second_factors_free(SecondFactors *factors); /* (nullable) */

typedef enum {
    FACTOR_RIGHT,
    FACTOR_WRONG,
    FACTOR_BROKEN, /* the secret cannot be read: another key sealed it */
} FactorResult;

/* Whether @code is what @account's telephone shows at @now_us, half a minute more or less. */
FactorResult second_factor_check(SecondFactors *factors,
                                 const Account *account,
                                 const char *code,
                                 WallUs now_us);

/* A new secret for @user, to be confirmed by a code. Returns: (transfer full) (nullable): it in
 * base32, NULL without a key */
char *second_factor_begin(SecondFactors *factors, const char *user, MonoUs now_us);

/* Takes the secret that waits for @user into @account, if @code fits. */
bool
second_factor_confirm(SecondFactors *factors, Account *account, const char *code, WallUs now_us);

/* Forgets what is held beside the account: codes used lately, a secret that waits for its code. */
void second_factors_forget(SecondFactors *factors, const char *user);

/* What the telephone reads: "otpauth://totp/...". NULL if nothing waits. Returns: (transfer full)
 */
char *second_factor_uri(const SecondFactors *factors, const char *user, const char *site);

/* That as a picture (SVG). Returns: (transfer full) (nullable) */
char *second_factor_svg(const char *uri);

/* RECOVERY_CODES fresh codes into @account, as hashes. Returns: (transfer full): the codes, shown
 * once */
GStrv second_factor_make_recovery(Account *account);

/* Takes @code out of @account's if it is among them. */
bool second_factor_use_recovery(Account *account, const char *code);
