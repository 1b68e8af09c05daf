/* The page that somebody sees whom the provider sent back and who does not get in. Pure. */
#pragma once

#include <glib.h>

/* Its Content-Security-Policy. Returns: (transfer full) */
char *view_login_policy(void);

/* @sentence: text from anywhere. A link leads back to the dashboard. */
void view_login_page(GString *out, const char *title, const char *sentence);
