/* Requests over the control socket. */
#include "tests/traffic/control.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define ANSWER_SECONDS 5
#define ANSWER_MAX     (1 << 20) /* bytes */

struct Control {
    GSocketService *service; /* owned */
    Sender *sender;          /* no-ref */
    char *path;              /* owned */
};

/* A client and the part of its line that has come. */
typedef struct {
    GSocketConnection *connection; /* owned */
    Sender *sender;                /* no-ref */
    char line[CONTROL_LINE_MAX];
    gsize length; /* bytes */
} Client;

static MonoUs
boot_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static void
client_free(void *data)
{
    Client *client = data;

    g_clear_object(&client->connection);
    g_free(client);
}

static char *
refusal(const GError *error)
{
    g_autofree char *clean = text_clean(error->message, CONTROL_LINE_MAX);
    g_autofree char *escaped = g_strescape(clean, NULL);

    return g_strdup_printf("{\"ok\":false,\"error\":\"%s\"}", escaped);
}

static bool
answer_break(Sender *sender, const char *const *words, MonoUs now_us, GError **error)
{
    ScriptBreak what = {0};

    if (!script_parse_break(words, &what, error))
        return false;
    const bool done = sender_break(sender, &what, now_us, error);

    script_break_clear(&what);
    return done;
}

char *
control_answer(Sender *sender, const char *request, MonoUs now_us)
{
    static const char *const verbs[] = {"break", "mend", "list", "status", NULL};
    g_auto(GStrv) words = script_words(request);
    const char *const *rest = (const char *const *)words + 1;
    g_autoptr(GError) error = NULL;
    unsigned count = 0;

    if (words[0] == NULL) {
        g_set_error(&error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "wanted: break, mend, list or status");
    } else if (g_str_equal(words[0], "list") || g_str_equal(words[0], "status")) {
        return sender_describe(sender, now_us, words[0][0] == 's');
    } else if (g_str_equal(words[0], "break")) {
        if (answer_break(sender, rest, now_us, &error))
            return g_strdup("{\"ok\":true}");
    } else if (g_str_equal(words[0], "mend")) {
        if (rest[0] == NULL || rest[1] != NULL)
            g_set_error(&error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "wanted: mend CHANNEL, or mend all");
        else if (sender_mend(sender, rest[0], now_us, &count, &error))
            return g_strdup_printf("{\"ok\":true,\"ended\":%u}", count);
    } else {
        const char *near = text_nearest(words[0], verbs);

        g_set_error(&error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "unknown request '%.40s'%s%s%s (known: break, mend, list, status)", words[0],
                    near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                    near != NULL ? "'?" : "");
    }
    return refusal(error);
}

/* Reads what has come; a whole line is answered and ends the connection. */
static gboolean
on_readable(GSocket *socket, GIOCondition condition, gpointer user_data)
{
    Client *client = user_data;
    const gssize got = g_socket_receive(socket, client->line + client->length,
                                        sizeof client->line - 1 - client->length, NULL, NULL);

    if (got <= 0)
        return G_SOURCE_REMOVE;
    client->length += (gsize)got;
    client->line[client->length] = '\0';
    if (strchr(client->line, '\n') == NULL && client->length < sizeof client->line - 1)
        return G_SOURCE_CONTINUE;
    g_autofree char *answer = control_answer(client->sender, client->line, boot_now_us());
    g_autofree char *line = g_strconcat(answer, "\n", NULL);
    const gsize size = strlen(line);

    for (gsize sent = 0; sent < size;) {
        const gssize more = g_socket_send(socket, line + sent, size - sent, NULL, NULL);

        if (more <= 0)
            break; /* it reads too slowly for its own answer */
        sent += (gsize)more;
    }
    return G_SOURCE_REMOVE;
}

static gboolean
on_incoming(GSocketService *service,
            GSocketConnection *connection,
            GObject *source_object,
            gpointer user_data)
{
    Control *control = user_data;
    GSocket *socket = g_socket_connection_get_socket(connection);
    Client *client = g_new0(Client, 1);
    g_autoptr(GSource) source = g_socket_create_source(socket, G_IO_IN, NULL);

    client->connection = g_object_ref(connection);
    client->sender = control->sender;
    g_socket_set_blocking(socket, FALSE);
    (void)g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, ANSWER_MAX, NULL);
    g_source_set_callback(source, G_SOURCE_FUNC(on_readable), client, client_free);
    g_source_attach(source, NULL);
    return TRUE;
}

/* Whether a living process listens at @path. */
static bool
is_taken(const char *path)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, NULL);

    return connection != NULL;
}

Control *
control_new(const char *path, Sender *sender, GError **error)
{
    g_autoptr(Control) control = g_new0(Control, 1);
    g_autoptr(GSocketAddress) address = NULL;
    struct stat found;

    if (strlen(path) >= 108) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s: longer than a socket's path may be (107 bytes)", path);
        return NULL;
    }
    if (lstat(path, &found) == 0 && (!S_ISSOCK(found.st_mode) || is_taken(path))) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "%s: %s", path,
                    S_ISSOCK(found.st_mode) ? "another generator listens there"
                                            : "is there and is no socket");
        return NULL;
    }
    (void)g_unlink(path);
    control->service = g_socket_service_new();
    control->sender = sender;
    address = g_unix_socket_address_new(path);
    const mode_t before = umask(0177);
    const bool added = g_socket_listener_add_address(G_SOCKET_LISTENER(control->service), address,
                                                     G_SOCKET_TYPE_STREAM,
                                                     G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);

    umask(before);
    if (!added) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    control->path = g_strdup(path);
    g_signal_connect(control->service, "incoming", G_CALLBACK(on_incoming), control);
    g_socket_service_start(control->service);
    return g_steal_pointer(&control);
}

void
control_free(Control *control)
{
    if (control == NULL)
        return;
    if (control->path != NULL)
        (void)g_unlink(control->path);
    if (control->service != NULL)
        g_socket_service_stop(control->service);
    g_clear_object(&control->service);
    g_free(control->path);
    g_free(control);
}

char *
control_ask(const char *path, const char *request, GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autofree char *line = g_strconcat(request, "\n", NULL);

    g_socket_client_set_timeout(client, ANSWER_SECONDS);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, error);

    if (connection == NULL) {
        g_prefix_error(error, "no generator answers at %s: ", path);
        return NULL;
    }
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    g_autofree char *answer = g_malloc0(ANSWER_MAX + 1);
    gsize size = 0;

    if (!g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), line,
                                   strlen(line), NULL, NULL, error) ||
        !g_input_stream_read_all(in, answer, ANSWER_MAX, &size, NULL, error))
        return NULL;
    return g_strndup(g_strchomp(answer), size);
}
