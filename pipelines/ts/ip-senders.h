/* Who sends to one leg, with what DSCP and TTL. Pure.
 *
 * A few senders are kept. One more takes the place of the one that is silent longest, if that is
 * longer than IP_BOTH_US; otherwise it is refused and counted. DSCP and TTL are those of the sender
 * that is followed, so that two senders are not a stream of changes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-change.h"
#include "pipelines/ts/ip-datagram.h"

#define IP_SENDERS_MAX 4u
#define IP_BOTH_US     US_PER_SECOND     /* two senders that both sent within it are active */
#define IP_OVERLAP_US  (100 * US_PER_MS) /* and did so together for so long */

/* One sender. */
typedef struct {
    IpSource address;
    uint64_t datagrams;
    MonoUs first_us; /* first datagram since it is kept */
    MonoUs began_us; /* first one after the last silence of IP_BOTH_US */
    MonoUs last_us;
    uint8_t tos; /* last ones, if @header_known */
    uint8_t ttl;
    bool header_known;
} IpSender;

typedef struct {
    IpSender senders[IP_SENDERS_MAX]; /* @n entries */
    unsigned n;
    unsigned last;     /* index of the one that sent last */
    unsigned followed; /* index of the one that counts; it is never replaced */
    IpChange dscp;     /* 0 to 63, of @followed */
    IpChange ttl;      /* the same */
    IpChange source;   /* of @followed; indices */
    uint64_t refused;  /* datagrams of senders for which there was no room */
} IpSenders;           /* all-zero is the initial state */

/* Notes the sender of @datagram. Returns: its index, or IP_SENDERS_MAX if it is refused */
unsigned ip_senders_note(IpSenders *senders, const IpDatagram *datagram);

/* From now on @index, below @n, counts. */
void ip_senders_follow(IpSenders *senders, unsigned index, MonoUs now_us);

/* Another one that is active at the same time as the one that is followed.
 * Returns: its index, or IP_SENDERS_MAX if there is none */
unsigned ip_senders_second(const IpSenders *senders, MonoUs now_us);
