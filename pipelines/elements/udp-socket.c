/* Opening of an input's socket, for both IP versions, one group or one own address. */
#include "pipelines/elements/udp-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/base/error.h"

typedef struct {
    struct sockaddr_storage storage;
    socklen_t size;
} SocketAddress;

static SocketAddress
address_of(const char *ip, uint16_t port, bool ipv6, unsigned interface)
{
    SocketAddress address = {0};

    if (ipv6) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

        inet_pton(AF_INET6, ip, &in6.sin6_addr);
        if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&in6.sin6_addr))
            in6.sin6_scope_id = interface;
        memcpy(&address.storage, &in6, sizeof in6);
        address.size = sizeof in6;
        return address;
    }
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

    inet_pton(AF_INET, ip, &in.sin_addr);
    memcpy(&address.storage, &in, sizeof in);
    address.size = sizeof in;
    return address;
}

static int
set_int(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

static bool
fail(int code, const char *what, GError **error)
{
    g_set_error(error, GANTRY_ERROR, code, "%s: %s", what, g_strerror(errno));
    return false;
}

static uint32_t
ask_for_buffer(int fd, uint32_t bytes)
{
    int granted = 0;
    socklen_t size = sizeof granted;

    if (bytes > 0 && set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, (int)MIN(bytes, 1u << 30)) != 0)
        (void)set_int(fd, SOL_SOCKET, SO_RCVBUF, (int)MIN(bytes, 1u << 30));
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &size) != 0 || granted < 0)
        return 0;
    return (uint32_t)granted / 2;
}

static const StreamLeg *
leg_of(const UdpSocketSettings *settings)
{
    return &settings->address.legs[settings->leg];
}

static bool
join(int fd, const UdpSocketSettings *settings, unsigned interface, GError **error)
{
    const StreamLeg *address = leg_of(settings);
    const int level = address->ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
    const SocketAddress group = address_of(address->host, 0, address->ipv6, interface);

    if (address->ipv6)
        (void)set_int(fd, level, IPV6_MULTICAST_ALL, 0);
    else
        (void)set_int(fd, level, IP_MULTICAST_ALL, 0);
    if (address->source[0] != '\0') {
        const SocketAddress source = address_of(address->source, 0, address->ipv6, interface);
        struct group_source_req request = {.gsr_interface = interface};

        memcpy(&request.gsr_group, &group.storage, group.size);
        memcpy(&request.gsr_source, &source.storage, source.size);
        if (setsockopt(fd, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof request) != 0)
            return fail(GANTRY_ERROR_UNAVAILABLE, "joining the group for one source", error);
        return true;
    }
    struct group_req request = {.gr_interface = interface};

    memcpy(&request.gr_group, &group.storage, group.size);
    if (setsockopt(fd, level, MCAST_JOIN_GROUP, &request, sizeof request) != 0)
        return fail(GANTRY_ERROR_UNAVAILABLE, "joining the group", error);
    return true;
}

static bool
bind_and_join(int fd, const UdpSocketSettings *settings, unsigned interface, GError **error)
{
    const StreamLeg *address = leg_of(settings);
    const uint16_t port = (uint16_t)(address->port + settings->port_offset);
    const SocketAddress own = address_of(address->host, port, address->ipv6, interface);

    if (address->multicast)
        (void)set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    else if (settings->interface[0] != '\0')
        (void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, settings->interface,
                         (socklen_t)strlen(settings->interface) + 1);
    if (bind(fd, (const struct sockaddr *)&own.storage, own.size) != 0) {
        const int code = errno == EADDRNOTAVAIL ? GANTRY_ERROR_INVALID
                         : errno == EADDRINUSE  ? GANTRY_ERROR_CONFLICT
                                                : GANTRY_ERROR_UNAVAILABLE;

        return fail(code, "binding to the address", error);
    }
    return !address->multicast || join(fd, settings, interface, error);
}

/* What the kernel is to tell with each datagram. */
static void
ask_for_evidence(int fd, bool ipv6)
{
    (void)set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    (void)set_int(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (ipv6) {
        (void)set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        (void)set_int(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
        (void)set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
    } else {
        (void)set_int(fd, IPPROTO_IP, IP_RECVTOS, 1);
        (void)set_int(fd, IPPROTO_IP, IP_RECVTTL, 1);
    }
}

int
udp_socket_open(const UdpSocketSettings *settings, uint32_t *ret_granted, GError **error)
{
    const unsigned interface =
        settings->interface[0] != '\0' ? if_nametoindex(settings->interface) : 0;

    if (settings->interface[0] != '\0' && interface == 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no interface \"%s\": %s",
                    settings->interface, g_strerror(errno));
        return -1;
    }
    const bool ipv6 = leg_of(settings)->ipv6;
    const int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        fail(GANTRY_ERROR_UNAVAILABLE, "opening a socket", error);
        return -1;
    }
    ask_for_evidence(fd, ipv6);
    const uint32_t granted = ask_for_buffer(fd, settings->receive_buffer);

    if (!bind_and_join(fd, settings, interface, error)) {
        close(fd);
        return -1;
    }
    *ret_granted = granted;
    return fd;
}
