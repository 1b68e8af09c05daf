/* Events in memory: those that the disk has not taken, and the last few thousand besides.
 *
 * A plain struct; the journal guards it with its lock. */
#pragma once

#include "appliance/events/event.h"

#define EVENT_WINDOW_KEEP     4096u   /* durable ones that stay for readers */
#define EVENT_WINDOW_SHED     100000u /* undurable ones from which audits and comments give way */
#define EVENT_WINDOW_MOST     200000u /* undurable ones from which the oldest gives way */
#define EVENT_WINDOW_SHED_ONE 4096u   /* how far one addition looks for something to give way */

typedef struct {
    Event *event;        /* one reference */
    int64_t appended_us; /* monotonic */
} WindowItem;

typedef struct {
    GArray *items;        /* (element-type WindowItem) by sequence */
    uint64_t durable_seq; /* the disk has those up to here */
    uint64_t busy_seq;    /* the journal's thread is writing those up to here */
    uint64_t shed_from;   /* where to look for the next one that gives way */
    uint64_t dropped;     /* that gave way: lost if the disk never comes back */
} EventWindow;

void event_window_init(EventWindow *window, uint64_t last_seq);
void event_window_clear(EventWindow *window);

/* Adds @event (transfer full), whose sequence is above all others. */
void event_window_add(EventWindow *window, Event *event, int64_t now_us);

/* Index of the first item with a sequence above @after; items->len for none. */
guint event_window_find(const EventWindow *window, uint64_t after);

/* The first item that is not durable. Returns: (nullable): no-ref, until the next change */
const WindowItem *event_window_oldest_waiting(const EventWindow *window);

/* Says that the disk has all up to @seq, and lets go of what nobody needs in memory. */
void event_window_set_durable(EventWindow *window, uint64_t seq);

/* Sequence from which on memory is complete; later than any if empty. */
uint64_t event_window_first(const EventWindow *window);
