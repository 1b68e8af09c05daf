/* From a verb and its arguments to a request, and back to what people see. */
#pragma once

#include "appliance/ctl/verbs.h"

/* What the table says of the context's verb: asks, and prints the answer. */
CtlStatus request_run(const VerbContext *context);

/* The same, but hands the answer over instead of printing it: all pages of a list as one.
 * @ret_root: (transfer full): an object, only on CTL_OK */
CtlStatus request_json(const VerbContext *context, JsonNode **ret_root);

/* One request beside the verb's own; says on stderr why not. @body: (nullable): JSON.
 * @ret_root: (transfer full) (nullable): an object, only on CTL_OK */
CtlStatus request_ask(const VerbContext *context,
                      const char *method,
                      const char *path,
                      const char *body,
                      JsonNode **ret_root);

/* The context's path with its arguments, escaped. Returns: (transfer full) */
char *request_path(const VerbContext *context);

/* What --body, --set or stdin say: JSON. Says itself what is wrong. Returns: (nullable) */
char *request_body_given(const VerbContext *context);
