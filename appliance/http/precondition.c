/* Two answers and two fields. */
#include "appliance/http/precondition.h"

#include <string.h>

#define IF_MATCH_MAX 1024u /* bytes: a list of a few tags */

bool
precondition_dry_run(HttpRequest *request, bool *ret_dry_run)
{
    const char *word = http_request_query(request, "dry_run");

    if (word != NULL && !g_str_equal(word, "true") && !g_str_equal(word, "false")) {
        http_request_problem(request, 400, "invalid", "\"dry_run\" is true or false.");
        return false;
    }
    *ret_dry_run = g_strcmp0(word, "true") == 0;
    return true;
}

bool
precondition_take(HttpRequest *request, Command *command)
{
    const char *if_match = http_request_header(request, "If-Match");

    if (!precondition_dry_run(request, &command->dry_run))
        return false;
    if (if_match == NULL) {
        http_request_problem(request, 428, "precondition-required",
                             "Send the ETag of what you read as If-Match.");
        return false;
    }
    if (strlen(if_match) > IF_MATCH_MAX) {
        http_request_problem(request, 400, "invalid", "If-Match has at most 1024 bytes.");
        return false;
    }
    g_free(command->if_match);
    command->if_match = g_strdup(if_match);
    return true;
}

bool
precondition_take_if_any(HttpRequest *request, Command *command)
{
    if (http_request_header(request, "If-Match") == NULL)
        return precondition_dry_run(request, &command->dry_run);
    return precondition_take(request, command);
}
