/* The socket that workers connect to: who is let in, who is not, and that it survives both. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "appliance/workers/listener.h"
#include "pipelines/base/error.h"
#include "pipelines/contract/codec.h"

typedef struct {
    char *folder;
    char *path;
    GantryListener *listener;
    GantryChannelWorker *connected; /* the last one */
    unsigned n_connected;
    char *refused; /* the last reason */
} Fixture;

static void
on_connected(GantryListener *listener, GantryChannelWorker *worker, Fixture *fixture)
{
    g_set_object(&fixture->connected, worker);
    fixture->n_connected++;
}

static void
on_refused(GantryListener *listener, const char *text, Fixture *fixture)
{
    g_free(fixture->refused);
    fixture->refused = g_strdup(text);
}

static void
listen_for(Fixture *fixture, uid_t uid)
{
    g_autoptr(GError) error = NULL;
    const ListenerOptions options = {.path = fixture->path, .uids = &uid, .n_uids = 1};

    fixture->listener = gantry_listener_new(&options, &error);
    g_assert_no_error(error);
    g_signal_connect(fixture->listener, "connected", G_CALLBACK(on_connected), fixture);
    g_signal_connect(fixture->listener, "refused", G_CALLBACK(on_refused), fixture);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("listener-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "workers.sock", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->connected);
    g_clear_object(&fixture->listener);
    g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->refused);
}

static int
dial(Fixture *fixture)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, fixture->path, sizeof address.sun_path);
    if (fd >= 0)
        g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    return fd;
}

static void
say_hello(int fd)
{
    const Message hello = {.kind = MESSAGE_HELLO,
                           .sequence = 1,
                           .hello = {.version = CONTRACT_VERSION, .input_id = (char *)"one"}};
    g_autoptr(GBytes) bytes = message_encode(&hello, NULL);
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);

    g_assert_cmpint(send(fd, data, size, MSG_NOSIGNAL), ==, (ssize_t)size);
}

static void
turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

static void
a_worker_of_our_user_gets_in_and_counts_until_it_leaves(Fixture *fixture, gconstpointer data)
{
    struct stat status;

    listen_for(fixture, geteuid());
    g_assert_cmpint(stat(fixture->path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
    const int fd = dial(fixture);

    say_hello(fd);
    turn();
    g_assert_cmpuint(fixture->n_connected, ==, 1);
    g_assert_cmpstr(gantry_channel_worker_get_input_id(fixture->connected), ==, "one");
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 1);
    close(fd);
    turn();
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
    g_assert_cmpuint(gantry_listener_get_refused(fixture->listener), ==, 0);
}

static void
a_worker_that_nobody_keeps_no_longer_counts(Fixture *fixture, gconstpointer data)
{
    listen_for(fixture, geteuid());
    const int fd = dial(fixture);

    say_hello(fd);
    turn();
    g_clear_object(&fixture->connected);
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
    close(fd);
}

static void
another_user_is_refused(Fixture *fixture, gconstpointer data)
{
    char byte;

    listen_for(fixture, geteuid() + 1);
    const int fd = dial(fixture);

    turn();
    g_assert_cmpint(recv(fd, &byte, 1, MSG_DONTWAIT), ==, 0);
    g_assert_nonnull(strstr(fixture->refused, "may not be a worker here"));
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
    close(fd);
}

static void
garbage_before_the_hello_is_refused_with_the_reason(Fixture *fixture, gconstpointer data)
{
    listen_for(fixture, geteuid());
    const int fd = dial(fixture);

    g_assert_cmpint(send(fd, "GET / HTTP/1.1", 14, 0), ==, 14);
    turn();
    g_assert_cmpuint(fixture->n_connected, ==, 0);
    g_assert_nonnull(strstr(fixture->refused, "not a message"));
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
    close(fd);
}

static gboolean
set_flag(gpointer flag)
{
    *(bool *)flag = true;
    return G_SOURCE_REMOVE;
}

static void
who_says_nothing_is_let_go_after_two_seconds(Fixture *fixture, gconstpointer data)
{
    bool late = false;
    const guint limit = g_timeout_add(4000, set_flag, &late);

    listen_for(fixture, geteuid());
    const int fd = dial(fixture);

    while (fixture->refused == NULL && !late)
        g_main_context_iteration(NULL, TRUE);
    g_assert_false(late);
    g_source_remove(limit);
    g_assert_nonnull(strstr(fixture->refused, "no Hello within 2 s"));
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
    close(fd);
}

static void
running_out_of_descriptors_only_delays_a_worker(Fixture *fixture, gconstpointer data)
{
    struct rlimit old;
    struct rlimit none = {0};

    listen_for(fixture, geteuid());
    const int fd = dial(fixture);

    say_hello(fd);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &old), ==, 0);
    none.rlim_max = old.rlim_max;
    none.rlim_cur = (rlim_t)fd + 1;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    turn();
    g_assert_cmpuint(fixture->n_connected, ==, 0);
    g_assert_nonnull(strstr(fixture->refused, "trying again"));
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &old), ==, 0);
    while (fixture->n_connected == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_true(gantry_channel_worker_is_connected(fixture->connected));
    close(fd);
}

static void
connections_are_capped(Fixture *fixture, gconstpointer data)
{
    int fds[LISTENER_MAX_CONNECTIONS + 1];
    char byte;

    listen_for(fixture, geteuid());
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = dial(fixture);
        turn();
    }
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==,
                     LISTENER_MAX_CONNECTIONS);
    g_assert_cmpint(recv(fds[LISTENER_MAX_CONNECTIONS], &byte, 1, MSG_DONTWAIT), ==, 0);
    g_assert_nonnull(strstr(fixture->refused, "256 workers are connected already"));
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    turn();
    g_assert_cmpuint(gantry_listener_get_connections(fixture->listener), ==, 0);
}

static void
a_stale_socket_is_replaced_and_a_live_one_is_not(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    const ListenerOptions options = {.path = fixture->path};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int stale = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, fixture->path, sizeof address.sun_path);
    g_assert_cmpint(bind(stale, (const struct sockaddr *)&address, sizeof address), ==, 0);
    close(stale);
    listen_for(fixture, geteuid());
    g_assert_null(gantry_listener_new(&options, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    g_assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void
a_file_that_is_no_socket_is_left_alone(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    const ListenerOptions options = {.path = fixture->path};

    g_assert_true(g_file_set_contents(fixture->path, "precious", -1, NULL));
    g_assert_null(gantry_listener_new(&options, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/listener/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(a_worker_of_our_user_gets_in_and_counts_until_it_leaves);
    TEST(a_worker_that_nobody_keeps_no_longer_counts);
    TEST(another_user_is_refused);
    TEST(garbage_before_the_hello_is_refused_with_the_reason);
    TEST(who_says_nothing_is_let_go_after_two_seconds);
    TEST(running_out_of_descriptors_only_delays_a_worker);
    TEST(connections_are_capped);
    TEST(a_stale_socket_is_replaced_and_a_live_one_is_not);
    TEST(a_file_that_is_no_socket_is_left_alone);
#undef TEST
    return g_test_run();
}
