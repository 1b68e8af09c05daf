/* What a new password must be: long enough, and not among what everybody tries first. No rule about
 * its characters (ASVS 6.2). */
#pragma once

#include <glib.h>

/* Returns: (transfer none) (nullable): why @password will not do for @user; NULL: it will. Takes
 * some milliseconds. Any thread. */
const char *password_policy_problem(const char *password, const char *user);
