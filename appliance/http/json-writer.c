/* The writer's rules: a comma unless the text so far opens something. */
#include "appliance/http/json-writer.h"

#include <math.h>
#include <string.h>

#define NUMBER_MAX 1e15 /* beyond, a browser's numbers are not exact: written as an exponent */

static void
append_quoted(GString *out, const char *text)
{
    g_autofree char *mended = g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);

    g_string_append_c(out, '"');
    for (const char *at = mended != NULL ? mended : text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else if ((unsigned char)*at < 0x20 || *at == 0x7f)
            g_string_append_printf(out, "\\u%04x", (unsigned)(unsigned char)*at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void
begin_value(GString *out, const char *key)
{
    const char last = out->len > 0 ? out->str[out->len - 1] : '\0';

    if (last != '\0' && strchr("{[:\n ", last) == NULL)
        g_string_append_c(out, ',');
    if (key != NULL) {
        append_quoted(out, key);
        g_string_append_c(out, ':');
    }
}

void
json_begin_object(GString *out, const char *key)
{
    begin_value(out, key);
    g_string_append_c(out, '{');
}

void
json_end_object(GString *out)
{
    g_string_append_c(out, '}');
}

void
json_begin_array(GString *out, const char *key)
{
    begin_value(out, key);
    g_string_append_c(out, '[');
}

void
json_end_array(GString *out)
{
    g_string_append_c(out, ']');
}

void
json_string(GString *out, const char *key, const char *value)
{
    begin_value(out, key);
    if (value == NULL)
        g_string_append(out, "null");
    else
        append_quoted(out, value);
}

void
json_uint(GString *out, const char *key, uint64_t value)
{
    begin_value(out, key);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

void
json_int(GString *out, const char *key, int64_t value)
{
    begin_value(out, key);
    g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

void
json_bool(GString *out, const char *key, bool value)
{
    begin_value(out, key);
    g_string_append(out, value ? "true" : "false");
}

void
json_null(GString *out, const char *key)
{
    begin_value(out, key);
    g_string_append(out, "null");
}

/* "12.500" to "12.5", "12.000" to "12". */
static void
cut_zeroes(char *text)
{
    size_t length = strlen(text);

    if (strchr(text, '.') == NULL || strchr(text, 'e') != NULL)
        return;
    while (length > 0 && text[length - 1] == '0')
        text[--length] = '\0';
    if (length > 0 && text[length - 1] == '.')
        text[length - 1] = '\0';
}

void
json_number(GString *out, const char *key, double value, unsigned decimals)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    char format[8];

    begin_value(out, key);
    if (!isfinite(value)) {
        g_string_append(out, "null");
        return;
    }
    g_snprintf(format, sizeof format, "%%.%u%c", MIN(decimals, 9U),
               fabs(value) < NUMBER_MAX ? 'f' : 'e');
    g_ascii_formatd(text, sizeof text, format, value);
    cut_zeroes(text);
    g_string_append(out, g_str_equal(text, "-0") ? "0" : text);
}

void
json_time(GString *out, const char *key, WallUs wall_us)
{
    g_autoptr(GDateTime) time =
        wall_us > 0 ? g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND) : NULL;
    g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;

    begin_value(out, key);
    if (text == NULL)
        g_string_append(out, "null");
    else
        g_string_append_printf(out, "\"%s.%03dZ\"", text,
                               (int)(wall_us % US_PER_SECOND / US_PER_MS));
}

void
json_raw(GString *out, const char *key, const char *json)
{
    begin_value(out, key);
    g_string_append(out, json);
}
