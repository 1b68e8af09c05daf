/* One thread a connection, one request each. */
#include "tests/services/http-peer.h"

#include <string.h>

#include "pipelines/base/clock.h"

#define MAX_THREADS 64
#define HANG_US     (20 * US_PER_SECOND)

static void
request_free(gpointer data)
{
    HttpPeerRequest *request = data;

    g_free(request->path);
    g_free(request->body);
    g_free(request->id);
    g_free(request->timestamp);
    g_free(request->signature);
    g_free(request);
}

static char *
header_of(const char *head, const char *name)
{
    g_autofree char *line = g_strdup_printf("\r\n%s: ", name);
    const char *at = strstr(head, line);

    return at != NULL ? g_strndup(at + strlen(line), strcspn(at + strlen(line), "\r")) : NULL;
}

/* Returns: (transfer full) (nullable): a whole request with its body */
static HttpPeerRequest *
read_request(GInputStream *in)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint64 length = 0;
    const char *body = NULL;
    char buffer[4096];

    while (body == NULL || strlen(body) < length) {
        const gssize n = g_input_stream_read(in, buffer, sizeof buffer, NULL, NULL);

        if (n <= 0)
            return NULL;
        g_string_append_len(text, buffer, n);
        body = strstr(text->str, "\r\n\r\n");
        if (body == NULL)
            continue;
        g_autofree char *size = header_of(text->str, "Content-Length");

        body += 4;
        g_assert_true(g_ascii_string_to_unsigned(size, 10, 0, 1000000, &length, NULL));
    }
    HttpPeerRequest *request = g_new0(HttpPeerRequest, 1);

    request->at_us = boot_now_us();
    request->path = g_strndup(text->str + strlen("POST "), strcspn(text->str + 5, " "));
    request->body = g_strdup(body);
    request->id = header_of(text->str, "webhook-id");
    request->timestamp = header_of(text->str, "webhook-timestamp");
    request->signature = header_of(text->str, "webhook-signature");
    return request;
}

static void
say(GOutputStream *out, const char *text)
{
    (void)g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL);
}

