/* Options, callbacks and the judgement of what came back. */
#include "appliance/alerts/http-post.h"

#include <string.h>
#include <unistd.h>

#include "appliance/alerts/address-guard.h"
#include "appliance/alerts/webhook-sign.h"
#include "pipelines/base/text.h"

struct HttpPost {
    CURL *handle;
    struct curl_slist *headers;
    char *body;
    gpointer owner;
    bool allow_private;
    bool refused_address; /* the guard forbade an address */
    bool headers_done;    /* the final answer's headers are complete */
    size_t header_bytes;
    GString *answer;
    char *retry_after;
    char error[CURL_ERROR_SIZE];
};

bool
http_post_url_is_valid(const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

    return uri != NULL && g_uri_get_userinfo(uri) == NULL && g_uri_get_host(uri) != NULL &&
           g_uri_get_host(uri)[0] != '\0' &&
           (strcmp(g_uri_get_scheme(uri), "http") == 0 ||
            strcmp(g_uri_get_scheme(uri), "https") == 0);
}

/* Every connect passes here with the address that it goes to. */
static curl_socket_t
open_socket(void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
    HttpPost *post = user_data;

    if (!address_guard_allows(&address->addr, (socklen_t)address->addrlen, post->allow_private)) {
        post->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take_header(char *data, size_t size, size_t n, void *user_data)
{
    static const char retry_after[] = "retry-after:";
    HttpPost *post = user_data;
    const size_t bytes = size * n;

    post->header_bytes += bytes;
    if (post->header_bytes > HTTP_POST_MAX_HEADER_BYTES)
        return 0;
    if (bytes > 5 && g_ascii_strncasecmp(data, "HTTP/", 5) == 0)
        post->headers_done = false;
    if (bytes == 2 && memcmp(data, "\r\n", 2) == 0)
        post->headers_done = true;
    if (bytes >= sizeof retry_after &&
        g_ascii_strncasecmp(data, retry_after, sizeof retry_after - 1) == 0) {
        g_free(post->retry_after);
        post->retry_after =
            g_strstrip(g_strndup(data + sizeof retry_after - 1, bytes - sizeof retry_after + 1));
    }
    return bytes;
}

/* Ends the transfer when enough was seen: the status is known by then. */
static size_t
take_body(char *data, size_t size, size_t n, void *user_data)
{
    HttpPost *post = user_data;
    const size_t bytes = size * n;
    const size_t room = DELIVERY_MAX_ANSWER - post->answer->len;

    g_string_append_len(post->answer, data, (gssize)MIN(bytes, room));
    return bytes <= room ? bytes : 0;
}

static void
add_header(HttpPost *post, const char *name, const char *value)
{
    g_autofree char *line = g_strdup_printf("%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(post->headers, line);

    if (longer != NULL)
        post->headers = longer;
}

static void
add_headers(HttpPost *post, const HttpPostRequest *request)
{
    g_autoptr(GString) signatures = g_string_new(NULL);
    g_autofree char *timestamp = g_strdup_printf("%" G_GINT64_FORMAT, request->timestamp_s);

    for (guint i = 0; i < request->keys->len; i++) {
        g_autofree char *signature = webhook_sign(g_ptr_array_index(request->keys, i), request->id,
                                                  request->timestamp_s, request->body);

        g_string_append_printf(signatures, "%s%s", i > 0 ? " " : "", signature);
    }
    add_header(post, "Content-Type", "application/json");
    add_header(post, "User-Agent", "gantry/" GANTRY_VERSION);
    add_header(post, "webhook-id", request->id);
    add_header(post, "webhook-timestamp", timestamp);
    if (signatures->len > 0)
        add_header(post, "webhook-signature", signatures->str);
    /* Some receivers answer 417 to it; the body is small. A header without a value is left out. */
    add_header(post, "Expect", "");
}

static void
set_limits(CURL *handle)
{
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, HTTP_POST_CONNECT_MS);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, HTTP_POST_TOTAL_MS);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* A connection that another receiver opened passed that one's guard, not this one's. */
    curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
    /* Otherwise the end of a request waits for a name server that does not answer, and with it
     * every other receiver. */
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
}

HttpPost *
http_post_new(const HttpPostRequest *request, gpointer owner)
{
    CURL *handle = curl_easy_init();

    if (handle == NULL)
        return NULL;
    HttpPost *post = g_new0(HttpPost, 1);

    post->handle = handle;
    post->owner = owner;
    post->allow_private = request->allow_private;
    post->body = g_strdup(request->body);
    post->answer = g_string_new(NULL);
    add_headers(post, request);
    set_limits(handle);
    curl_easy_setopt(handle, CURLOPT_URL, request->url);
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(post->body));
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, post);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, post->error);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, post);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, post);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, post);
    if (request->ca_file != NULL && request->ca_file[0] != '\0')
        curl_easy_setopt(handle, CURLOPT_CAINFO, request->ca_file);
    return post;
}

void
http_post_free(HttpPost *post)
{
    if (post == NULL)
        return;
    curl_easy_cleanup(post->handle);
    curl_slist_free_all(post->headers);
    g_string_free(post->answer, TRUE);
    g_free(post->retry_after);
    g_free(post->body);
    g_free(post);
}

CURL *
http_post_handle(HttpPost *post)
{
    return post->handle;
}

HttpPost *
http_post_of(CURL *handle)
{
    char *post = NULL;

    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &post);
    return (HttpPost *)(void *)post;
}

gpointer
http_post_owner(HttpPost *post)
{
    return post->owner;
}

/* A receiver that sent complete headers has answered, whatever becomes of its body. */
void
http_post_finish(HttpPost *post, CURLcode code, HttpPostAnswer *ret_answer)
{
    long status = 0;

    curl_easy_getinfo(post->handle, CURLINFO_RESPONSE_CODE, &status);
    const bool answered = status > 0 && (code == CURLE_OK || post->headers_done);

    *ret_answer = (HttpPostAnswer){
        .status = answered ? (int)status : 0,
        .retry_after = answered ? g_strdup(post->retry_after) : NULL,
    };
    if (answered)
        ret_answer->text = text_clean(post->answer->str, DELIVERY_MAX_ANSWER);
    else if (post->refused_address)
        ret_answer->text = g_strdup("the address is not allowed for a receiver");
    else
        ret_answer->text = text_clean(
            post->error[0] != '\0' ? post->error : curl_easy_strerror(code), DELIVERY_MAX_ANSWER);
}

void
http_post_answer_clear(HttpPostAnswer *answer)
{
    g_clear_pointer(&answer->text, g_free);
    g_clear_pointer(&answer->retry_after, g_free);
}
