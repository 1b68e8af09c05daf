/* The error domain and its HTTP face. */
#include "pipelines/base/error.h"

/* clang-format off */
G_DEFINE_QUARK(gantry-error-quark, gantry_error)
/* clang-format on */

static const unsigned http_status[] = {
    [GANTRY_ERROR_INVALID] = 400, [GANTRY_ERROR_NOT_FOUND] = 404,    [GANTRY_ERROR_CONFLICT] = 409,
    [GANTRY_ERROR_DENIED] = 403,  [GANTRY_ERROR_UNAVAILABLE] = 503,  [GANTRY_ERROR_TIMEOUT] = 504,
    [GANTRY_ERROR_CHANGED] = 412, [GANTRY_ERROR_NO_CONDITION] = 428, [GANTRY_ERROR_INTERNAL] = 500,
};

unsigned
gantry_error_http_status(const GError *error)
{
    g_return_val_if_fail(error != NULL, 500);

    if (error->domain != GANTRY_ERROR || (guint)error->code >= G_N_ELEMENTS(http_status))
        return 500;
    return http_status[error->code];
}
