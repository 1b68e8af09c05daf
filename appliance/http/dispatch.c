/* The order in which a request is looked at. */
#include "appliance/http/dispatch.h"

#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/gate.h"
#include "appliance/http/guard.h"
#include "appliance/http/security-headers.h"

#define DATA_KEY    "gantry-request"
#define RATE_POLICY "\"client\";q=400;w=4" /* request-rate.h */

static void
put_security_headers(const HttpApp *app, SoupServerMessage *message)
{
    security_headers_put(soup_server_message_get_response_headers(message), app->content_policy);
}

static HttpRequest *
request_of(SoupServerMessage *message)
{
    return (HttpRequest *)g_object_get_data(G_OBJECT(message), DATA_KEY);
}

static void
count_cut(HttpApp *app)
{
    g_mutex_lock(app->status_lock);
    app->status->cut++;
    g_mutex_unlock(app->status_lock);
}

/* Answers past libsoup, which would go on reading, and ends the connection. */
static void
refuse(HttpRequest *request, unsigned status)
{
    g_autofree char *answer = gate_refusal(status, "Larger than it may be here.");
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(request->message);

    soup_message_headers_replace(headers, "Connection", "close");
    soup_server_message_set_status(request->message, status, NULL);
    count_cut(request->app);
    if (request->connection != NULL)
        http_connection_answer_and_cut(request->connection, answer);
}

static size_t
body_max(const char *method, const GUri *uri)
{
    const char *path = uri != NULL ? g_uri_get_path((GUri *)uri) : NULL;
    RouteMatch match = {0};
    size_t limit = BODY_MAX;

    if (method == NULL || path == NULL)
        return 0;
    match = route_match(api_routes, method, path);
    if (match.result == ROUTE_FOUND && (match.route->flags & ROUTE_IMPORT) != 0)
        limit = BODY_IMPORT_MAX;
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
        g_free(match.params[i]);
    return limit;
}

static void
on_got_headers(SoupServerMessage *message, gpointer data)
{
    HttpRequest *request = request_of(message);
    const char *method = soup_server_message_get_method(message);
    GUri *uri = soup_server_message_get_uri(message);
    SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
    const unsigned status = guard_check(method, headers, uri, body_max(method, uri));

    put_security_headers(request->app, message);
    soup_message_headers_remove(headers, "Range"); /* nothing here is served in parts */
    if (status != 0)
        refuse(request, status);
}

static void
on_got_chunk(SoupServerMessage *message, GBytes *chunk, gpointer data)
{
    HttpRequest *request = request_of(message);
    gsize size = 0;
    const guint8 *bytes = (const guint8 *)g_bytes_get_data(chunk, &size);

    if (soup_server_message_get_status(message) != 0)
        return; /* refused: what libsoup still had read is let go */
    if (request->body->len + size > BODY_IMPORT_MAX) {
        refuse(request, 413);
        return;
    }
    g_byte_array_append(request->body, bytes, (guint)size);
}

static void
on_finished(SoupServerMessage *message, gpointer data)
{
    HttpRequest *request = request_of(message);

    request->gone = true;
    g_mutex_lock(request->app->status_lock);
    request->app->status->requests++;
    g_mutex_unlock(request->app->status_lock);
    if (request->connection != NULL && !g_socket_is_closed(request->connection->socket))
        http_connection_arm(request->connection, CONNECTION_IDLE_S);
    request->connection = NULL;
}

/* The message is going: what is still at work on the request must not touch it. */
static void
detach(gpointer data)
{
    HttpRequest *request = (HttpRequest *)data;

    request->gone = true;
    request->message = NULL;
    request->connection = NULL;
    http_request_unref(request);
}

static void
on_request_started(SoupServer *server, SoupServerMessage *message, gpointer data)
{
    HttpRequest *request = g_new0(HttpRequest, 1);

    request->refs = 1;
    request->app = (HttpApp *)data;
    request->message = message;
    request->connection = http_connection_of(message);
    request->body = g_byte_array_new();
    request->user = g_strdup("");
    request->id = g_strdup_printf("%08x-%08x", request->app->start_id, ++request->app->requests);
    g_object_set_data_full(G_OBJECT(message), DATA_KEY, request, detach);
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
    g_signal_connect(message, "got-headers", G_CALLBACK(on_got_headers), NULL);
    g_signal_connect(message, "got-chunk", G_CALLBACK(on_got_chunk), NULL);
    g_signal_connect(message, "finished", G_CALLBACK(on_finished), NULL);
    put_security_headers(request->app, message);
    if (request->connection != NULL)
        http_connection_arm(request->connection, CONNECTION_HEADER_S);
}

/* A wall that comes back right after a restart is told to wait, not to log in again or to set up.
 */
static bool
must_wait(HttpRequest *request, const Route *route)
{
    const bool starting = !board_knows_accounts(request->app->board);

    if (request->control || !(request->undecided || starting) || (route->flags & ROUTE_ALWAYS) != 0)
        return false;
    http_request_set_header(request, "Retry-After", "1");
    http_request_problem(request, 503, "starting", "gantryd is starting; ask again in a second.");
    return true;
}

