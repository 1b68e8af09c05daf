/* One title, one sentence, one link. */
#include "appliance/http/view-login.h"

#include "appliance/http/html-page.h"

static const char style[] =
    "body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#111;color:#eee}"
    "main{max-width:32em;margin:12vh auto 0;padding:1em}"
    "h1{font-size:1.4em;margin:0 0 .4em}"
    "a{display:inline-block;margin-top:1em;padding:.6em 1.2em;border-radius:.4em;"
    "background:#2b6cd4;color:#fff;text-decoration:none}";

char *
view_login_policy(void)
{
    return html_policy(style, "'none'");
}

void
view_login_page(GString *out, const char *title, const char *sentence)
{
    html_begin(out, 0);
    html_put(out, title);
    html_begin_body(out, style);
    g_string_append(out, "<h1>");
    html_put(out, title);
    g_string_append(out, "</h1><p>");
    html_put(out, sentence);
    g_string_append(out, "</p><a href=\"/login\">Back to the login</a>");
    html_end(out);
}
