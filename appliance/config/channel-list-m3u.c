/* Channel lists in extended M3U, as players and headends export them. */
#include <string.h>

#include "appliance/config/channel-list-builder.h"

static const struct {
    const char *name;
    Column column;
} attributes[] = {
    {"tvg-id", COLUMN_ID},
    {"group-title", COLUMN_GROUP},
    {"interface", COLUMN_INTERFACE},
    {"short-name", COLUMN_SHORT_NAME},
    {"service-id", COLUMN_SERVICE_ID},
    {"profile", COLUMN_PROFILE},
    {"commissioned", COLUMN_COMMISSIONED},
    {"enabled", COLUMN_ENABLED},
};

static void
set_attribute(RawChannel *raw, const char *name, size_t name_length, char *value)
{
    g_autofree char *owned = value;

    for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
        if (strlen(attributes[i].name) != name_length ||
            g_ascii_strncasecmp(name, attributes[i].name, name_length) != 0)
            continue;
        g_free(raw->fields[attributes[i].column]);
        raw->fields[attributes[i].column] = g_strstrip(g_steal_pointer(&owned));
        raw->loose_id |= attributes[i].column == COLUMN_ID;
        return;
    }
}

/* Reads `-1 name="value" name=value,Display name` behind "#EXTINF:". */
static bool
read_extinf(ListBuilder *builder, const char *text, RawChannel *raw, GError **error)
{
    const char *at = text;

    while (*at != '\0' && *at != ',') {
        at += strspn(at, " \t");
        const size_t name_length = strcspn(at, " \t=,\"");
        const char *name = at;

        at += name_length;
        if (*at == '"')
            return list_refuse(builder, raw->line, error,
                               "a quote without a name and = before it; write tvg-id=\"ID\"");
        if (*at != '=')
            continue;
        at++;
        const bool quoted = *at == '"';

        at += quoted ? 1 : 0;
        const size_t length = strcspn(at, quoted ? "\"" : " \t,");

        if (quoted && at[length] == '\0')
            return list_refuse(builder, raw->line, error, "a quoted value never ends");
        set_attribute(raw, name, name_length, g_strndup(at, length));
        at += length + (quoted ? 1 : 0);
    }
    if (*at == ',')
        raw->fields[COLUMN_NAME] = g_strstrip(g_strdup(at + 1));
    return true;
}

static bool
read_line(ListBuilder *builder, char *line, unsigned number, RawChannel *raw, GError **error)
{
    if (line[0] == '\0')
        return true;
    if (g_str_has_prefix(line, "#EXTINF:")) {
        if (raw->line != 0)
            return list_refuse(builder, number, error,
                               "another #EXTINF, but the one in line %u has no address yet",
                               raw->line);
        raw->line = number;
        return read_extinf(builder, line + strlen("#EXTINF:"), raw, error);
    }
    if (g_str_has_prefix(line, "#EXTGRP:")) {
        if (raw->fields[COLUMN_GROUP] == NULL)
            raw->fields[COLUMN_GROUP] = g_strstrip(g_strdup(line + strlen("#EXTGRP:")));
        return true;
    }
    if (line[0] == '#')
        return true;
    raw->fields[COLUMN_ADDRESS] = g_strdup(line);
    raw->line = number;
    return list_builder_add(builder, raw, error) || list_builder_pass(builder, error);
}

bool
channel_list_read_m3u(ListBuilder *builder, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_auto(RawChannel) raw = {0};

    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (!read_line(builder, g_strstrip(lines[i]), i + 1, &raw, error))
            return false;
    }
    if (raw.line != 0)
        return list_refuse(builder, raw.line, error,
                           "#EXTINF without an address in the lines below");
    return true;
}
