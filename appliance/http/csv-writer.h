/* Writing CSV (RFC 4180) onto a GString: UTF-8 with its mark, so that spreadsheets take it as such.
 *
 * A text that a spreadsheet would take for a formula is preceded by an apostrophe: it may come from
 * a stream, and is data. Pure. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"

/* The mark of UTF-8 and the names of the columns. @names: ends with NULL; without commas. */
void csv_begin(GString *out, const char *const *names);

/* The next field of the row that is being written. */
void csv_text(GString *out, const char *text); /* (nullable): "" */
void csv_time(GString *out, WallUs wall_us);   /* RFC 3339 in UTC with seconds; 0: "" */
void csv_number(GString *out, double value, unsigned decimals); /* not finite: "" */

void csv_end_row(GString *out);
