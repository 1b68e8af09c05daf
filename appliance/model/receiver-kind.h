/* The kinds of receivers, and what differs between them as data: addresses, secrets, pace, limits,
 * words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    RECEIVER_WEBHOOK,      /* Standard Webhooks 1.0 */
    RECEIVER_SLACK,        /* incoming webhook */
    RECEIVER_TEAMS,        /* Workflows, adaptive card */
    RECEIVER_PAGERDUTY,    /* Events API v2 */
    RECEIVER_JSM,          /* Jira Service Management, in the shape of Opsgenie */
    RECEIVER_ALERTMANAGER, /* API v2 */
    RECEIVER_TELEGRAM,     /* Bot API, sendMessage */
    RECEIVER_EMAIL,        /* SMTP */
    RECEIVER_SYSLOG,       /* RFC 5424 */
    RECEIVER_KIND_COUNT
} ReceiverKind;

typedef struct {
    const char *name;       /* slug, in inventory and API */
    const char *schemes[4]; /* of its address, without "://"; NULL-terminated */
    const char *url;        /* address when the site names none; NULL: it must */
    bool needs_secret;      /* cannot be used without a secret file */
    bool secret_is_url;  /* the address is the secret: kept in the secret file, if there is one */
    bool needs_to;       /* chat or recipients */
    bool keeps_state;    /* it holds alarms open until they are resolved */
    bool for_people;     /* a flood becomes a digest */
    bool has_heartbeat;  /* a regular message would page nobody */
    unsigned burst;      /* messages at once, from 1 */
    unsigned per_minute; /* and then, on the average; burst and this never exceed its limit */
    unsigned in_flight;  /* requests at the same time, 1 to 4 */
    unsigned max_title;  /* characters */
    unsigned max_text;   /* characters */
    const char *title;   /* template of its first line */
    const char *text;    /* template of the rest */
} ReceiverKindInfo;

/* Never NULL; @kind below RECEIVER_KIND_COUNT. */
const ReceiverKindInfo *receiver_kind_info(ReceiverKind kind);

/* False, and @ret_kind untouched, for a name that is none. @name: (nullable) */
bool receiver_kind_from_name(const char *name, ReceiverKind *ret_kind);

/* All names, NULL-terminated, in the order of ReceiverKind. */
const char *const *receiver_kind_names(void);
