/* libcurl on a Unix socket, and what its results mean for the exit status. */
#include "appliance/ctl/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>

#define ANSWER_MAX (16u << 20) /* bytes */

struct CtlClient {
    char *socket_path;
    unsigned timeout_s;
    CURL *curl;
    struct curl_slist *headers;
};

CtlClient *
ctl_client_new(const char *socket_path, unsigned timeout_s)
{
    CtlClient *client = g_new0(CtlClient, 1);

    client->socket_path = g_strdup(socket_path);
    client->timeout_s = timeout_s;
    client->curl = curl_easy_init();
    client->headers = curl_slist_append(NULL, "Content-Type: application/json");
    /* Who types a command means what there is now, whatever it was when it was looked at. */
    client->headers = curl_slist_append(client->headers, "If-Match: *");
    return client;
}

void
ctl_client_free(CtlClient *client)
{
    if (client == NULL)
        return;
    curl_slist_free_all(client->headers);
    if (client->curl != NULL)
        curl_easy_cleanup(client->curl);
    g_free(client->socket_path);
    g_free(client);
}

static size_t
on_data(char *data, size_t size, size_t n, void *user_data)
{
    GString *answer = (GString *)user_data;

    if (answer->len + size * n > ANSWER_MAX)
        return 0;
    g_string_append_len(answer, data, (gssize)(size * n));
    return size * n;
}

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
        return CTL_CONFLICT;
    default:
        return http_status >= 200 && http_status < 300 ? CTL_OK : CTL_FAILURE;
    }
}

/* Why no answer came. */
static CtlStatus
explain(const CtlClient *client, CURLcode code, char **ret_message)
{
    long number = 0;

    (void)curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_COULDNT_CONNECT && (number == EACCES || number == EPERM)) {
        *ret_message = g_strdup_printf("No permission for \"%s\": run it as root or as the user "
                                       "that gantryd runs as.",
                                       client->socket_path);
        return CTL_DENIED;
    }
    if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR) {
        *ret_message = g_strdup_printf("gantryd refused the connection on \"%s\": only root and "
                                       "the user that it runs as may use it.",
                                       client->socket_path);
        return CTL_DENIED;
    }
    if (code == CURLE_COULDNT_CONNECT)
        *ret_message =
            g_strdup_printf("Nobody answers on \"%s\" (%s): is gantryd running? "
                            "--socket names another one.",
                            client->socket_path, g_strerror(number != 0 ? (int)number : ENOENT));
    else if (code == CURLE_OPERATION_TIMEDOUT)
        *ret_message = g_strdup_printf("No answer on \"%s\" within %u s.", client->socket_path,
                                       client->timeout_s);
    else
        *ret_message =
            g_strdup_printf("Asking \"%s\": %s.", client->socket_path, curl_easy_strerror(code));
    return CTL_UNREACHABLE;
}

static CURLcode
perform(CtlClient *client, const char *method, const char *path, const char *body, GString *answer)
{
    g_autofree char *url = g_strconcat("http://localhost", path, NULL);
    CURL *curl = client->curl;

    curl_easy_reset(curl);
    (void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->socket_path);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)client->timeout_s);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
    if (body != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    if (g_str_equal(method, "PUT") || g_str_equal(method, "DELETE"))
        (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    return curl_easy_perform(curl);
}

CtlStatus
ctl_client_ask(
    CtlClient *client, const char *path, const char *body, JsonNode **ret_root, char **ret_message)
{
    return ctl_client_send(client, body != NULL ? "POST" : "GET", path, body, ret_root,
                           ret_message);
}

CtlStatus
ctl_client_send(CtlClient *client,
                const char *method,
                const char *path,
                const char *body,
                JsonNode **ret_root,
                char **ret_message)
{
    g_autoptr(GString) answer = g_string_new(NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    CURLcode code;
    long http_status = 0;
    CtlStatus status;
    JsonNode *root;

    if (client->curl == NULL) {
        *ret_message = g_strdup("libcurl cannot be used.");
        return CTL_FAILURE;
    }
    code = perform(client, method, path, body, answer);
    if (code != CURLE_OK)
        return explain(client, code, ret_message);
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &http_status);
    status = status_of(http_status);
    root = json_parser_load_from_data(parser, answer->str, (gssize)answer->len, NULL)
               ? json_parser_get_root(parser)
               : NULL;
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        *ret_message =
            g_strdup_printf("gantryd answered %ld with something else than JSON.", http_status);
        return status == CTL_OK ? CTL_FAILURE : status;
    }
    if (status == CTL_OK)
        *ret_root = json_node_copy(root);
    else
        *ret_message = g_strdup(json_object_get_string_member_with_default(
            json_node_get_object(root), "detail", "gantryd refused without a reason."));
    return status;
}
