/* What one receiver is told, in its words but in nobody's format yet: the event with its texts
 * rendered from templates. Pure. */
#pragma once

#include "appliance/events/event.h"
#include "appliance/model/message-template.h"
#include "appliance/model/receiver-kind.h"

#define NOTICE_MAX_FACTS 8u

typedef enum {
    NOTICE_EVENT,     /* of an alarm */
    NOTICE_DIGEST,    /* many alarms in one message */
    NOTICE_HEARTBEAT, /* so that silence is noticed */
    NOTICE_TEST,      /* somebody pressed the button */
} NoticeKind;

/* What a receiver that keeps alarms is to do with this one. */
typedef enum {
    TELL_TRIGGER,
    TELL_ACKNOWLEDGE,
    TELL_RESOLVE,
    TELL_NOTE, /* nothing changes: somebody said something */
} TellAction;

/* Who sends. Strings are (transfer none). */
typedef struct {
    const char *monitor_id; /* of this box */
    const char *boot_id;
    const char *public_url; /* base of links into the dashboard, without a slash at its end; "" for
                               none */
} PayloadSender;

/* How it is worded. Strings are (transfer none). */
typedef struct {
    ReceiverKind kind;
    const char *receiver; /* its slug */
    const char *title;    /* template; "" for the kind's own */
    const char *text;     /* template; "" for the kind's own */
    const char *ack_link; /* "" for none */
    const char *to_do;    /* (nullable): the site's run-book; NULL: faults.def's text */
    bool scoped;          /* a broadcaster's: no words of operators, who may name others */
    GTimeZone *zone;      /* of times in texts */
    PayloadSender sender;
} NoticeStyle;

typedef struct {
    char name[24];
    char *value;
} NoticeFact;

/* Strings are never %NULL and hold no control characters but line feeds. */
typedef struct {
    NoticeKind kind;
    TellAction action;
    Event *event; /* (nullable): of NOTICE_EVENT */
    char *id;     /* the same on every attempt: idempotency key */
    char *key; /* the same for all messages of an alarm: what is resolved is what was triggered */
    Severity severity;
    WallUs at_us;
    char *title; /* one line */
    char *text;
    char *where; /* channel's name or resource */
    char *group;
    char *fault;                        /* slug */
    char *link;                         /* into the dashboard, "" for none */
    char *to_do;                        /* (nullable): what to do, of NOTICE_EVENT */
    char *ack_link;                     /* page that acknowledges, "" for none */
    NoticeFact facts[NOTICE_MAX_FACTS]; /* @n_facts entries, without empty ones */
    size_t n_facts;
    PayloadSender sender; /* (transfer none) */
} Notice;

/* @event: an alarm's. Returns: (transfer full) */
Notice *notice_of_event(const Event *event, const NoticeStyle *style);

/* A test, a heartbeat, or (NOTICE_DIGEST) the end of all digests. @id: (transfer none). Returns:
 * (transfer full) */
Notice *notice_plain(NoticeKind kind, const char *id, WallUs at_us, const NoticeStyle *style);

/* @events: (element-type Event): alarms' latest events, at least one; the worst come first. @id:
 * UUID. Returns: (transfer full) */
Notice *notice_digest(GPtrArray *events, const char *id, WallUs at_us, const NoticeStyle *style);

void notice_free(Notice *notice); /* (nullable) */

/* "raised", "updated", "acknowledged", ...: last word of a webhook's type. */
const char *payload_action_name(EventKind kind);

/* RFC 3339 with milliseconds, UTC. Returns: (transfer full) */
char *notice_time(WallUs wall_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notice, notice_free)
