/* What changed in the tables, told as events for people: the last ones, numbered. Pure, bounded.
 *
 * What was already so when the stream was first seen is no event. A version that changed with all
 * its content the same, and content that changed under the same version, are events of their own
 * kinds: receivers miss the second. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_EVENTS_MAX     256u /* kept; the oldest goes first, which its missing number shows */
#define TS_EVENT_TEXT_MAX 160u /* bytes, with the terminator */

typedef enum {
    TS_EVENT_SERVICE_ADDED, /* to the PAT */
    TS_EVENT_SERVICE_REMOVED,
    TS_EVENT_SERVICE_RENAMED, /* in the SDT or VCT */
    TS_EVENT_MAP_MOVED,       /* PMT PID */
    TS_EVENT_CLOCK_MOVED,     /* PCR PID */
    TS_EVENT_COMPONENT_ADDED, /* to a PMT */
    TS_EVENT_COMPONENT_REMOVED,
    TS_EVENT_COMPONENT_CHANGED, /* its type, codec, language or scrambling */
    TS_EVENT_STREAM_ID_CHANGED, /* transport_stream_id */
    TS_EVENT_TABLE_CHANGED,     /* new version and content, where nothing above tells more */
    TS_EVENT_VERSION_ONLY,      /* new version, the same content */
    TS_EVENT_CONTENT_ONLY,      /* new content, the same version: receivers do not notice */
    TS_EVENT_TIME_JUMP,         /* TDT, TOT or STT do not go with the time that passed */
} TsEventKind;

typedef struct {
    uint64_t number; /* from 1, growing by one */
    uint64_t packet; /* index of the packet that ended the section, from 0 */
    MonoUs arrival_us;
    TsEventKind kind;
    uint16_t service_id;          /* 0: of no service */
    uint16_t pid;                 /* that it is about; else of the table */
    char text[TS_EVENT_TEXT_MAX]; /* a sentence, clean UTF-8 */
} TsEvent;

typedef struct {
    uint64_t number;   /* of the last event, 0 before the first */
    uint64_t packet;   /* where the stream is: for the next event */
    MonoUs arrival_us; /* the same */
    TsEvent *ring;     /* owned; TS_EVENTS_MAX entries; NULL before the first event */
} TsEvents;            /* all-zero is the initial state */

void ts_events_clear(TsEvents *events); /* frees what it owns */

/* Says where in the stream the events to come stand. */
void ts_events_at(TsEvents *events, uint64_t packet, MonoUs arrival_us);

/* Adds one. @format: as of printf; the text is cut to TS_EVENT_TEXT_MAX between characters. */
void ts_events_add(
    TsEvents *events, TsEventKind kind, uint16_t service_id, uint16_t pid, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* Writes up to @max events with a number above @after_number, ascending, into @ret_events.
 * Returns: how many it wrote */
size_t
ts_events_read(const TsEvents *events, uint64_t after_number, TsEvent *ret_events, size_t max);

/* "service-added", ... Never NULL. */
const char *ts_event_kind_name(TsEventKind kind);
