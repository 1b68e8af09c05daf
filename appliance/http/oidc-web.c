/* libsoup's client, with the limits that it does not have. */
#include "appliance/http/oidc-web.h"

#include <string.h>

#include "appliance/events/address-guard.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define JSON_DEPTH 12u
#define WORD_MAX   64u /* bytes of a provider's own word for what is wrong */

struct OidcWeb {
    SoupSession *session;
    bool on_loopback;
    GError *broken;     /* (nullable): why nothing can be asked */
    GPtrArray *fetches; /* (element-type Fetch): on their way */
};

typedef struct {
    OidcWeb *web; /* no-ref */
    SoupMessage *message;
    GCancellable *cancel;
    GSource *deadline;
    GError *why; /* (nullable): it was cancelled for this */
    char *body;  /* OIDC_ANSWER_MAX bytes, once it comes */
    OidcFetched done;
    gpointer user_data;
} Fetch;

OidcWeb *
oidc_web_new(const char *ca_file, bool on_loopback)
{
    OidcWeb *web = g_new0(OidcWeb, 1);
    g_autoptr(GTlsDatabase) roots = NULL;

    web->on_loopback = on_loopback;
    web->fetches = g_ptr_array_new();
    web->session = soup_session_new_with_options("timeout", OIDC_FETCH_S, "user-agent", "gantry",
                                                 "proxy-resolver", NULL, NULL);
    if (*ca_file == '\0')
        return web;
    roots = g_tls_file_database_new(ca_file, &web->broken);
    if (roots != NULL)
        soup_session_set_tls_database(web->session, roots);
    return web;
}

void
oidc_web_free(OidcWeb *web)
{
    GMainContext *context = g_main_context_get_thread_default();

    if (web == NULL)
        return;
    for (guint i = 0; i < web->fetches->len; i++)
        g_cancellable_cancel(((Fetch *)web->fetches->pdata[i])->cancel);
    while (web->fetches->len > 0) /* cancelled: each comes back without waiting for the peer */
        g_main_context_iteration(context, TRUE); /* lint: allow, the loop itself has ended */
    g_ptr_array_unref(web->fetches);
    g_object_unref(web->session);
    g_clear_error(&web->broken);
    g_free(web);
}

bool
oidc_web_may_ask(const OidcWeb *web, const char *url)
{
    g_autoptr(GUri) uri = url != NULL ? g_uri_parse(url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

    if (host == NULL || *host == '\0' || g_uri_get_userinfo(uri) != NULL)
        return false;
    return g_str_equal(g_uri_get_scheme(uri), "https") ||
           (web->on_loopback && g_str_equal(g_uri_get_scheme(uri), "http"));
}

static void
fetch_end(Fetch *fetch, JsonObject *json, const GError *error)
{
    g_ptr_array_remove_fast(fetch->web->fetches, fetch);
    fetch->done(json, error, fetch->user_data);
    g_source_destroy(fetch->deadline);
    g_source_unref(fetch->deadline);
    g_signal_handlers_disconnect_by_data(fetch->message, fetch);
    g_object_unref(fetch->message);
    g_object_unref(fetch->cancel);
    g_clear_error(&fetch->why);
    g_free(fetch->body);
    g_free(fetch);
}

static void
fetch_fail(Fetch *fetch, int code, const char *what)
{
    const char *host = g_uri_get_host(soup_message_get_uri(fetch->message));
    g_autoptr(GError) error = g_error_new(GANTRY_ERROR, code, "%s %s", host, what);

    fetch_end(fetch, NULL, error);
}

/* @error: of GIO or libsoup */
static void
fetch_break(Fetch *fetch, const GError *error)
{
    g_autofree char *reason = text_clean((fetch->why != NULL ? fetch->why : error)->message, 200);
    g_autofree char *what = g_strdup_printf("cannot be asked: %s", reason);

    fetch_fail(fetch, GANTRY_ERROR_UNAVAILABLE, what);
}

/* What a provider says of a request that it refuses (RFC 6749, 5.2): one short word. */
static void
fetch_refused(Fetch *fetch, unsigned status, JsonObject *json)
{
    JsonNode *node = json != NULL ? json_object_get_member(json, "error") : NULL;
    const bool is_text = node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                         json_node_get_value_type(node) == G_TYPE_STRING;
    g_autofree char *word = text_clean(is_text ? json_node_get_string(node) : "", WORD_MAX);
    g_autofree char *what =
        g_strdup_printf("answers %u%s%s", status, *word != '\0' ? ": " : "", word);

    fetch_fail(fetch,
               status >= 400 && status < 500 ? GANTRY_ERROR_DENIED : GANTRY_ERROR_UNAVAILABLE,
               what);
}

static void
fetch_judge(Fetch *fetch, size_t size)
{
    const unsigned status = soup_message_get_status(fetch->message);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *json = NULL;

    if (size < OIDC_ANSWER_MAX && text_json_is_shallow(fetch->body, size, JSON_DEPTH) &&
        g_utf8_validate_len(fetch->body, size, NULL) &&
        json_parser_load_from_data(parser, fetch->body, (gssize)size, NULL) &&
        json_parser_get_root(parser) != NULL &&
        JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
        json = json_node_get_object(json_parser_get_root(parser));
    if (status != 200)
        fetch_refused(fetch, status, json);
    else if (json == NULL)
        fetch_fail(fetch, GANTRY_ERROR_UNAVAILABLE, "answers something else than a JSON object");
    else
        fetch_end(fetch, json, NULL);
}

static void
on_body(GObject *source, GAsyncResult *result, gpointer data)
{
    Fetch *fetch = (Fetch *)data;
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), result, &size, &error))
        fetch_break(fetch, error);
    else
        fetch_judge(fetch, size);
}

