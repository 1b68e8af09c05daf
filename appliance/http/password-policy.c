/* zxcvbn's word lists and patterns, with the user's and our own name added. */
#include "appliance/http/password-policy.h"

#include <string.h>
#include <zxcvbn.h>

#include "appliance/http/password-worker.h"

/* Guesses that a password must outlast, as a power of two: a million, which takes 70 days at the 10
 * a minute that an account lets pass. The 3,000 most usual ones need at most 12 bits. */
#define GUESSES_BITS 20.0
#define LOOKED_AT    100u /* bytes: zxcvbn's time grows with the square */

const char *
password_policy_problem(const char *password, const char *user)
{
    const char *own[] = {user, "gantry", NULL};
    g_autofree char *head = NULL;

    if (g_utf8_strlen(password, -1) < PASSWORD_MIN)
        return "A password has at least 8 characters; 15 are better.";
    if (strlen(password) > PASSWORD_MAX)
        return "A password has at most 256 bytes.";
    head = g_strndup(password, LOOKED_AT);
    if (ZxcvbnMatch(head, own, NULL) < GUESSES_BITS)
        return "This password is among those that are guessed first; take another one.";
    return NULL;
}
