/* Reading where a page begins, and writing where the next one does. */
#include "appliance/http/page.h"

#include "appliance/http/cursor.h"
#include "appliance/http/json-writer.h"

void
page_clear(Page *page)
{
    g_clear_pointer(&page->place, g_free);
}

bool
page_place(HttpRequest *request, const char **ret_place)
{
    const char *cursor = http_request_query(request, "cursor");

    g_clear_pointer(&request->place, g_free);
    if (cursor != NULL) {
        request->place = cursor_read(cursor);
        if (request->place == NULL) {
            http_request_problem(request, 400, "bad-cursor",
                                 "\"cursor\" is the \"next_cursor\" of the page before.");
            return false;
        }
    }
    *ret_place = request->place;
    return true;
}

bool
page_read(HttpRequest *request, unsigned usual, unsigned most, Page *ret_page)
{
    const char *limit = http_request_query(request, "limit");
    const char *place = NULL;
    g_autofree char *wrong = g_strdup_printf("\"limit\" is a number from 1 to %u.", most);
    guint64 items = usual;

    if (limit != NULL && !g_ascii_string_to_unsigned(limit, 10, 1, most, &items, NULL)) {
        http_request_problem(request, 400, "invalid", wrong);
        return false;
    }
    if (!page_place(request, &place))
        return false;
    *ret_page = (Page){(unsigned)items, g_strdup(place)};
    return true;
}

/* The query as it was asked, with another cursor. Returns: (transfer full) */
static char *
query_with(const HttpRequest *request, const char *cursor)
{
    GString *query = g_string_new("?");
    GHashTableIter iter;
    gpointer name, value;

    if (request->query != NULL) {
        g_hash_table_iter_init(&iter, request->query);
        while (g_hash_table_iter_next(&iter, &name, &value)) {
            if (g_str_equal(name, "cursor"))
                continue;
            g_string_append_uri_escaped(query, (const char *)name, NULL, FALSE);
            g_string_append_c(query, '=');
            g_string_append_uri_escaped(query, (const char *)value, NULL, FALSE);
            g_string_append_c(query, '&');
        }
    }
    g_string_append_printf(query, "cursor=%s", cursor);
    return g_string_free(query, FALSE);
}

void
page_link(HttpRequest *request, const char *place)
{
    g_autofree char *cursor = place != NULL ? cursor_make(place) : NULL;
    g_autofree char *query = cursor != NULL ? query_with(request, cursor) : NULL;
    g_autofree char *path = query != NULL ? g_uri_escape_string(request->path, "/:@", FALSE) : NULL;
    g_autofree char *link = g_strdup_printf("<%s%s>; rel=\"next\"", path, query);

    if (cursor != NULL)
        http_request_set_header(request, "Link", link);
}

void
page_end(HttpRequest *request, GString *json, const char *place)
{
    g_autofree char *cursor = place != NULL ? cursor_make(place) : NULL;

    json_string(json, "next_cursor", cursor);
    page_link(request, place);
}
