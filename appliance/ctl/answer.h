/* Asking gantryd, and taking its answers apart: what every verb needs. */
#pragma once

#include "appliance/ctl/table.h"
#include "appliance/ctl/verbs.h"

/* Asks, and says on stderr why not. @body: (nullable): JSON to POST; NULL: a GET.
 * @ret_root: (transfer full): only on CTL_OK */
CtlStatus
answer_ask(const VerbContext *context, const char *path, const char *body, JsonNode **ret_root);

/* The same with a method: PUT, DELETE; of the answer nothing but the status counts. */
CtlStatus
answer_send(const VerbContext *context, const char *method, const char *path, const char *body);

/* On stdout: one line of JSON; a table as the terminal takes it. */
void answer_print_json(JsonNode *node);
void answer_print_table(const VerbContext *context, const Table *table);

/* Members: "" and 0 for what is missing or of another kind. (transfer none) */
const char *answer_text(JsonObject *object, const char *name);
double answer_number(JsonObject *object, const char *name);

/* The array @name of the object @root; (nullable): there is none. */
JsonArray *answer_items(JsonNode *root, const char *name);
guint answer_length(JsonArray *items); /* @items: (nullable) */
