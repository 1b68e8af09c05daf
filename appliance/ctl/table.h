/* Rows for people on a terminal, for programs otherwise. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Table Table;

/* @columns: headings, NULL-terminated. */
Table *table_new(const char *const *columns);
void table_free(Table *table); /* (nullable) */

/* @cells: (transfer none): as many as columns; NULL is empty. Control characters become blanks. */
void table_add(Table *table, const char *const *cells);

/* @aligned: headings and padded columns; otherwise cells with tabs between, and no headings.
 * @colour: severities and states in colours that terminals have.
 * Returns: (transfer full) */
char *table_render(const Table *table, bool aligned, bool colour);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)
