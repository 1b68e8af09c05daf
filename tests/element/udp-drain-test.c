/* What the kernel tells with each datagram, over real sockets on loopback. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/elements/udp-drain.h"
#include "pipelines/elements/udp-socket.h"
#include "tests/element/udp-peer.h"

#define SIZE        1316u
#define TOS         0x88 /* class AF41 */
#define TTL         17
#define TINY_BUFFER 4096u
#define BURST       20u

typedef struct {
    int fd;
    int peer;
    UdpDrain *drain;
    ClockMap clock;
    GantryDatagramMeta *meta;
    uint8_t *slots;
} Rig;

static Rig
rig_new(const char *host, uint32_t receive_buffer)
{
    const uint16_t port = udp_peer_free_port();
    const bool ipv6 = strchr(host, ':') != NULL;
    g_autofree char *address =
        g_strdup_printf(ipv6 ? "udp://[%s]:%u" : "udp://%s:%u", host, (unsigned)port);
    UdpSocketSettings settings = {.receive_buffer = receive_buffer};
    g_autoptr(GError) error = NULL;
    uint32_t granted = 0;
    Rig rig = {
        .drain = g_new0(UdpDrain, 1),
        .meta = g_new0(GantryDatagramMeta, 1),
        .slots = g_malloc((gsize)DATAGRAM_BATCH_MAX * DATAGRAM_SLOT),
    };

    g_assert_true(stream_address_parse(address, &settings.address, &error));
    rig.fd = udp_socket_open(&settings, &granted, &error);
    g_assert_no_error(error);
    rig.peer = udp_peer_new(host, port);
    return rig;
}

static void
rig_end(Rig *rig)
{
    close(rig->fd);
    close(rig->peer);
    g_free(rig->drain);
    g_free(rig->meta);
    g_free(rig->slots);
}

static UdpBatch
drain(Rig *rig)
{
    return udp_drain_read(rig->drain, rig->fd, &rig->clock, rig->slots, rig->meta);
}

static void
mark(int peer, int level, int tos_option, int ttl_option)
{
    const int tos = TOS, ttl = TTL;

    g_assert_cmpint(setsockopt(peer, level, tos_option, &tos, sizeof tos), ==, 0);
    g_assert_cmpint(setsockopt(peer, level, ttl_option, &ttl, sizeof ttl), ==, 0);
}

static void
test_sender_and_header_fields_are_told(void)
{
    static const uint8_t loopback[16] = {127, 0, 0, 1};
    Rig rig = rig_new("127.0.0.1", 0);

    mark(rig.peer, IPPROTO_IP, IP_TOS, IP_TTL);
    udp_peer_send(rig.peer, 0x47, SIZE, 1);
    const UdpBatch batch = drain(&rig);
    const Datagram *datagram = &rig.meta->datagrams[0];

    g_assert_cmpuint(batch.n_datagrams, ==, 1);
    g_assert_cmpuint(datagram->size, ==, SIZE);
    g_assert_cmpuint(datagram->tos, ==, TOS);
    g_assert_cmpuint(datagram->ttl, ==, TTL);
    g_assert_cmpint(memcmp(datagram->source.address, loopback, sizeof loopback), ==, 0);
    g_assert_cmpuint(datagram->source.port, ==, udp_peer_port(rig.peer));
    g_assert_cmpuint(datagram->source.family, ==, IP_FAMILY_4);
    rig_end(&rig);
}

static void
test_the_same_holds_for_ipv6(void)
{
    Rig rig = rig_new("::1", 0);

    mark(rig.peer, IPPROTO_IPV6, IPV6_TCLASS, IPV6_UNICAST_HOPS);
    udp_peer_send(rig.peer, 0x47, SIZE, 1);
    (void)drain(&rig);
    const Datagram *datagram = &rig.meta->datagrams[0];

    g_assert_cmpuint(datagram->tos, ==, TOS);
    g_assert_cmpuint(datagram->ttl, ==, TTL);
    g_assert_cmpint(memcmp(datagram->source.address, &in6addr_loopback, 16), ==, 0);
    g_assert_cmpuint(datagram->source.port, ==, udp_peer_port(rig.peer));
    g_assert_cmpuint(datagram->source.family, ==, IP_FAMILY_6);
    rig_end(&rig);
}

static void
test_two_senders_are_told_apart(void)
{
    Rig rig = rig_new("127.0.0.1", 0);
    struct sockaddr_in to;
    socklen_t size = sizeof to;

    g_assert_cmpint(getpeername(rig.peer, (struct sockaddr *)&to, &size), ==, 0);
    const int other = udp_peer_new("127.0.0.1", ntohs(to.sin_port));

    udp_peer_send(rig.peer, 1, SIZE, 1);
    udp_peer_send(other, 2, SIZE, 1);
    g_assert_cmpuint(drain(&rig).n_datagrams, ==, 2);
    g_assert_false(ip_source_equal(&rig.meta->datagrams[0].source, &rig.meta->datagrams[1].source));
    close(other);
    rig_end(&rig);
}

static void
test_an_overflow_stands_before_the_datagram_that_follows_it(void)
{
    Rig rig = rig_new("127.0.0.1", TINY_BUFFER);

    udp_peer_send(rig.peer, 1, SIZE, BURST);
    const UdpBatch before = drain(&rig);

    g_assert_cmpuint(before.n_datagrams, >, 0);
    g_assert_cmpuint(before.n_datagrams, <, BURST);
    g_assert_cmpuint(before.own_drops, ==, 0);
    udp_peer_send(rig.peer, 2, SIZE, 2);
    const UdpBatch after = drain(&rig);

    g_assert_cmpuint(after.n_datagrams, ==, 2);
    g_assert_cmpuint(after.own_drops, ==, BURST - before.n_datagrams);
    g_assert_cmpuint(rig.meta->datagrams[0].dropped_before, ==, after.own_drops);
    g_assert_cmpuint(rig.meta->datagrams[1].dropped_before, ==, 0);
    rig_end(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/udp-drain/sender-and-header-fields-are-told",
                    test_sender_and_header_fields_are_told);
    g_test_add_func("/udp-drain/the-same-holds-for-ipv6", test_the_same_holds_for_ipv6);
    g_test_add_func("/udp-drain/two-senders-are-told-apart", test_two_senders_are_told_apart);
    g_test_add_func("/udp-drain/an-overflow-stands-before-the-datagram-that-follows-it",
                    test_an_overflow_stands_before_the_datagram_that_follows_it);
    return g_test_run();
}
