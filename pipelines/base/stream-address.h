/* The address of an input, numbers only, no names:
 *
 *   udp://[source@]host:port                     a bare transport stream
 *   rtp://[source@]host:port[?KEY=VALUE[&...]]   one with RTP headers around it
 *
 * IPv6 addresses stand in brackets. Keys, each at most once and only after rtp://
 *
 *   fec=1            SMPTE 2022-1: column FEC comes on port + 2, row FEC on port + 4, on each leg
 *   fec=column       column FEC alone
 *   leg2=[source@]host:port   SMPTE 2022-7: the same stream once more
 *   interface2=NAME  network interface of the second leg; the first leg's where it is not written
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define STREAM_ADDRESS_MAX_BYTES     256u /* of an address as text */
#define STREAM_ADDRESS_TEXT_MAX      46   /* bytes of an IPv6 address in text, with terminator */
#define STREAM_ADDRESS_INTERFACE_MAX 16   /* bytes of an interface's name, with the terminator */
#define STREAM_ADDRESS_LEGS_MAX      2u
#define STREAM_FEC_COLUMN_OFFSET     2u /* from the port of the media to that of its column FEC */
#define STREAM_FEC_ROW_OFFSET        4u

typedef enum {
    STREAM_FEC_NONE,
    STREAM_FEC_COLUMN,
    STREAM_FEC_COLUMN_AND_ROW,
} StreamFec;

/* Where one leg is received. */
typedef struct {
    bool ipv6;                            /* @host, and @source if there is one, are IPv6 */
    bool multicast;                       /* @host is a group */
    uint16_t port;                        /* 1 to 65535, of the media */
    char source[STREAM_ADDRESS_TEXT_MAX]; /* only datagrams from there are wanted; "" for any */
    char host[STREAM_ADDRESS_TEXT_MAX];   /* group to join, or own address to receive on */
} StreamLeg;

typedef struct {
    bool rtp; /* rtp:// was written: RTP headers are expected */
    StreamFec fec;
    unsigned n_legs; /* 1 or 2 */
    StreamLeg legs[STREAM_ADDRESS_LEGS_MAX];
    char interface2[STREAM_ADDRESS_INTERFACE_MAX]; /* of the second leg; "" for the first's */
} StreamAddress;

/**
 * stream_address_parse:
 * @text: such as `udp://239.1.1.1:5000`, `udp://@239.1.1.1:5000`, `rtp://10.0.0.5@232.1.1.1:5000`,
 *   `udp://0.0.0.0:5000`, `udp://[2001:db8::1]@[ff3e::1]:5000`, `rtp://239.1.1.1:5000?fec=1`,
 *   `rtp://239.1.1.1:5000?leg2=239.1.2.1:5000&interface2=eth2`
 * @ret_address: (out): written on success
 *
 * Returns: %FALSE with %GANTRY_ERROR_INVALID and a sentence that quotes what is wrong and, where
 *   one is near, names the word that was probably meant
 */
bool stream_address_parse(const char *text,
                          StreamAddress *ret_address,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How far above its media's port a leg's sockets reach, at every second port; 0: no further. */
unsigned stream_address_port_reach(const StreamAddress *address);

/* @address, which was parsed, in the one way to write it. Returns: (transfer full) */
char *stream_address_to_text(const StreamAddress *address);
