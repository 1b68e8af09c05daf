/* Widths are counted in characters, not bytes. */
#include "appliance/ctl/table.h"

#include <string.h>

struct Table {
    size_t n_columns;
    GPtrArray *rows; /* char **: headings first */
};

Table *
table_new(const char *const *columns)
{
    Table *table = g_new0(Table, 1);

    table->n_columns = g_strv_length((char **)columns);
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    table_add(table, columns);
    return table;
}

void
table_free(Table *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table);
}

static char *
cleaned(const char *text)
{
    char *clean = g_utf8_make_valid(text != NULL ? text : "", -1);

    for (char *at = clean; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
    }
    return clean;
}

void
table_add(Table *table, const char *const *cells)
{
    char **row = g_new0(char *, table->n_columns + 1);

    for (size_t i = 0; i < table->n_columns; i++)
        row[i] = cleaned(cells[i]);
    g_ptr_array_add(table->rows, row);
}

static size_t
width_of(const Table *table, size_t column)
{
    size_t width = 0;

    for (guint r = 0; r < table->rows->len; r++) {
        char *const *row = (char *const *)table->rows->pdata[r];

        width = MAX(width, (size_t)g_utf8_strlen(row[column], -1));
    }
    return width;
}

/* How a terminal begins to write @cell; (nullable): as the rest. */
static const char *
colour_of(const char *cell)
{
    static const struct {
        const char *word;
        const char *colour;
    } words[] = {
        {"critical", "\033[1;31m"}, {"major", "\033[31m"},    {"minor", "\033[33m"},
        {"warning", "\033[33m"},    {"fault", "\033[31m"},    {"unknown", "\033[35m"},
        {"failing", "\033[31m"},    {"refusing", "\033[31m"}, {"ok", "\033[32m"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].word, cell) == 0)
            return words[i].colour;
    }
    return NULL;
}

static void
append_cell(GString *out, const char *cell, bool colour)
{
    const char *begin = colour ? colour_of(cell) : NULL;

    if (begin != NULL)
        g_string_append_printf(out, "%s%s\033[0m", begin, cell);
    else
        g_string_append(out, cell);
}

static void
append_row(GString *out, const Table *table, guint r, const size_t *widths, bool colour)
{
    char *const *row = (char *const *)table->rows->pdata[r];

    for (size_t i = 0; i < table->n_columns; i++) {
        const bool last = i + 1 == table->n_columns;

        append_cell(out, row[i], colour && r > 0);
        if (last)
            g_string_append_c(out, '\n');
        else if (widths == NULL)
            g_string_append_c(out, '\t');
        else
            g_string_append_printf(out, "%*s",
                                   (int)(widths[i] - (size_t)g_utf8_strlen(row[i], -1) + 2), "");
    }
}

char *
table_render(const Table *table, bool aligned, bool colour)
{
    GString *out = g_string_new(NULL);
    g_autofree size_t *widths = aligned ? g_new0(size_t, table->n_columns) : NULL;

    for (size_t i = 0; aligned && i < table->n_columns; i++)
        widths[i] = width_of(table, i);
    for (guint r = aligned ? 0 : 1; r < table->rows->len; r++)
        append_row(out, table, r, widths, colour);
    return g_string_free(out, FALSE);
}
