/* The channel plan: which invented channels exist and where they are sent. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PLAN_MAX 240 /* channels */

typedef struct {
    char id[16];         /* slug: ch-01, ch-02, ... */
    char name[32];       /* of the service, too */
    char short_name[16]; /* at most 8 characters */
    const char *group;   /* static */
    uint32_t address;    /* IPv4, host order */
    uint16_t port;
    uint16_t service_id;
    bool rtp;
} PlanChannel;

/* The first @count channels. UDP and RTP, unicast on 127.0.0.1 and multicast in 239.255.0.0/16 take
 * turns; each channel has a port of its own from @base_port on.
 * Returns: (transfer full) (element-type PlanChannel) */
GArray *plan_make(unsigned count, uint16_t base_port);

/* Whether the channel is sent to a group (on the loopback interface). */
bool plan_is_multicast(const PlanChannel *channel);

/* The plan as an inventory in CSV. Returns: (transfer full) */
char *plan_inventory(const GArray *plan);