/* Who the rate is counted for: a session, a token, or all that comes from one address without. */
static bool
is_within_rate(HttpRequest *request)
{
    const char *nobody = request->rights != 0 ? request->user : request->address;
    const char *client = request->session != NULL ? request->session : nobody;
    const RateResult rate = request_rate_take(request->app->rate, client, app_now().mono_us);
    g_autofree char *state = g_strdup_printf("\"client\";r=%u;t=%u", rate.left, rate.full_s);
    g_autofree char *wait = g_strdup_printf("%u", rate.wait_s);

    http_request_set_header(request, "RateLimit-Policy", RATE_POLICY);
    http_request_set_header(request, "RateLimit", state);
    if (rate.wait_s == 0)
        return true;
    http_request_set_header(request, "Retry-After", wait);
    http_request_problem(request, 429, "rate-limited", "At most 100 requests a second.");
    return false;
}

static bool
is_idempotency_key(const char *key)
{
    const size_t length = strlen(key);

    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isgraph(key[i]))
            return false;
    }
    return length > 0 && length <= IDEMPOTENCY_KEY_MAX;
}

static void
give_again(HttpRequest *request, const IdempotencyAnswer *answer)
{
    http_request_set_header(request, "Idempotency-Replayed", "true");
    if (answer->shown_once) {
        http_request_problem(request, 409, "shown-once",
                             "It was done, and its answer showed a secret that is kept nowhere.");
        return;
    }
    http_request_reply(request, answer->status, answer->type, answer->body);
}

/* Whether the handler is to work: false if the key's answer was given, or a refusal. */
static bool
is_first_try(HttpRequest *request)
{
    const char *key = http_request_header(request, "Idempotency-Key");
    const IdempotencyAnswer *answer = NULL;
    g_autofree char *scope = NULL;

    if (key == NULL || request->role == ROLE_NONE ||
        !g_str_equal(soup_server_message_get_method(request->message), "POST"))
        return true;
    if (!is_idempotency_key(key)) {
        http_request_problem(request, 400, "idempotency-key",
                             "Idempotency-Key has 1 to 128 visible characters.");
        return false;
    }
    scope = g_strdup_printf("%s\n%s\n%s", request->user, request->path, key);
    switch (idempotency_begin(request->app->idempotency, scope, request->body, app_now().mono_us,
                              &answer)) {
    case IDEMPOTENCY_NEW:
        request->idempotency = g_steal_pointer(&scope);
        return true;
    case IDEMPOTENCY_DONE:
        give_again(request, answer);
        return false;
    case IDEMPOTENCY_IN_FLIGHT:
        http_request_problem(request, 409, "idempotency-in-flight",
                             "A request with this Idempotency-Key is being worked on.");
        return false;
    case IDEMPOTENCY_OTHER:
        http_request_problem(request, 422, "idempotency-key",
                             "This Idempotency-Key was used for another body.");
        return false;
    }
    return true;
}

static void
serve_route(HttpRequest *request, RouteMatch *match)
{
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
        request->params[i] = match->params[i];
    if (must_wait(request, match->route))
        return;
    if (!request->control && !is_within_rate(request))
        return;
    if (access_check(request, match->route) &&
        ((match->route->flags & ROUTE_FORM) != 0 || access_is_own(request)) &&
        is_first_try(request))
        match->route->handle(request);
}

static void
serve_other(HttpRequest *request, const char *method)
{
    if (g_str_has_prefix(request->path, "/api/"))
        http_request_problem(request, 404, "not-found", "The API has nothing at this path.");
    else if (!g_str_equal(method, "GET") && !g_str_equal(method, "HEAD"))
        http_request_problem(request, 405, "method", "Only GET is served here.");
    else
        assets_serve(request);
}

static void
refuse_method(HttpRequest *request, const char *path)
{
    g_autofree char *allowed = route_methods(api_routes, path);

    http_request_set_header(request, "Allow", allowed);
    http_request_problem(request, 405, "method", "This path takes another method.");
}

static void
on_request(SoupServer *server,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query,
           gpointer data)
{
    HttpRequest *request = request_of(message);
    const char *method = soup_server_message_get_method(message);
    RouteMatch match = route_match(api_routes, method, path);

    if (request->connection != NULL)
        http_connection_arm(request->connection, CONNECTION_RESPONSE_S);
    request->path = g_strdup(path);
    request->query = query != NULL ? g_hash_table_ref(query) : NULL;
    put_security_headers(request->app, message);
    http_request_set_header(request, "X-Request-Id", request->id);
    access_identify(request);
    if (request->secure)
        security_headers_put_transport(soup_server_message_get_response_headers(message));
    if (request->role > ROLE_NONE && request->connection != NULL && !request->control)
        known_addresses_saw(request->app->known, request->connection->address, app_now().mono_us);
    switch (match.result) {
    case ROUTE_FOUND:
        serve_route(request, &match);
        break;
    case ROUTE_NO_METHOD:
        refuse_method(request, path);
        break;
    case ROUTE_NO_PATH:
        serve_other(request, method);
        break;
    }
}

void
dispatch_install(SoupServer *server, HttpApp *app)
{
    g_signal_connect(server, "request-started", G_CALLBACK(on_request_started), app);
    soup_server_add_handler(server, NULL, on_request, app, NULL);
}
