/* libcurl, and what its results mean for the exit status. */
#include "appliance/ctl/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#define ANSWER_MAX      (64u << 20) /* bytes */
#define STREAM_LINE_MAX (4u << 20)  /* bytes of a stream without a line's end */

struct CtlClient {
    char *socket;
    char *host;          /* (nullable) */
    char *authorization; /* (nullable): a header */
    char *ca_file;       /* (nullable) */
    unsigned timeout_s;
    CURL *curl;
};

/* One request on its way. */
typedef struct {
    const CtlRequest *request;
    CtlAnswer *answer;
    CURL *curl;
    GString *line; /* of a stream: what has no end yet */
    bool enough;   /* the taker of lines had it */
} Exchange;

CtlClient *
ctl_client_new(const CtlAccess *access)
{
    CtlClient *client = g_new0(CtlClient, 1);
    const size_t length = access->host != NULL ? strlen(access->host) : 0;

    client->socket = g_strdup(access->socket);
    if (access->host != NULL)
        client->host =
            g_strndup(access->host, g_str_has_suffix(access->host, "/") ? length - 1 : length);
    if (access->token != NULL)
        client->authorization = g_strconcat("Authorization: Bearer ", access->token, NULL);
    client->ca_file = g_strdup(access->ca_file);
    client->timeout_s = access->timeout_s;
    client->curl = curl_easy_init();
    return client;
}

void
ctl_client_free(CtlClient *client)
{
    if (client == NULL)
        return;
    if (client->curl != NULL)
        curl_easy_cleanup(client->curl);
    if (client->authorization != NULL)
        memset(client->authorization, 0, strlen(client->authorization));
    g_free(client->authorization);
    g_free(client->ca_file);
    g_free(client->host);
    g_free(client->socket);
    g_free(client);
}

void
ctl_answer_clear(CtlAnswer *answer)
{
    g_free(answer->type);
    g_free(answer->etag);
    g_free(answer->retry);
    if (answer->body != NULL)
        g_string_free(answer->body, TRUE);
    *answer = (CtlAnswer){0};
}

/* ---- Taking ---- */

static bool
take_lines(Exchange *exchange, const char *data, size_t size)
{
    g_string_append_len(exchange->line, data, (gssize)size);
    for (char *end = NULL; (end = strchr(exchange->line->str, '\n')) != NULL;) {
        *end = '\0';
        if (!exchange->request->on_line(exchange->line->str, exchange->request->user_data)) {
            exchange->enough = true;
            return false;
        }
        g_string_erase(exchange->line, 0, end - exchange->line->str + 1);
    }
    return exchange->line->len <= STREAM_LINE_MAX;
}

static size_t
on_data(char *data, size_t size, size_t n, void *user_data)
{
    Exchange *exchange = user_data;
    GString *body = exchange->answer->body;

    (void)curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &exchange->answer->http_status);
    if (exchange->request->on_line != NULL && exchange->answer->http_status == 200)
        return take_lines(exchange, data, size * n) ? size * n : 0;
    if (body->len + size * n > ANSWER_MAX)
        return 0;
    g_string_append_len(body, data, (gssize)(size * n));
    return size * n;
}

/* The value of header @name if @line is one. Returns: (transfer full) (nullable) */
static char *
header_value(const char *line, size_t size, const char *name)
{
    const size_t length = strlen(name);

    if (size <= length || g_ascii_strncasecmp(line, name, length) != 0)
        return NULL;
    return g_strstrip(g_strndup(line + length, size - length));
}

static size_t
on_header(char *data, size_t size, size_t n, void *user_data)
{
    CtlAnswer *answer = ((Exchange *)user_data)->answer;
    const struct {
        const char *name;
        char **field;
    } wanted[] = {{"content-type:", &answer->type},
                  {"etag:", &answer->etag},
                  {"retry-after:", &answer->retry}};

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        char *value = header_value(data, size * n, wanted[i].name);

        if (value == NULL)
            continue;
        g_free(*wanted[i].field);
        *wanted[i].field = value;
    }
    return size * n;
}

/* ---- Why not ---- */

static CtlStatus
status_of(long http_status)
{
    switch (http_status) {
    case 401:
    case 403:
        return CTL_DENIED;
    case 404:
        return CTL_NOT_FOUND;
    case 409:
    case 412:
    case 428:
        return CTL_CONFLICT;
    default:
        return http_status >= 200 && http_status < 300 ? CTL_OK : CTL_FAILURE;
    }
}

static CtlStatus
explain_socket(const CtlClient *client, CURLcode code, long number, char **ret_message)
{
    if (code == CURLE_COULDNT_CONNECT && (number == EACCES || number == EPERM)) {
        *ret_message = g_strdup_printf("No permission for \"%s\": run it as root or as the user "
                                       "that gantryd runs as.",
                                       client->socket);
        return CTL_DENIED;
    }
    if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR) {
        *ret_message = g_strdup_printf("gantryd refused the connection on \"%s\": only root and "
                                       "the user that it runs as may use it.",
                                       client->socket);
        return CTL_DENIED;
    }
    *ret_message = g_strdup_printf("Nobody answers on \"%s\" (%s): is gantryd running? "
                                   "--socket names another one, --host another box.",
                                   client->socket, g_strerror(number != 0 ? (int)number : ENOENT));
    return CTL_UNREACHABLE;
}

