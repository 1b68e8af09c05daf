/* What the kernel's counters say about datagrams that do not arrive. */
#pragma once

#include <stdint.h>

typedef struct {
    uint64_t reverse_path_drops; /* IPReversePathFilter of this host */
    int rp_filter; /* in force on the interface: 0 off, 1 strict, 2 loose; -1 unknown */
} WireEvidence;

/* Reads /proc. @interface: name, or "" for the strictest of all. */
WireEvidence wire_evidence_read(const char *interface);
