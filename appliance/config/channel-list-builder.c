/* Checking one row of a channel list and making an entry of it. */
#include "appliance/config/channel-list-builder.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/stream-address.h"
#include "pipelines/base/text.h"

#define QUOTE_MAX_BYTES 80
#define DIGITS_KEPT     4 /* of a number that ends a name, in a short name made from it */

bool
list_refuse(ListBuilder *builder, unsigned line, GError **error, const char *format, ...)
{
    va_list arguments;

    builder->line = line;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (*builder->file == '\0')
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, what);
    else
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s:%u: %s", builder->file, line,
                    what);
    return false;
}

void
list_problem_free(ListProblem *problem)
{
    g_free(problem->column);
    g_free(problem->what);
    g_free(problem);
}

bool
list_builder_pass(ListBuilder *builder, GError **error)
{
    ListProblem *problem = NULL;

    if (builder->problems == NULL || error == NULL || *error == NULL)
        return false;
    problem = g_new0(ListProblem, 1);
    problem->line = builder->line;
    problem->column = builder->at < COLUMN_COUNT ? g_strdup(list_column_name(builder->at)) : NULL;
    problem->what = g_strdup((*error)->message);
    g_ptr_array_add(builder->problems, problem);
    g_clear_error(error);
    return true;
}

char *
list_quote(const char *text)
{
    g_autofree char *clean = text_clean(text, QUOTE_MAX_BYTES);

    return g_strdup_printf("\"%s\"%s", clean, strlen(text) > QUOTE_MAX_BYTES ? "..." : "");
}

void
raw_channel_clear(RawChannel *raw)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        g_clear_pointer(&raw->fields[i], g_free);
    raw->loose_id = false;
    raw->by_hand = false;
    raw->line = 0;
}

void
channel_entry_clear(ChannelEntry *entry)
{
    g_free(entry->id);
    g_free(entry->name);
    g_free(entry->short_name);
    g_free(entry->group);
    g_free(entry->address);
    g_free(entry->interface);
    g_free(entry->profile);
    *entry = (ChannelEntry){0};
}

void
channel_entry_free(ChannelEntry *entry)
{
    channel_entry_clear(entry);
    g_free(entry);
}

ListBuilder
list_builder(const char *file, const char *interface)
{
    return (ListBuilder){
        .file = file,
        .interface = interface,
        .entries = g_ptr_array_new_with_free_func((GDestroyNotify)channel_entry_free),
        .ids = g_hash_table_new(g_str_hash, g_str_equal),
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
}

void
list_builder_clear(ListBuilder *builder)
{
    g_clear_pointer(&builder->ids, g_hash_table_unref);
    g_clear_pointer(&builder->places, g_hash_table_unref);
    g_clear_pointer(&builder->entries, g_ptr_array_unref);
}

ChannelList *
list_builder_end(ListBuilder *builder)
{
    ChannelList *list = g_new0(ChannelList, 1);

    list->n_channels = builder->entries->len;
    list->channels = g_new0(ChannelEntry, list->n_channels);
    for (size_t i = 0; i < list->n_channels; i++) {
        ChannelEntry *entry = builder->entries->pdata[i];

        list->channels[i] = *entry;
        *entry = (ChannelEntry){0};
    }
    g_hash_table_remove_all(builder->ids);
    g_hash_table_remove_all(builder->places);
    g_ptr_array_set_size(builder->entries, 0);
    return list;
}

/* " in line 7", or nothing where rows have no lines. Returns: (transfer full) */
static char *
in_line(const ListBuilder *builder, unsigned line)
{
    return *builder->file == '\0' ? g_strdup("") : g_strdup_printf(" in line %u", line);
}

static const char *
field(const RawChannel *raw, Column column)
{
    return raw->fields[column] != NULL ? raw->fields[column] : "";
}

/* Up to CHANNEL_LIST_MAX_SHORT characters that still tell "Channel 01" from "Channel 02". */
static char *
short_name_from(const char *name)
{
    g_autoptr(GString) head = g_string_new(NULL);
    size_t digits = strlen(name);
    glong room = CHANNEL_LIST_MAX_SHORT;

    if (g_utf8_strlen(name, -1) <= room)
        return g_strdup(name);
    while (digits > 0 && g_ascii_isdigit(name[digits - 1]) && strlen(name) - digits < DIGITS_KEPT)
        digits--;
    room -= (glong)(strlen(name) - digits);
    for (const char *at = name; at < name + digits && room > 0; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);

        if (g_unichar_isspace(c))
            continue;
        g_string_append_unichar(head, c);
        room--;
    }
    g_string_append(head, name + digits);
    return g_strdup(head->str);
}

