/* The sending side of a datagram test on loopback. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* A port of loopback that nobody uses, and neither do the ten that follow it. */
uint16_t udp_peer_free_port(void);

/* A socket that sends to @port of @host, "127.0.0.1" or "::1". Returns: a file descriptor */
int udp_peer_new(const char *host, uint16_t port);

/* Sends @count datagrams of @size bytes (at least 1), each filled with @value. */
void udp_peer_send(int peer, uint8_t value, size_t size, unsigned count);

/* Own port of @peer. */
uint16_t udp_peer_port(int peer);
