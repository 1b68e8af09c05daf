/* The header policy. */
#include "appliance/http/guard.h"

#include <string.h>

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};

static bool
is_single(SoupMessageHeaders *headers, const char *name)
{
    const char *list = soup_message_headers_get_list(headers, name);

    return list == NULL || strchr(list, ',') == NULL;
}

static unsigned
check_length(SoupMessageHeaders *headers, size_t body_max)
{
    const char *text = soup_message_headers_get_list(headers, "Content-Length");
    guint64 length = 0;

    if (text == NULL)
        return 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (!g_ascii_isdigit(*at))
            return 400;
    }
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &length, NULL))
        return *text == '\0' ? 400 : 413;
    return length > body_max ? 413 : 0;
}

unsigned
guard_check(const char *method, SoupMessageHeaders *headers, const GUri *uri, size_t body_max)
{
    const char *path = uri != NULL ? g_uri_get_path((GUri *)uri) : NULL;
    const char *query = uri != NULL ? g_uri_get_query((GUri *)uri) : NULL;

    if (method == NULL || path == NULL || *path != '/')
        return 400;
    if (!g_strv_contains(methods, method))
        return 405;
    if (soup_message_headers_get_list(headers, "Transfer-Encoding") != NULL)
        return 400;
    if (!is_single(headers, "Host") || !is_single(headers, "Content-Length"))
        return 400;
    if (soup_message_headers_get_list(headers, "Upgrade") != NULL)
        return 501;
    if (strlen(path) + (query != NULL ? strlen(query) : 0) > URL_MAX)
        return 414;
    return check_length(headers, body_max);
}
