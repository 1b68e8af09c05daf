/* The connection of one worker: what a good one says arrives, a bad one is dropped with the reason,
 * a flooding one waits. The worker is the other end of a socket pair in this process. */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/workers/channel-worker.h"
#include "pipelines/base/error.h"
#include "pipelines/contract/codec.h"

static MonoUs test_now_us; /* lint: allow global, because a clock function has no argument */

static MonoUs
test_clock(void)
{
    return test_now_us;
}

typedef struct {
    GantryChannelWorker *worker;
    int fd; /* the worker's end */
    uint64_t sequence;
    unsigned hellos;
    unsigned messages;
    uint16_t last_kind;
    GError *lost;
} Fixture;

static void
on_hello(GantryChannelWorker *worker, Fixture *fixture)
{
    fixture->hellos++;
}

static void
on_message(GantryChannelWorker *worker, const Message *message, Fixture *fixture)
{
    fixture->messages++;
    fixture->last_kind = message->kind;
}

static void
on_lost(GantryChannelWorker *worker, const GError *error, Fixture *fixture)
{
    g_assert_null(fixture->lost);
    fixture->lost = g_error_copy(error);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    int pair[2];

    test_now_us = 100 * US_PER_SECOND;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
    fixture->fd = pair[1];
    fixture->worker = gantry_channel_worker_new(pair[0], test_clock);
    g_signal_connect(fixture->worker, "hello", G_CALLBACK(on_hello), fixture);
    g_signal_connect(fixture->worker, "message", G_CALLBACK(on_message), fixture);
    g_signal_connect(fixture->worker, "lost", G_CALLBACK(on_lost), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_object_unref(fixture->worker);
    g_clear_error(&fixture->lost);
    if (fixture->fd >= 0)
        close(fixture->fd);
}

static void
turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

static void
say(Fixture *fixture, Message message)
{
    g_autoptr(GError) error = NULL;

    message.sequence = ++fixture->sequence;
    g_autoptr(GBytes) bytes = message_encode(&message, &error);
    gsize size = 0;

    g_assert_no_error(error);
    const void *data = g_bytes_get_data(bytes, &size);

    g_assert_cmpint(send(fixture->fd, data, size, MSG_NOSIGNAL), ==, (ssize_t)size);
}

static void
say_hello(Fixture *fixture)
{
    say(fixture, (Message){.kind = MESSAGE_HELLO,
                           .hello = {.version = CONTRACT_VERSION,
                                     .input_id = (char *)"one",
                                     .pid = 7,
                                     .build = (char *)"1.2"}});
}

static Message
finding(void)
{
    return (Message){.kind = MESSAGE_FINDING,
                     .finding = {.finding = WIRE_OK, .text = (char *)"it arrives"}};
}

static Message
edge_at(MonoUs since_us)
{
    return (Message){.kind = MESSAGE_EDGE,
                     .edge = {.channel_id = (char *)"one",
                              .state = {.fault = 1, .active = true, .since_us = since_us}}};
}

static void
assert_dropped(Fixture *fixture, const char *words)
{
    turn();
    g_assert_error(fixture->lost, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(fixture->lost->message, words));
    g_assert_false(gantry_channel_worker_is_connected(fixture->worker));
    g_assert_cmpint(send(fixture->fd, "x", 1, MSG_NOSIGNAL), <, 0);
}

static void
a_worker_that_says_hello_is_known_and_heard(Fixture *fixture, gconstpointer data)
{
    g_assert_null(gantry_channel_worker_get_input_id(fixture->worker));
    say_hello(fixture);
    say(fixture, finding());
    test_now_us += 5 * US_PER_MS;
    turn();
    g_assert_no_error(fixture->lost);
    g_assert_cmpuint(fixture->hellos, ==, 1);
    g_assert_cmpuint(fixture->messages, ==, 1);
    g_assert_cmpuint(fixture->last_kind, ==, MESSAGE_FINDING);
    g_assert_cmpstr(gantry_channel_worker_get_input_id(fixture->worker), ==, "one");
    g_assert_cmpstr(gantry_channel_worker_get_build(fixture->worker), ==, "1.2");
    g_assert_cmpuint(gantry_channel_worker_get_pid(fixture->worker), ==, (guint)getpid());
    g_assert_cmpint(gantry_channel_worker_get_silence_us(fixture->worker, test_now_us + 9), ==, 9);
}

static void
the_first_message_must_be_a_hello(Fixture *fixture, gconstpointer data)
{
    say(fixture, finding());
    assert_dropped(fixture, "no Hello");
    g_assert_cmpuint(fixture->messages, ==, 0);
}

static void
a_worker_of_another_version_is_dropped(Fixture *fixture, gconstpointer data)
{
    say(fixture, (Message){.kind = MESSAGE_HELLO,
                           .hello = {.version = CONTRACT_VERSION + 1, .input_id = (char *)"one"}});
    g_autofree char *words = g_strdup_printf("version %u", CONTRACT_VERSION + 1);

    assert_dropped(fixture, words);
}

static void
garbage_drops_the_worker(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    g_assert_cmpint(send(fixture->fd, "GN but no more", 14, 0), ==, 14);
    assert_dropped(fixture, "not a message");
}

static void
a_message_beyond_the_limit_drops_the_worker(Fixture *fixture, gconstpointer data)
{
    g_autofree char *large = g_malloc0(MESSAGE_MAX_BYTES + 1);

    say_hello(fixture);
    g_assert_cmpint(send(fixture->fd, large, MESSAGE_MAX_BYTES + 1, 0), ==, MESSAGE_MAX_BYTES + 1);
    assert_dropped(fixture, "larger than 65536");
}

static void
a_second_hello_drops_the_worker(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    say_hello(fixture);
    assert_dropped(fixture, "in the midst");
}

static void
a_time_in_the_future_drops_the_worker(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    say(fixture, edge_at(test_now_us));
    turn();
    g_assert_no_error(fixture->lost);
    say(fixture, edge_at(test_now_us + 3 * US_PER_SECOND));
    assert_dropped(fixture, "from the future");
}

static void
a_sequence_that_goes_back_drops_the_worker(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    say(fixture, finding());
    fixture->sequence = 0;
    say(fixture, finding());
    assert_dropped(fixture, "went back");
}

static void
missing_messages_and_unknown_kinds_are_counted(Fixture *fixture, gconstpointer data)
{
    ChannelWorkerCounts counts;
    uint8_t unknown[16] = {0x47, 0x4e, 0x99, 0x00, 0, 0, 0, 0, 2};

    say_hello(fixture);
    g_assert_cmpint(send(fixture->fd, unknown, sizeof unknown, 0), ==, sizeof unknown);
    fixture->sequence = 2;
    say(fixture, finding());
    fixture->sequence += 4;
    say(fixture, finding());
    turn();
    g_assert_no_error(fixture->lost);
    gantry_channel_worker_get_counts(fixture->worker, &counts);
    g_assert_cmpuint(counts.skipped, ==, 1);
    g_assert_cmpuint(counts.missed, ==, 4);
    g_assert_cmpuint(counts.messages, ==, 3);
}

static void
a_worker_that_leaves_is_lost_as_unavailable(Fixture *fixture, gconstpointer data)
{
    say_hello(fixture);
    close(fixture->fd);
    fixture->fd = -1;
    turn();
    g_assert_cmpuint(fixture->hellos, ==, 1);
    g_assert_error(fixture->lost, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE);
}

static void
a_flood_waits_in_the_socket_and_nothing_is_lost(Fixture *fixture, gconstpointer data)
{
    const unsigned total = CHANNEL_WORKER_BURST + 500;
    ChannelWorkerCounts counts;

    say_hello(fixture);
    for (unsigned sent = 0; sent < total; sent++) {
        say(fixture, finding());
        if (sent % 50 == 49)
            turn();
        if (fixture->messages + 1 == CHANNEL_WORKER_BURST)
            break;
    }
    g_assert_cmpuint(fixture->messages, ==, CHANNEL_WORKER_BURST - 1);
    say(fixture, finding());
    turn();
    g_assert_cmpuint(fixture->messages, ==, CHANNEL_WORKER_BURST - 1);
    gantry_channel_worker_get_counts(fixture->worker, &counts);
    g_assert_cmpuint(counts.pauses, ==, 1);
    g_assert_true(gantry_channel_worker_is_connected(fixture->worker));
    test_now_us += US_PER_SECOND;
    while (fixture->messages < CHANNEL_WORKER_BURST)
        g_main_context_iteration(NULL, TRUE);
    g_assert_no_error(fixture->lost);
}

static void
a_config_arrives_as_it_was_sent(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    ServiceConfig service = {.channel_id = (char *)"one", .service_id = 5, .depth = DEPTH_FULL};
    const MessageConfig config = {.input_id = (char *)"one",
                                  .address = (char *)"udp://239.1.1.1:5000",
                                  .receive_buffer = 1 << 20,
                                  .services = &service,
                                  .n_services = 1};
    uint8_t bytes[MESSAGE_MAX_BYTES];

    g_assert_true(gantry_channel_worker_send_config(fixture->worker, &config, &error));
    const ssize_t size = recv(fixture->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    g_assert_cmpint(size, >, 0);
    g_autoptr(Message) message = message_decode(bytes, (size_t)size, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(message->kind, ==, MESSAGE_CONFIG);
    g_assert_cmpstr(message->config.address, ==, "udp://239.1.1.1:5000");
    g_assert_cmpuint(message->config.services[0].service_id, ==, 5);
}

static void
a_worker_that_reads_nothing_blocks_nobody(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *long_text = g_strnfill(MESSAGE_MAX_TEXT, 'x');
    const MessageConfig config = {
        .input_id = (char *)"one", .address = (char *)"udp://239.1.1.1:5000", .cpu_set = long_text};
    unsigned sent = 0;

    while (sent < 100000 && gantry_channel_worker_send_config(fixture->worker, &config, &error))
        sent++;
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE);
    g_clear_error(&error);
    uint8_t bytes[MESSAGE_MAX_BYTES];
    unsigned received = 0;

    for (unsigned i = 0; i < sent + 100; i++) {
        received += recv(fixture->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0 ? 1 : 0;
        turn();
    }
    g_assert_cmpuint(received, ==, sent);
}

static void
closing_says_bye_once(Fixture *fixture, gconstpointer data)
{
    uint8_t bytes[MESSAGE_MAX_BYTES];

    gantry_channel_worker_close(fixture->worker, "a newer one is there");
    gantry_channel_worker_close(fixture->worker, "again");
    g_assert_error(fixture->lost, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE);
    const ssize_t size = recv(fixture->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    g_autoptr(Message) message = message_decode(bytes, (size_t)MAX(size, 0), NULL);

    g_assert_nonnull(message);
    g_assert_cmpuint(message->kind, ==, MESSAGE_BYE);
    g_assert_cmpstr(message->bye.reason, ==, "a newer one is there");
    g_assert_cmpint(recv(fixture->fd, bytes, sizeof bytes, MSG_DONTWAIT), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/channel-worker/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(a_worker_that_says_hello_is_known_and_heard);
    TEST(the_first_message_must_be_a_hello);
    TEST(a_worker_of_another_version_is_dropped);
    TEST(garbage_drops_the_worker);
    TEST(a_message_beyond_the_limit_drops_the_worker);
    TEST(a_second_hello_drops_the_worker);
    TEST(a_time_in_the_future_drops_the_worker);
    TEST(a_sequence_that_goes_back_drops_the_worker);
    TEST(missing_messages_and_unknown_kinds_are_counted);
    TEST(a_worker_that_leaves_is_lost_as_unavailable);
    TEST(a_flood_waits_in_the_socket_and_nothing_is_lost);
    TEST(a_config_arrives_as_it_was_sent);
    TEST(a_worker_that_reads_nothing_blocks_nobody);
    TEST(closing_says_bye_once);
#undef TEST
    return g_test_run();
}
