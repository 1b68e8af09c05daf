/* Commas place themselves; what needs quotes gets them. */
#include "appliance/http/csv-writer.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define FORMULA_BEGINS "=+-@\t\r"
#define NEEDS_QUOTES   "\",\r\n;"

static void
separate(GString *out)
{
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c(out, ',');
}

void
csv_begin(GString *out, const char *const *names)
{
    g_string_append(out, "\xef\xbb\xbf");
    for (size_t i = 0; names[i] != NULL; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "," : "", names[i]);
    g_string_append(out, "\r\n");
}

/* A first field that is empty must not let the next one take its place. */
static void
put(GString *out, const char *field)
{
    separate(out);
    g_string_append(out, *field != '\0' ? field : "\"\"");
}

void
csv_text(GString *out, const char *text)
{
    const char *plain = text != NULL ? text : "";
    const bool formula = *plain != '\0' && strchr(FORMULA_BEGINS, *plain) != NULL;
    g_autofree char *valid = g_utf8_make_valid(plain, -1);
    g_auto(GStrv) parts = g_strsplit(valid, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    if (strpbrk(plain, NEEDS_QUOTES) == NULL && !formula) {
        put(out, valid);
        return;
    }
    g_autofree char *quoted = g_strdup_printf("\"%s%s\"", formula ? "'" : "", doubled);

    put(out, quoted);
}

void
csv_time(GString *out, WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);
    g_autofree char *text =
        wall_us > 0 && time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    put(out, text != NULL ? text : "");
}

void
csv_number(GString *out, double value, unsigned decimals)
{
    char format[8];
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    (void)g_snprintf(format, sizeof format, "%%.%uf", MIN(decimals, 9u));
    put(out, isfinite(value) ? g_ascii_formatd(text, sizeof text, format, value) : "");
}

void
csv_end_row(GString *out)
{
    g_string_append(out, "\r\n");
}
