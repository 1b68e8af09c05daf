/* A packet socket behind a filter that passes one address and port, and cuts what it passes. */
#include "pipelines/worker/raw-ear.h"

#include <arpa/inet.h>
#include <glib.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/base/stream-address.h"

#define SNAPPED_BYTES    1u /* of a datagram: it is counted, not read */
#define IP_DESTINATION   16u
#define IPV4_PROTOCOL_AT 9u
#define UDP_PORT         2u

struct RawEar {
    int fd;
    bool listens;
    uint64_t heard;
};

RawEar *
raw_ear_new(void)
{
    /* Protocol 0: nothing is received before it is bound. */
    const int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    RawEar *ear = NULL;

    if (fd < 0)
        return NULL;
    ear = g_new0(RawEar, 1);
    ear->fd = fd;
    return ear;
}

void
raw_ear_free(RawEar *ear)
{
    if (ear == NULL)
        return;
    close(ear->fd);
    g_free(ear);
}

static bool
attach_filter(int fd, uint32_t ip, uint16_t port)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV4_PROTOCOL_AT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, IP_DESTINATION),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ip, 0, 4),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, UDP_PORT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SNAPPED_BYTES),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog program = {.len = G_N_ELEMENTS(code), .filter = code};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

void
raw_ear_listen(RawEar *ear, const char *address, const char *interface)
{
    struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
    StreamAddress parsed;
    struct in_addr ip;

    if (ear->listens || !stream_address_parse(address, &parsed, NULL) || parsed.legs[0].ipv6 ||
        inet_pton(AF_INET, parsed.legs[0].host, &ip) != 1)
        return;
    where.sll_ifindex = interface[0] != '\0' ? (int)if_nametoindex(interface) : 0;
    ear->listens = attach_filter(ear->fd, ntohl(ip.s_addr), parsed.legs[0].port) &&
                   bind(ear->fd, (const struct sockaddr *)&where, sizeof where) == 0;
}

uint64_t
raw_ear_heard(RawEar *ear)
{
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;

    /* Reading the statistics resets them. */
    if (ear->listens && getsockopt(ear->fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
        ear->heard += statistics.tp_packets;
    return ear->heard;
}
