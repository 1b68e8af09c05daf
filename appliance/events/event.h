/* One fact that must never be lost: an alarm's transition or an operator's act. Immutable once
 * appended to the event log, shared by reference across threads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/snapshot.h"
#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define EVENT_MAX_TEXT                                                                             \
    2048u /* bytes of any one string, without the terminator; longer ones are cut */
#define EVENT_MAX_BYTES 32768u /* of one encoded event */

/* Numbers stand in journal and database: never changed, never reused. */
typedef enum {
    EVENT_ALARM_RAISED = 1,
    EVENT_ALARM_UPDATED = 2, /* severity, text or cause changed while raised */
    EVENT_ALARM_CLEARED = 3,
    EVENT_ALARM_ACK = 4,
    EVENT_ALARM_UNACK = 5,
    EVENT_ALARM_COMMENT = 6,
    EVENT_ALARM_SHELVED = 7,
    EVENT_ALARM_UNSHELVED = 8, /* by a person, or because its time is over */
    EVENT_ALARM_ASSIGNED = 9,
    EVENT_ALARM_JOINED = 10,   /* it is part of another incident from now on */
    EVENT_ALARM_REMINDED = 11, /* nobody acknowledged it in time: told again, or to more people */
    EVENT_ALARM_NOTED = 12,    /* seen, but below what makes an alarm: kept, never sent */
    EVENT_AUDIT = 16,          /* a person or a peer changed something else: login, configuration */
    EVENT_BOX = 17, /* the box itself: started, stopped, journal repaired, worker restarted */
} EventKind;

typedef struct {
    gatomicrefcount refs;
    uint64_t seq; /* journal sequence from 1; set by the event log, 0 before */
    char *id;     /* UUID of this event: the webhook's idempotency key */
    EventKind kind;
    MonoUs at_us;   /* when it happened: the transition falls due, the button is pressed */
    WallUs wall_us; /* the same instant as wall time */
    bool clock_synced;
    bool durable; /* false: published before the disk took it; set by the event log */

    /* Alarm events; empty strings and zeroes for others. */
    char *alarm_id;     /* UUID */
    char *incident_id;  /* UUID */
    uint32_t alarm_seq; /* from 1, grows with every event of the alarm: receivers drop late ones */
    char *resource;     /* as in AlarmView */
    char *channel_name; /* as the site calls it; "" if not a channel's */
    char *channel_group;
    char *channel_address;
    FaultId fault;
    Severity severity; /* of the alarm while raised; also on its clear (X.733) */
    CauseScope cause_scope;
    WallUs raised_wall_us;
    WallUs cleared_wall_us; /* 0 while raised */
    OperatorState operator_state;
    double value; /* what was measured; 0 if nothing was */
    ImpactClass impact;
    AlarmQuiet quiet;     /* why no receiver hears of it by itself; QUIET_NONE: they do */
    bool first_out;       /* the first of its incident to fail */
    uint32_t members;     /* alarms that an incident has gathered; 0: it is no parent */
    WallUs until_wall_us; /* when an acknowledgement or a shelf ends; 0: never, or neither */
    char *owner;          /* who has promised to see to it; "" for nobody */

    char *text;  /* one sentence for people */
    char *actor; /* user or peer that acted, "" for the box */
    char *note;  /* what the actor wrote, "" for nothing */
} Event;

/* Returns: (transfer full): one reference; all strings "", a fresh @id, to be filled before it is
 * appended. Strings are freed with g_free(). */
Event *event_new(EventKind kind, MonoUs at_us, WallUs wall_us);
Event *event_ref(Event *event);
void event_unref(Event *event); /* (nullable) */

/* An event of its own whose texts are clean, as the journal would have them. Returns: (transfer
 * full)
 */
Event *event_copy(const Event *event);

/* Replaces a string field: event_set(&event->text, "..."). @text: (nullable), copied. */
void event_set(char **field, const char *text);

/* "alarm-raised", "alarm-cleared", ...: words of the API. */
const char *event_kind_name(EventKind kind);

/* Whether @event is one of an alarm's: not a note of what never became one, not of people's other
 * doings or of the box itself. */
bool event_is_alarm(const Event *event);

/* Whether @event tells what became of the fault: raised, updated, cleared, joined. */
bool event_is_state(const Event *event);

/* Whether @event gives way to alarms where room is short: what people and the box noted besides. */
bool event_gives_way(const Event *event);

/* Bytes of one event for the journal (GVariant in normal form), and back.
 * event_decode() returns %NULL with %GANTRY_ERROR_INVALID for anything else. */
GBytes *event_encode(const Event *event);
Event *event_decode(const void *data, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {"seq":1,"id":"...","kind":"alarm-raised",...}: one line of JSON without a newline, as journal
 * prints, Redis stream and debugging show it. Times RFC 3339 with milliseconds, UTC.
 * Returns: (transfer full) */
char *event_to_json(const Event *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_unref)
