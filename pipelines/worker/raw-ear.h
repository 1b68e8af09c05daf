/* Whether datagrams for an address reach the interface at all, seen below filter and firewall.
 *
 * Needs CAP_NET_RAW; without it there is none, and less is known. Main thread. */
#pragma once

#include <stdint.h>

typedef struct RawEar RawEar;

/* Returns: (transfer full) (nullable): NULL when this process may not, or for IPv6 */
RawEar *raw_ear_new(const char *address, const char *interface);
void raw_ear_free(RawEar *ear); /* (nullable) */

void raw_ear_listen(RawEar *ear);    /* begins to listen, once */
uint64_t raw_ear_heard(RawEar *ear); /* datagrams for the address, since it listens */
