/* One request on its way through a handler to its answer. HTTP thread only.
 *
 * A handler answers at once, or calls http_request_defer() and answers later; if the client went
 * away meanwhile the answer goes nowhere. Reference-counted: whoever answers later holds one. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdbool.h>

#include "appliance/events/command-port.h"
#include "appliance/http/app.h"
#include "appliance/http/connection.h"

#define REQUEST_PARAMS_MAX 2u

typedef struct HttpRequest {
    unsigned refs;
    HttpApp *app;               /* no-ref: outlives the connections */
    SoupServerMessage *message; /* owned */
    HttpConnection *connection; /* no-ref: valid while not @gone */
    char *id;                   /* of this request, as in X-Request-Id and in problems */
    char *path;
    GHashTable *query;                /* (nullable): name: value */
    char *params[REQUEST_PARAMS_MAX]; /* what stood for {...} in the route; NULL if none */
    GByteArray *body;
    char *address; /* of the client, as text; "local" on the control socket */
    bool control;  /* came through the control socket */
    bool loopback; /* from this host, through no proxy */
    bool secure;   /* a proxy says that the browser speaks TLS with it */
    char *user;    /* "" if nobody is logged in; "token:ID" of a program or a wall */
    Role role;
    unsigned rights;  /* TokenRight bits if a token stands behind it; 0: a person */
    Scope scope;      /* what it may know of */
    char *session;    /* (nullable): hash of the session */
    bool bearer;      /* came with a token of its own, not with a cookie */
    bool undecided;   /* has a cookie of a session that may still be on its way from the store */
    bool revoked;     /* has a wall's cookie whose token is gone */
    bool must_change; /* a new password is due first */
    bool gone;        /* the message is finished or its client left: never touch it */
    bool deferred;
    bool secret;       /* its answer shows a secret, once */
    bool sorted;       /* the handler sorts by itself */
    char *place;       /* (nullable): what page_place() read */
    char *idempotency; /* (nullable): what its answer is kept under */
} HttpRequest;

HttpRequest *http_request_ref(HttpRequest *request);
void http_request_unref(HttpRequest *request); /* (nullable) */

/* Value of a query parameter or of a header. Returns: (transfer none) (nullable) */
const char *http_request_query(const HttpRequest *request, const char *name);
const char *http_request_header(const HttpRequest *request, const char *name);

/* A query parameter as a number between @least and @most; @otherwise without it or out of range. */
uint64_t http_request_query_uint(const HttpRequest *request,
                                 const char *name,
                                 uint64_t least,
                                 uint64_t most,
                                 uint64_t otherwise);

/* RFC 3339 such as 2026-01-31T12:00:00.250Z. False, with @ret_wall_us untouched, for anything else.
 */
bool http_time_parse(const char *text, WallUs *ret_wall_us);

/* The body as a JSON object; answers 400 itself and returns NULL if it is none.
 * Returns: (transfer full) (nullable): its root */
JsonNode *http_request_json(HttpRequest *request);

/* A member of @object that is a string of at most @max bytes; NULL otherwise. */
const char *http_json_text(JsonObject *object, const char *name, size_t max);

/* A member that is a list of at most @max texts, each of at most 200 bytes, replaces *@ret_names;
 * without the member it stays. False if the member is something else. */
bool http_json_names(JsonObject *object, const char *name, unsigned max, GStrv *ret_names);

/* A number of @object into @ret_value, which stays as it is without the member. False if the member
 * is no number. */
bool http_json_number(JsonObject *object, const char *name, double *ret_value);

/* The same of true or false. */
bool http_json_flag(JsonObject *object, const char *name, bool *ret_flag);

/* Keeps the client waiting for a later answer. */
void http_request_defer(HttpRequest *request);

/* Answers. @body: (transfer none). Headers beside the usual ones are set before. */
void http_request_reply(HttpRequest *request, unsigned status, const char *type, GBytes *body);
void http_request_reply_json(HttpRequest *request, unsigned status, GString *json);
void http_request_reply_ok(HttpRequest *request); /* {"ok":true} */

/* application/problem+json; @type: last part of its URI, listed in problem.c; @detail: one
 * sentence. */
void
http_request_problem(HttpRequest *request, unsigned status, const char *type, const char *detail);
void http_request_problem_of(HttpRequest *request, const GError *error);

/* What the caller may know of the box: all handlers look here and nowhere else.
 * Returns: (transfer full) */
Snapshot *http_request_snapshot(const HttpRequest *request);

/* A rendering of that by @render, at most 250 ms old, shared by all who may know the same. @name:
 * of @render, static. Returns: (transfer full) */
GBytes *
http_request_cached(const HttpRequest *request,
                    const char *name,
                    void (*render)(GString *out, const Snapshot *snapshot, const ViewTime *now));

/* Whether the caller may know of alarm @id; answers 404 itself if not. Alarms that are listed no
 * more are for those alone who may know of everything. */
bool http_request_knows_alarm(HttpRequest *request, const char *id);

/* A command that says who asks, from where, and what they may know of. Returns: (transfer full) */
Command *http_request_command(const HttpRequest *request, CommandKind kind, const char *target);
/* 422 for one wrong field. @pointer: JSON pointer (RFC 6901) into the body. */
void http_request_problem_field(HttpRequest *request, const char *pointer, const char *detail);

/* Of a result that has an error: 422 with every pointer if it names wrong fields, else as
 * http_request_problem_of(). */
void http_request_problem_result(HttpRequest *request, const CommandResult *result);

void http_request_set_header(HttpRequest *request, const char *name, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpRequest, http_request_unref)