static bool
take_text(
    ListBuilder *builder, const RawChannel *raw, Column column, char **ret_text, GError **error)
{
    const char *text = field(raw, column);

    builder->at = column;
    if (strlen(text) > CHANNEL_LIST_MAX_TEXT) {
        g_autofree char *quoted = list_quote(text);

        return list_refuse(builder, raw->line, error, "%s is longer than %u bytes: %s",
                           column == COLUMN_NAME ? "name" : "group", CHANNEL_LIST_MAX_TEXT, quoted);
    }
    *ret_text = text_clean(text, CHANNEL_LIST_MAX_TEXT);
    g_strstrip(*ret_text);
    return true;
}

static bool
take_id(ListBuilder *builder, const RawChannel *raw, ChannelEntry *entry, GError **error)
{
    const char *given = field(raw, COLUMN_ID);

    builder->at = COLUMN_ID;
    if (given[0] == '\0' || raw->loose_id) {
        const char *from = given[0] != '\0' ? given : field(raw, COLUMN_NAME);

        entry->id = slug_from_text(from[0] != '\0' ? from : field(raw, COLUMN_ADDRESS));
    } else if (!slug_is_valid(given)) {
        g_autofree char *quoted = list_quote(given);
        g_autofree char *near = slug_from_text(given);

        return list_refuse(builder, raw->line, error,
                           "id %s is not made of a-z, 0-9 and - alone (at most %d); write %s",
                           quoted, SLUG_MAX, near);
    } else {
        entry->id = g_strdup(given);
    }
    const unsigned line = GPOINTER_TO_UINT(g_hash_table_lookup(builder->ids, entry->id));

    if (line == 0)
        return true;
    g_autofree char *where = in_line(builder, line);

    return list_refuse(builder, raw->line, error,
                       "channel id \"%s\" is already used%s; give this one an id of its own",
                       entry->id, where);
}

static bool
take_names(ListBuilder *builder, const RawChannel *raw, ChannelEntry *entry, GError **error)
{
    g_autofree char *brief = text_clean(field(raw, COLUMN_SHORT_NAME), CHANNEL_LIST_MAX_TEXT);

    if (!take_text(builder, raw, COLUMN_NAME, &entry->name, error) ||
        !take_text(builder, raw, COLUMN_GROUP, &entry->group, error))
        return false;
    if (entry->name[0] == '\0') {
        g_free(entry->name);
        entry->name = g_strdup(entry->id);
    }
    builder->at = COLUMN_SHORT_NAME;
    g_strstrip(brief);
    if (g_utf8_strlen(brief, -1) > (glong)CHANNEL_LIST_MAX_SHORT) {
        g_autofree char *near = short_name_from(brief);

        return list_refuse(builder, raw->line, error,
                           "short_name \"%s\" is longer than %u characters; write %s", brief,
                           CHANNEL_LIST_MAX_SHORT, near);
    }
    entry->short_name = brief[0] != '\0' ? g_strdup(brief) : short_name_from(entry->name);
    return true;
}

