/* What a provider's words make of somebody: "noc-staff=operator, video=engineer" gives roles,
 * "acme-staff=Acme News, house=*" the groups of channels that they see. A word is compared byte by
 * byte; it may hold anything but a comma, also "=": the last one of an entry counts. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/account.h"

#define CLAIM_EVERYTHING "*" /* of a table of groups: not limited */

/* Whether each entry of @table is WORD=OURS, and OURS a role if @roles. @ret_wrong: (transfer
 * full): the first that is not */
bool claim_table_check(const char *table, bool roles, char **ret_wrong);

/* The highest role that one of @words (nullable) gives; ROLE_NONE if none does. */
Role claim_table_role(const char *table, char *const *words);

/* What @words (nullable) show of the box; an empty @table everything. False, and @ret_scope
 * untouched, if they show nothing. @ret_scope: (transfer full) */
bool claim_table_scope(const char *table, char *const *words, Scope *ret_scope);
