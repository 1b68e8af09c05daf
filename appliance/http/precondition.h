/* What a change depends on: If-Match (RFC 9110, section 13) and `dry_run=`. HTTP thread only.
 *
 * The supervision loop compares, as it alone knows the present state: it answers
 * GANTRY_ERROR_CHANGED when etag_allows() says no. Reads show the tag by
 * http_request_set_header(request, "ETag", ...). */
#pragma once

#include <stdbool.h>

#include "appliance/events/command-port.h"
#include "appliance/http/request.h"

/* For PUT, PATCH and DELETE of something that exists: takes If-Match into @command->if_match and
 * `dry_run=` into @command->dry_run. Answers 428 or 400 itself and returns false. */
bool precondition_take(HttpRequest *request, Command *command);

/* The same where the request may also make something new: without If-Match it goes on, and the loop
 * answers GANTRY_ERROR_NO_CONDITION if there is such a thing already. */
bool precondition_take_if_any(HttpRequest *request, Command *command);

/* `dry_run=true`. Answers 400 itself, and returns false, for another word than true and false. */
bool precondition_dry_run(HttpRequest *request, bool *ret_dry_run);
