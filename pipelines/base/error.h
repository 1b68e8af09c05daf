/* One error domain. A code says what the caller can do about it, not which module failed. */
#pragma once

#include <glib.h>

typedef enum {
    GANTRY_ERROR_INVALID,      /* the input is wrong; the same input cannot succeed    (HTTP 400) */
    GANTRY_ERROR_NOT_FOUND,    /* the thing named does not exist                       (HTTP 404) */
    GANTRY_ERROR_CONFLICT,     /* not in this state; look again, then decide           (HTTP 409) */
    GANTRY_ERROR_DENIED,       /* this caller may not; another might                   (HTTP 403) */
    GANTRY_ERROR_UNAVAILABLE,  /* a peer is down or full; retry later with back-off    (HTTP 503) */
    GANTRY_ERROR_TIMEOUT,      /* as UNAVAILABLE, but the outcome is unknown           (HTTP 504) */
    GANTRY_ERROR_CHANGED,      /* not the version that the caller saw; read again      (HTTP 412) */
    GANTRY_ERROR_NO_CONDITION, /* the caller must say which version it changes     (HTTP 428) */
    GANTRY_ERROR_INTERNAL,     /* our bug; log it at critical and fail this operation  (HTTP 500) */
} GantryError;

#define GANTRY_ERROR (gantry_error_quark())

GQuark gantry_error_quark(void);

/* HTTP status for @error. Errors of other domains are INTERNAL: convert them where they enter. */
unsigned gantry_error_http_status(const GError *error);
