/* Names, labels, values, as the formats want them. */
#include "appliance/http/metrics-text.h"

#include <math.h>
#include <string.h>

#define TOTAL "_total"

static void
append_label(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s=\"", name);
    for (const char *at = value != NULL ? value : ""; *at != '\0'; at++) {
        if (*at == '\n')
            g_string_append(out, "\\n");
        else if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void
append_value(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (isnan(value))
        g_string_append(out, " NaN\n");
    else if (isinf(value))
        g_string_append(out, value > 0 ? " +Inf\n" : " -Inf\n");
    else if (value == floor(value) && fabs(value) < 1e15)
        g_string_append_printf(out, " %.0f\n", value);
    else
        g_string_append_printf(out, " %s\n", g_ascii_formatd(text, sizeof text, "%.9g", value));
}

void
metrics_family(MetricsText *text, const char *name, MetricsKind kind, const char *help)
{
    const size_t length = strlen(name);
    const bool cut = text->open && kind == METRICS_COUNTER && g_str_has_suffix(name, TOTAL);
    const int shown = (int)(cut ? length - strlen(TOTAL) : length);

    g_string_append_printf(text->out, "# HELP %.*s %s.\n# TYPE %.*s %s\n", shown, name, help, shown,
                           name, kind == METRICS_COUNTER ? "counter" : "gauge");
}

void
metrics_sample(MetricsText *text, const char *name, double value, const char *const *labels)
{
    g_string_append(text->out, name);
    for (size_t i = 0; labels != NULL && labels[i] != NULL; i += 2) {
        g_string_append_c(text->out, i == 0 ? '{' : ',');
        append_label(text->out, labels[i], labels[i + 1]);
    }
    if (labels != NULL && labels[0] != NULL)
        g_string_append_c(text->out, '}');
    append_value(text->out, value);
}

void
metrics_channel(MetricsText *text, const char *name, const char *channel, double value)
{
    metrics_sample(text, name, value, (const char *const[]){"channel", channel, NULL});
}

void
metrics_end(MetricsText *text)
{
    if (text->open)
        g_string_append(text->out, "# EOF\n");
}
