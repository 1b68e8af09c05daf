/* Whether datagrams for an address reach the interface at all, seen below filter and firewall.
 *
 * Needs CAP_NET_RAW; without it there is none, and less is known. Main thread. */
#pragma once

#include <stdint.h>

typedef struct RawEar RawEar;

/* Deaf until raw_ear_listen(), so that it can be made before the sandbox closes.
 * Returns: (transfer full) (nullable): NULL when this process may not */
RawEar *raw_ear_new(void);
void raw_ear_free(RawEar *ear); /* (nullable) */

/* Begins to listen for datagrams to @address (see stream-address.h; IPv4 only) on @interface, or on
 * all when it is ""; once. */
void raw_ear_listen(RawEar *ear, const char *address, const char *interface);

uint64_t raw_ear_heard(RawEar *ear); /* datagrams for the address, since it listens */