static void
on_head(GObject *source, GAsyncResult *result, gpointer data)
{
    Fetch *fetch = (Fetch *)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GInputStream) stream = soup_session_send_finish(SOUP_SESSION(source), result, &error);

    if (stream == NULL) {
        fetch_break(fetch, error);
        return;
    }
    fetch->body = g_malloc(OIDC_ANSWER_MAX);
    g_input_stream_read_all_async(stream, fetch->body, OIDC_ANSWER_MAX, G_PRIORITY_DEFAULT,
                                  fetch->cancel, on_body, fetch);
}

static void
stop(Fetch *fetch, const char *why)
{
    if (fetch->why == NULL)
        fetch->why = g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, why);
    g_cancellable_cancel(fetch->cancel);
}

static gboolean
on_deadline(gpointer data)
{
    stop((Fetch *)data, "no answer in time");
    return G_SOURCE_REMOVE;
}

static bool
is_allowed(const OidcWeb *web, GSocketConnection *connection)
{
    static const AddressLeave private_too = {.all_private = true};
    g_autoptr(GSocketAddress) remote = g_socket_connection_get_remote_address(connection, NULL);
    struct sockaddr_storage native = {0};
    const gssize size = remote != NULL ? g_socket_address_get_native_size(remote) : -1;

    if (size <= 0 || !g_socket_address_to_native(remote, &native, sizeof native, NULL))
        return false;
    if (web->on_loopback && !g_inet_address_get_is_loopback(
                                g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(remote))))
        return false;
    return address_guard_allows((const struct sockaddr *)&native, (socklen_t)size, false,
                                &private_too);
}

/* Before a byte is sent: what is judged is what is connected to, not what a name said before. */
static void
on_network(SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer data)
{
    Fetch *fetch = (Fetch *)data;

    if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_SOCKET_CONNECTION(connection) ||
        is_allowed(fetch->web, G_SOCKET_CONNECTION(connection)))
        return;
    (void)g_socket_close(g_socket_connection_get_socket(G_SOCKET_CONNECTION(connection)), NULL);
    stop(fetch, "its address is one that is never asked");
}

static gboolean
on_not_begun(gpointer data)
{
    Fetch *fetch = (Fetch *)data;

    fetch_break(fetch, fetch->why);
    return G_SOURCE_REMOVE;
}

/* Why nothing is asked now. Returns: (transfer full) (nullable) */
static GError *
obstacle(const OidcWeb *web, SoupMessage *message)
{
    g_autofree char *url = g_uri_to_string(soup_message_get_uri(message));

    if (web->broken != NULL)
        return g_error_copy(web->broken);
    if (!oidc_web_may_ask(web, url))
        return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                   "it is no https:// address");
    if (web->fetches->len > OIDC_FETCHES_MAX)
        return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                   "too many logins at once");
    return NULL;
}

void
oidc_web_fetch(OidcWeb *web, SoupMessage *message, OidcFetched done, gpointer user_data)
{
    Fetch *fetch = g_new0(Fetch, 1);

    fetch->web = web;
    fetch->message = message;
    fetch->cancel = g_cancellable_new();
    fetch->done = done;
    fetch->user_data = user_data;
    g_ptr_array_add(web->fetches, fetch);
    fetch->why = obstacle(web, message);
    fetch->deadline =
        fetch->why != NULL ? g_idle_source_new() : g_timeout_source_new_seconds(OIDC_FETCH_S);
    g_source_set_callback(fetch->deadline, fetch->why != NULL ? on_not_begun : on_deadline, fetch,
                          NULL);
    g_source_attach(fetch->deadline, g_main_context_get_thread_default());
    if (fetch->why != NULL)
        return;
    soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
    soup_message_headers_replace(soup_message_get_request_headers(message), "Accept",
                                 "application/json");
    g_signal_connect(message, "network-event", G_CALLBACK(on_network), fetch);
    soup_session_send_async(web->session, message, G_PRIORITY_DEFAULT, fetch->cancel, on_head,
                            fetch);
}
