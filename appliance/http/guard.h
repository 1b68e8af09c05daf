/* Which request headers are let in. libsoup 3.2 accepts what makes request smuggling possible
 * (Content-Length beside Transfer-Encoding, two Hosts, bare line feeds in chunks); whatever is
 * ambiguous is refused here before it is acted on. Pure. */
#pragma once

#include <libsoup/soup.h>
#include <stdbool.h>

#define BODY_MAX        (64u << 10)
#define BODY_IMPORT_MAX (1u << 20) /* channel lists */
#define URL_MAX         4096u      /* path and query */

/* 0, or the status to refuse with: 400, 405, 413, 414, 501. @body_max: bytes this path may take. */
unsigned
guard_check(const char *method, SoupMessageHeaders *headers, const GUri *uri, size_t body_max);
