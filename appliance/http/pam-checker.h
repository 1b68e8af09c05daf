/* Passwords that PAM knows: LDAP, Active Directory, or whatever the site's service asks. Modules of
 * PAM block, and run code that is not ours, so gantry-pam asks them in a process of its own, which
 * gets the password on its standard input and gives up after PAM_PROGRAM_S. HTTP thread only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/access-options.h"

#define PAM_ASK_MAX 8u /* at once */

typedef enum {
    PAM_ANSWER_RIGHT,
    PAM_ANSWER_WRONG, /* or the account there is locked or has expired */
    PAM_ANSWER_AWAY,  /* nobody can say: no answer, no such service */
} PamAnswer;

typedef struct PamChecker PamChecker;

typedef void (*PamAsked)(PamAnswer answer, gpointer user_data);

/* @options: (transfer none): outlives it. Returns: (transfer full) (nullable): NULL without a
 * service */
PamChecker *pam_checker_new(const AccessOptions *options);
void pam_checker_free(PamChecker *checker); /* (nullable); ends what is being asked */

/* Asks whether @password is @user's. False, and @done is not called, if too many are being asked.
 */
bool pam_check(PamChecker *checker,
               const char *user,
               const char *password,
               PamAsked done,
               gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
