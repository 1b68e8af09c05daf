/* What the kernel counts of packets and time that this box lost before its sockets.
 *
 * The files are opened once, before the sandbox closes, and then read where they are. What a kernel
 * does not have counts as 0. Main thread. */
#pragma once

#include <stdint.h>

#define BOX_COUNTERS_INTERFACES_MAX                                                                \
    8u /* those of hardware first; further ones are not looked at                                  \
        */

typedef struct {
    uint64_t nic_missed;    /* frames that the interface had no room for: rx_missed, rx_fifo */
    uint64_t softnet_drops; /* packets dropped between interface and socket, on all CPUs */
    uint64_t squeezes;      /* times that the kernel left packets for later, for want of time */
    uint64_t steal_ticks;   /* clock ticks of all CPUs that a hypervisor took */
    uint64_t all_ticks;     /* clock ticks of all CPUs */
} BoxCount;                 /* since the box started */

typedef struct BoxCounters BoxCounters;

/* @proc, @sys: "/proc" and "/sys", or folders made like them. Returns: (transfer full) */
BoxCounters *box_counters_new(const char *proc, const char *sys);
void box_counters_free(BoxCounters *counters); /* (nullable) */

/* @interface: name of the one that packets come by. Where it is not one of hardware, such as a VLAN
 * or "", all of hardware count with it. */
void box_counters_read(const BoxCounters *counters, const char *interface, BoxCount *ret_count);
