/* Pages of lists: `limit=`, an opaque `cursor=`, "next_cursor" and Link: rel="next". HTTP thread
 * only. */
#pragma once

#include <stdbool.h>

#include "appliance/http/request.h"

typedef struct {
    unsigned limit; /* items at most */
    char *place;    /* (nullable): where it begins, as page_end() was told; NULL: the first page */
} Page;

void page_clear(Page *page);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

/* @usual: without `limit=`. @most: more are not given. Answers 400 itself, and returns false, for a
 * limit or a cursor that is none. */
bool page_read(HttpRequest *request, unsigned usual, unsigned most, Page *ret_page);

/* Where the page that is asked for begins, as page_end() or page_link() was told. @ret_place:
 * (transfer none) (nullable): as long as @request; NULL: the first page. Answers 400 itself, and
 * returns false, for a cursor that is none. */
bool page_place(HttpRequest *request, const char **ret_place);

/* Sets the Link to the page at @place (nullable: there is none). For views that write "next_cursor"
 * themselves, by cursor_make(). */
void page_link(HttpRequest *request, const char *place);

/* Writes "next_cursor" into the open object @json, and the Link. @place: of the next page; NULL:
 * this is the last one. */
void page_end(HttpRequest *request, GString *json, const char *place);
