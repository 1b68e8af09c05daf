/* What every answer tells the browser about safety. */
#pragma once

#include <libsoup/soup.h>
#include <stdbool.h>

/* The content policy: own files alone, Trusted Types, no frames but @ancestors ("'none'", or
 * origins). Returns: (transfer full) */
char *security_policy(const char *ancestors);

/* @policy: of security_policy(). */
void security_headers_put(SoupMessageHeaders *headers, const char *policy);

/* From now on this name by TLS alone, for a year: for answers that came by TLS. */
void security_headers_put_transport(SoupMessageHeaders *headers);
