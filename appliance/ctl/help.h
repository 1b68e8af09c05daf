/* Help, made of the tables. */
#pragma once

#include "appliance/ctl/verbs.h"

/* Commands, examples, exit status: what --help prints beside the options. Returns: (transfer full)
 */
char *help_text(void);
