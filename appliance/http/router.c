/* Segment by segment; the tables are short. */
#include "appliance/http/router.h"

#include <string.h>

/* Fills @params (transfer full) when @path has the shape of @pattern. */
static bool
fits(const char *pattern, const char *path, char *params[ROUTE_PARAMS_MAX])
{
    size_t n = 0;

    while (*pattern != '\0') {
        if (g_str_has_prefix(pattern, "{}")) {
            const size_t length = strcspn(path, "/");

            if (length == 0 || n == ROUTE_PARAMS_MAX)
                return false;
            g_free(params[n]);
            params[n++] = g_strndup(path, length);
            path += length;
            pattern += 2;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

static void
forget(char *params[ROUTE_PARAMS_MAX])
{
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
        g_clear_pointer(&params[i], g_free);
}

RouteMatch
route_match(const Route *routes, const char *method, const char *path)
{
    RouteMatch match = {.result = ROUTE_NO_PATH};
    const char *asked = g_str_equal(method, "HEAD") ? "GET" : method;

    for (const Route *route = routes; route->method != NULL; route++) {
        if (fits(route->pattern, path, match.params)) {
            match.result = ROUTE_NO_METHOD;
            if (g_str_equal(route->method, asked)) {
                match.result = ROUTE_FOUND;
                match.route = route;
                return match;
            }
        }
        forget(match.params);
    }
    return match;
}

char *
route_methods(const Route *routes, const char *path)
{
    GString *list = g_string_new(NULL);

    for (const Route *route = routes; route->method != NULL; route++) {
        char *params[ROUTE_PARAMS_MAX] = {NULL};

        if (fits(route->pattern, path, params))
            g_string_append_printf(list, "%s%s%s", list->len > 0 ? ", " : "", route->method,
                                   g_str_equal(route->method, "GET") ? ", HEAD" : "");
        forget(params);
    }
    return g_string_free(list, FALSE);
}