static bool
take_interface(ListBuilder *builder, const RawChannel *raw, ChannelEntry *entry, GError **error)
{
    const char *given = field(raw, COLUMN_INTERFACE);
    const char *name = given[0] != '\0' ? given : builder->interface;

    builder->at = COLUMN_INTERFACE;
    if (strlen(name) > CHANNEL_LIST_MAX_INTERFACE || strpbrk(name, "/: \t\r\n") != NULL) {
        g_autofree char *quoted = list_quote(name);

        return list_refuse(builder, raw->line, error,
                           "interface %s is no name of a network interface, such as eth1", quoted);
    }
    entry->interface = g_strdup(name);
    return true;
}

static bool
take_numbers(ListBuilder *builder, const RawChannel *raw, ChannelEntry *entry, GError **error)
{
    const char *service = field(raw, COLUMN_SERVICE_ID);
    const char *profile = field(raw, COLUMN_PROFILE);
    guint64 value = 0;

    builder->at = COLUMN_SERVICE_ID;
    if (service[0] != '\0' &&
        !g_ascii_string_to_unsigned(service, 10, 0, G_MAXUINT16, &value, NULL)) {
        g_autofree char *quoted = list_quote(service);

        return list_refuse(builder, raw->line, error,
                           "service_id %s is not a number from 1 to 65535 (empty for the first "
                           "service)",
                           quoted);
    }
    builder->at = COLUMN_PROFILE;
    if (profile[0] != '\0' && !slug_is_valid(profile)) {
        g_autofree char *quoted = list_quote(profile);
        g_autofree char *near = slug_from_text(profile);

        return list_refuse(builder, raw->line, error,
                           "profile %s is not made of a-z, 0-9 and - alone; write %s", quoted,
                           near);
    }
    entry->service_id = (uint16_t)value;
    entry->profile = g_strdup(profile);
    return true;
}

/* @otherwise: what an empty field means, for the error */
static bool
take_yes_or_no(ListBuilder *builder,
               const RawChannel *raw,
               Column column,
               const char *otherwise,
               Said *ret_said,
               GError **error)
{
    static const char *const yes[] = {"yes", "true", "1", NULL};
    static const char *const no[] = {"no", "false", "0", NULL};
    g_autofree char *word = g_ascii_strdown(field(raw, column), -1);

    builder->at = column;
    if (*word != '\0' && !g_strv_contains(yes, word) && !g_strv_contains(no, word)) {
        g_autofree char *quoted = list_quote(word);

        return list_refuse(builder, raw->line, error,
                           "%s %s is neither yes nor no (empty: as it was, and %s for a new "
                           "channel)",
                           list_column_name(column), quoted, otherwise);
    }
    *ret_said = *word == '\0' ? SAID_NOTHING : g_strv_contains(yes, word) ? SAID_YES : SAID_NO;
    return true;
}

/* Two sockets of one unicast port starve each other. */
static bool
check_port(ListBuilder *builder,
           const StreamLeg *leg,
           unsigned port,
           const ChannelEntry *entry,
           GError **error)
{
    g_autofree char *place = g_strdup_printf("port %s %u", leg->host, port);
    const ChannelEntry *other = g_hash_table_lookup(builder->places, place);

    if (other != NULL) {
        g_autofree char *where = in_line(builder, other->line);

        return list_refuse(builder, entry->line, error, "port %u of %s is already received as %s%s",
                           port, leg->host, other->address, where);
    }
    g_hash_table_insert(builder->places, g_steal_pointer(&place), (gpointer)entry);
    return true;
}

static bool
check_ports(ListBuilder *builder,
            const StreamAddress *address,
            const ChannelEntry *entry,
            GError **error)
{
    const unsigned reach = stream_address_port_reach(address);

    for (unsigned i = 0; i < address->n_legs; i++) {
        const StreamLeg *leg = &address->legs[i];

        for (unsigned offset = 0; offset <= reach && !leg->multicast; offset += 2) {
            if (!check_port(builder, leg, leg->port + offset, entry, error))
                return false;
        }
    }
    return true;
}

