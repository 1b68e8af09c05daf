/* A corpus file from its text, a stream or ("capture ...") a capture of one: make-seed TEXT OUTPUT.
 */
#include <glib.h>

#include "tests/fixtures/capture-build.h"
#include "tests/fixtures/ts-build.h"

int
main(int argc, char **argv)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (argc != 3 || !g_file_get_contents(argv[1], &text, NULL, &error))
        g_error("make-seed TEXT OUTPUT: %s", error ? error->message : "two arguments");
    g_autoptr(GByteArray) bytes =
        g_str_has_prefix(text, "capture") ? capture_build(text) : ts_build(text);

    if (!g_file_set_contents(argv[2], (const char *)bytes->data, (gssize)bytes->len, &error))
        g_error("%s", error->message);
    return 0;
}
