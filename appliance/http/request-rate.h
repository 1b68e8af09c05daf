/* How often one client may ask: a bucket of RATE_BURST requests that fills at RATE_A_SECOND. A wall
 * asks twice a second; a script in a circle must not slow the walls down. Pure but for its memory.
 *
 * At most RATE_CLIENTS_MAX buckets; when all of them are in use, new clients share one. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"

#define RATE_BURST       400u
#define RATE_A_SECOND    100u
#define RATE_CLIENTS_MAX 4096u

typedef struct RequestRate RequestRate;

typedef struct {
    unsigned left;   /* requests that may follow at once */
    unsigned wait_s; /* 0: this one may go on; else when the next may */
    unsigned full_s; /* until the bucket is full again */
} RateResult;

RequestRate *request_rate_new(void);
void request_rate_free(RequestRate *self); /* (nullable) */

/* Takes one request of @client (session, token or address) at @now_us. */
RateResult request_rate_take(RequestRate *self, const char *client, MonoUs now_us);