static const char *
answer_of(HttpPeer *peer, const char *path)
{
    static const struct {
        const char *path;
        const char *answer;
    } answers[] = {
        {"/500", "HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nwrong"},
        {"/503", "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"},
        {"/garbage", "\x16\x03\x01 no HTTP at all\r\n\r\n"},
        {"/404", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"},
        {"/410", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"},
        {"/429", "HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"},
        {"/redirect", "HTTP/1.1 302 There\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n"},
        {"/midheader", "HTTP/1.1 200 O"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        if (strcmp(path, answers[i].path) == 0)
            return answers[i].answer;
    }
    if (strcmp(path, "/switch") == 0 && !g_atomic_int_get(&peer->works))
        return answers[0].answer;
    return "HTTP/1.1 204 Yes\r\n\r\n";
}

static void
send_endless(GOutputStream *out)
{
    static const char junk[4096] = "x";

    say(out, "HTTP/1.1 200 Yes\r\n\r\n");
    while (g_output_stream_write_all(out, junk, sizeof junk, NULL, NULL, NULL))
        continue;
}

/* A byte a second, for longer than anybody waits. */
static void
send_slowly(GOutputStream *out)
{
    say(out, "HTTP/1.1 200 Yes\r\nContent-Length: 100\r\n\r\n");
    for (unsigned i = 0; i < 15; i++) {
        say(out, "x");
        g_usleep(G_USEC_PER_SEC);
    }
}

/* Returns: (transfer full) */
static GIOStream *
stream_of(HttpPeer *peer, GSocketConnection *connection)
{
    if (peer->certificate == NULL)
        return g_object_ref(G_IO_STREAM(connection));
    return g_tls_server_connection_new(G_IO_STREAM(connection), peer->certificate, NULL);
}

static gboolean
serve(GThreadedSocketService *service,
      GSocketConnection *connection,
      GObject *source,
      gpointer user_data)
{
    HttpPeer *peer = user_data;
    g_autoptr(GIOStream) stream = stream_of(peer, connection);
    GOutputStream *out = g_io_stream_get_output_stream(stream);
    HttpPeerRequest *request = read_request(g_io_stream_get_input_stream(stream));

    if (request == NULL)
        return TRUE;
    g_autofree char *path = g_strdup(request->path);

    g_mutex_lock(&peer->lock);
    g_ptr_array_add(peer->requests, request);
    g_mutex_unlock(&peer->lock);
    if (g_str_has_prefix(path, "/hang"))
        g_usleep(HANG_US);
    else if (strcmp(path, "/slowbody") == 0)
        send_slowly(out);
    else if (strcmp(path, "/endless") == 0)
        send_endless(out);
    else
        say(out, answer_of(peer, path));
    return TRUE;
}

static HttpPeer *
new_peer(GTlsCertificate *certificate)
{
    HttpPeer *peer = g_new0(HttpPeer, 1);
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
    g_autoptr(GSocketAddress) bound = NULL;

    g_mutex_init(&peer->lock);
    peer->certificate = certificate;
    peer->requests = g_ptr_array_new_with_free_func(request_free);
    peer->service = g_threaded_socket_service_new(MAX_THREADS);
    g_assert_true(g_socket_listener_add_address(G_SOCKET_LISTENER(peer->service), any,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
    peer->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
    g_signal_connect(peer->service, "run", G_CALLBACK(serve), peer);
    g_socket_service_start(peer->service);
    return peer;
}

HttpPeer *
http_peer_new(void)
{
    return new_peer(NULL);
}

static void
run_openssl(const char *const *argv)
{
    int status = -1;

    g_assert_true(g_spawn_sync(NULL, (char **)(void *)argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

char *
http_peer_certificate_for_days(const char *folder, const char *file, const char *name, int days)
{
    char *pem = g_build_filename(folder, file, NULL);
    g_autofree char *request = g_strconcat(pem, ".csr", NULL);
    g_autofree char *key = g_strconcat(pem, ".key", NULL);
    g_autofree char *extensions = g_strconcat(pem, ".ext", NULL);
    g_autofree char *alternative = g_strdup_printf("subjectAltName=%s\n", name);
    g_autofree char *lasts = g_strdup_printf("%d", days);
    g_autofree char *key_text = NULL, *pem_text = NULL;
    const char *const ask[] = {"openssl", "req",  "-newkey", "rsa:2048", "-nodes",   "-keyout",
                               key,       "-out", request,   "-subj",    "/CN=peer", NULL};
    /* Unlike req, x509 takes days that are over. */
    const char *const sign[] = {"openssl", "x509", "-req", "-in", request,    "-signkey", key,
                                "-days",   lasts,  "-out", pem,   "-extfile", extensions, NULL};

    g_assert_true(g_file_set_contents(extensions, alternative, -1, NULL));
    run_openssl(ask);
    run_openssl(sign);
    g_assert_true(g_file_get_contents(key, &key_text, NULL, NULL));
    g_assert_true(g_file_get_contents(pem, &pem_text, NULL, NULL));
    g_autofree char *both = g_strconcat(key_text, pem_text, NULL);

    g_assert_true(g_file_set_contents(pem, both, -1, NULL));
    return pem;
}

char *
http_peer_certificate(const char *folder, const char *file, const char *name)
{
    return http_peer_certificate_for_days(folder, file, name, 2);
}

HttpPeer *
http_peer_new_tls(const char *pem)
{
    g_autoptr(GError) error = NULL;
    GTlsCertificate *certificate = g_tls_certificate_new_from_file(pem, &error);

    g_assert_no_error(error);
    return new_peer(certificate);
}

void
http_peer_free(HttpPeer *peer)
{
    g_socket_service_stop(peer->service);
    g_socket_listener_close(G_SOCKET_LISTENER(peer->service));
    /* Threads that hang still use the rest; the process ends with them. */
}

char *
http_peer_url(HttpPeer *peer, const char *path)
{
    return g_strdup_printf("%s://127.0.0.1:%u%s", peer->certificate != NULL ? "https" : "http",
                           peer->port, path);
}

const HttpPeerRequest *
http_peer_get(HttpPeer *peer, const char *path, guint n)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&peer->lock);

    for (guint i = 0; i < peer->requests->len; i++) {
        const HttpPeerRequest *request = g_ptr_array_index(peer->requests, i);

        if (strcmp(request->path, path) == 0 && n-- == 0)
            return request;
    }
    return NULL;
}

guint
http_peer_count(HttpPeer *peer, const char *path)
{
    guint n = 0;

    while (http_peer_get(peer, path, n) != NULL)
        n++;
    return n;
}
