/* What to do about each fault: the site's own text, or faults.def's. Immutable, shared by reference
 * across threads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/catalogue.h"

#define RUNBOOK_MAX 4000u /* bytes of one text */

typedef struct {
    gatomicrefcount refs;
    char *texts[FAULT_NUMBER_MAX + 1]; /* by FaultId; NULL where the site has none of its own */
} Runbooks;

Runbooks *runbooks_new(void); /* without any text of the site, to be filled before it is shared */
Runbooks *runbooks_copy(const Runbooks *runbooks);
Runbooks *runbooks_ref(Runbooks *runbooks);
void runbooks_unref(Runbooks *runbooks); /* (nullable) */
bool runbooks_equal(const Runbooks *a, const Runbooks *b);

/* What to do about @fault. @runbooks: (nullable): the site has none. Never NULL; valid as long as
 * @runbooks. */
const char *runbooks_text(const Runbooks *runbooks, FaultId fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Runbooks, runbooks_unref)
