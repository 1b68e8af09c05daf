/* The channel plan: which invented channels exist and where they are sent. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PLAN_MAX 240 /* channels */

/* How a channel goes out. All-zero: as most do. */
typedef struct {
    uint32_t rate_kbps;    /* of an invented source; 0: the usual */
    uint32_t source;       /* IPv4 to send from, groups by its interface, host order; 0: loopback */
    uint32_t leg2_address; /* of the second leg (SMPTE 2022-7), host order */
    uint32_t leg2_port;    /* 0: there is none */
    uint32_t packet_size;  /* 188, or 192 or 204 with bytes around it; 0: 188 */
    uint32_t packets;      /* of a datagram, 1 to 7; 0: 7 */
    uint32_t services;     /* 1 to 4; 0: 1 */
    uint32_t fec_columns;  /* of the FEC matrix (SMPTE 2022-1); 0: no FEC */
    uint32_t fec_rows;     /* of that matrix */
    uint32_t fec_with_rows; /* 1: row FEC is sent, too */
    uint32_t ttl;           /* 0: 1 */
    uint32_t tos;           /* IP type of service */
    uint32_t wrap_in_s;     /* when the clock wraps; 0: at any time */
    uint32_t rtp_wrap_in_s; /* when RTP's sequence numbers and time stamps do; 0: at any time */
} PlanTransport;

typedef struct {
    char id[16];         /* slug: ch-01, ch-02, ... or as a file says */
    char name[32];       /* of the service, too */
    char short_name[16]; /* at most 8 characters */
    const char *group;   /* static */
    uint32_t address;    /* IPv4, host order */
    uint16_t port;
    uint16_t service_id;
    bool rtp;
    PlanTransport transport;
} PlanChannel;

/* The first @count channels. UDP and RTP, unicast on 127.0.0.1 and multicast in 239.255.0.0/16 take
 * turns; each channel has a port of its own from @base_port on.
 * Returns: (transfer full) (element-type PlanChannel) */
GArray *plan_make(unsigned count, uint16_t base_port);

/* Reads a plan: a group of `key = value` for each channel, named by its id. `address` must be
 * there, udp://A.B.C.D:PORT or rtp://A.B.C.D:PORT; all others may: rate_kbps, source (A.B.C.D),
 * leg2 (A.B.C.D:PORT), packet_size (188, 192, 204), packets (1 to 7), services (1 to 4), fec (LxD),
 * fec_with_rows (0, 1), ttl, tos, wrap_in_s, rtp_wrap_in_s.
 * Returns: (transfer full) (element-type PlanChannel): NULL with an error that names @file, group
 * and key. */
GArray *plan_parse(const char *file, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the channel is sent to a group (on the loopback interface). */
bool plan_is_multicast(const PlanChannel *channel);

/* The plan as an inventory in CSV. Returns: (transfer full) */
char *plan_inventory(const GArray *plan);
