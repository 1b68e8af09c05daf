/* How long a login lasts, as the site's settings say. */
#pragma once

#include <stdint.h>

typedef struct {
    uint32_t idle_minutes; /* a session that is not used so long ends; 0: 7 days */
    uint32_t age_hours;    /* the longest that one lives; 0: 30 days */
} AccessOptions;
