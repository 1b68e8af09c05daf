/* Strong entity tags (RFC 9110, section 8.8.3) of things that people change: a digest of what is
 * shown, so that equal things have equal tags after a restart and on another box. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* @text: the whole of the thing, such as its JSON. Returns: (transfer full): with its quotes. */
char *etag_of(const char *text);

/* Whether @if_match, the value of an If-Match header, lets a change through: "*" for anything that
 * exists, or a list with @etag in it. Weak tags never match. @etag: (nullable): of the present
 * state; NULL if there is no such thing. */
bool etag_allows(const char *if_match, const char *etag);
