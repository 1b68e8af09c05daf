/* Text from outside: made safe to keep, to log and to show. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/**
 * text_clean:
 * @text: (nullable): bytes from a stream, a file or a peer; any encoding, any length
 * @max_bytes: longest result in bytes, without the terminator
 *
 * Returns: (transfer full): valid UTF-8 without control characters, breaks of lines and paragraphs
 *   and overrides of the direction of what follows, cut at a character boundary; what was not valid
 *   stands as U+FFFD. Never %NULL.
 */
char *text_clean(const char *text, gsize max_bytes);

/* The entry of @known (NULL-terminated) that is least edits away from @word, for "did you mean".
 * Returns: (transfer none) (nullable): NULL if none is near (more than 3 edits or half the word) */
const char *text_nearest(const char *word, const char *const *known);

/* Whether no array or object of the JSON in @text (@size bytes, any content) lies deeper than
 * @max_depth: to be asked before a parser that recurses sees it. */
bool text_json_is_shallow(const char *text, size_t size, unsigned max_depth);
