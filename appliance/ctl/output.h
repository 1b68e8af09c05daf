/* Answers for people and for programs. */
#pragma once

#include "appliance/ctl/table.h"
#include "appliance/ctl/verbs.h"

/* @root, an object, as the verb and the options want it, on stdout. */
void output_print(const VerbContext *context, JsonNode *root);

/* Rows of @items (nullable) by @columns as in Verb.columns, on stdout. */
void output_rows(const VerbContext *context, JsonArray *items, const char *columns);

/* One line of JSON on stdout. */
void output_json(const VerbContext *context, JsonNode *node);

/* A table as stdout takes it. */
void output_table(const VerbContext *context, const Table *table);

/* Members: "" and 0 for what is missing or of another kind; (transfer none). */
const char *output_text(JsonObject *object, const char *name);
double output_number(JsonObject *object, const char *name);
JsonArray *output_items(JsonObject *object, const char *name);   /* (nullable) */
JsonObject *output_object(JsonObject *object, const char *name); /* (nullable) */
guint output_length(JsonArray *items);                           /* @items: (nullable) */

/* A value of any kind in a cell. @node: (nullable). Returns: (transfer full) */
char *output_value(JsonNode *node);
