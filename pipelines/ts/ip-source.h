/* The address a datagram came from, as bytes, and as text for people. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IP_SOURCE_TEXT_MAX 54u /* bytes of the longest text, "[IPv6]:port", with the terminator */

typedef enum {
    IP_FAMILY_UNKNOWN, /* not known; all such datagrams count as one source */
    IP_FAMILY_4,
    IP_FAMILY_6,
} IpFamily;

typedef struct {
    uint8_t family;      /* IpFamily */
    uint16_t port;       /* host byte order; 0 if unknown */
    uint8_t address[16]; /* network byte order; the first 4 bytes for IP_FAMILY_4, others 0 */
} IpSource;              /* all-zero: unknown */

bool ip_source_equal(const IpSource *a, const IpSource *b);

/* Writes `10.0.0.5:5000`, `[2001:db8::1]:5000` or `unknown` into @ret_text of @size bytes, cut to
 * fit and always terminated; @size is at least 1. IPv6 is written as RFC 5952 has it. */
void ip_source_text(const IpSource *source, char *ret_text, size_t size);
