/* Channel lists in CSV: RFC 4180, with a header row, comma or semicolon. */
#include <string.h>

#include "appliance/config/channel-list-builder.h"
#include "pipelines/base/text.h"

#define MAX_FIELDS 32u /* in one row */

static const char *const column_names[] = {
    "id",         "name",    "short_name",   "group",   "address", "interface",
    "service_id", "profile", "commissioned", "enabled", NULL,
};

typedef struct {
    const char *at; /* no-ref; what is not read yet */
    char separator; /* ',' or ';' */
    unsigned line;  /* of @at, from 1 */
} CsvReader;

static bool
at_row_end(const char *at)
{
    return *at == '\0' || *at == '\n' || (*at == '\r' && at[1] == '\n');
}

static bool
read_quoted(ListBuilder *builder, CsvReader *reader, GString *text, GError **error)
{
    const unsigned opened = reader->line;

    for (reader->at++; *reader->at != '\0'; reader->at++) {
        if (*reader->at == '"' && reader->at[1] != '"') {
            reader->at++;
            if (*reader->at != reader->separator && !at_row_end(reader->at))
                return list_refuse(builder, reader->line, error,
                                   "after a closing quote comes \"%c\" or the end of the row",
                                   reader->separator);
            return true;
        }
        if (*reader->at == '"')
            reader->at++;
        if (*reader->at == '\n')
            reader->line++;
        g_string_append_c(text, *reader->at);
    }
    return list_refuse(builder, opened, error, "a quoted field begins here and never ends");
}

static bool
read_plain(ListBuilder *builder, CsvReader *reader, GString *text, GError **error)
{
    for (; *reader->at != reader->separator && !at_row_end(reader->at); reader->at++) {
        if (*reader->at == '"')
            return list_refuse(builder, reader->line, error,
                               "a quote inside a field that is not quoted; put the whole field "
                               "into quotes and double the quote");
        g_string_append_c(text, *reader->at);
    }
    return true;
}

/* What a spreadsheet would take for the start of a formula. */
static bool
is_risky(char c)
{
    return c != '\0' && strchr("=+-@'\t\r", c) != NULL;
}

/* The field without the quote that guards it. Returns: (transfer full) */
static char *
unguarded(const char *text)
{
    const bool guarded = text[0] == '\'' && is_risky(text[1]);

    return g_strstrip(g_strdup(guarded ? text + 1 : text));
}

/* Reads one row; the reader then stands at the start of the next one. */
static GPtrArray *
read_row(ListBuilder *builder, CsvReader *reader, GError **error)
{
    g_autoptr(GPtrArray) row = g_ptr_array_new_with_free_func(g_free);

    while (true) {
        g_autoptr(GString) text = g_string_new(NULL);
        const bool good = *reader->at == '"' ? read_quoted(builder, reader, text, error)
                                             : read_plain(builder, reader, text, error);

        if (!good)
            return NULL;
        if (row->len >= MAX_FIELDS) {
            list_refuse(builder, reader->line, error, "more than %u fields in a row", MAX_FIELDS);
            return NULL;
        }
        g_ptr_array_add(row, unguarded(text->str));
        if (*reader->at != reader->separator)
            break;
        reader->at++;
    }
    if (*reader->at == '\r')
        reader->at++;
    if (*reader->at == '\n') {
        reader->at++;
        reader->line++;
    }
    return g_steal_pointer(&row);
}

static int
column_of(const char *name)
{
    for (int i = 0; column_names[i] != NULL; i++) {
        if (g_ascii_strcasecmp(name, column_names[i]) == 0)
            return i;
    }
    return -1;
}

static bool
refuse_column(ListBuilder *builder, const char *name, GError **error)
{
    g_autofree char *quoted = list_quote(name);
    g_autofree char *known = g_strjoinv(", ", (char **)column_names);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    const char *near = text_nearest(lower, column_names);

    if (near != NULL)
        return list_refuse(builder, 1, error, "unknown column %s; did you mean %s?", quoted, near);
    return list_refuse(builder, 1, error, "unknown column %s; the first row names columns among %s",
                       quoted, known);
}

