/* The one table of rights as JSON, for the test that walks it. */
#include <stdio.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"

static const char *const reaches[] = {
    [REACH_BOX] = "box", [REACH_SCOPED] = "scoped", [REACH_ALL] = "all"};

int
main(void)
{
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_array(json, NULL);
    for (const Route *route = api_routes; route->method != NULL; route++) {
        json_begin_object(json, NULL);
        json_string(json, "method", route->method);
        json_string(json, "pattern", route->pattern);
        json_string(json, "role", role_name(route->role));
        json_begin_array(json, "tokens");
        for (unsigned right = 1; right <= TOKEN_ALL; right <<= 1) {
            if ((route->tokens & right) != 0)
                json_string(json, NULL, token_right_name(right));
        }
        json_end_array(json);
        json_string(json, "reach", reaches[route->reach]);
        json_bool(json, "control_only", (route->flags & ROUTE_CONTROL_ONLY) != 0);
        json_bool(json, "own", (route->flags & ROUTE_OWN) != 0);
        json_bool(json, "metrics", (route->flags & ROUTE_METRICS) != 0);
        json_end_object(json);
    }
    json_end_array(json);
    puts(json->str);
    return 0;
}
