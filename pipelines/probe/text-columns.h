/* Text in columns of a terminal or a mail: what is wide counts twice, what combines not at all. */
#pragma once

#include <glib.h>

/* Columns that @text (valid UTF-8) takes. */
unsigned text_columns(const char *text);

/* Bytes of the longest begin of @text that takes at most @columns. */
gsize text_columns_fit(const char *text, unsigned columns);

/* Appends @text to @out in exactly @width columns: cut, or filled up with spaces behind it (in
 * front of it where @width is negative). */
void text_columns_append(GString *out, int width, const char *text);
