/* Sockets of a test. */
#include "tests/element/udp-peer.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEIGHBOURS 10u /* ports behind a free one that must be free, too */
#define TRIES      50u
#define SIZE_LIMIT 2048u

static int
bound_to(uint16_t port)
{
    const struct sockaddr_in own = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (const struct sockaddr *)&own, sizeof own) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool
is_free(uint16_t port)
{
    const int fd = bound_to(port);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

uint16_t
udp_peer_free_port(void)
{
    for (unsigned i = 0; i < TRIES; i++) {
        const int probe = bound_to(0);
        const uint16_t port = udp_peer_port(probe);
        unsigned n = 1;

        close(probe);
        while (n <= NEIGHBOURS && port <= UINT16_MAX - NEIGHBOURS && is_free((uint16_t)(port + n)))
            n++;
        if (n > NEIGHBOURS)
            return port;
    }
    g_test_fail_printf("no free ports on loopback");
    return 0;
}

int
udp_peer_new(const char *host, uint16_t port)
{
    const bool ipv6 = strchr(host, ':') != NULL;
    struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    const struct sockaddr *to =
        ipv6 ? (const struct sockaddr *)&to6 : (const struct sockaddr *)&to4;
    const int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(inet_pton(ipv6 ? AF_INET6 : AF_INET, host,
                              ipv6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr),
                    ==, 1);
    g_assert_cmpint(connect(fd, to, ipv6 ? sizeof to6 : sizeof to4), ==, 0);
    return fd;
}

void
udp_peer_send(int peer, uint8_t value, size_t size, unsigned count)
{
    uint8_t bytes[SIZE_LIMIT];

    g_assert_cmpuint(size, <=, sizeof bytes);
    memset(bytes, value, size);
    for (unsigned i = 0; i < count; i++)
        g_assert_cmpint(send(peer, bytes, size, 0), ==, (gssize)size);
}

uint16_t
udp_peer_port(int peer)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof own;

    g_assert_cmpint(getsockname(peer, (struct sockaddr *)&own, &size), ==, 0);
    return ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
                                           : ((struct sockaddr_in *)&own)->sin_port);
}
