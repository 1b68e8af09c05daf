/* One request a connection; a thread each, at most a few, which the peer may hold for some seconds.
 */
#include "appliance/supervisor/probe-ear.h"

#include <string.h>

#include "pipelines/base/clock.h"

#define HEAD_MAX    8192u
#define THREADS_MAX 4
#define TIMEOUT_S   5u

/* What outlives the ear while a thread answers, or news are on their way. */
typedef struct {
    gatomicrefcount refs;
    GMainContext *context; /* owned */
    char *channel_id;
    char *token;
    ProbeEarHeard heard; /* NULL: the ear is gone; on @context only */
    gpointer user_data;
} Listener;

struct ProbeEar {
    GSocketService *service; /* owned */
    Listener *listener;      /* owned reference */
    char *url;
};

typedef struct {
    Listener *listener;
    bool raised;
    MonoUs at_us;
} News;

static void
listener_unref(Listener *listener)
{
    if (!g_atomic_ref_count_dec(&listener->refs))
        return;
    g_main_context_unref(listener->context);
    g_free(listener->channel_id);
    g_free(listener->token);
    g_free(listener);
}

static Listener *
listener_ref(Listener *listener)
{
    g_atomic_ref_count_inc(&listener->refs);
    return listener;
}

static void
listener_let_go(gpointer data, GClosure *closure)
{
    listener_unref(data);
}

static gboolean
tell(gpointer data)
{
    const News *news = data;

    if (news->listener->heard != NULL)
        news->listener->heard(news->raised, news->at_us, news->listener->user_data);
    return G_SOURCE_REMOVE;
}

static void
news_free(gpointer data)
{
    News *news = data;

    listener_unref(news->listener);
    g_free(news);
}

/* Reads on until @text holds a whole head. Returns: its length with the empty line; 0: none came */
static size_t
read_head(GInputStream *stream, GString *text)
{
    char chunk[1024];
    const char *end = NULL;

    while ((end = strstr(text->str, "\r\n\r\n")) == NULL && text->len < HEAD_MAX) {
        const gssize n = g_input_stream_read(stream, chunk, sizeof chunk, NULL, NULL);

        if (n <= 0)
            return 0;
        g_string_append_len(text, chunk, n);
    }
    return end != NULL ? (size_t)(end - text->str) + 4 : 0;
}

static size_t
length_in(const char *head, size_t size)
{
    g_autofree char *copy = g_strndup(head, size);
    g_auto(GStrv) lines = g_strsplit(copy, "\r\n", -1);
    guint64 length = 0;

    for (char **line = lines; *line != NULL; line++)
        if (g_ascii_strncasecmp(*line, "Content-Length:", strlen("Content-Length:")) == 0)
            (void)g_ascii_string_to_unsigned(g_strstrip(*line + strlen("Content-Length:")), 10, 0,
                                             PROBE_EAR_BODY_MAX, &length, NULL);
    return (size_t)length;
}

/* Returns: (transfer full) (nullable): the body of a request that is for @listener */
static char *
read_request(const Listener *listener, GInputStream *stream)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *first = g_strdup_printf("POST /%s ", listener->token);
    const size_t head = read_head(stream, text);
    const size_t length = head > 0 ? length_in(text->str, head) : 0;
    gsize more = 0;

    if (length == 0 || !g_str_has_prefix(text->str, first))
        return NULL;
    const size_t had = MIN(text->len - head, length);
    char *body = g_malloc0(length + 1);

    memcpy(body, text->str + head, had);
    if (g_input_stream_read_all(stream, body + had, length - had, &more, NULL, NULL) &&
        had + more == length)
        return body;
    g_free(body);
    return NULL;
}

static void
take_message(Listener *listener, const char *body)
{
    const bool raised = strstr(body, "\"channel.alarm.raised\"") != NULL;
    News *news = NULL;

    if (strstr(body, listener->channel_id) == NULL ||
        (!raised && strstr(body, "\"channel.alarm.cleared\"") == NULL))
        return;
    news = g_new0(News, 1);
    *news = (News){listener_ref(listener), raised, boot_now_us()};
    g_main_context_invoke_full(listener->context, G_PRIORITY_DEFAULT, tell, news, news_free);
}

static gboolean
on_connection(GThreadedSocketService *service,
              GSocketConnection *connection,
              GObject *source,
              gpointer user_data)
{
    static const char taken[] =
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static const char refused[] =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    Listener *listener = user_data;
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));

    g_socket_set_timeout(g_socket_connection_get_socket(connection), TIMEOUT_S);
    g_autofree char *body =
        read_request(listener, g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    const char *answer = body != NULL ? taken : refused;

    if (body != NULL)
        take_message(listener, body);
    (void)g_output_stream_write_all(out, answer, strlen(answer), NULL, NULL, NULL);
    return TRUE;
}

ProbeEar *
probe_ear_new(const char *channel_id, ProbeEarHeard heard, gpointer user_data, GError **error)
{
    g_autoptr(GSocketService) service = g_threaded_socket_service_new(THREADS_MAX);
    g_autoptr(GInetAddress) any = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(any, 0);
    g_autoptr(GSocketAddress) bound = NULL;

    if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), wanted, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
        return NULL;
    Listener *listener = g_new0(Listener, 1);

    *listener = (Listener){.context = g_main_context_ref_thread_default(),
                           .channel_id = g_strdup(channel_id),
                           .token = g_uuid_string_random(),
                           .heard = heard,
                           .user_data = user_data};
    g_atomic_ref_count_init(&listener->refs);
    ProbeEar *ear = g_new0(ProbeEar, 1);

    ear->service = g_steal_pointer(&service);
    ear->listener = listener;
    ear->url = g_strdup_printf("http://127.0.0.1:%u/%s",
                               g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)),
                               listener->token);
    g_signal_connect_data(ear->service, "run", G_CALLBACK(on_connection), listener_ref(listener),
                          listener_let_go, 0);
    g_socket_service_start(ear->service);
    return ear;
}

void
probe_ear_free(ProbeEar *ear)
{
    if (ear == NULL)
        return;
    ear->listener->heard = NULL;
    g_socket_service_stop(ear->service);
    g_socket_listener_close(G_SOCKET_LISTENER(ear->service));
    g_object_unref(ear->service);
    listener_unref(ear->listener);
    g_free(ear->url);
    g_free(ear);
}

const char *
probe_ear_get_url(const ProbeEar *ear)
{
    return ear->url;
}
