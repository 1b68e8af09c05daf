/* Refusals that come a fixed time after the attempt. A directory takes its own time to say no, and
 * the box another for a name that is nobody's: where PAM is asked, only an answer at one and the
 * same moment keeps a stopwatch from telling which names there are. HTTP thread only. */
#pragma once

#include "appliance/http/request.h"

#define REFUSAL_US (2 * US_PER_SECOND) /* after the attempt began; a directory may be slower */

typedef struct LateRefusals LateRefusals;

LateRefusals *late_refusals_new(void);        /* Returns: (transfer full) */
void late_refusals_free(LateRefusals *later); /* (nullable); what still waits waits no longer */

/* Answers @request, which is deferred, with login_refuse() REFUSAL_US after @began_us, or at once
 * if that has passed. As many wait as there are connections. */
void
late_refusals_add(LateRefusals *later, HttpRequest *request, const char *user, MonoUs began_us);
