/* Says so many lines as fast as it can through gantryd's log, for log-flood-test.py.
 *
 * usage: log-flood LINES */
#include <glib.h>

#include "pipelines/base/log-guard.h"

int
main(int argc, char **argv)
{
    static const char *const words[] = {"loss", "order", "clock", "table", "sync"};
    guint64 lines = 0;

    if (argc != 2 || !g_ascii_string_to_unsigned(argv[1], 10, 1, 100000000, &lines, NULL))
        return 2;
    log_guard_install();
    for (guint64 i = 0; i < lines; i++)
        g_message("stream is broken: %s error %" G_GUINT64_FORMAT " of the packet before",
                  words[i % G_N_ELEMENTS(words)], i);
    g_warning("and nothing was wrong after that");
    return 0;
}
