/* Options, callbacks and the judgement of what came back. */
#include "appliance/alerts/transfer.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "appliance/events/address-guard.h"
#include "pipelines/base/text.h"

struct Transfer {
    CURL *handle;
    PayloadRequest request;
    struct curl_slist *headers;
    struct curl_slist *recipients;
    size_t read; /* bytes of a mail that libcurl has taken */
    gpointer owner;
    AddressLeave leave;
    bool refused_address; /* the guard forbade an address */
    bool headers_done;    /* the final answer's headers are complete */
    size_t header_bytes;
    GString *answer;
    char *retry_after;
    char error[CURL_ERROR_SIZE];
};

bool
transfer_url_is_valid(const char *url)
{
    static const char *const schemes[] = {"http", "https", "smtp", "smtps", "smtp+plain",
                                          "tls",  "tcp",   "udp",  NULL};
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

    return uri != NULL && g_uri_get_userinfo(uri) == NULL && g_uri_get_host(uri) != NULL &&
           g_uri_get_host(uri)[0] != '\0' && g_strv_contains(schemes, g_uri_get_scheme(uri));
}

/* Whether @address is one of this machine's: reached through it, it is as private as loopback. */
static bool
is_own(const struct sockaddr *address)
{
    struct ifaddrs *all = NULL;
    bool own = false;

    if (getifaddrs(&all) != 0)
        return true;
    for (const struct ifaddrs *at = all; at != NULL && !own; at = at->ifa_next) {
        if (at->ifa_addr == NULL || at->ifa_addr->sa_family != address->sa_family)
            continue;
        if (address->sa_family == AF_INET)
            own = memcmp(&((const struct sockaddr_in *)(const void *)at->ifa_addr)->sin_addr,
                         &((const struct sockaddr_in *)(const void *)address)->sin_addr,
                         sizeof(struct in_addr)) == 0;
        else if (address->sa_family == AF_INET6)
            own = memcmp(&((const struct sockaddr_in6 *)(const void *)at->ifa_addr)->sin6_addr,
                         &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
                         sizeof(struct in6_addr)) == 0;
    }
    freeifaddrs(all);
    return own;
}

