/* The source element with several sockets, on loopback. */
#include <gst/check/gstharness.h>
#include <string.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/elements/elements.h"
#include "pipelines/elements/gantry-udp-source.h"
#include "tests/element/udp-peer.h"

#define SIZE       1316u
#define PATIENCE_S 60u
#define LANES      6u
#define APART_US   3    /* what comes within one microsecond has no order */
#define ROUNDS     100u /* more than one batch a socket */
#define LEG_2      6u   /* ports between the legs */

typedef struct {
    GstHarness *harness;
    uint16_t port;
    int peers[LANES]; /* media, column, row of the first leg, then of the second */
} Rig;

/* @keys: what follows the port, with one %u for the port of the second leg if it has one. */
static Rig
rig_new(const char *keys, bool two_legs)
{
    Rig rig = {.port = udp_peer_free_port()};
    g_autofree char *leg2 =
        two_legs ? g_strdup_printf("leg2=127.0.0.1:%u&", rig.port + LEG_2) : g_strdup("");
    g_autofree char *address =
        g_strdup_printf("rtp://127.0.0.1:%u?%s%s", (unsigned)rig.port, leg2, keys);
    GstElement *source = gst_element_factory_make("gantryudpsrc", NULL);

    g_object_set(source, "address", address, NULL);
    rig.harness = gst_harness_new_with_element(source, NULL, "src");
    gst_object_unref(source);
    gst_harness_play(rig.harness);
    for (unsigned i = 0; i < LANES; i++)
        rig.peers[i] = udp_peer_new("127.0.0.1", (uint16_t)(rig.port + i / 3 * LEG_2 + i % 3 * 2));
    return rig;
}

static GantryUdpSource *
source_of(const Rig *rig)
{
    return GANTRY_UDP_SOURCE(rig->harness->element);
}

static void
wait_until_open(const Rig *rig)
{
    for (unsigned i = 0; i < PATIENCE_S * 100; i++) {
        UdpSourceFigures figures;

        gantry_udp_source_get_figures(source_of(rig), &figures);
        if (figures.opened_us != 0)
            return;
        g_usleep(10000);
    }
    g_test_fail_printf("the source does not open");
}

static void
rig_end(Rig *rig)
{
    gst_harness_teardown(rig->harness);
    for (unsigned i = 0; i < LANES; i++)
        close(rig->peers[i]);
}

/* The next buffer that is not empty. Returns: (transfer full) */
static GstBuffer *
next_buffer(const Rig *rig)
{
    for (unsigned i = 0; i < PATIENCE_S * 50; i++) {
        GstBuffer *buffer = gst_harness_pull(rig->harness);

        g_assert_nonnull(buffer);
        if (gantry_datagram_meta_get(buffer)->n_datagrams > 0)
            return buffer;
        gst_buffer_unref(buffer);
    }
    return NULL;
}

static void
check_datagram(const Datagram *datagram, const uint8_t *bytes, unsigned count)
{
    const unsigned lane = count % LANES;

    g_assert_cmpuint(bytes[datagram->offset], ==, count % 256);
    g_assert_cmpuint(datagram->size, ==, SIZE);
    g_assert_cmpuint(datagram->leg, ==, lane / 3);
    g_assert_cmpuint(datagram->stream, ==, lane % 3);
}

static void
test_six_sockets_are_one_stream_in_order_of_arrival(void)
{
    Rig rig = rig_new("fec=1", true);
    unsigned count = 0;
    MonoUs last_us = 0;

    wait_until_open(&rig);
    for (unsigned i = 0; i < LANES * ROUNDS; i++) {
        const gint64 sent_us = g_get_monotonic_time();

        udp_peer_send(rig.peers[i % LANES], (uint8_t)(i % 256), SIZE, 1);
        while (g_get_monotonic_time() - sent_us < APART_US)
            continue;
    }
    while (count < LANES * ROUNDS) {
        g_autoptr(GstBuffer) buffer = next_buffer(&rig);
        const GantryDatagramMeta *meta = gantry_datagram_meta_get(buffer);
        GstMapInfo map;

        g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
        for (unsigned i = 0; i < meta->n_datagrams; i++) {
            check_datagram(&meta->datagrams[i], map.data, count++);
            g_assert_cmpint(meta->datagrams[i].arrived_us, >=, last_us);
            last_us = meta->datagrams[i].arrived_us;
        }
        gst_buffer_unmap(buffer, &map);
    }
    rig_end(&rig);
}

static void
test_a_leg_that_does_not_open_leaves_the_other_one(void)
{
    Rig rig = rig_new("interface2=nosuch0", true);
    UdpSourceFigures figures;

    wait_until_open(&rig);
    udp_peer_send(rig.peers[0], 1, SIZE, 1);
    g_autoptr(GstBuffer) buffer = next_buffer(&rig);

    gantry_udp_source_get_figures(source_of(&rig), &figures);
    g_assert_nonnull(buffer);
    g_assert_cmpstr(figures.problem, ==, "");
    g_assert_nonnull(strstr(figures.partial, "leg 2, media: no interface \"nosuch0\""));
    rig_end(&rig);
}

