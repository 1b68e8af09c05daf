/* Parsing of script and control lines. */
#include "tests/traffic/script.h"

#include <string.h>

#include "pipelines/base/error.h"

#define SECONDS_MAX 31536000.0 /* a year */

static bool
parse_seconds(const char *text, MonoUs *ret_us, GError **error)
{
    char *end = NULL;
    const double seconds = g_ascii_strtod(text, &end);

    if (end == text || *end != '\0' || !(seconds >= 0 && seconds <= SECONDS_MAX)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "'%.40s' is not a number of seconds",
                    text);
        return false;
    }
    *ret_us = (MonoUs)(seconds * (double)US_PER_SECOND);
    return true;
}

bool
script_parse_break(const char *const *words, ScriptBreak *ret_break, GError **error)
{
    ScriptBreak what = {.duration_us = US_NEVER};

    if (words[0] == NULL || words[1] == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "a channel and a kind are needed");
        return false;
    }
    const char *const *pairs = words + 2;

    if (*pairs != NULL && strchr(*pairs, '=') == NULL) {
        if (!parse_seconds(*pairs, &what.duration_us, error))
            return false;
        pairs++;
    }
    if (!impair_parse(words[1], pairs, &what.impairment, error))
        return false;
    what.channel = g_strdup(words[0]);
    *ret_break = what;
    return true;
}

GStrv
script_words(const char *line)
{
    g_auto(GStrv) raw = g_strsplit_set(line, " \t\r\n", -1);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    for (size_t i = 0; raw[i] != NULL && raw[i][0] != '#'; i++) {
        if (raw[i][0] != '\0')
            g_strv_builder_add(words, raw[i]);
    }
    return g_strv_builder_end(words);
}

static bool
parse_line(const char *const *words, ScriptEvent *ret_event, GError **error)
{
    ScriptEvent event = {0};

    if (g_strv_length((char **)words) < 4) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "wanted: AT_SECONDS CHANNEL KIND DURATION_SECONDS [key=value ...]");
        return false;
    }
    if (!parse_seconds(words[0], &event.at_us, error) ||
        !script_parse_break(words + 1, &event.what, error))
        return false;
    *ret_event = event;
    return true;
}

static int
by_time(const void *a, const void *b)
{
    const MonoUs first = ((const ScriptEvent *)a)->at_us, second = ((const ScriptEvent *)b)->at_us;

    return first < second ? -1 : first > second;
}

static void
clear_event(void *event)
{
    script_break_clear(&((ScriptEvent *)event)->what);
}

GArray *
script_parse(const char *file, const char *text, GError **error)
{
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(ScriptEvent));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_array_set_clear_func(events, clear_event);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = script_words(lines[i]);
        ScriptEvent event;

        if (words[0] == NULL)
            continue;
        if (events->len >= SCRIPT_MAX_EVENTS) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s:%u: more than %d events",
                        file, i + 1, SCRIPT_MAX_EVENTS);
            return NULL;
        }
        if (!parse_line((const char *const *)words, &event, error)) {
            g_prefix_error(error, "%s:%u: ", file, i + 1);
            return NULL;
        }
        g_array_append_val(events, event);
    }
    g_array_sort(events, by_time);
    return g_steal_pointer(&events);
}

void
script_break_clear(ScriptBreak *what)
{
    g_clear_pointer(&what->channel, g_free);
}
