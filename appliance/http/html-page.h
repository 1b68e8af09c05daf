/* Pages of HTML that need no script: texts escaped, and a policy that lets in nothing but the
 * page's own style. Pure. */
#pragma once

#include <glib.h>

/* Appends @text (nullable) so that it is text wherever it stands, in attributes as well. */
void html_put(GString *out, const char *text);

/* Begins a page with @style, up to its title's text, which the caller puts: html_begin(),
 * html_put(), html_begin_body(). @refresh_s: seconds after which a browser loads it anew; 0: never
 */
void html_begin(GString *out, unsigned refresh_s);
void html_begin_body(GString *out, const char *style);
void html_end(GString *out);

/* The Content-Security-Policy of a page with @style. @form_action: "'self'" or "'none'".
 * Returns: (transfer full) */
char *html_policy(const char *style, const char *form_action);
