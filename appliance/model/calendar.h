/* The site's calendar: planned work, and what is right at known times though it looks like a fault.
 *
 * An entry counts once, or weekly by the site's own time. Weekly: from a time of the day until
 * another, of the same day or of the next one; so the night that a clock change makes longer or
 * shorter has its window from the first time of that name to the last one. A time that a clock
 * change leaves out is the instant at which it was left out.
 *
 * Pure: the time zone is an argument (GTimeZone is immutable), as the time is. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/scope.h"
#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define CALENDAR_ENTRIES_MAX 500u
#define CALENDAR_SCOPE_MAX   500u /* channels, and groups, of one entry */
#define CALENDAR_TITLE_MAX   200u /* bytes */
#define CALENDAR_ONCE_MAX_US (INT64_C(90) * 24 * 3600 * US_PER_SECOND) /* longest single window */

/* Numbers do not leave the process; the words of calendar_kind_name() do. */
typedef enum {
    CALENDAR_MAINTENANCE, /* alarms are quiet, the channel is planned */
    CALENDAR_SLATE,       /* a configured slate is right; that it is not there is the fault */
    CALENDAR_BLACK,       /* the same of a black picture */
    CALENDAR_SILENCE,     /* the same of silence */
    CALENDAR_BARS,        /* the same of colour bars */
    CALENDAR_TABLES,      /* the programme map may change: streams that go are no fault */
    CALENDAR_KIND_COUNT
} CalendarKind;

typedef struct {
    char *id;    /* slug */
    char *title; /* what is done, or why it is right; "" for nothing */
    CalendarKind kind;
    GStrv channels; /* ids; never NULL */
    GStrv groups;   /* of the site; never NULL. With no channel and no group: everything */
    bool weekly;
    WallUs from_us;        /* once: begin; weekly: not before this, 0: always */
    WallUs until_us;       /* once: end; weekly: not from this on, 0: always */
    unsigned days;         /* weekly: bit 0 for Monday to bit 6 for Sunday, of the begin */
    unsigned from_minute;  /* weekly: of the day, 0 to 1439 */
    unsigned until_minute; /* weekly: the same; not later than @from_minute: of the next day */
} CalendarEntry;

/* Immutable, shared by reference. */
typedef struct {
    gatomicrefcount refs;
    CalendarEntry *entries; /* @n_entries of them, ascending by id */
    size_t n_entries;
} Calendar;

/* What the calendar says of one channel at one instant. */
typedef struct {
    const CalendarEntry *work;    /* (nullable): planned work; the one that ends last */
    WallUs work_until_us;         /* its end */
    const CalendarEntry *tables;  /* (nullable): the programme map may change */
    const CalendarEntry *content; /* (nullable): content that is expected; the first by id */
    FaultId expected;             /* what must be there then; FAULT_NONE without @content */
    WallUs content_until_us;      /* its end */
    const char *content_name;     /* "slate", "black", ... */
} CalendarSays;

Calendar *calendar_new(size_t n_entries); /* all-zero entries, to be filled before it is shared */
Calendar *calendar_ref(Calendar *calendar);
void calendar_unref(Calendar *calendar);                                      /* (nullable) */
const CalendarEntry *calendar_find(const Calendar *calendar, const char *id); /* (nullable) */

/* What of @whole concerns a channel that is shown: entries with no other names in them. One that is
 * about others as well comes without its title, and as "shared-N": its words may name them.
 * @channels: all @n of the site. Returns: (transfer full) */
Calendar *calendar_narrow(const Calendar *whole, const ScopedChannel *channels, size_t n);

void calendar_entry_copy(const CalendarEntry *from, CalendarEntry *ret_to);
void calendar_entry_clear(CalendarEntry *entry);
bool calendar_entry_equal(const CalendarEntry *a, const CalendarEntry *b);

/* "maintenance", "slate", "black", "silence", "colour-bars", "tables". */
const char *calendar_kind_name(CalendarKind kind);
bool calendar_kind_from_name(const char *name, CalendarKind *ret_kind);

/**
 * calendar_entry_window:
 * @zone: the site's time zone
 * @ret_from_us, @ret_until_us: (out): the window in which @wall_us lies, the end not included; with
 *   none, the next one. Written only on %TRUE.
 * @ret_active: (out): whether @wall_us lies in it
 *
 * Returns: %FALSE when no window comes any more
 */
bool calendar_entry_window(const CalendarEntry *entry,
                           GTimeZone *zone,
                           WallUs wall_us,
                           WallUs *ret_from_us,
                           WallUs *ret_until_us,
                           bool *ret_active);

/* Whether @entry is about the channel. */
bool calendar_entry_concerns(const CalendarEntry *entry, const char *channel, const char *group);

/* Which windows are open: computed once for all channels. Borrows from the calendar. */
typedef struct {
    const Calendar *calendar; /* no-ref */
    bool *active;             /* of each entry */
    WallUs *until_us;         /* of each active entry */
} CalendarNow;

CalendarNow calendar_now(const Calendar *calendar, GTimeZone *zone, WallUs wall_us);
void calendar_now_clear(CalendarNow *now);
CalendarSays calendar_says(const CalendarNow *now, const char *channel, const char *group);

/* Whether @fault of a channel is no fault while content of @expected is expected: the content
 * itself, and what comes along with it (a slate stands still, black stands still and is silent). */
bool calendar_excuses(FaultId expected, FaultId fault);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalendarNow, calendar_now_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_unref)
