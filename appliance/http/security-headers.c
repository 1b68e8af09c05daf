/* A table of headers. */
#include "appliance/http/security-headers.h"

#include <string.h>

#define CSP "Content-Security-Policy"

static const struct {
    const char *name;
    const char *value;
} constant[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
};

char *
security_policy(const char *ancestors)
{
    return g_strdup_printf(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors %s; "
        "require-trusted-types-for 'script'; trusted-types app",
        ancestors);
}

void
security_headers_put(SoupMessageHeaders *headers, const char *policy)
{
    for (size_t i = 0; i < G_N_ELEMENTS(constant); i++)
        soup_message_headers_replace(headers, constant[i].name, constant[i].value);
    soup_message_headers_replace(headers, CSP, policy);
    if (strstr(policy, "frame-ancestors 'none'") != NULL) /* old browsers know this alone */
        soup_message_headers_replace(headers, "X-Frame-Options", "DENY");
}

void
security_headers_put_transport(SoupMessageHeaders *headers)
{
    soup_message_headers_replace(headers, "Strict-Transport-Security", "max-age=31536000");
}
