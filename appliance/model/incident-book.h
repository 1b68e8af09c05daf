/* Incidents: several alarms of one cause are told as one.
 *
 * The book looks at every transition right after the alarm book has made it, and appends what
 * follows:
 * - A parent. Channels that share something (ShareKind) and fail within 3 s with faults of one
 *   family get one alarm of what they share, once enough of them fail (incident_threshold()). The
 *   choice is made 250 to 320 ms after the first failure, before anybody is told of it at 400 ms,
 * and again for 3 s while more fail. What explains best wins: a share of which (nearly) all fail,
 * the larger the better; else the one with most failing; of equals the narrower. A wider share that
 *   turns out to fail as a whole takes over younger parents within it.
 * - Members. Failing ones JOIN with QUIET_MEMBER, the first of them as first out; those that fail
 *   while the parent stands join too, which is at most one update of the parent in 10 s.
 * - The end. The parent clears with its last member, or when fewer than enough have failed for
 *   10 s; who then still fails is an alarm of its own again, and is told once.
 * - One channel. Parts of what "off air" or missing video says join that alarm.
 * - Interfaces. While INTERFACE_DOWN stands on "nic/NAME", it is the parent of what receives
 *   nothing there; raised later, it joins.
 * - Noise: alarm-noise.h.
 *
 * An alarm that is quiet because people or a plan want it so neither makes a parent nor joins one.
 * A pure plain struct for one thread; time is an argument. */
#pragma once

#include "appliance/model/alarm-book.h"
#include "appliance/model/incident-rules.h"

#define INCIDENT_TOGETHER_US   (3 * US_PER_SECOND)  /* between failures of one cause */
#define INCIDENT_GATHER_US     (250 * US_PER_MS)    /* from a failure to the choice */
#define INCIDENT_MORE_US       (50 * US_PER_MS)     /* at least from another one to it */
#define INCIDENT_GATHER_MAX_US (320 * US_PER_MS)    /* but no longer than that in all */
#define INCIDENT_CLEAR_US      (10 * US_PER_SECOND) /* with too few, until a parent ends */
#define INCIDENT_MAX           64u /* parents that stand; above, alarms stay alone and are counted */
#define INCIDENT_MAX_FAILING   8192u /* alarms that are looked at; the same */
#define INCIDENT_NAMED         5u    /* members that the parent's sentence names */

typedef struct IncidentBook IncidentBook;

/* What one resource shares with others. */
typedef struct {
    const char *resource;           /* "channel/ID" or "input/ID" */
    const char *names[SHARE_COUNT]; /* by ShareKind: a resource, or NULL for nothing */
} Sharing;

typedef struct {
    uint32_t standing;    /* parents */
    uint64_t not_formed;  /* parents that were one too many, since the start */
    uint64_t not_tracked; /* alarms that were one too many, since the start */
    bool flood;           /* an alarm flood lasts */
} IncidentCounts;

/* @alarms: (transfer none): outlives the book */
IncidentBook *incident_book_new(AlarmBook *alarms);
void incident_book_free(IncidentBook *book); /* (nullable) */

/* Replaces what is known of who shares what: all of it. @sharing: copied */
void incident_book_set_sharing(IncidentBook *book, const Sharing *sharing, size_t n);

/**
 * incident_book_restore:
 * @views: (array length=n): of the alarm book, after it was replayed and after
 *   incident_book_set_sharing()
 *
 * After a restart: parents and members stand again. What was raised within the last 3 s of the
 * journal is looked at as if it had failed now.
 */
void
incident_book_restore(IncidentBook *book, const AlarmView *views, size_t n_views, AlarmNow now);

/* Looks at what the alarm book has just done, and at what is due; appends what follows. With
 * nothing in @transitions it is the step that incident_book_deadline_us() asks for. */
void incident_book_take(IncidentBook *book, GPtrArray *transitions, AlarmNow now);

/* When incident_book_take() must next be called even without transitions; US_NEVER for never. */
MonoUs incident_book_deadline_us(const IncidentBook *book);

IncidentCounts incident_book_counts(const IncidentBook *book);
