/* Reading of /proc/net/netstat and /proc/sys/net/ipv4/conf. */
#include "pipelines/worker/wire-evidence.h"

#include <glib.h>
#include <string.h>

/* The value under @name in a file of pairs of lines, names above values; 0 without it. */
static uint64_t
counter_in(const char *text, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && lines[i + 1] != NULL; i += 2) {
        g_auto(GStrv) names = g_strsplit(lines[i], " ", -1);
        g_auto(GStrv) values = g_strsplit(lines[i + 1], " ", -1);

        for (size_t n = 0; names[n] != NULL && values[n] != NULL; n++) {
            guint64 value = 0;

            if (g_str_equal(names[n], name) &&
                g_ascii_string_to_unsigned(values[n], 10, 0, G_MAXUINT64, &value, NULL))
                return value;
        }
    }
    return 0;
}

static int
rp_filter_of(const char *interface)
{
    g_autofree char *path =
        g_build_filename("/proc/sys/net/ipv4/conf", interface, "rp_filter", NULL);
    g_autofree char *text = NULL;
    guint64 value = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return -1;
    g_strchomp(text);
    return g_ascii_string_to_unsigned(text, 10, 0, 2, &value, NULL) ? (int)value : -1;
}

WireEvidence
wire_evidence_read(const char *interface)
{
    g_autofree char *netstat = NULL;
    WireEvidence evidence = {.rp_filter = rp_filter_of("all")};

    /* The stricter of "all" and the interface's own is in force. */
    if (interface[0] != '\0')
        evidence.rp_filter = MAX(evidence.rp_filter, rp_filter_of(interface));
    if (g_file_get_contents("/proc/net/netstat", &netstat, NULL, NULL))
        evidence.reverse_path_drops = counter_in(netstat, "IPReversePathFilter");
    return evidence;
}