/* Two rows may share a socket only if each names its service; two sockets may not share a port. */
static bool
check_place(ListBuilder *builder,
            const StreamAddress *address,
            const ChannelEntry *entry,
            GError **error)
{
    g_autofree char *socket = g_strdup_printf("socket %s %s", entry->address, entry->interface);
    g_autofree char *service = g_strdup_printf("%s %u", socket, entry->service_id);
    const ChannelEntry *other = g_hash_table_lookup(builder->places, socket);
    const ChannelEntry *same = g_hash_table_lookup(builder->places, service);
    g_autofree char *where = in_line(builder, same != NULL    ? same->line
                                              : other != NULL ? other->line
                                                              : 0);

    builder->at = COLUMN_ADDRESS;
    if (same != NULL)
        return list_refuse(builder, entry->line, error,
                           "%s, service %u, is already received by \"%s\"%s", entry->address,
                           entry->service_id, same->id, where);
    if (other != NULL && (other->service_id == 0 || entry->service_id == 0))
        return list_refuse(builder, entry->line, error,
                           "%s is also received by \"%s\"%s; give both a service_id",
                           entry->address, other->id, where);
    if (other == NULL && !check_ports(builder, address, entry, error))
        return false;
    g_hash_table_insert(builder->places, g_steal_pointer(&service), (gpointer)entry);
    g_hash_table_insert(builder->places, g_steal_pointer(&socket), (gpointer)entry);
    return true;
}

static bool
take_address(ListBuilder *builder,
             const RawChannel *raw,
             StreamAddress *address,
             ChannelEntry *entry,
             GError **error)
{
    g_autoptr(GError) problem = NULL;

    builder->at = COLUMN_ADDRESS;
    if (field(raw, COLUMN_ADDRESS)[0] == '\0')
        return list_refuse(builder, raw->line, error,
                           "the address is missing; write udp://GROUP:PORT or rtp://GROUP:PORT");
    if (!stream_address_parse(field(raw, COLUMN_ADDRESS), address, &problem))
        return list_refuse(builder, raw->line, error, "%s", problem->message);
    entry->address = stream_address_to_text(address);
    return true;
}

/* Names that are left empty are made from others. */
static bool
is_made_up(unsigned column)
{
    return column == COLUMN_NAME || column == COLUMN_SHORT_NAME;
}

bool
list_builder_add(ListBuilder *builder, RawChannel *row, GError **error)
{
    g_auto(RawChannel) raw = *row;
    g_autoptr(ChannelEntry) entry = g_new0(ChannelEntry, 1);
    StreamAddress address;

    *row = (RawChannel){0};
    builder->at = COLUMN_COUNT;
    entry->line = raw.line;
    entry->by_hand = raw.by_hand;
    entry->id_given = !raw.loose_id && *field(&raw, COLUMN_ID) != '\0';
    for (unsigned column = 0; column < COLUMN_COUNT; column++)
        entry->given |=
            raw.fields[column] != NULL && (*raw.fields[column] != '\0' || !is_made_up(column))
                ? 1u << column
                : 0;
    if (builder->entries->len >= CHANNEL_LIST_MAX_CHANNELS)
        return list_refuse(builder, raw.line, error, "more than %u channels",
                           CHANNEL_LIST_MAX_CHANNELS);
    if (!take_address(builder, &raw, &address, entry, error) ||
        !take_id(builder, &raw, entry, error) || !take_names(builder, &raw, entry, error) ||
        !take_interface(builder, &raw, entry, error) ||
        !take_numbers(builder, &raw, entry, error) ||
        !take_yes_or_no(builder, &raw, COLUMN_COMMISSIONED, "no", &entry->commissioned, error) ||
        !take_yes_or_no(builder, &raw, COLUMN_ENABLED, "yes", &entry->enabled, error) ||
        !check_place(builder, &address, entry, error))
        return false;
    g_hash_table_insert(builder->ids, entry->id, GUINT_TO_POINTER(entry->line));
    g_ptr_array_add(builder->entries, g_steal_pointer(&entry));
    return true;
}
