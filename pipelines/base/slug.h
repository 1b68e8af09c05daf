/* Ids that may become part of a path, a URL or a key: `[a-z0-9][a-z0-9-]{0,62}` and nothing else.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SLUG_MAX 63 /* bytes, without the terminator */

/* Whether @text is a slug. @text: (nullable). */
bool slug_is_valid(const char *text);

/* A slug made from any text, such as "Das Erste HD" to "das-erste-hd"; never empty.
 * Returns: (transfer full) */
char *slug_from_text(const char *text);
