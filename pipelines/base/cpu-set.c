/* Parsing of processor lists. */
#include "pipelines/base/cpu-set.h"

#include <glib.h>

static bool
add_range(cpu_set_t *set, const char *text)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    guint64 first = 0, last = 0;

    if (ends[0] == NULL ||
        !g_ascii_string_to_unsigned(ends[0], 10, 0, CPU_SETSIZE - 1, &first, NULL))
        return false;
    last = first;
    if (ends[1] != NULL &&
        !g_ascii_string_to_unsigned(ends[1], 10, first, CPU_SETSIZE - 1, &last, NULL))
        return false;
    for (guint64 cpu = first; cpu <= last; cpu++)
        CPU_SET(cpu, set);
    return true;
}

bool
cpu_set_parse(const char *text, cpu_set_t *ret_set)
{
    g_auto(GStrv) ranges = g_strsplit(text != NULL ? text : "", ",", -1);
    cpu_set_t set;

    CPU_ZERO(&set);
    for (size_t i = 0; ranges[i] != NULL; i++) {
        if (!add_range(&set, ranges[i]))
            return false;
    }
    if (ranges[0] == NULL)
        return false;
    *ret_set = set;
    return true;
}