static void
test_an_emptied_socket_is_told_so_that_time_goes_on(void)
{
    Rig rig = rig_new("fec=column", false);
    MonoUs first_us = 0;

    wait_until_open(&rig);
    udp_peer_send(rig.peers[1], 1, SIZE, 1);
    udp_peer_send(rig.peers[0], 2, SIZE, 1);
    for (unsigned i = 0; i < 5; i++) {
        g_autoptr(GstBuffer) buffer = gst_harness_pull(rig.harness);
        const GantryDatagramMeta *meta = gantry_datagram_meta_get(buffer);

        g_assert_cmpint(meta->drained_us, >, first_us);
        first_us = meta->drained_us;
    }
    rig_end(&rig);
}

typedef struct {
    MonoUs drained_us; /* of the last turn; 0 before the first */
    int64_t longest_us, shortest_us;
    unsigned datagrams;
} Turns;

static void
take_turns(const Rig *rig, Turns *turns)
{
    GstBuffer *buffer;

    while ((buffer = gst_harness_try_pull(rig->harness)) != NULL) {
        const GantryDatagramMeta *meta = gantry_datagram_meta_get(buffer);

        turns->datagrams += meta->n_datagrams;
        if (turns->drained_us != 0 && meta->drained_us != 0) {
            turns->longest_us = MAX(turns->longest_us, meta->drained_us - turns->drained_us);
            turns->shortest_us = MIN(turns->shortest_us, meta->drained_us - turns->drained_us);
        }
        if (meta->drained_us != 0)
            turns->drained_us = meta->drained_us;
        gst_buffer_unref(buffer);
    }
}

/* The more comes, the oftener the sockets are emptied: silence, and 70 Mb/s. */
static void
test_turns_follow_the_rate(void)
{
    enum { DATAGRAMS = 7000, AT_ONCE = 70 };
    Rig rig = rig_new("fec=column", false);
    UdpSourceFigures figures;
    Turns turns = {.shortest_us = G_MAXINT64};

    wait_until_open(&rig);
    gantry_udp_source_get_figures(source_of(&rig), &figures);
    g_assert_cmpuint(figures.granted, >=, UDP_SOURCE_SMALL); /* CI runs as root */
    udp_peer_send(rig.peers[0], 0, SIZE, 1);
    g_usleep(5 * UDP_SOURCE_PERIOD_US);
    take_turns(&rig, &turns);
    g_assert_cmpint(turns.longest_us, >=, UDP_SOURCE_PERIOD_US * 9 / 10);
    turns.shortest_us = G_MAXINT64;
    for (unsigned sent = 0; sent < DATAGRAMS; sent += AT_ONCE) {
        udp_peer_send(rig.peers[0], 1, SIZE, AT_ONCE);
        /* A source that waits for the processor is not to lose what its socket has no room for. */
        do {
            g_usleep(10000);
            take_turns(&rig, &turns);
        } while (sent + AT_ONCE > turns.datagrams + DATAGRAMS / 7);
    }
    for (unsigned i = 0; i < PATIENCE_S * 100 && turns.datagrams < DATAGRAMS + 1; i++) {
        g_usleep(10000);
        take_turns(&rig, &turns);
    }
    gantry_udp_source_get_figures(source_of(&rig), &figures);
    g_test_message("turns every %.3f s at the oftenest", (double)turns.shortest_us / 1e6);
    g_assert_cmpuint(figures.own_drops, ==, 0);
    g_assert_cmpuint(turns.datagrams, ==, DATAGRAMS + 1);
    g_assert_cmpint(turns.shortest_us, <=, UDP_SOURCE_PERIOD_US * 6 / 10);
    rig_end(&rig);
}

static void
test_a_bad_address_is_said_and_nothing_opens(void)
{
    Rig rig = rig_new("fek=1", false);
    UdpSourceFigures figures = {0};

    for (unsigned i = 0; i < PATIENCE_S * 100 && figures.problem_code == 0; i++) {
        gantry_udp_source_get_figures(source_of(&rig), &figures);
        g_usleep(10000);
    }
    g_assert_cmpint(figures.problem_code, ==, GANTRY_ERROR_INVALID);
    g_assert_nonnull(strstr(figures.problem, "did you mean \"fec\"?"));
    rig_end(&rig);
}

int
main(int argc, char **argv)
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/udp-source/six-sockets-are-one-stream-in-order-of-arrival",
                    test_six_sockets_are_one_stream_in_order_of_arrival);
    g_test_add_func("/udp-source/a-leg-that-does-not-open-leaves-the-other-one",
                    test_a_leg_that_does_not_open_leaves_the_other_one);
    g_test_add_func("/udp-source/an-emptied-socket-is-told-so-that-time-goes-on",
                    test_an_emptied_socket_is_told_so_that_time_goes_on);
    g_test_add_func("/udp-source/turns-follow-the-rate", test_turns_follow_the_rate);
    g_test_add_func("/udp-source/a-bad-address-is-said-and-nothing-opens",
                    test_a_bad_address_is_said_and_nothing_opens);
    return g_test_run();
}
