/* Settings from foreign text: refused with one line that names the file, or complete. */
#include <glib.h>
#include <string.h>

#include "appliance/config/settings.h"
#include "pipelines/base/slug.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("F", (const char *)data, size, &error);

    g_assert_true((settings == NULL) == (error != NULL));
    if (settings == NULL) {
        g_assert_true(g_str_has_prefix(error->message, "F:"));
        g_assert_null(strchr(error->message, '\n'));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    g_assert_true(settings->state_folder[0] == '/');
    g_assert_cmpuint(settings->http_port, >, 0);
    for (size_t i = 0; i < settings->n_receivers; i++) {
        g_assert_true(slug_is_valid(settings->receivers[i].id));
        g_assert_cmpuint(strlen(settings->receivers[i].url), >, 0);
    }
    return 0;
}
