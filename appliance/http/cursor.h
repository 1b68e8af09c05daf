/* Cursors of lists: opaque to clients, the place where the next page begins to us. Pure. */
#pragma once

#include <glib.h>

#define CURSOR_MAX 512u /* characters of one that is looked at */

/* Returns: (transfer full): letters, digits, "-" and "_" that stand for @place. */
char *cursor_make(const char *place);

/* Returns: (transfer full) (nullable): the place; NULL for what cursor_make() never gave out. */
char *cursor_read(const char *cursor);