/* Every connect passes here with the address that it goes to. */
static curl_socket_t
open_socket(void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
    Transfer *transfer = user_data;

    if (!address_guard_allows(&address->addr, (socklen_t)address->addrlen, is_own(&address->addr),
                              &transfer->leave)) {
        transfer->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    if (transfer->request.carrier == CARRY_DATAGRAM) {
        address->socktype = SOCK_DGRAM;
        address->protocol = IPPROTO_UDP;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take_header(char *data, size_t size, size_t n, void *user_data)
{
    static const char retry_after[] = "retry-after:";
    Transfer *transfer = user_data;
    const size_t bytes = size * n;

    transfer->header_bytes += bytes;
    if (transfer->header_bytes > TRANSFER_MAX_HEADER_BYTES)
        return 0;
    if (transfer->request.carrier == CARRY_MAIL) { /* the last reply before the farewell */
        if (bytes >= 4 && memcmp(data, "221 ", 4) == 0)
            return bytes;
        g_string_truncate(transfer->answer, 0);
        g_string_append_len(transfer->answer, data, (gssize)MIN(bytes, DELIVERY_MAX_ANSWER));
        return bytes;
    }
    if (bytes > 5 && g_ascii_strncasecmp(data, "HTTP/", 5) == 0)
        transfer->headers_done = false;
    if (bytes == 2 && memcmp(data, "\r\n", 2) == 0)
        transfer->headers_done = true;
    if (bytes >= sizeof retry_after &&
        g_ascii_strncasecmp(data, retry_after, sizeof retry_after - 1) == 0) {
        g_free(transfer->retry_after);
        transfer->retry_after =
            g_strstrip(g_strndup(data + sizeof retry_after - 1, bytes - sizeof retry_after + 1));
    }
    return bytes;
}

/* Ends the transfer when enough was seen: the status is known by then. */
static size_t
take_body(char *data, size_t size, size_t n, void *user_data)
{
    Transfer *transfer = user_data;
    const size_t bytes = size * n;
    const size_t room = DELIVERY_MAX_ANSWER - transfer->answer->len;

    g_string_append_len(transfer->answer, data, (gssize)MIN(bytes, room));
    return bytes <= room ? bytes : 0;
}

static size_t
give_mail(char *data, size_t size, size_t n, void *user_data)
{
    Transfer *transfer = user_data;
    gsize total = 0;
    const char *mail = g_bytes_get_data(transfer->request.body, &total);
    const size_t bytes = MIN(size * n, total - transfer->read);

    memcpy(data, mail + transfer->read, bytes);
    transfer->read += bytes;
    return bytes;
}

static struct curl_slist *
append(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);

    return longer != NULL ? longer : list;
}

static void
set_limits(CURL *handle)
{
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, TRANSFER_CONNECT_MS);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, TRANSFER_TOTAL_MS);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
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

static void
set_http(Transfer *transfer)
{
    gsize size = 0;
    const void *body = g_bytes_get_data(transfer->request.body, &size);

    for (guint i = 0; i < transfer->request.headers->len; i++)
        transfer->headers =
            append(transfer->headers, g_ptr_array_index(transfer->request.headers, i));
    /* Some receivers answer 417 to it; the body is small. A header without a value is left out. */
    transfer->headers = append(transfer->headers, "Expect:");
    curl_easy_setopt(transfer->handle, CURLOPT_POST, 1L);
    curl_easy_setopt(transfer->handle, CURLOPT_CUSTOMREQUEST, transfer->request.method);
    curl_easy_setopt(transfer->handle, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(transfer->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    curl_easy_setopt(transfer->handle, CURLOPT_HTTPHEADER, transfer->headers);
}

static void
set_mail(Transfer *transfer)
{
    const PayloadRequest *request = &transfer->request;
    g_autofree char *from = g_strdup_printf("<%s>", request->from);

    for (size_t i = 0; request->to[i] != NULL; i++) {
        g_autofree char *to = g_strdup_printf("<%s>", request->to[i]);

        transfer->recipients = append(transfer->recipients, to);
    }
    curl_easy_setopt(transfer->handle, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(transfer->handle, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(transfer->handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(transfer->handle, CURLOPT_READFUNCTION, give_mail);
    curl_easy_setopt(transfer->handle, CURLOPT_READDATA, transfer);
    curl_easy_setopt(transfer->handle, CURLOPT_INFILESIZE_LARGE,
                     (curl_off_t)g_bytes_get_size(request->body));
    if (request->tls)
        curl_easy_setopt(transfer->handle, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    if (request->user != NULL && request->user[0] != '\0') {
        curl_easy_setopt(transfer->handle, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(transfer->handle, CURLOPT_PASSWORD, request->password);
    }
}

static void
set_carrier(Transfer *transfer)
{
    switch (transfer->request.carrier) {
    case CARRY_HTTP:
        set_http(transfer);
        break;
    case CARRY_MAIL:
        set_mail(transfer);
        break;
    case CARRY_STREAM:
    case CARRY_DATAGRAM: /* libcurl connects, with TLS or without; what is sent is ours */
        curl_easy_setopt(transfer->handle, CURLOPT_CONNECT_ONLY, 1L);
        /* The connection is needed once more after it is made; nobody else can use it. */
        curl_easy_setopt(transfer->handle, CURLOPT_FORBID_REUSE, 0L);
        curl_easy_setopt(transfer->handle, CURLOPT_SSL_ENABLE_ALPN, 0L);
        break;
    }
}

Transfer *
transfer_new(PayloadRequest *request, const TransferRules *rules, gpointer owner)
{
    CURL *handle = curl_easy_init();

    if (handle == NULL)
        return NULL;
    Transfer *transfer = g_new0(Transfer, 1);

    transfer->handle = handle;
    transfer->owner = owner;
    transfer->leave = rules->leave;
    transfer->request = *request;
    *request = (PayloadRequest){0};
    transfer->answer = g_string_new(NULL);
    set_limits(handle);
    set_carrier(transfer);
    curl_easy_setopt(handle, CURLOPT_URL, transfer->request.url);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
    if (rules->ca_file != NULL && rules->ca_file[0] != '\0')
        curl_easy_setopt(handle, CURLOPT_CAINFO, rules->ca_file);
    return transfer;
}

void
transfer_free(Transfer *transfer)
{
    if (transfer == NULL)
        return;
    curl_easy_cleanup(transfer->handle);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->recipients);
    g_string_free(transfer->answer, TRUE);
    g_free(transfer->retry_after);
    payload_request_clear(&transfer->request);
    g_free(transfer);
}

CURL *
transfer_handle(Transfer *transfer)
{
    return transfer->handle;
}

Transfer *
transfer_of(CURL *handle)
{
    char *transfer = NULL;

    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    return (Transfer *)(void *)transfer;
}

gpointer
transfer_owner(Transfer *transfer)
{
    return transfer->owner;
}

/* One frame fits into any socket's buffer; one that does not is a failure. */
static CURLcode
send_frame(Transfer *transfer)
{
    gsize size = 0;
    const void *body = g_bytes_get_data(transfer->request.body, &size);
    size_t sent = 0;
    const CURLcode code = curl_easy_send(transfer->handle, body, size, &sent);

    return code == CURLE_OK && sent != size ? CURLE_SEND_ERROR : code;
}

static bool
has_answered(const Transfer *transfer, CURLcode code, long status)
{
    if (transfer->request.carrier == CARRY_MAIL)
        return status > 0 && (code == CURLE_OK || status >= 400);
    /* A receiver that sent complete headers has answered, whatever becomes of its body. */
    return status > 0 && (code == CURLE_OK || transfer->headers_done);
}

void
transfer_finish(Transfer *transfer, CURLcode code, TransferAnswer *ret_answer)
{
    const bool mute =
        transfer->request.carrier == CARRY_STREAM || transfer->request.carrier == CARRY_DATAGRAM;
    long status = 0;

    if (mute && code == CURLE_OK)
        code = send_frame(transfer);
    curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status);
    const bool answered = !mute && has_answered(transfer, code, status);

    *ret_answer = (TransferAnswer){
        .status = answered ? (int)status : 0,
        .sent = mute && code == CURLE_OK,
        .retry_after = answered ? g_strdup(transfer->retry_after) : NULL,
    };
    if (answered)
        ret_answer->text = text_clean(transfer->answer->str, DELIVERY_MAX_ANSWER);
    else if (ret_answer->sent)
        ret_answer->text = g_strdup("sent; syslog does not answer");
    else if (transfer->refused_address)
        ret_answer->text = g_strdup("the address is not allowed for a receiver");
    else
        ret_answer->text =
            text_clean(transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code),
                       DELIVERY_MAX_ANSWER);
}

void
transfer_answer_clear(TransferAnswer *answer)
{
    g_clear_pointer(&answer->text, g_free);
    g_clear_pointer(&answer->retry_after, g_free);
}
