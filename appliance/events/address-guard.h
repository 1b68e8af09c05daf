/* Which addresses a receiver may be at, so that a webhook cannot be turned against this box or its
 * network. Judged at the moment of every connect, on the address that is connected to: what a name
 * resolved to before does not matter. Pure. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <sys/socket.h>

#define ADDRESS_MAX_NETWORKS 64 /* of one list */

/* What is allowed beside public addresses. */
typedef struct {
    bool all_private;    /* every loopback and private address */
    GPtrArray *networks; /* (element-type GInetAddressMask) (nullable) no-ref: those within these */
} AddressLeave;

/* Public addresses; loopback and private ones (RFC 1918, RFC 6598, ULA) and, if @is_own, those of
 * this machine only by @leave. Link-local, metadata services, multicast, broadcast, unspecified and
 * reserved ones never. IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4) is judged as IPv4. */
bool address_guard_allows(const struct sockaddr *address,
                          socklen_t size,
                          bool is_own,
                          const AddressLeave *leave);

/* "10.1.0.0/16, fd12::/32, 192.168.5.7": what is no network is left out, for it was refused before.
 * @text: (nullable). Returns: (transfer full) (element-type GInetAddressMask) */
GPtrArray *address_networks_parse(const char *text);
