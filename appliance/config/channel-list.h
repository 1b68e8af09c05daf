/* A list of channels as a site writes it, in CSV or M3U. Pure: text in, entries or one error out.
 *
 * (An M3U begins with #EXT, an XSPF with <, everything else is CSV.)
 *
 * CSV: RFC 4180, UTF-8 with or without a byte order mark, `,` or `;`, the first row names columns
 * among id, name, short_name, group, address, interface, service_id, profile, commissioned,
 * enabled; only address is required. A quote before =, +, -, @, a tab or another quote at the start
 * of a field is taken away: so spreadsheets take what channel_list_write_csv() wrote for text. M3U:
 * `#EXTINF:-1 tvg-id="ID" group-title="GROUP",NAME`, then the address; service-id, short-name,
 * interface, profile, commissioned and enabled are taken too, other attributes and comments are
 * passed over. XSPF: location, title, identifier (id), album (group) of each track, and <meta
 * rel="gantry:COLUMN">; without a document type, without entities of its own. An id that is not
 * given is made from the name. What is not understood refuses the whole list; every error is one
 * line, `FILE:LINE: what was found, and what would do`.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_LIST_MAX_CHANNELS  1000u
#define CHANNEL_LIST_MAX_BYTES     (4u << 20) /* of the whole text */
#define CHANNEL_LIST_MAX_TEXT      120u       /* bytes of a name or group */
#define CHANNEL_LIST_MAX_SHORT     8u         /* characters of a short name */
#define CHANNEL_LIST_MAX_INTERFACE 15u        /* bytes, as the kernel has it */

/* What a list says of a yes or no. */
typedef enum {
    SAID_NOTHING, /* what is known of the channel holds */
    SAID_NO,
    SAID_YES,
} Said;

typedef struct {
    char *id;            /* slug, unique in the list */
    char *name;          /* clean UTF-8, never "" */
    char *short_name;    /* at most CHANNEL_LIST_MAX_SHORT characters, never "" */
    char *group;         /* site's group, "" for none */
    char *address;       /* in the one way to write it, so that equal ones are equal texts */
    char *interface;     /* "" for the kernel's choice */
    uint16_t service_id; /* 0: the first service */
    char *profile;       /* slug of the channel's profile, "" for the default */
    Said commissioned;   /* it is as it should; a new one that is not is learned for a day */
    Said enabled;        /* it is watched; new ones are */
    unsigned
        given;     /* columns that the list named for it: 1 << Column, see channel-list-builder.h */
    bool id_given; /* its id is written there as an id, not made from a name */
    bool by_hand;  /* somebody added it on the running box: it is in no list */
    unsigned line; /* where it stands in the list, from 1 */
} ChannelEntry;

typedef struct {
    ChannelEntry *channels; /* @n_channels entries, in the list's order */
    size_t n_channels;
} ChannelList;

/**
 * channel_list_parse:
 * @file: (transfer none): name to put before errors
 * @text: @size bytes of any content; need not end in NUL
 * @interface: (nullable): interface for channels that name none
 *
 * Any thread. An M3U begins with `#EXTM3U`; everything else is CSV.
 *
 * Returns: (transfer full): a list of 1 to %CHANNEL_LIST_MAX_CHANNELS entries, or %NULL with
 *   %GANTRY_ERROR_INVALID: one line, `FILE:LINE: ...`
 */
ChannelList *channel_list_parse(const char *file,
                                const char *text,
                                size_t size,
                                const char *interface,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A row that was refused. */
typedef struct {
    unsigned line; /* of the list, from 1; 0: the list as a whole */
    char *column;  /* (nullable): its name */
    char *what;    /* one sentence */
} ListProblem;

void list_problem_free(ListProblem *problem);

/* The same, but a row that is refused is passed over and told in @problems (element-type
 * ListProblem); what refuses the whole is the last one there, and then nothing is returned.
 * Returns: (transfer full) (nullable) */
ChannelList *
channel_list_parse_rows(const char *text, size_t size, const char *interface, GPtrArray *problems);

/* What channel_list_parse() reads as the same entries: CSV with all columns and CRLF, safe to open
 * in a spreadsheet. Returns: (transfer full) */
char *channel_list_write_csv(const ChannelEntry *entries, size_t n);

void channel_list_free(ChannelList *list); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChannelList, channel_list_free)
