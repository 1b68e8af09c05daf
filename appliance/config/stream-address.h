/* Where a stream is received from: `udp://[SOURCE@]GROUP:PORT` or `rtp://...`, IPv6 in brackets.
 * Pure: names are never looked up. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool rtp;
    bool multicast;
    bool ipv6;
    char *source;  /* sender of a source-specific group, "" for any */
    char *address; /* numeric group, or local address to receive on, without brackets */
    uint16_t port; /* 1 to 65535 */
} StreamAddress;

/**
 * stream_address_parse:
 * @text: any text
 *
 * `udp://@239.1.2.3:5000` is the same as `udp://239.1.2.3:5000`; `udp://@:5000` is any local
 * address.
 *
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INVALID and what was expected there
 */
StreamAddress *stream_address_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The one way to write it, so that equal addresses are equal texts. Returns: (transfer full) */
char *stream_address_to_string(const StreamAddress *address);

void stream_address_free(StreamAddress *address); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StreamAddress, stream_address_free)
