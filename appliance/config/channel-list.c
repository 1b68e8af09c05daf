/* Parsing of channel lists: what both formats share, before the first row and after the last. */
#include "appliance/config/channel-list.h"

#include <string.h>

#include "appliance/config/channel-list-builder.h"

void
channel_list_free(ChannelList *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->n_channels; i++)
        channel_entry_clear(&list->channels[i]);
    g_free(list->channels);
    g_free(list);
}

static unsigned
line_at(const char *text, const char *at)
{
    unsigned line = 1;

    for (; text < at; text++)
        line += *text == '\n' ? 1 : 0;
    return line;
}

/* The whole text as one valid string without a byte order mark, or NULL with @error. */
static char *
take_text(ListBuilder *builder, const char *text, size_t size, GError **error)
{
    const char *end = NULL;

    if (size > CHANNEL_LIST_MAX_BYTES) {
        list_refuse(builder, 1, error, "larger than %u bytes", CHANNEL_LIST_MAX_BYTES);
        return NULL;
    }
    if (!g_utf8_validate_len(text, size, &end)) {
        list_refuse(builder, line_at(text, end), error,
                    "byte 0x%02x is no UTF-8 text; save the list as UTF-8", (unsigned char)*end);
        return NULL;
    }
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return g_strndup(text + 3, size - 3);
    return g_strndup(text, size);
}

/* Reads the whole into @builder, whatever format it has. */
static bool
read_whole(ListBuilder *builder, const char *text, size_t size, GError **error)
{
    g_autofree char *whole = take_text(builder, text != NULL ? text : "", size, error);
    const char *begin = whole != NULL ? whole + strspn(whole, " \t\r\n") : NULL;

    if (whole == NULL)
        return false;
    if (*begin == '\0')
        return list_refuse(builder, 1, error, "the list is empty");
    if (g_str_has_prefix(whole, "#EXT"))
        return channel_list_read_m3u(builder, whole, error);
    if (*begin == '<')
        return channel_list_read_xspf(builder, begin, error);
    return channel_list_read_csv(builder, whole, error);
}

ChannelList *
channel_list_parse(
    const char *file, const char *text, size_t size, const char *interface, GError **error)
{
    g_return_val_if_fail(file != NULL && (text != NULL || size == 0), NULL);

    g_auto(ListBuilder) builder = list_builder(file, interface != NULL ? interface : "");

    if (!read_whole(&builder, text, size, error))
        return NULL;
    if (builder.entries->len == 0) {
        list_refuse(&builder, 1, error, "there is no channel in it");
        return NULL;
    }
    return list_builder_end(&builder);
}

ChannelList *
channel_list_parse_rows(const char *text, size_t size, const char *interface, GPtrArray *problems)
{
    g_auto(ListBuilder) builder = list_builder("", interface != NULL ? interface : "");
    g_autoptr(GError) error = NULL;

    builder.problems = problems;
    builder.at = COLUMN_COUNT;
    if (!read_whole(&builder, text, size, &error)) {
        builder.at = COLUMN_COUNT;
        list_builder_pass(&builder, &error);
        return NULL;
    }
    if (builder.entries->len == 0 && problems->len == 0) {
        list_refuse(&builder, 1, &error, "there is no channel in it");
        list_builder_pass(&builder, &error);
        return NULL;
    }
    return list_builder_end(&builder);
}
