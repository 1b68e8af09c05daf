/* How both list formats become entries: one row of raw fields in, checked and added, or an error.
 * For the files of channel-list only. */
#pragma once

#include <stdbool.h>

#include "appliance/config/channel-list.h"

typedef enum {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_SHORT_NAME,
    COLUMN_GROUP,
    COLUMN_ADDRESS,
    COLUMN_INTERFACE,
    COLUMN_SERVICE_ID,
    COLUMN_PROFILE,
    COLUMN_COMMISSIONED,
    COLUMN_ENABLED,
    COLUMN_COUNT,
} Column;

typedef struct {
    char *fields[COLUMN_COUNT]; /* UTF-8, by Column; %NULL: not given */
    bool loose_id;              /* the id is a free text, to be made a slug */
    bool by_hand;               /* ChannelEntry.by_hand */
    unsigned line;              /* where the row begins */
} RawChannel;

typedef struct {
    const char *file;      /* no-ref; put before errors; "": errors name no place */
    const char *interface; /* no-ref; for rows that name none */
    GPtrArray *entries;    /* (element-type ChannelEntry) (transfer full) */
    GHashTable *ids;       /* id: line, both borrowed from entries */
    GHashTable *places;    /* what a row receives: its entry, no-ref */
    Column at;             /* what was being looked at when a row was refused */
    unsigned line;         /* of what was refused last */
    GPtrArray *problems;   /* no-ref (element-type ListProblem) (nullable): refused rows go there */
} ListBuilder;

/* An empty builder. @file and @interface must outlive it. */
ListBuilder list_builder(const char *file, const char *interface);
void list_builder_clear(ListBuilder *builder);

/* Returns: (transfer full): what was added, in order; the builder is empty then */
ChannelList *list_builder_end(ListBuilder *builder);

void channel_entry_clear(ChannelEntry *entry);
void channel_entry_free(ChannelEntry *entry);

/* Checks @raw and adds it. Empties @raw in any case. */
bool list_builder_add(ListBuilder *builder, RawChannel *raw, GError **error);

void raw_channel_clear(RawChannel *raw);

/* A row was refused with @error: whether reading goes on all the same, as rows are collected. */
bool list_builder_pass(ListBuilder *builder, GError **error);

/* Name of @column in a CSV. */
const char *list_column_name(Column column);

/* Sets @error to `FILE:LINE: ...`; always returns false. */
bool list_refuse(ListBuilder *builder, unsigned line, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* What a user wrote, short and printable, for an error. Returns: (transfer full) */
char *list_quote(const char *text);

/* Each reads @text (NUL-terminated, valid UTF-8, without a byte order mark). */
bool channel_list_read_csv(ListBuilder *builder, const char *text, GError **error);
bool channel_list_read_m3u(ListBuilder *builder, const char *text, GError **error);
bool channel_list_read_xspf(ListBuilder *builder, const char *text, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ListBuilder, list_builder_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RawChannel, raw_channel_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChannelEntry, channel_entry_free)