/* Why no answer came. */
static CtlStatus
explain(const CtlClient *client, CURLcode code, char **ret_message)
{
    const char *where = client->host != NULL ? client->host : client->socket;
    long number = 0;

    (void)curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_OPERATION_TIMEDOUT)
        *ret_message = g_strdup_printf("No answer from \"%s\" within %u s; --timeout waits longer.",
                                       where, client->timeout_s);
    else if (client->host == NULL && (code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING ||
                                      code == CURLE_RECV_ERROR))
        return explain_socket(client, code, number, ret_message);
    else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
        *ret_message = g_strdup_printf("The certificate of \"%s\" is not trusted (%s); --ca-file "
                                       "names the roots to trust.",
                                       where, curl_easy_strerror(code));
    else
        *ret_message = g_strdup_printf("Asking \"%s\": %s.", where, curl_easy_strerror(code));
    return CTL_UNREACHABLE;
}

/* What a problem of RFC 9457 says, with its pointers. Returns: (transfer full) */
static char *
refusal(const CtlAnswer *answer)
{
    g_autoptr(JsonNode) root = json_from_string(answer->body->str, NULL);
    JsonObject *problem =
        root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    GString *text = g_string_new(NULL);

    if (problem == NULL) {
        g_string_printf(text, "It was answered %ld, without a reason.", answer->http_status);
        return g_string_free(text, FALSE);
    }
    g_string_append(text, json_object_get_string_member_with_default(
                              problem, "detail", "It was refused without a reason."));
    JsonNode *node = json_object_get_member(problem, "errors");
    JsonArray *errors =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    for (guint i = 0; errors != NULL && i < json_array_get_length(errors); i++) {
        JsonNode *item = json_array_get_element(errors, i);

        if (JSON_NODE_HOLDS_OBJECT(item))
            g_string_append_printf(text, "\n  %s: %s",
                                   json_object_get_string_member_with_default(
                                       json_node_get_object(item), "pointer", ""),
                                   json_object_get_string_member_with_default(
                                       json_node_get_object(item), "detail", ""));
    }
    if (answer->retry != NULL)
        g_string_append_printf(text, " Try again in %s s.", answer->retry);
    return g_string_free(text, FALSE);
}

/* ---- Asking ---- */

static struct curl_slist *
headers_of(const CtlClient *client, const CtlRequest *request)
{
    struct curl_slist *headers = NULL;

    if (request->body != NULL) {
        g_autofree char *type = g_strconcat(
            "Content-Type: ", request->type != NULL ? request->type : "application/json", NULL);

        headers = curl_slist_append(headers, type);
    }
    if (request->if_match != NULL) {
        g_autofree char *match = g_strconcat("If-Match: ", request->if_match, NULL);

        headers = curl_slist_append(headers, match);
    }
    if (client->authorization != NULL && client->host != NULL)
        headers = curl_slist_append(headers, client->authorization);
    return headers;
}

static CURLcode
perform(CtlClient *client, const CtlRequest *request, Exchange *exchange)
{
    g_autofree char *url =
        g_strconcat(client->host != NULL ? client->host : "http://localhost", request->path, NULL);
    struct curl_slist *headers = headers_of(client, request);
    CURL *curl = client->curl;

    curl_easy_reset(curl);
    if (client->host == NULL)
        (void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
    if (client->ca_file != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_file);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)client->timeout_s);
    if (request->on_line == NULL)
        (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)client->timeout_s);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (request->body != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    const CURLcode code = curl_easy_perform(curl);

    curl_slist_free_all(headers);
    return code;
}

CtlStatus
ctl_client_request(CtlClient *client,
                   const CtlRequest *request,
                   CtlAnswer *ret_answer,
                   char **ret_message)
{
    Exchange exchange = {
        .request = request, .answer = ret_answer, .curl = client->curl, .line = g_string_new(NULL)};

    *ret_answer = (CtlAnswer){.body = g_string_new(NULL)};
    if (client->curl == NULL) {
        *ret_message = g_strdup("libcurl cannot be used.");
        return CTL_FAILURE;
    }
    const CURLcode code = perform(client, request, &exchange);

    g_string_free(exchange.line, TRUE);
    if (ret_answer->type == NULL)
        ret_answer->type = g_strdup("");
    if (code != CURLE_OK && !exchange.enough)
        return explain(client, code, ret_message);
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &ret_answer->http_status);
    const CtlStatus status = status_of(ret_answer->http_status);

    if (status != CTL_OK)
        *ret_message = refusal(ret_answer);
    return status;
}
