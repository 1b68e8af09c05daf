/* One request head, byte by byte, before libsoup sees it: whether it is whole, how long its body
 * is, or why it is refused. Pure.
 *
 * libsoup 3.2 reads what others do not (a bare line feed, two Hosts, a length beside chunks), and a
 * proxy that reads it otherwise is how one request becomes two. Nothing of that kind passes here:
 * lines end with CR LF, there is one Host, at most one length, and no transfer coding at all
 * (RFC 9112, sections 2.2, 3.2, 5.2, 6.3 and 11.2). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HEAD_MAX        (16u << 10) /* bytes, with the blank line */
#define HEAD_FIELDS_MAX 64u
#define HEAD_LINE_MAX   6144u      /* bytes of the request line, or of one field */
#define HEAD_BODY_MAX   (1u << 20) /* bytes; a route may take less, see guard.h */

typedef struct {
    size_t size;       /* bytes of the head; 0: not whole yet, or refused */
    uint64_t body;     /* bytes that follow it */
    unsigned status;   /* 0, or to refuse with: 400, 405, 413, 414, 417, 431, 501, 505 */
    const char *wrong; /* (nullable): one sentence, if refused */
} RequestHead;

/* Looks at the first @n bytes of a request. Refuses as soon as it can, before the head is whole. */
RequestHead request_head_scan(const char *bytes, size_t n);
