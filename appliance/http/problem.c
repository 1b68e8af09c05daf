/* The list of types, and the two faces of a problem. */
#include "appliance/http/problem.h"

#include "appliance/events/command-port.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-system.h"

typedef struct {
    const char *word;
    const char *title;
    const char *meaning; /* when it is answered, and what to do */
} Type;

static const Type types[] = {
    {"bad-cursor", "Bad cursor",
     "The cursor is not one that this list has given out, or its place is gone. Begin with the "
     "first "
     "page."},
    {"bad-request", "Bad request",
     "The head of the request is not HTTP/1.1 as RFC 9112 has it, or is read in two ways by "
     "different "
     "programs; such requests are never served."},
    {"busy", "Busy", "The box works on as many of these as it can. Retry-After says when to ask."},
    {"changed", "Changed meanwhile",
     "If-Match names another version than the present one: somebody else changed it. Read it "
     "again, "
     "compare, and send the change with the new ETag."},
    {"conflict", "Conflict",
     "The thing is not in a state in which this can be done. Read it again and decide."},
    {"cross-site", "Cross-site request",
     "Writes come from the dashboard's own pages, or carry no Origin at all. A page of another "
     "site "
     "sent this one."},
    {"denied", "Denied", "The caller is known and may not do this. Somebody with more rights may."},
    {"idempotency-in-flight", "Still at work",
     "A request with this Idempotency-Key is being worked on. Ask again when it is done."},
    {"idempotency-key", "Bad Idempotency-Key",
     "A key has 1 to 128 visible characters; a key that was used stands for one method, path and "
     "body. Take a new one for a new request."},
    {"internal", "Internal error",
     "A mistake of the box, not of the caller. The request id finds it in the log."},
    {"invalid", "Invalid", "The same request cannot succeed. The detail says what was expected."},
    {"invalid-fields", "Invalid fields",
     "The body is JSON, but some fields are wrong. Each entry of \"errors\" names one by a JSON "
     "pointer."},
    {"limited", "Limited to some channels",
     "The account or token is limited to some channels, and this is about the whole box."},
    {"login-required", "Login required", "Log in first, or send a token."},
    {"media-type", "Not acceptable", "What Accept asks for is not to be had here."},
    {"method", "Method not allowed", "This path takes other methods; Allow lists them."},
    {"not-found", "Not found", "Nothing has this name, or not for this caller."},
    {"not-json", "Not JSON",
     "Bodies are JSON objects in UTF-8, at most 8 levels deep, with each name once, sent as "
     "application/json."},
    {"not-this-way", "Not this way",
     "This can be done, but by another request; the detail names it."},
    {"password-change-required", "New password due",
     "Choose a new password first: POST /api/v1/account/password."},
    {"precondition-required", "If-Match required",
     "Changes name the version that they change: send the ETag of what you read as If-Match."},
    {"rate-limited", "Too many requests",
     "One client asks more often than the box answers one client. RateLimit tells what is left, "
     "Retry-After when to go on."},
    {"second-factor-required", "Second factor required",
     "The password is right. Send it again with \"totp\": the code that the telephone shows now, "
     "or "
     "a recovery code."},
    {"setup-required", "Not set up",
     "The box has no account yet: set it up with the one-time code of its first start."},
    {"shown-once", "Shown once",
     "A request with this Idempotency-Key was done. Its answer held a secret (a token, a password, "
     "a code) that was shown then and is kept nowhere: revoke what was made, or set it anew."},
    {"starting", "Starting", "gantryd is starting; ask again in a second."},
    {"timeout", "Timed out",
     "No answer came in time, and whether it was done is unknown. Look before trying again."},
    {"too-early", "Too early", "What was asked for is not complete yet. Ask again a little later."},
    {"too-large", "Too large",
     "The answer or the body would be larger than allowed. Ask for less."},
    {"too-many-attempts", "Too many attempts",
     "Too many wrong logins from here or for this user. Retry-After says when the next one "
     "counts."},
    {"unavailable", "Unavailable",
     "Something that this needs is away: a database, a disk, a worker. It can be asked again."},
    {"wall-token-revoked", "Wall token revoked",
     "The token of this wall was revoked or has expired. An administrator makes a new one."},
    {"wrong-login", "Wrong login", "User, password or code is wrong, used up or too old."},
    {"wrong-token", "Wrong token", "The bearer token is wrong, was revoked, or has expired."},
};

static const Type *
find(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_equal(types[i].word, word))
            return &types[i];
    }
    return NULL;
}

static void
write_fields(GString *out, GPtrArray *fields)
{
    json_begin_array(out, "errors");
    for (guint i = 0; i < fields->len && i < PROBLEM_FIELDS_MAX; i++) {
        const CommandFault *fault = (const CommandFault *)fields->pdata[i];

        json_begin_object(out, NULL);
        json_string(out, "pointer", fault->pointer);
        json_string(out, "detail", fault->detail);
        json_end_object(out);
    }
    json_end_array(out);
}

void
problem_write(GString *out, const Problem *problem)
{
    const Type *type = find(problem->type);
    g_autofree char *uri = g_strdup_printf("/problems/%s", problem->type);

    json_begin_object(out, NULL);
    json_string(out, "type", uri);
    json_string(out, "title", type != NULL ? type->title : view_status_title(problem->status));
    json_uint(out, "status", problem->status);
    json_string(out, "detail", problem->detail);
    if (problem->instance != NULL)
        json_string(out, "instance", problem->instance);
    if (problem->request_id != NULL)
        json_string(out, "request_id", problem->request_id);
    if (problem->fields != NULL)
        write_fields(out, problem->fields);
    json_end_object(out);
}

/* Texts of the table are plain: nothing in them needs escaping. */
static void
begin_page(GString *out, const char *title)
{
    g_string_append_printf(out,
                           "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                           "<title>%s</title>\n<h1>%s</h1>\n",
                           title, title);
}

bool
problem_page(GString *out, const char *type)
{
    const Type *found = find(type);

    if (found == NULL)
        return false;
    begin_page(out, found->title);
    g_string_append_printf(out, "<p>%s</p>\n<p><a href=\"/problems/\">All problems</a></p>\n",
                           found->meaning);
    return true;
}

void
problem_index(GString *out)
{
    begin_page(out, "Problems that the API answers");
    g_string_append(out, "<dl>\n");
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        g_string_append_printf(out, "<dt><a href=\"/problems/%s\">%s</a></dt>\n<dd>%s</dd>\n",
                               types[i].word, types[i].title, types[i].meaning);
    g_string_append(out, "</dl>\n");
}
