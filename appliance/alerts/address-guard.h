/* Which addresses a receiver may be at, so that a webhook cannot be turned against this box or its
 * network. Judged at the moment of every connect, on the address that is connected to: what a name
 * resolved to before does not matter. Pure. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

/* Loopback, private (RFC 1918, RFC 6598, ULA) only with @allow_private. Link-local, metadata
 * services, multicast, broadcast, unspecified and reserved ones never. IPv4 inside IPv6 (mapped,
 * compatible, NAT64, 6to4) is judged as IPv4. */
bool address_guard_allows(const struct sockaddr *address, socklen_t size, bool allow_private);
