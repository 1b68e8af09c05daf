/* Escaping is GLib's; the policy names the style by its digest. */
#include "appliance/http/html-page.h"

#include <string.h>

void
html_put(GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text != NULL ? text : "", -1);

    g_string_append(out, escaped);
}

void
html_begin(GString *out, unsigned refresh_s)
{
    g_string_append(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                         "<meta name=\"robots\" content=\"noindex\">");
    if (refresh_s > 0)
        g_string_append_printf(out, "<meta http-equiv=\"refresh\" content=\"%u\">", refresh_s);
    g_string_append(out, "<title>");
}

void
html_begin_body(GString *out, const char *style)
{
    g_string_append_printf(out, "</title><style>%s</style></head><body><main>", style);
}

void
html_end(GString *out)
{
    g_string_append(out, "</main></body></html>\n");
}

char *
html_policy(const char *style, const char *form_action)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize n = sizeof digest;

    g_checksum_update(sum, (const guchar *)style, (gssize)strlen(style));
    g_checksum_get_digest(sum, digest, &n);
    g_autofree char *hash = g_base64_encode(digest, n);

    return g_strdup_printf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; "
                           "form-action %s; frame-ancestors 'none'",
                           hash, form_action);
}
