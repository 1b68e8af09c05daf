/* When a delivery that failed is tried again. Pure.
 *
 * Attempts 0, 5, 15, 30, 60, 120, 300 s after the first, then every 300 s, each moved by up to a
 * fifth of its interval so that receivers are not met by all at once; given up after 24 h. What a
 * receiver refuses as wrong (4xx) is repeated every 300 s only, what is gone (410) every hour. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define RETRY_GIVE_UP_US        (24 * 3600 * US_PER_SECOND)
#define RETRY_SLOW_US           (300 * US_PER_SECOND)
#define RETRY_GONE_US           (3600 * US_PER_SECOND)
#define RETRY_MAX_RETRY_AFTER_S 3600
#define RETRY_MIN_GAP_US        US_PER_SECOND /* between the end of an attempt and the next */

/* What an attempt came to, as far as the schedule is concerned. */
typedef enum {
    RETRY_DELIVERED, /* 2xx */
    RETRY_FAILED,    /* no answer, 3xx, 5xx, other 4xx */
    RETRY_THROTTLED, /* 429, 503: the whole receiver waits when it said for how long */
    RETRY_REFUSED,   /* 400, 401, 403, 404, 413, 422: the receiver's settings are wrong */
    RETRY_GONE,      /* 410 */
} RetryClass;

RetryClass retry_class(int http_status); /* 0 for no answer */

typedef struct {
    unsigned attempts; /* made so far, at least 1 */
    MonoUs first_us;   /* begin of the first attempt */
    MonoUs now_us;     /* end of the last attempt */
    RetryClass class;  /* of the last attempt */
    int retry_after_s; /* of the last answer; negative for none */
    double random;     /* uniform, 0 to below 1 */
} RetryState;

/* Returns: when to try again, later than @now_us; US_NEVER to give up or when delivered */
MonoUs retry_next_us(const RetryState *state);

/* Seconds of a Retry-After header: a number, or an HTTP date against @now_wall_us. Between 0 and
 * RETRY_MAX_RETRY_AFTER_S; negative for anything else. @value: (nullable). */
int retry_after_parse(const char *value, WallUs now_wall_us);
