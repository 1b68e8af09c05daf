/* The fixture's people. */
#pragma once

#include "appliance/model/account.h"

/* One account of each role, named after it, with the password "correct horse".
 * Returns: (transfer full) */
AccountBook *http_people_make(void);