/* Reads the header: which column each field of a row belongs to. */
static bool
read_header(ListBuilder *builder,
            CsvReader *reader,
            Column columns[MAX_FIELDS],
            unsigned *ret_n,
            GError **error)
{
    g_autoptr(GPtrArray) header = read_row(builder, reader, error);
    unsigned seen = 0;

    for (unsigned i = 0; header != NULL && i < header->len; i++) {
        const int column = column_of(header->pdata[i]);

        if (column < 0)
            return refuse_column(builder, header->pdata[i], error);
        if (seen & 1u << column)
            return list_refuse(builder, 1, error, "column %s is named twice", column_names[column]);
        seen |= 1u << column;
        columns[i] = (Column)column;
    }
    if (header == NULL)
        return false;
    if (!(seen & 1u << COLUMN_ADDRESS))
        return list_refuse(builder, 1, error, "there is no column address");
    *ret_n = header->len;
    return true;
}

/* The separator of the header row, by which of the two it holds more often. */
static char
separator_of(const char *text)
{
    int balance = 0;

    for (; *text != '\0' && *text != '\n'; text++)
        balance += *text == ';' ? 1 : *text == ',' ? -1 : 0;
    return balance > 0 ? ';' : ',';
}

bool
channel_list_read_csv(ListBuilder *builder, const char *text, GError **error)
{
    CsvReader reader = {.at = text, .separator = separator_of(text), .line = 1};
    Column columns[MAX_FIELDS];
    unsigned n_columns = 0;

    if (!read_header(builder, &reader, columns, &n_columns, error))
        return false;
    while (*reader.at != '\0') {
        const unsigned line = reader.line;
        g_autoptr(GPtrArray) row = read_row(builder, &reader, error);
        g_auto(RawChannel) raw = {.line = line};

        if (row == NULL)
            return false;
        if (row->len == 1 && ((char *)row->pdata[0])[0] == '\0')
            continue;
        if (row->len != n_columns) {
            builder->at = COLUMN_COUNT;
            list_refuse(builder, line, error, "%u fields, but the first row names %u columns",
                        row->len, n_columns);
            if (!list_builder_pass(builder, error))
                return false;
            continue;
        }
        for (unsigned i = 0; i < n_columns; i++)
            raw.fields[columns[i]] = g_steal_pointer(&row->pdata[i]);
        if (!list_builder_add(builder, &raw, error) && !list_builder_pass(builder, error))
            return false;
    }
    return true;
}

/* ---- Writing ---- */

const char *
list_column_name(Column column)
{
    return column_names[column];
}

static void
write_field(GString *csv, const char *text, bool last)
{
    const bool quoted = strpbrk(text, ",;\"\r\n'") != NULL || is_risky(text[0]);

    g_string_append(csv, quoted ? "\"" : "");
    g_string_append(csv, is_risky(text[0]) ? "'" : "");
    for (; *text != '\0'; text++) {
        g_string_append_c(csv, *text);
        if (*text == '"')
            g_string_append_c(csv, '"');
    }
    g_string_append(csv, quoted ? "\"" : "");
    g_string_append(csv, last ? "\r\n" : ",");
}

char *
channel_list_write_csv(const ChannelEntry *entries, size_t n)
{
    g_autofree char *head = g_strjoinv(",", (char **)(uintptr_t)column_names);
    g_autoptr(GString) csv = g_string_new(head);

    g_string_append(csv, "\r\n");
    for (size_t i = 0; i < n; i++) {
        const ChannelEntry *entry = &entries[i];
        g_autofree char *service =
            entry->service_id > 0 ? g_strdup_printf("%u", entry->service_id) : g_strdup("");

        write_field(csv, entry->id, false);
        write_field(csv, entry->name, false);
        write_field(csv, entry->short_name, false);
        write_field(csv, entry->group, false);
        write_field(csv, entry->address, false);
        write_field(csv, entry->interface, false);
        write_field(csv, service, false);
        write_field(csv, entry->profile, false);
        write_field(csv, entry->commissioned == SAID_YES ? "yes" : "no", false);
        write_field(csv, entry->enabled == SAID_NO ? "no" : "yes", true);
    }
    return g_strdup(csv->str);
}
