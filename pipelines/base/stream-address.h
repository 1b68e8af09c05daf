/* The address of an input: `udp://[source@]host:port` and `rtp://...`, numbers only, no names. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define STREAM_ADDRESS_TEXT_MAX 46 /* bytes of an IPv6 address in text, with the terminator */

typedef struct {
    bool rtp;                             /* rtp:// was written: RTP headers are expected */
    bool ipv6;                            /* @host, and @source if there is one, are IPv6 */
    bool multicast;                       /* @host is a group */
    uint16_t port;                        /* 1 to 65535 */
    char source[STREAM_ADDRESS_TEXT_MAX]; /* only datagrams from there are wanted; "" for any */
    char host[STREAM_ADDRESS_TEXT_MAX];   /* group to join, or own address to receive on */
} StreamAddress;

/**
 * stream_address_parse:
 * @text: such as `udp://239.1.1.1:5000`, `udp://@239.1.1.1:5000`, `rtp://10.0.0.5@232.1.1.1:5000`,
 *   `udp://0.0.0.0:5000`, `udp://[ff3e::1]:5000`, `udp://[2001:db8::1]@[ff3e::1]:5000`
 * @ret_address: (out): written on success
 *
 * Returns: %FALSE with %GANTRY_ERROR_INVALID and a sentence that quotes what is wrong and, where
 *   one is near, names the word that was probably meant
 */
bool stream_address_parse(const char *text,
                          StreamAddress *ret_address,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
